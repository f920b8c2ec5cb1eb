"""The words by which a doctor's turn shows what it does: asks, orders, states, concludes. Chinese and English together.

All patterns are for canonical text (see ``sp_sim.text``): no articles and possessives, no plural endings.
"""

from __future__ import annotations

import re


def any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


QUESTION = any_of(
    r"[?？]",
    r"吗",
    r"(?<!什)(?<!怎)(?<!这)(?<!那)(?<!多)么$",
    r"呢",
    r"有没有|有无|是否|是不是|能不能|会不会|要不要|可不可以|有否|有没(?!有)|没有(?:过)?\W*$|[不没]\W*$|(?:不啊|没啊|没呀|不呀|没呢)\W*$",
    r"(?<!没)(?<!为)什么(?!都|也没)|(?<!没)(?<!不)怎么(?!都|也)|怎样|如何|咋|啥|哪(?!怕)|(?<!这)(?<!那)(?<!好)(?<!十)(?<!近)几(?!个(?:关于|问题|方面|细节|点|特点|原因)|点(?:要|需|想|疑|情况|$|[:,。])|项|步)[次个天年岁点月周趟回片粒支两斤块条级分度加]|多少|多久|多长|多大|"
    r"多高|多重|何时|为何|(?<!换)谁(?!都|也)|(?:是|会|,|，).{0,12}还是(?!要|得|建议|需|应|先)",
    r"^(?:ok(?:ay)?|and|or|so|also|but|now|then|well|please|first|next|alright|thank you)? ?"
    r"(?:do|does|did|have|has|had|are|is|was|were|any|what|when|where|which|who|how|why|"
    r"(?:can|could|would|will) (?!be|have|also|look|mean|explain|help|well|easily|still|then|all|both)|"
    r"may i|might i)\b|^whether\b",
)
"""A question, or the part of one that carries the question word."""

IMPERATIVE = any_of(
    r"请(?:您|你)?(?:再|先|详细|具体|简单|尽可能)*(?:描述|说|讲|告诉|谈|介绍|回忆|补充|提供)|"
    r"说说|讲讲|讲一下|描述一下|(?:请|麻烦|能否|可以|能不能|把|您|你|如实|一并|一一|都|直接)[^,，。?？]{0,16}(?<!就)(?<!时)(?<!刚才)(?<!刚刚)(?<!已经)(?<!之前)(?<!前面)(?<!都)告诉我(?!们)|^告诉我|告诉我(?:一下|吧|就)|谈谈|介绍一下|说一下|说一说|问一下|问一问|问问|了解一下|想了解|想知道|需要了解|"
    r"想(?:再)?问|想(?:再|先|单独|全面|进一步|详细|具体|多|也|请您|跟您|向您)*(?:了解|知道|确认|请教|核实|请您|听听|听您)|聊聊|(?:需要|还要|得|要|来)(?:再|先|跟您|和您|向您|逐一|逐项)*(?:核实|核对|确认|了解|问|请教|知道)|"
    r"请(?:您)?(?:依次|逐一|逐项|逐条)?(?:回答|回忆|说明|提供|把|将|报|出示|反馈|告知|读|念|重复)|再(?:说|报|讲|念|回答)一(?:遍|次|下)|读给我|说给我|讲给我|(?:拿|报)来|报一下|念一下|拿来看|说来听|报(?:一)?(?:个|下)(?:数|结果)?|念(?:给我|一下|一念)|给我(?:看|说|报|念|$)|让我看|拿给我",
    r"(?:^|\b(?:please|could you|can you|would you|will you|and|to) )(?:describe|share|outline|list|give me|"
    r"show me)\b|\bshow me\b(?!.*\?)|(?:^|\b(?:please|you|to|and) )tell me\b|"
    r"\b(?:please|could you|can you|would you) (?:\w+ )?(?:report|provide|confirm|answer|clarify|explain)\b|"
    r"\b(?:walk me through|let me know|"
    r"i would (?:also )?(?:like|want) to (?:know|learn|hear|understand|ask)|i'd (?:also )?(?:like|"
    r"want) to (?:know|learn|hear|understand|ask)|"
    r"i (?:also )?(?:want|need|still need) to (?:know|ask|hear)|ask about|let me have|"
    r"i'd be (?:interested|glad|grateful|keen))\b|^whether (?:you|he|she|there|they)\b",
)

ORDER = any_of(
    r"做|查|完善|安排|得(?=穿刺|活检|抽|留|拍)|开(?!始|放)|测|拍|复查|化验|检验|进行|行|需要|需|建议|看一下|看看|评估|"
    r"抽|验|送检|补|先|申请|提供|给我|出示|看下|调阅|体检|检查|[叩敲捶摁摸触]|按(?![照时您你说])|听(?!起来|您|你|说|到)",
    r"\b(order|get|check|perform|obtain|need|recommend|suggest|let'?s|let us|run|do|schedule|look at|see|review|"
    r"(?<!you )(?<!i )have|move on to|"
    r"want|would (?:also |then )?like|i'?d (?:also )?like|arrange|send|examine|request|proceed)\b",
)
"""Asking for a test by ordering it."""

NOT_NOW = any_of(
    r"(?:不需要|不用|无需|不必|暂不|暂时不|先不)(?=.{0,2}(?:做|查|检|拍|化验|测|抽|行))|不做|不建议|避免|没必要",
    r"\b(no need|not need|do not need|don't need|avoid|unnecessary|not necessary)\b",
)

STATED = any_of(
    r"根据|鉴于|由于|考虑到|因为|既然|基于|结合(?!力|胆红|蛋白|珠|型|疗)|您提到|你提到|您说|你说|您刚才|刚才|之前提到|"
    r"提示|显示|表明|说明|感谢|谢谢|了解到|了解了|知道了|明白了|收到|正常范围|听起来|看起来|"
    r"可能与|有关|可能是|引起|导致|意味着|注意到|记得您|听您|看到您|说过",
    r"\b(based on|(?<!been )(?<!ever )given(?! (?:you|him|her|me)\b)|"
    r"since|because|you mentioned|you said|you told|thank|shows?|showed|suggests?|"
    r"indicates?|revealed|it sounds|it seems|i see|i understand|may be|might be|could be|consistent with|"
    r"due to)\b",
)
"""Words of a statement: what follows is said, not asked."""

