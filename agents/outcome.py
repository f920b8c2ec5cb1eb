"""The words by which a turn shows what comes out of the dialogue: a diagnosis, a plan, or a wait for something.

Chinese and English together, for canonical text; companion of ``agents.cues``.
"""

from __future__ import annotations

from agents.cues import any_of

WAITS = any_of(
    r"(?:结果|报告)(?:出来|回来|告诉|给我|反馈|拿给|发给|告知|让我|发来)|(?:告诉|反馈|告知|发|拿)(?:给)?(?:我|"
    r"医生).{0,6}(?:结果|报告)|"
    r"(?:检查|化验|做)(?:完|好)(?:以后|之后|了)?(?:再|我们|我|给|带|根据|将|请)|(?<![一-鿿a-z0-9])等(?:检查|"
    r"结果|化验|报告)|待(?:检查|结果|化验|报告)|"
    r"(?:检查|化验|结果).{0,4}(?:明确|确定|确认)(?:诊断)?(?:后|之后|以后)?再|再(?:做|作|下|给|确定|制定|决定|"
    r"考虑)(?:诊断|判断|方案|治疗|结论)|(?:看完|做完|查完|出来|回来)?再(?:说|定|看)(?:怎么)?|"
    r"才能(?:确诊|确定|诊断|明确)|(?:尚|还|暂时?|目前)(?:不能|无法|难以)(?:完全)?(?:下|确定|确诊|诊断|明确|"
    r"判断|定)|信息(?:还)?(?:不足|不够|有限)|"
    r"需要(?:您|你)?(?:提供)?更多(?:的)?(?:信息|资料)|还需要?(?:再)?(?:做|查|了解|问|完善)|(?:先|首先)(?:查|"
    r"完善|做(?:个|一个|一下|些)?.{0,8}(?:检查|化验|ct|超声|x线|镜))|明确病理后|"
    r"再(?:来|跟|和|与|给)?(?:您|你|我)?(?:找我|商量|谈|聊|答复|安排)|才知道|(?:结果|报告|病理)(?:会|"
    r"能)?(?:告诉|决定|说了算)|看(?:看)?(?:能不能|要不要|是不是|是否)|"
    r"先(?:去|来|把|给您|给你)?(?:查|拍|抽|测|验|化验|留|刮|穿|散瞳)|(?:等着|还没(?:出|回))",
    r"\b(once (we|i)? ?(have|get|receive)?.{0,30}(result|test)|after (we|these|those)? ?.{0,30}(result|"
    r"test|scan)|wait(ing)? for|pending|when (the|we) .{0,20}(result|back)|before (i|we) (can|"
    r"make|decide|commit|settle)|need more information|before (deciding|making)|"
    r"let me know (result|how|what)|(?:come|return) (?:back )?with|first (get|do|run|check|order)|"
    r"still need to know)\b",
    r"\b(?:we|i)(?:'ll| will| can| would| then)* (?:then |also )?(?:decide|choose|talk|plan|adjust|see what|"
    r"advise|put together)\b|"
    r"\b(?:decide|determine)s? (?:between|whether|if|on|how|after|which|what)\b|\bdepends? on\b|"
    r"\buntil (?:those|that|these|result|cytology|report)\b|\bbefore (?:i|we) (?:start|treat|commit|settle|"
    r"reach|call|give)\b|"
    r"\b(?:isn't|not|still) (?:back|out)\b|\bas soon as (?:they|it|result)|\b(?:will|to) (?:help )?(?:us |me )?"
    r"(?:tell|say|know)\b|"
    r"\b(?:test|scan|ecg|mri|ct|swab|biopsy|exam\w*|scraping|dix hallpike|aspiration|that|it) first\b|"
    r"\blet me (?:do|take|have|check)\b",
)
"""The doctor wants to see something before deciding."""

SUSPECTS = any_of(
    r"怀疑|疑似|可能(?:是|与|有|患|存在|为|性)|不排除|不能排除|待排|初步(?:考虑|判断|怀疑|推测|"
    r"印象)|推测|或许|也许|倾向|几种可能|有关|(?<!不)像(?!素|机|片)|怕是|恐怕|八成|多半|警惕|担心是|疑诊|"
    r"可能性(?:较|很|最|比较)?[大高]|得防|(?:要|需要?|得|想)(?:先|再)?(?:考虑|除外|排除)|印象",
    r"\b(suspect\w*|may|might|could|can be|possib\w+|rule out|cannot (?:be )?exclude\w*|differential|"
    r"probabl[ye]|likely|"
    r"(?:sound|look|seem)s? (?:like|to be)|worr(?:y|ies|ied)|concern(?:ed)? (?:for|about)|make me think|thinking of|"
    r"point(?:s|ing)? to|i think|impression|versus|vs|provisional)\b",
)
"""An impression rather than a conclusion."""