EMBEDDED = re.compile(
    r"(?<!想)(?<!我)(?<!请)(?<!还)(?<!要跟您)(?:了解|明确|判断|评估|看|查看|看看|确定|排除|提示|观察|鉴别|弄清|搞清|分清|确认|知道)[^,，。;；?？:：]{0,8}?"
    r"(?:是否|有没有|有无|是不是|能否)(?![^,，。?？]*[?？])|"
    r"(?:找出|查出|弄清楚?|搞清楚?|明确|确定|判断)[^,，。;；?？:：]{0,6}?(?:什么|哪[种个些])(?![^,，。?？]*[?？吗呢])|没(?:怎么|什么|多少|几)|不怎么|哪怕|不管(?:怎么|什么)|无论(?:如何|什么)|"
    r"(?:注意|留意)[^,，。;；?？:：]{0,8}?(?:是否|有没有|有无)|"
    r"(?:弄清|搞清|查清|明确|分清)楚?[^。?？]{0,30}?(?:是哪|是什么|哪一?种)[^,，。?？]{0,6}|(?:影响|决定|关系到)[^,，。?？]{0,8}(?:怎么|如何|什么|哪|能不能|能否|是否|要不要|可不可以|有没有)|(?:究竟|到底)是?[^?？]*还是(?![^?？]*[?？])|怎么(?:治|处理|办|用药|选)(?=[^?？]*(?:再|之前|后|$))|无论[^,，。?？]{0,3}哪|什么都|"
    r"多少(?:有|会)些?|几步|一步一步|什么(?:问题)?都可以|随时(?:问|告诉)|[“\"‘「][^”\"’」]{1,12}[”\"’」]"
)
"""Question words that ask nothing of the patient: 了解是否 gives a reason, 没怎么 a degree."""

PURPOSE_START = re.compile(
    r"^\s*(?:主要|初步|重点|进一步|同时|以|用来|用于|来|也|可以?|能够?|有助于|帮助|目的是|为了|为)*"
    r"(?:看(?!过|病)|了解|评估|判断|明确|排除|观察|检测|监测|评价|鉴别|反映|确定|确认|寻找|找出|查出|弄清|搞清|除外|往|将|把)"
    r"|^\s*(?:因为|由于|这(?:样|项|个|些|有助|关系|对|会|是)|它|其|该|此|以便|以免|有助|帮助)"
    r"|^\s*(?:to|in order to|so that|because|this|it|these|which|looking for|checking for|for|"
    r"we (?:deliver|measure|watch|use|place|put|take))\b"
)
"""A clause that says what the tests before it are for."""

ASIDE = any_of(
    r"^(?:为了|为|由于|因为|考虑到|鉴于|既然|随着|除了(?!.*还)|如果|若|要是|一旦|万一|等|自从|自)(?!什么|啥)",
    r"^如(?!何|下|实|果|期|约)[^,，]{1,8}(?:允许|可以|正常|许可)|刚[^,，]{0,4}做|做完|前头那位|那位|隔壁",
    r"(?:之前|以前|之后|以后|期间|过程中|同时|当时|那时|的那天|时)$",
    r"(?:前|后)$",
    r"^(?:从|根据|结合|基于|按照|按(?![按压一下])|听(?![个一下诊听肺心])|看到|看您|您(?:刚才|之前|提到|说|放心|别|先|不用|慢慢|(?:担心|害怕|顾虑|关心|纠结)(?!的|什么|啥|哪))|我(?:注意到|看到|明白|理解|知道|了解了|记下))",
    r"可怕|想象|害怕|别怕|放宽心|不用担心|误差|容易|常见|只是|之一|同样重要|而已|通常|往往|一般来说|关系到|影响|会让|也会|有助于|更高|更清楚|更好|重要|必要|关键|取决于|比较大|不少|很多人",
    r"^(?:to |in order to |before |after |since |because |if |once |as |given |based on |considering )",
)
"""A clause that gives a time, a reason, a condition or an explanation beside what is asked."""

REASON_COLUMN = re.compile(
    r"为什么|为何|目的|意义|理由|原因|说明|用途|价值|作用|\b(?:why|reason|purpose|rationale|because|what for)\b"
)
"""Heads the column of a table that says why something is asked."""

QUESTION_COLUMN = re.compile(r"\bquestions?\b|问题")
"""Heads a column that, beside one of tests, says why each is done."""

REPORT_BACK = re.compile(r"(?:反馈|念|读|提供)[^,，。]{0,6}(?:结果|报告|单子|数值?)$")
"""Asks to be told the results of what is named behind it."""

EXPLAINS = re.compile(
    r"^\W*(?:也|同时)?为了?(?!什么|何|啥)|^\W*(?:我)?(?:很|非常|完全|特别)?(?:理解|明白)(?:您|你)|"
    r"^\W*(?:无论|不管|不论)|^\W*(?:您|你)(?:担心|害怕|顾虑|纠结)(?!的|什么|啥)|^\W*在[^,，]{2,20}(?:之前|以前|之后|以后)\W*$|关键在于|想到(?:什么|哪)|只能(?:告诉|看出|说明|反映)|告诉我们|"
    r"分不清|看不出|说明不了|区分不了|\b(?:tells? us|cannot tell)\b"
)
"""A clause that only says why something is asked, or what a test can tell."""

OBJECT_FIRST = re.compile(
    r"(?:[量查做测拍验抽送叩敲按摸听照开约]一?[量查做测拍验抽送叩敲按摸听照开约]?|做|拍|开|约|查|拉)(?:一下|一遍|一个|一张|一套|个|上|过来)"
    r"(?:吧|看看)?\W*$"
)
"""Orders what stands before it (血压我们量一下)."""

AGAIN = re.compile(
    r"(?<!不)(?<!无需)(?<!不用)(?<!不必)再(?:给我|跟我|和我|请您?)?(?:[说讲念报](?:[说讲念报]|一|下|给)|复述|描述|比划|形容|确认一(?:下|次|遍)|核[实对]一(?:下|次|遍))|重(?:新)?(?:说|讲|念|报|复述)|"
    r"没(?:听清|记[住下全清]|存上|听全)|我?忘了|记性不好|"
    r"\b(?:remind me|say (?:that )?again|once more|run (?:that|it) by me)\b"
)
"""Asks once more for what was told."""

CONFIRMED = re.compile(r"(?:对吧|是吧|没错吧|是这样吧|对不|对吗|是吗|\bright|\bcorrect)\W*\?\W*$")
"""Asks for a nod at what was summed up."""

RECAP_HEADING = re.compile(
    r"(?:信息|病情|病史|情况|资料)?(?:回顾|小结(?!石|节)|总结|摘要|梳理)|已(?:掌握|知|了解|收集|有)(?:的)?(?:信息|情况|资料)?\W*$|目前(?:已)?(?:掌握|知道)|"
    r"\b(?:summary|recap|so far|what (?:we|i) know)\b"
)
"""The heading of a list of what is known."""

FURTHER = re.compile(
    r"^\s*(?:或者?|还是|以及|还有|和|及|与|比如|比方|例如|譬如|像|如|包括|尤其|特别是|另外|再|也|同时|有没有|是否|"
    r"and|or|whether|if (?:you|he|she|they|it)|such as|like|including|"
    r"for example|as well as|also|especially|plus)"
)
"""A clause that adds to the question before it."""

RECAP = any_of(
    r"(?:我)?(?:都|也|已经|已|就)?(?:知道|晓得|清楚|了解|明白|记录|记下|记住|掌握|收到|看到|看见|看过|读过|听明白|写上|记上|有数)(?:下来|在案|过)?(?:了|啦)(?!解|吗|没|\?)|(?:仔细|已经|都)(?:看|读)过(?!吗|没|\?)|(?:也|都|我)看了(?!吗|没|\?|什么|哪)|(?:，|,)(?:行|好|好的|嗯|可以)[。!！]?$|这个有了|(?:做|查|拍|测|验|扫|切|割)过了(?!吗|没|\?)|已(?:阅|知|掌握)|已经(?:看到|知道)|写着(?:呢|的)|没话说|(?:这)?都挺好|那很好",
    r"(?:这|这个|这些|这几样|这几项|那)我?(?:都|也|就)?(?:清楚|知道|明白|了解|有数|有了|齐了)|已经?(?:回来|出来|拿到)了?(?!吗|没|\?)|"
    r"(?:您|你)?(?:刚才|刚刚|之前|前面|已经)?(?:都)?(?:说|讲|提|告诉|提到|讲到|回答)(?:过|到)(?:我)?(?:了|的)?(?!吗|没|什么|哪|\?)|小结(?!石|节)|总结一下|整理(?:如下|一下)|"
    r"归纳|不用再(?:重复|说)|无需(?:再)?(?:补充|重复)|记录在案|记在(?:病历|案)",
    r"\b(you(?:'ve| have)? (?:mentioned|said|told)|as you (?:said|mentioned)|to summari[sz]e|noted|"
    r"i understand that|so far|i have (?:seen|read|noted|reviewed|looked at)|i've (?:seen|read|noted|reviewed)|on file|"
    r"i've got'? (?:that|it)|got'? (?:that|it)|i have (?:that|it) down|that's (?:clear|noted|"
    r"helpful))\b",
)
"""What the doctor knows already and only sums up."""

RECALLED_ABOVE = re.compile(
    r"(?<!把)(?<!对)(?:这些|以上|上述|前面这些)[^。?？\n]{0,14}(?:知道|清楚|了解|明白|记录|记下|掌握|在案|重复|复述|补充|说过)[^。?？\n]{0,10}"
)
"""A sentence that makes all before it a summary."""

RECAP_OPENING = re.compile(
    r"(?:我|咱们?)(?:先|来|再)?(?:给您|帮您|跟您|为您)?(?:简单|大致|快速)?(?:复述|重复|小结|总结|梳理|整理|归纳|概括|回顾)(?![^\n]{0,14}请)[^\n]*|"
    r"\b(?:here is|here's|this is|that's) (?:my understanding|what i have|what i've|what i know|what we know)[^\n]*"
)
"""Opens a paragraph that only sums up."""

TO_TEST = re.compile(
    r"完善|还(?:需要?|缺|差)[^。]{0,6}(?:证据|资料|信息|结果)|[查抽拍测验检做开送补留采][^:]{0,8}:\W*$|(?:安排|完成)[^:]{0,4}:\W*$|(?:先|要|想|需)[^:]{0,4}(?:看到|拿到|见到|知道)[^:]{0,6}:\W*$|影像学?(?:的|资料)?(?:支持|依据|证据)|\b(?:order|check|get|send|arrange|request|need|like|want)\b[^:]{0,40}:\W*$"
)
"""Ends in an order of tests that are listed below."""

OUTCOME_HEADING = re.compile(
    r"诊断(?!价值|意义)[^:\n]{0,6}[:\n]\W*$|(?:方案|依据|治疗|处理|建议|措施|结果|报告|所见)\W*[:\n]\W*$|\b(?:diagnosis|treatment|plan|impression|assessment)\W*[:\n]\W*$"
)
"""Heads the diagnosis, its grounds or the plan, rather than anything to be asked."""

QUESTIONS = re.compile(
    r"问题|病史|了解|核实|核对|确认|回?答|回顾|症状|方面|情况|"
    r"\b(?:questions?|history|answer|the following|know|tell me|any of|run through|go through|checklist)\b"
)
"""What announces a list of questions, rather than of tests."""

TESTS = re.compile(
    r"检查|影像|化验|检验|项目|试验|评估|检测|几项|\b(?:test|exam|examination|investigation|lab|bloods?|imaging|scan|"
    r"workup|work up)\b"
)
"""Tests as a word."""

TEST_HEADING = re.compile(
    r"^\W*(?:[一二三四五六七八九十\d]+[、.])?(?:建议|推荐|完善|需要?|下一步|进一步|辅助|实验室|影像学?|化验|体格|专科|重点|相关|必要的?)*"
    r"(?:检查|检验|化验|查体|体检)(?:建议|项目|清单|计划)?\W*$|"
    r"^\W*(?:\w+ ){0,3}(?:investigations?|tests?|work ?up|labs?|laboratory|bloods?|imaging|next steps?|examination)\W*$"
)
"""A heading of tests, or of an examination's parts."""