CONDITION = any_of(
    r"(?:如果|假如|倘若|要是|要真|若(?!干)|万一|一旦)(?!.{0,4}(?:同意|愿意|没有?(?:问题|意见|异议)|方便|可以))|"
    r"的话[,，]",
    r"\b(?:if|unless|in case|should (?:it|this|they))\b(?! (?:you|that|it|this)[^,.]{0,12}(?:agree|happy|suit|"
    r"ok|fine))",
)
"""What stands behind it in the sentence is offered under a condition."""

FINDING = any_of(
    r"(?:如果|假如|倘若|要是|要真|若(?!干)|一旦)[^。;；\n]{0,24}?(?:证实|确实|确诊|真是|[阴阳]性|提示|显示|"
    r"报的?是|是(?!不))",
    r"\b(?:if|once|when|should) [^.;\n]{0,50}?\b(?:confirm\w*|show\w*|positive|negative|turn out|prove\w*|"
    r"reveal\w*|is|are)\b",
)
"""A condition that a test will settle."""

INTERIM = any_of(
    r"在此之前|在这之前|(?:结果|报告|检查)[^,，。]{0,6}(?:之前|前)|等待[^,，。]{0,8}(?:期间|时|过程)|"
    r"期间.{0,4}可以(?:先|试)|暂时|"
    r"(?:目前|现在|可以|您|你)?先[^,，。;；]{0,14}(?:顶|缓解|对症|压一压|稳住|观察)|顶一顶|对症(?:处理|治疗)|"
    r"同时(?:我们)?(?:正在)?等",
    r"\b(?:mean(?:while|time)|for now|for time being|until then|while (?:we|you) wait|before i|before we)\b",
)
"""A treatment that only tides over until more is known."""

DOSED = any_of(
    r"(?:一天|每天|每日|每晚|每早|早晚|睡前|一日|隔天)[^,，。?？]{0,8}(?:次|片|粒|回|颗|包(?!烟)|遍|针|单位|mg|"
    r"毫克|抹|涂|敷|喷|滴|各)|"
    r"[打注][^,，。?？过]{0,4}一针|\d ?(?:mg|毫克|ug|iu)|(?:吃|服|用|抹|涂|滴|敷|戴|练)(?:上|够|满|它)?"
    r"[一二三四五六七八九十半两\d]+(?:个)?(?:天|周|星期|礼拜|疗程|月)|(?:进|上)(?:手术室|导管室|台)|(?:今晚|"
    r"马上|明天|下周)[^,，。]{0,6}手术",
    r"\b(?:once|twice|two times|three times|four times) (?:a day|daily|day|a week|week)\b|\b(?:bd|tds|qds|bid|"
    r"tid|qid|od)\b|"
    r"\d ?(?:mg|mcg|microgram|g)\b|\b(?:to|in) theatre|theatre (?:now|tonight)|nil by mouth|\b(?:strap|brace|"
    r"splint|cast|"
    r"exercise|stretch)\w*\b",
)
"""A treatment by its dose, its times or its place, whatever its name."""

ASKS_FACT = any_of(
    r"以前|既往|曾经?|最近|近期|平时|有没有[^?]{0,10}过|过(?:吗|没)|多久|多少|多长|多重|几(?:天|次|年|个月|岁|"
    r"片)|什么时|哪(?:天|年|侧|边)|颜色|家族",
    r"\b(?:have (?:you|there)|ha[sd] (?:he|she|there|anyone)|did (?:you|he|she|it)|when (?:did|was|is)|"
    r"how (?:long|many|much|often|far)|"
    r"ever|what colour|what medic\w+|which (?:side|medic\w+)|where (?:is|does)|(?:are|is) (?:you|he|"
    r"she) (?:taking|on|allergic|pregnant)|"
    r"does (?:he|she|anyone)|do you (?:take|smoke|drink|wake|notice|get|use|know))\b",
)
"""Asks the patient for a fact, whatever it is about."""