ADVICE = re.compile(
    r"措施|缓解|可能(?:性|存在|的原因|有以下|是)|原因(?:包括|有|如下)|注意(?:事项|以下)|治疗(?:方案|建议|方法)|方法|生活方式|"
    r"\b(?:measures?|possibilit\w+|causes?|advice|tips|treatment plan|in the meantime|relie\w+)\b"
)
"""What follows is advice or an explanation, not tests or questions."""

ANNOUNCES = re.compile(
    r"清单|一览|列表|明细|\bchecklist\b|还(?:需要?|缺|差)[^。?？\n]{0,6}(?:证据|资料|信息|检查|结果|完善)|需完善|以下|下列|下面|如下|这几|几项|几点|几个|几样|几方面|几件|逐项|逐一|逐条|依次|分别|[两二三四五六]项|[两二三四五六]点|[两二三四五六]个(?:问题|方面)|"
    r"\b(following|these|few (?:question|thing|point)|couple of|some (?:question|test))\b"
)
"""A list follows."""

PURPOSE = any_of(
    r"(?:以|来|用于|用来|以便|从而|帮助|有助于|目的是|为了)(?:进一步|更好地|更准确地|准确)?(?:我们|"
    r"医生)?(?:排除|评估|了解|明确|判断|确认|鉴别|观察|检测|诊断|查看|确定|分析|监测|评价)|(?:可以|"
    r"能够?)(?:帮助|评估|排除|明确|反映)|看(?:看|一下)?(?:有没有|是否|有无)|排除",
    r"\b(to|in order to|which will|this will|that will) (help )?(rule out|exclude|assess|evaluate|"
    r"determine|see if|look for|check for|confirm|identify|understand|find out|screen for)\b|"
    r"\bfor (possible|any signs? of)\b|\brule out\b",
)
"""What a test is ordered for; the things named after it are not asked for."""

PREFACE = any_of(
    r"^(?:您|你|患者|他|她|孩子|宝宝)(?:现在|目前|之前|以前|既往|自己|本人)?(?:有|患|得|是|做|的|已|曾|存在|出现|放过|装过|切过|换过|吃着|服着)",
    r"^(you have|you are|you had|your|as you)\b",
)

OPEN = any_of(
    r"(?:还有|有没有|其他|其它|别的|另外|伴随|有什么|有哪些|哪些|什么|啥|任何|是否有|出现)(?:一些|"
    r"没有|什么|啥|其他|其它|别的|哪些|任何|的|伴随|伴有|身体|不同|异常|变化|或者?|和|让您|让你|您|觉得|感到|感觉|地方|情况|跟平时|和平时|[,，、])*"
    r"(?:不舒服|不适|症状|难受|不得劲|不对劲|不好受|不自在|不一样|异样|异常感|(?<!没)毛病(?=吗|没)|问题(?=吗|没有|\?))",
    r"(?:哪里|哪儿|怎么|什么地方|哪个地方|哪些地方|身体).{0,3}(?:不舒服|不适|不对劲|难受|不得劲|不好受|不自在)|怎么了|"
    r"(?:^|您|你|现在|目前|这)什么情况(?!下|会|能|时|[加减缓])|^(?:您|你)?(?:现在|目前|最近)?的?(?:病情|情况)怎么样|主要症状|最主要的?(?:不舒服|不适|难受|问题)|症状(?:的)?(?:具体|"
    r"详细)|来(?:医院)?看(?:什么|啥|点什么)(?:$|病|的|[?？])|(?:为了?|因为)(?:什么|啥)(?:事|情况)?(?:来|过来|看病|就诊|就医)|"
    r"^(?:到底|究竟|这是)?怎么回事|(?<!还)(?<!还有)什么(?:可以|能|我能)帮(?:到)?(?:您|你)|"
    r"(?:描述|说说|讲讲|谈谈|说一下|介绍)(?:一下)?(?:您|"
    r"你|孩子|宝宝|老人|他|她|患者|病人)?的?(?:症状|病情|情况|不适)|(?:具体|详细)(?:的)?(?:症状|情况|病情)|病情(?:的)?(?:经过|"
    r"发展|变化)",
    r"\b(any|other|additional|associated|further|more) (other |associated |additional |new )*(symptom|"
    r"complaint|concern|discomfort|problem)\b(?! of)|(any|some)thing else (bother|you|that|going|wrong|feel|"
    r"not right|on)|"
    r"what else (have you|is|are you|do you|did you)|else (have you noticed|is wrong|is troubling|is bothering)|"
    r"anything (else )?not right|"
    r"what brings? you|what seems to be|how are you feeling|"
    r"what('s| is| has)( been)? (wrong|going on|bothering|troubling|worrying)|"
    r"what symptoms? (?:have|do|are) you\b|what (?:can i do for you|made you (?:come|see|call))|"
    r"^what's up|what(?:'s| has| is)?(?: been)? (?:happened|happening)(?! (?:when|after|to (?:your|the)))|"
    r"how you(?:'ve| have) been feeling|"
    r"(?:everything|what) that has been (?:wrong|going on|happening)|"
    r"tell me (more )?about (symptom|complaint|problem|illness)|describe (symptom|"
    r"complaint)|how can i help",
)
"""An open question on symptoms."""

FOUND_OUT = re.compile(r"[查检]出|发现过|查到过|\bfound to have\b")
"""Asks what an examination found."""

REPORTS = any_of(
    r"(?:做过|做了|有过|有做|查过|有|做|什么|哪些|别的|其他|其它|任何|相关|已|之前|最近|近期|"
    r"提供|看看|看一下|既往|以往)(?:的|过|些|什么|哪些|其他|相关|任何|一些|医学|影像学?|实验室|"
    r"辅助|进一步)*(?:检查|化验|检验|体检)(?!镜)",
    r"(?:检查|化验|检验|体检)(?:结果|报告|单|资料|情况)|辅助检查|(?:检查|化验|检验)(?:了|过)?(?:吗|"
    r"没|\?)|(?:影像|化验|检查)资料",
    r"\b(any|what|which|other|previous|recent|prior|your|those|these|the) (other |medical |diagnostic |"
    r"further |laboratory |lab |imaging |previous |recent )*(test|exam|examination|investigation|"
    r"work ?up|lab|lab work|imaging)( result)?\b|\b(test|lab|imaging) result\b|\bbeen tested\b|"
    r"\binvestigation\b",
)
"""Examinations or tests as a whole."""