PLAN_HEADED = any_of(
    r"(?:^|\n)\W*(?:[一二三四]\W*)?(?:怎么治|怎么处理|怎么办|接下来怎么做|接下来这样做)(?:疗)?\W*[:\n]",
    r"(?:^|\n)\W*(?:[一二三四]\W*)?(?:您|你)?(?:得|患)的是个?什么病\W*[:\n]",
    r"(?:治疗|处理)(?:方案|建议|计划|措施|原则|意见|方法)?(?:如下|为)?[】\]*#]*[:：\n]",
    r"\b(?:treatment|management|therapy|plan)(?: plan)?[*#]*[:\n]",
)
"""A heading 治疗："""

HEADED = any_of(
    r"(?:^|\n|[。;；!])[#*\-\s\d.、()【\[]*(?:最终|初步|临床|主要|综合|明确|目前|考虑)?诊断(?:结果|意见|"
    r"结论|为|是)*[】\]*#]*[:：\n]",
    r"(?:^|\n|\.)[#*\-\s\d.]*(final |primary |clinical |working )*(diagnosi\w*)[*#]*[:\n]",
)
"""A heading 诊断："""

ORDERED_NOW = any_of(
    r"(?:我)?(?:建议|推荐|希望|想|准备|打算|给|请|需要?|应该?|要|得|先|再|马上|尽快|立即|安排|麻烦)(?:您|你|"
    r"患者|孩子|宝宝|尽快|先|再|去|来|进一步|立即|首先|给您|为您|考虑|接受|开|安排|完善|做|进行|行|"
    r"查|拍|抽|测|补|一次|一个|个|下|一下|以下|下列|如下|相关|必要|几项|这些|的)*(?:检查|化验|检验|项目|试验|评估)|"
    r"(?:建议|推荐|希望|想|准备|给|请|需要?|应该?|要|得|先|再|安排|麻烦)(?:您|你|尽快|先|再|去|来|进一步|"
    r"联系医疗机构|给您|为您|考虑|接受|安排)*(?:完善|做|进行|行|查|拍|抽|测|补|开|化验|复查|加做|加查)",
    r"^[-*•\d.、() ]*(?:查|拍|抽|测|做|化验|复查|送检)|把.{1,20}(?:做|查|拍|约|测|验)(?:了|上|一下|完)|(?:也|"
    r"都)?约上|去(?:拍|做|查|测|抽|化验)|(?:拍|做|查|测|抽)一?个",
    r"\b(i(?:'d| would) (?:like|want|recommend|suggest|request)|i(?:'ll| will|'m| am) (?:order|order\w+|want|"
    r"need|arrang\w+|request\w*|tap|dilat\w+|advise|"
    r"send\w*)|i (?:recommend|advise|suggest|need|want)|please (?:get|have|do|complete)|let me (?:do|take|have|"
    r"get)|let'?s (?:get|do|check|order|send|run)|"
    r"we(?:'ll| will| should| need to) (?:get|do|check|order|send|run)|please (?:get|have|do)|you (?:need|"
    r"should have)|order|get|send|check|need)\b",
)
"""The words by which this doctor orders a test now."""

UNSETTLED = any_of(
    r"(?:进一步)?(?:明确|确认|确定|完善|证实)(?:诊断|病因|原因|情况)|确诊|以(?:便|排除|评估|明确|了解|确定)|排除|鉴别",
    r"\b(?:confirm|rule out|exclude|sort out|tell (?:which|them apart)|settle|find out)\b",
)
"""What tests are for while the diagnosis is open."""

RESULTS_IN_HAND = any_of(
    r"(?:根据|结合|综合|从|看了|收到|基于|感谢您提供的|提供的).{0,16}(?:结果|报告|检查|化验|影像|片子)",
    r"\b(?:based on|given|looking at|with|from) .{0,30}(?:results?|report|findings|scan|tests?|imaging|bloods?)\b",
)
"""The doctor goes by results that are there."""

DIAGNOSED = any_of(
    r"(?:初步|临床|最终|明确|综合|目前)?(?:的)?诊断(?:结果|意见|上)?(?:可能|考虑|应该?|倾向于?)?(?:为|是|如下|"
    r":)|确诊(?:为|是)|确认了?(?:以下)?诊断|"
    r"(?:您|你|患者|孩子|宝宝)(?:可能|应该|很可能|这是|这次是)?(?:患|得)(?:有|上|了|的)|结论(?:是|:)",
    r"\b(?:(?:working |final |provisional )?diagnosis (?:is|of)|you have|what you have is)\b",
)
"""Announces a diagnosis, whatever its name."""