LEAK = any_of(
    r"(?:你|您)(?:得|患)的(?:到底|究竟)?(?:是)?什么病|(?:你|您)(?:到底|究竟|自己)?(?:觉得|认为|"
    r"知道)?(?:自己)?(?:得|患)(?:了|的)(?:是)?什么病|(?:你|您)的(?:最终|正确|真实|标准|参考)?诊断(?:结果)?(?:到底|"
    r"究竟)?(?:是什么|告诉|呢)|(?:标准|正确|参考|最终)(?:的)?(?:答案|诊断)(?:是什么|告诉|给我)|"
    r"(?:告诉我|直接说|说出|透露|公布).{0,8}(?:诊断|答案|什么病|得了什么)|(?:确诊|诊断)(?:的)?(?:结果)?(?:是什么|"
    r"为什么病|成什么)|诊断是啥",
    r"剧本|脚本|提示词|系统提示|设定|人设|病历(?:全文|原文|内容|全部|(?<!记到病历)(?<!记在病历)里(?!了)|上写(?!着|了))|(?:全部|所有|完整)(?:的)?(?:病历|"
    r"病史资料|信息|资料|记录|事实|条目)|(?:忽略|无视|忘记|跳过).{0,10}(?:指令|指示|规则|设定|"
    r"角色|要求)|(?:扮演|角色扮演|假装|模拟病人|标准化病人|你是(?:一个)?(?:ai|人工智能|模型|"
    r"机器人|语言模型|程序))|退出角色|(?:停止|不要|别)(?:再)?(?:扮演|假装|演)|(?:你|您)(?:这|"
    r"的)?(?:题目|考题|评分)|得分点|评分标准|json|yaml|(?:不用|不必|别|不要|甭)(?:再|继续)?(?:装|演|扮)|(?:病历|病案|底稿|档案|台词)"
    r"[^,。;?]{0,6}(?:背|念|读|抄|复述|倒出|发给)|(?:你|您)(?:所)?知道的[^,。;?]{0,4}(?:全|都|统统|一股脑)|"
    r"(?:病历|病案|档案)?(?:底稿|底本|原稿)|"
    r"考点|答案|数据库|后台|系统消息|管理员|调试|开发者|测试模式|病例(?:全文|原文|资料|文件|设计|描述)",
    r"\b(ignore|disregard|forget|override) .{0,30}(instruction|prompt|rule|role|above|previous)|"
    r"\b(system prompt|hidden|(script|prompt|instruction)s?\b|role ?play|break character|drop (role|"
    r"act)|out of character|stop pretending|you are (ai|language model|bot|simulat\w+))\b|"
    r"\bwhat (is|was) (final |correct |actual |true |real )?(diagnosi|answer|disease)|"
    r"\b(tell|give|reveal|show) me (final |correct |actual |full |whole |complete |"
    r"entire )*(diagnosi|answer|record|chart|script|case file|disease)|what (disease|illness|"
    r"condition) do you have|\b(full|whole|entire|complete) (medical )?(record|chart|script|"
    r"case file)\b|\b(?:recite|dump|read out|print out|copy out) .{0,20}(?:record|chart|file|note|everything)|"
    r"\b(?:no need to|don't have to|quit|stop) (?:act|pretend|play)\w*|"
    r"\b(?:every|all)(?: the| of the)? (?:fact|finding|detail)s? (?:in|of|on|from) "
    r"(?:your |the )?(?:record|chart|file|case)|"
    r"scoring|rubric|what were you diagnosed with|\bdebug|\bdeveloper\b|\badmin\w* (?:mode|access)\b|answer key|"
    r"ground truth|"
    r"backstory|\bcase (?:note|data|description|summary|detail)s?\b|"
    r"\byour (?:data|file|backstory|instruction|script)s?\b",
)
"""Asks for the diagnosis or the script, or to drop the role."""
NOTED = any_of(
    r"(?:病历|病案|档案|记录)[^,。;?]{0,6}(?:写明|写了|写着|写过|记了|记着|记载|注明|提到|提过|有写|也有)",
    r"\b(?:record|chart|note)s? (?:say|state|show|mention)\w*",
)
"""Says what stands in the record, which is not asking for it."""

AGE = any_of(
    r"多大(?:年纪|年龄|岁数)(?:了|啦|\?|$|吗|呢)|(?:您|你|今年|患者|孩子|宝宝)多大|^年龄|(?:您|你|患者|孩子)的?年龄|"
    r"今年几岁|几岁了|贵庚|多少岁",
    r"\bhow old\b|\b(your|patient's|patient) age\b|^\W*age\W*\?|\bdate of birth\b",
)
SEX = any_of(r"性别|男性?还是女|是男是女", r"\b(your|patient's) (sex|gender)\b|\bmale or female\b|\bwhat gender\b")
WISH = any_of(
    r"(?:治疗|手术|就诊|看病|这次|来)(?:上|方面|来)?(?:有什么|的|有没有)?(?:想法|期望|期待|要求|"
    r"诉求|意愿|目标|打算|目的)|希望(?:得到|达到|怎么|如何|解决|我)|想怎么(?:治|处理|办)|有什么(?:顾虑|"
    r"担心|期望|诉求|想法)|(?:最)?担心什么",
    r"\b(expectation|goal|wish|what (are you|do you) (hoping|hope|expect|want)|concerns?\b.*\?|"
    r"worried about|preference)\b",
)

FAMILY = any_of(
    r"家族|家老(?:爷子|太太)|家里(?![^,，。]{0,8}(?:养|炒|做饭|环境|装修|喝|喂|备着|猫|狗|宠物|盐|自己|测|量|水|抽烟|吸烟)|里?人(?:有没有)?(?:见|看|发现|注意|说|觉得))|家人(?!(?:有没有)?(?:见|看|发现|注意|说|觉得))|父母|父亲|母亲|(?:爸|(?<!大姨)妈)(?!的|妈?爸?(?:您|你|先|别|好[,，]|[,，]别))|兄弟|姐妹|哥哥|姐姐|弟弟|妹妹|叔叔|舅舅|姑姑|姑妈|(?<!大)姨妈|[堂表](?:兄|弟|姐|妹|哥)|亲属|亲戚|亲人|遗传(?!有关|因素|相关)|祖父|祖母|爷爷|奶奶|外公|外婆|子女中",
    r"\b(family|parent(?! (?:know|often|tell|worry|find|feel|notice))|"
    r"either side|both side|father|mother|dad|mum|mom|sibling|brother|sister|uncle|aunt|cousin|relative|grand\w+|"
    r"hereditary|run in)\b",
)
ALLERGIC_TO = re.compile(r"对.{2,}过敏|\ballergic to\b")
CONTACT = any_of(
    r"密切接触|接触过?的?[^,，。?？]{0,10}(?:人|者)|(?:身边|周围|家里|家人|同事|同学|班上|幼儿园|托儿所|大人小孩)[^。?？]{0,8}"
    r"(?:谁|(?<!家里有)人)[^。?？]{0,6}(?:感冒|咳|流涕|流鼻涕|发热|生病|一样|水痘|流感|手足口|拉肚子)",
    r"\b(?:contact with|around|near) (?:anyone|anybody|someone|people)\b|"
    r"\b(?:anyone|anybody|others?) (?:else )?(?:at home|around|in "
    r"(?:house|household|class|nursery))\b[^.?]{0,20}\b(?:ill|sick|cold|cough\w*|fever|unwell|similar|poorly)\b",
)
"""Asks for the illness of people around the patient."""
OTHERS_SMOKE = any_of(
    r"(?:别人|大人|家里|屋里|家人|同屋|旁边|身边|周围|住一(?:块|起)|同住|同事|室友|[爸妈公婆爷奶])[^。?？]{0,14}(?:抽烟|吸烟|烟民)",
    r"\b(?:anyone|anybody|someone|somebody|people|others?|parents?|partner|husband|wife|mum|mom|dad)\b[^.?]{0,30}\bsmok",
)
"""Asks whether those around the patient smoke."""
FAMILY_AS_WHOLE = any_of(
    r"病史|家族史|病(?!人|房)|什么|情况|健康|身体|遗传|怎么样|如何|好不好|好吗",
    r"\b(?:history|illness|condition|disease|problem|health|run|runs|anything|medical)\b",
)
"""Asks for the family's history as a whole, rather than for one thing in it."""
ALLERGIC = any_of(
    r"过敏",
    r"皮试|(?:吃|喝|碰|用|打|闻)[^,，。]{0,12}(?:起|长|出)(?:过|了)?(?:疹|皮疹|风团|疙瘩|包|红点)",
    r"\ballerg\w*|\breaction to\b|\breact(?:s|ed)?\b|\b(?:bring|come|came|brought) (?:you |him |her )?out in\b",
)

ALSO_THIS = re.compile(r"\W*(?:那|还有)?[^,，。?？]{1,10}呢\W*|\W*(?:and|what about|how about) [^,.?]{2,24}\?\W*")
"""A whole sentence that asks of one more thing what the sentence before it was about (磺胺呢？)."""

OF_SPECIMEN = re.compile(r"(?:术后|[后送取]|切下来|下来)?的?(?:标本|东西)?(?:[送做]的?)?病理")
"""Behind the operation whose specimen a report is of (电切送的病理): only the report is asked for."""

TIME_OF = re.compile(r"(?:早期|中期|晚期|前?[一二三\d]个?月|期间|那会儿?|那时候?|那阵子?|那年|那次|那回)")
"""Behind what only says when (怀孕早期)."""

GIVEN = re.compile(
    r"\b(?:take|taking|on|using|prescribed|swallow) (?:any |some )?$|"
    r"(?:注射|[打吃]过?|服用?过?|用过|补充)(?:[^,，。]{1,6}[、和或])?$"
)
"""Before a drug that is given, not a level that is measured (注射睾酮)."""

EXPLAINED = re.compile(
    r"\?\W{0,3}\([^()?]*\)|\((?:这|因为|用来|用于|判断|排除|关系|为了|以便|帮助|主要|看|提示|which|it|they|this|can|may|might|"
    r"in case|because|used|raised|helps?|looking|sign of|to)[^()?]*\)|"
    r"\((?:即|也就是|就是|指|俗称)[^()]*\)|\([^()]*[,，][^()]*(?:差|不好|不[做打用查])[^()]*\)"
)
"""Explains in brackets what was named before them."""

SUSCEPTIBILITY = re.compile(r"(?:抗生素|抗菌药|药)(?:物)?(?:是不是|是否)?(?:敏感|耐药)")
SUSCEPTIBLE = re.compile(r"(?:是不是|是否|到底|还|是)*(?:敏感|耐药)")
"""Behind a drug in the report of a culture."""

REACTION = any_of(
    r"(?:打|用|注射|吃|服|碰|戴|抹|接触|闻|沾)[^,，。]{1,16}?(?:时|后|之后|以后|会不会|会|就|出现)[^。]{0,12}(?:皮疹|憋气|不舒服|反应)",
    r"对[^,，。?？]{1,14}(?:会不会|会|有没有|是否)[^,，。]{0,4}(?:起疹|起包|发红|发痒|红肿|皮疹)",
    r"(?:打|用|吃|服|喝|接触)过[^。?]{1,16}[,，][^,，。]{0,6}(?:不良反应|(?<!胃肠道)反应(?:吗|没))",
    r"\b(?:hives?|rash|itch\w*|swelling|reaction|trouble breathing|came up|come up)\b"
    r"[^.?]{0,40}\b(?:after|from|to|with)\b"
    r"[^.?]{0,24}\b(?:dye|contrast|inject\w*|jab|antibiotic|tablet|medicine|drug|food|shellfish|prawn|nut|latex|glove)",
    r"(?:打|用|注射|吃|服|碰|戴|抹|接触|闻|沾)[^。?]{1,24}?(?:起过?疹|皮疹|起包|发痒|打喷嚏|风团|红肿)",
)
"""Tells of a reaction to something, over several clauses."""

OF_PATIENT = re.compile(r"\W*(?:那|请问)?(?:您|你)(?!家|的?[父母爸妈爱])")
"""Begins a clause about the patient, whoever the clause before it was about."""

TO_SEE = re.compile(r"\W*(?:看看?|瞧瞧?|了解)(?:一下)?(?:有没有|有无|是否|是不是)")
"""What an examination is done to see."""