UNDECIDED = any_of(
    r"(?:无法|不能|难以|没有办法|尚未|还没)(?:完全)?(?:确定|给出|做出|作出|明确|下)(?:具体|最终|明确|"
    r"准确)?(?:的)?(?:诊断|原因|结论|病因)|不好说|下不了(?:诊断|结论)|别急着定|不(?:急着|能|敢)?下(?:结论|"
    r"定论)|不能(?:草率)?(?:定|下)|(?:证据|依据)(?:尚|还|仍)?不(?:足|充分|够)",
    r"\b(?:cannot|can't|too early to|not able to|unable to) (?:yet )?(?:say|diagnose|tell|be (?:sure|certain)|"
    r"commit)\b",
)
"""No diagnosis is made."""

DEFERS = any_of(
    r"在?等待(?:进一步)?的?(?:检查|评估|诊断|结果|就诊)|愿意(?:接受|进行|做)[^,，。?？]{0,8}(?:检查|化验)|"
    r"为了?(?:进一步|更(?:准确|好|加准确)地)?(?:明确|确认|确定|判断|确诊|弄清)[^。?？\n]{0,40}(?:检查|试验|"
    r"扫描|化验|筛查)|等待检查结果|结果(?:及时)?(?:反馈|告诉|告知|发)(?:给)?我",
    r"\b(?:to|in order to) (?:confirm|clarify|establish)[^.?]{0,60}(?:test|scan|exam|imaging|biopsy|x ray)",
    r"(?:结果|报告|病理)(?:出来|回来|出)?(?:了|后|以后|之后)?(?:，|,)?(?:我们)?(?:再|才)(?:做|作|下|给|确定|"
    r"制定|决定|考虑|定|说|看)|"
    r"才能(?:确诊|确定|诊断|明确)|先(?:查|完善|做).{0,20}再(?:决定|确定|定|说|考虑)",
    r"\bonce (we|i) have the result|\bbefore (deciding|i decide|we decide)",
)
"""The decision itself is put off until a result is there."""

RECALLS = any_of(
    r"很多人|不少人|许多人|有的人|那位|别的病人|其他病人|少见|联想|等于",
    r"\d+(?:年|个?月|天|周)前|年前|既往|病史|曾(?:经)?(?:有|患|做|得)|以前(?:有|得|做|患)|您(?:刚才|"
    r"之前)?(?:提到|说)(?:过|您|你|的|有|自己)?",
    r"\b(history of|you mentioned|you said|you told|previous(?:ly)?|in (the )?past)\b",
)
"""What is recalled of the patient's past, not found now."""

ELSEWHERE = any_of(
    r"医生(?:可能|也许)?(?:会|可以)(?:根据|建议|进行|安排|要求)|(?:咨询|就诊|前往|联系|转诊|"
    r"看)(?:[^,，。;；]{0,14})(?:医生|专家|专科|科|医院)|"
    r"(?:尽快|及时|立即)(?:就医|就诊)|如果|若|一旦|如有|必要时|可能(?:还)?(?:会|需要)|(?:孩子|妹妹|弟弟|家属|"
    r"家人|老婆|配偶|亲属)[^,，。]{0,8}(?:查|筛|测)",
    r"\b(your doctor (?:may|might|will)|see a|specialist|refer\w*|if (you|the|symptom)|may need|might need)\b",
)
"""Tests that another doctor may do, or that are done only if need be: this doctor does not wait for them."""

FOLLOW_UP = any_of(
    r"复查|复诊|随访|随诊|定期|术前|术后|手术前|手术后|必要时|住院后|入院后|治疗后|治疗期间|"
    r"用药后|用药期间|期间|监测|出院|若|如果|一旦|如有|如出现|(?:一|两|二|三|1|2|3|4|6|半)个?(?:周|"
    r"月|年)后|每(?:年|月|周|隔|\d)",
    r"\b(follow[ -]?up|recheck|repeat|monitor\w*|regular(ly)?|pre[ -]?operative\w*|post[ -]?operative\w*|"
    r"before (the )?(surgery|operation)|after (the )?(surgery|operation|treatment)|if (you|the|"
    r"symptom)|in (\d+|two|three|four|six) (week|month|year)|annual\w*|surveillance|return)\b",
)
"""Tests named with these are part of a plan, not a question."""