COMPARED = re.compile(
    r"\s*(?:比(?![较值例重率])|优于|不如|胜过)|(?:机|室|科|房|医生|大夫|医师|护士)(?!颤)|\s*(?:(?:或者?|和|及|、)[^,，。]{1,4})?引导|"
    r"(?<=镜)下(?:逆行|插管|取|碎石|电切|切除|直视|放|置|止血|治疗|手术)|"
    r"\s(?:is|are) (?:better|worse|clearer) than\b"
)
"""What stands behind a thing that is only compared with another one."""

ATTRIBUTIVE = re.compile(
    r"(?<!对)(?<!相)(?:比|优于|不如)$|(?:影响|避免|防止|抑制|控制|针对|对抗|不利于|[于对]缓解|[于对]治疗)(?:您的?|到)?$|\b(?:affects?|"
    r"affecting|protect|harm) $"
)
"""What stands before a thing that is only part of a description (影响血压的因素)."""

SIMILE = re.compile(r"(?:像|好像|如同)[^,，。?？]{0,3}$")
SIMILE_AFTER = re.compile(r"那样|那么|那种|一样|似的|一般|般")
"""Around a thing that another one is only likened to (像沥青那样又黑又亮)."""

NO_WHOLE = re.compile(
    r"(?:与[此之][^,，。]{0,4}(?:相关|有关)的?|围|影响|合并|不在|麻醉[和及或与]|可能的|后续|耐受|适合|考虑|决定|您或|请|让|由|[跟和与叫](?:您的?)?)$"
)
NO_WHOLE_AFTER = re.compile(
    r"(?:们)?(?:有没有|有无|是否)?(?:见|看到|看见|发现|注意|说您|说你|反映)|(?:们)?(?:[您你]好|先别|别|不用|放心|[,，]\s*(?:先别|别|[您你]好))|"
    r"(?:[与和及][^,，。]{1,4})?的?(?:当天|当日|前(?!列)|后(?!来)|时(?!候)|期|路|方案|方式|风险|室|台|安全|耐受|评估|指征|切口|计划|选择|之[前后]|以[前后]|"
    r"[有做]?准备|依据|时机|条件|的(?:问题|影响|把握)|[把帮代陪签讲转放])"
)
"""What stands around a word for a whole history that is only mentioned (手术当天, 影响用药)."""

WHICH_DRUGS = re.compile(
    r"(?:哪些|什么|哪几种|几种)药[^,，。]{0,14}[吃用服]|[吃用服][^,，。]{0,4}(?:所有|全部)的?药物?"
)
"""Asks for all drugs, in whatever words."""

SAMPLING = re.compile(
    r"^(?:再|先|去|给你|给您)?(?:抽|采|验|化验|查|留|取|送|扎)(?:一?[个点次下管])?(?:静脉|指尖|末梢|全|中段)?(?:血|尿|便|痰)(?:液)?(?:标本|化验|检查)?$|"
    r"^(?:blood|urine|blood test|urine test)s?$"
)
"""How a test is done: beside its name it is none of its own (留尿做细胞学)."""

UNKNOWN_TEST = re.compile(
    r"(?:抗体|抗原|基因|蛋白|激素|水平|浓度)[^,，。]{0,6}(?:查|测|验|做|抽)(?:过|了)|\b(?:antibod\w+|antigens?|markers?|levels?|assays?)\b"
    r"[^.?]{0,24}\b(?:checked|measured|tested|done|drawn|sent)\b"
)
"""Asks for a test of the laboratory, whatever its name."""

OF_TESTS = re.compile(
    r"[扫拍测验查]过|做过|做了|怎么[报写]|报的|反流|回声|强化|积液|增厚|钙化|占位|指标|数值|报告|结果|大小|扩张|片子|\b(?:result|report|level|scan|test|effusion|calcification|thickening|lesion)s?\b"
)
"""Words of tests, which no symptom or history is asked for with."""

REFERS = re.compile(
    r"(?:这|那|该|上述|前述)(?:一|几|两|二|三|四|俩|些)?(?:个|项|份|张|次|种|样)?(?:试验|检查|化验|检验|结果|报告|指标|项目|数|数值|药|手术|病(?!房|人|情))|"
    r"(?:这|那|该)(?:[一几两三四]?项|[两三四几]个|俩)|它|当时|结果(?:如何|怎么样|是)|"
    r"(?:再|给我|念|读|报|告诉我)|\b(?:what (?:did|does|do) (?:it|they|that|those|the report|report) (?:show|say)|"
    r"(?:the )?results?|findings?|what (?:figure|value|number|titre)|"
    r"(?:has|have|had|was|were|did|is|are) (?:yours?|it|that|this|"
    r"one|they|those|these|either|both) "
    r"(?:been |being |ever |already |actually )*(?:done|checked|measured|taken|performed|sent|show|run|back|available|"
    r"looked at)|have you (?:ever |already )?had (?:one|it|that|this|any of (?:these|those|them)))\b"
)
"""Points back at what was named before."""

SYMPTOM_FEATURE = re.compile(
    r"多久|多长|什么时|何时|哪一?[天年]|几[天年月周]|持续|一阵|间断|反复|严重|厉害|程度|性质|什么样|怎么[痛疼]|怎样|部位|位置|哪里|哪儿|哪边|加重|减轻|缓解|诱因|频繁|几[次回]|"
    r"发作|放射|开始|起病|变化|类似|\b(?:how (?:long|often|bad|severe|many times)|when did|where|worse|better|"
    r"radiat\w*|start\w*|come on|this before|like this)\b"
)
"""Words by which a feature of a symptom is asked for that is not named."""

RADIATES = re.compile(
    r"[往朝向到][^,，。?？]{1,14}?(?:[窜串蹿扯钻跑]|放射|走(?!路))|(?:[窜串蹿扯牵]|放射)到|"
    r"\b(?:radiat\w+|spread\w*|travel\w*|shoot\w*|go(?:es)?) "
    r"(?:anywhere|down|round|into|through|up|to) "
)
"""Asks where a pain goes."""

FEATURE_ONLY = re.compile(
    r"几[次个天年月周趟回]|多久|多长|多少|什么时|何时|哪一?[天年次回]|怎么样|如何|什么样|严重吗|厉害|加重|缓解|频繁|结果|数值|指标|具体|情况|程度|性质|"
    r"什么(?:性状|质地|气味|颜色|形状|形态)|[阴阳]性|多了还是|"
    r"\b(how (?:long|often|many|much|bad|severe)|when (?:did|does|do|was|were|is|has|have|exactly)|when$|"
    r"result|what did (?:it|they|those)|"
    r"what (?:does|do|did|'d) ?(?:it|they)|what (?:was|were|is) (?:it|they))\b"
)
"""Asks for a feature of what was named before it."""

CONDITION = re.compile(
    r"(?<!什么)(?<!何)(?<!平)(?<!随)(?<!及)(?<!小)(?<!按)(?:时(?!间|候?间)|那会儿?|那阵子?|那当口|之前|之后|以后|期间|后|的过程中|(?<!以)(?<!之)前)(?=[^,，]{0,8}?(?:有没有|会|是否|有无|能|吗|出现|什么|怎么|感觉|还|也|是不是))"
)
"""Ends a condition within a clause."""

COURTESY = any_of(
    r"(?:还有|有)?(?:没有|什么|任何|其他|别的|哪些)*(?:疑问|疑虑|想问|问题(?:需要|想|要|随时|"
    r"可以|请|吗|\?|，|,|$)|不明白|不清楚|不懂)|(?:您|你)(?:看|觉得|认为|感觉)?(?:这样|怎么样|"
    r"怎样|如何|可以|行|好|意下|能)*(?:可以|行|好|怎么样|如何|同意|接受|意见|想法|明白|清楚|"
    r"理解|了解)(?:了|吗|么|不|\?|$|这|我)|明白(?:了)?吗|清楚(?:了)?吗|听懂|愿意|是否(?:同意|"
    r"愿意|接受(?!过)|可以|方便|理解|明白)|同意(?:吗|这)|好吗|可以吗|行吗|好不好|对此有何|需要我(?:再)?(?:为您|给您|向您|帮您)?(?:解释|"
    r"说明|帮)|方便吗|没问题吧|放心|接受(?:吗|么|\?)|顾虑|(?:想|要)(?:再)?(?:问|了解|知道|说|补充|商量)(?:我)?的(?:地方|问题|事)?(?:吗|么|没|\?)|"
    r"不明白|没听懂|听明白|行吧|行不行|成(?:吗|不|吧)|不放心|想(?:再)?问问|合适(?:吗|不)|接受(?:呢|不)|能不能(?:接受|行)|好吧\?|同意|还有什么(?:要|想)|[有没](?:什么)?(?:意见|想法|异议)|中不中|要得不|[行成妥]不\?|想(?:再)?(?:跟|和|问|同)?我?[说问聊讲](?:[说问聊讲]|一[说问聊])?(?:的)?(?:吗|么|没)|接受得了|没问题吧",
    r"\b(any (other |more |further )?question|"
    r"any (other |more |further )?concern(?= (?:before|about (?:this|that|plan))|\?)|do you (have|"
    r"understand)( any)?( other)? ?(question|"
    r"concern)|is that (ok|okay|alright|fine|clear)|does that (sound|make sense)|are you (ok|"
    r"okay|comfortable|willing|agreeable)|would you (be willing|like me to|agree)|sound good|"
    r"shall we (proceed|go ahead)|what do you think|okay\?|ok\?|alright\?|agree)\b|"
    r"\b(how does (that|this) sound|does (that|this|it)( plan| all)? (make sense|sound)|sound (alright|all right|"
    r"ok|okay|fine|reasonable)|happy (to|with)|(anything|something)( else)? you'?(d| would)? (like|want) (to ask|"
    r"me to|to go)|"
    r"any worry|go over|go through (it|that|this)|all right with you|feel about (that|this)|questions for me|"
    r"on board|(?:all|that|this|everything|it) clear\?)",
)
"""A question that waits for no information."""

RESULT = any_of(
    r"(?:结果|报告|检查)(?:显示|提示|表明|回报|来看)|(?:升高|偏高|偏低|降低|正常|阴性|阳性|未见|略高|略低|相符|偏[大小长短]|变[差大小多少好坏黑白]了)|您提供的",
    r"\b(?:showed|shows|was|were|normal|negative|positive|elevated|raised)\b",
)
"""A result is told, not a test ordered."""

SEVERAL = any_of(
    r"(?<!这)几种(?:可能|情况|疾病|原因)|(?:可能|潜在|常见)的?(?:原因|病因|疾病|诊断|情况)(?:包括|有|如下|:)|多种(?:原因|因素|疾病|可能)|"
    r"以下(?:几种|几个)?(?:可能|情况|疾病|原因)|鉴别",
    r"\b(several|number of|various|many) (possib|cause|condition|thing)|\bpossib\w+ (cause|include|diagnos)|"
    r"\bdifferential",
)
"""Several possibilities, none of them the doctor's own finding."""

FILLER = re.compile(
    r"一块儿?|一起|一并|请问|请您?|麻烦|您好|你好|医生|先生|女士|好的|嗯|那么|那|另外|首先|其次|然后|接下来|我想|"
    r"想|了解一下|了解|知道|问一下|问|一下|您|你|有没有|有无|是否|是不是|有过|最近|近期|平时|"
    r"现在|目前|以前|之前|曾经|过去|平常|会不会|会|吗|么|呢|啊|吧|了|过|的话|的|或者|或|和|以及|"
    r"等|这种|这个|那种|情况|现象|问题|出现|存在|感到|怎么样|怎样|如何|还|也|都|又|地|着|比如|"
    r"例如|比方说|[?？!！,，。、;；:：()（）\"“”'\d.*#\-]"
    r"|\b(please|hello|hi|thank you|doctor|do|does|did|you|have|has|had|any|are|is|was|were|"
    r"been|a|an|the|your|of|or|and|ever|currently|recently|also|can|could|tell me|about|there|"
    r"result|back|yet|please|findings?|show|showed|with|to|in|on|this|that|it|i|would like|know|notice|noticed|"
    r"experience|experienced|experiencing|"
    r"feel|feeling|felt|such as|like|for example|get|got|getting|first|now|then|just|let's|let us|see|run|send)\b"
)
"""What is left out before the meaning of a clause is looked up."""
