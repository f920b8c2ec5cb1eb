# ruff: noqa: E501
"""The words of who tries for the script instead of consulting: they talk about the record, the role or the exam.

All patterns are for canonical text (see ``sp_sim.text``), which has no English articles and possessives. What a patient
may have with them (旧病历, old notes) is no script.
"""

from __future__ import annotations

from agents.cues import any_of

_PAPER = "(?:材料|资料|卡片?|纸|本子|稿子?|单子|文件|文本|说明|简介|介绍|摘要|信息|内容|脚本|数据|设定)"
TRIES = any_of(
    rf"(?:你|您)?(?:手[上里]|面前|拿到|收到|背后|内部)的?(?:那|这)?(?:一?[份张页段个])?的?(?:病人|患者|系统)?{_PAPER}[^。?？]{{0,14}}"
    r"(?:念|读|写|抄|说|列|给我|是什么|什么)|(?:念|读|抄|说|列)[^,，。?？]{0,6}(?:面前|手[上里])的?(?:那|这)?[份张页]?"
    rf"{_PAPER}|(?:你|您)(?:的|那)?(?:资料|材料|设定|简介|档案|数据|底牌)[里上中](?!.{{0,6}}(?:带|拿))",
    r"(?:背景故事|人物设定|角色(?!互补)|扮演|跳出(?:情境|场景|角色)|出戏|换个角色|互换|我(?:来)?演病人|你来(?:当医生|诊断)|"
    r"如果你是医生|假设你是医生|假设我是|假装我是|不再是(?:一?个)?(?:病人|患者))",
    r"考官|出题|这道题|考的是|得分点|拿(?:满|高|到)?分|采分|评分(?:标准|表上|细则)|标准答案|参考答案|关键点有哪些|"
    r"(?:这个|本|你们(?:这)?个?)(?:案例|病例)(?!.{0,6}(?:少见|典型|复杂))",
    r"(?:(?<!心)(?<!尿)(?<!血)输出(?!量)|打印(?!机)|导出|原样(?:输出|打印|发|贴|重复|复述)|逐字|一字不[漏差])|(?:翻译成|用(?:英文|英语|日语|法语))[^。]{0,8}|隐藏(?:的)?(?:字段|信息|内容|条目)|字段|"
    r"(?:诊断|答案)那?一?(?:栏|行|项|列)|提示词|第一段话|系统给你|(?:新的|以下)[^,，。]{0,4}指令|系统(?:维护|管理)|病例摘要|[【\[]诊断[】\]]",
    r"(?:你|您)?(?:被|让你)(?:告知|要求|交代|叮嘱|规定|设定)(?:的|了|要|不|隐瞒|什么|说)|要求(?:你)?隐瞒|"
    r"(?:没|未)(?:有)?(?:问到|问过|告诉我)的?(?:条目|项目?|信息|内容|都)|还差哪[几些]?项没问|资料里还有什么|"
    r"(?:你|您)(?:所|把)?知道的(?:[^,，。]{0,4})(?:都|全|统统)?(?:倒|说出来|讲出来|告诉)|"
    r"一次性?[^,，。]{0,6}(?:所有|全部)[^。]{0,10}(?:告诉|说|给)|(?:所有|全部)(?:的)?(?:症状|体征|检查|化验|结果)[^。]{0,12}(?:表格|列表|全部告诉|一次)",
    r"(?:直接|干脆|就)(?:讲|说|告诉我)?[^,，。]{0,4}(?:你|您)?(?:得|患)的(?:到底)?是(?:什么|哪种|哪个|啥)病|"
    r"(?<!以前)(?<!过去)(?<!小时候)(?:你|您)(?:得|患)的(?:到底|究竟)?是(?:哪种|哪个|啥)病|猜猜|首字母|字开头|"
    r"(?:给我|来)(?:一?个)?提示|(?:应该|该)(?:诊断|判断)(?:成|为)?(?:什么|啥)|会下(?:什么|啥)诊断|最后(?:那)?[^,，。]{0,3}诊断写|"
    r"该做(?:哪种|什么)手术",
    r"(?:^|[.!?;,:] ?|\b(?:please|and|then|now|to) )(?:output|print|export|dump|recite|translate|reveal|sudo)\b|\b(?:verbatim|print out|repeat (?:text|words|everything|what)|debrief|"
    r"system prompt|prompt|new instruction|hidden (?:field|info\w*|data)|(?:as|in) (?:table|json|bullet list)|first paragraph|"
    r"(?:diagnosi\w*|answer) (?:field|box|line|section))\b",
    r"\b(?:character|role) (?:sheet|card|description)|\b(?:swap|switch|reverse) role|\bstep out of\b|\bout of (?:scenario|character)|"
    r"\bscenario\b|\bsimulation\b|\bsimulated\b|\bgold standard\b|\bexaminer\b|\bstation\b|\bfull mark|\bmark scheme|"
    r"\bcheck ?list\b[^.]{0,20}\b(?:miss|left|score)|\bbox\w*\b[^.]{0,20}\btick|\bpretend (?:i'm|i am|you)\b|"
    r"\bno longer (?:a )?patient|\b(?:you're|you are|i know you're) (?:an? )?(?:ai|bot|actor|chatbot|llm|model|program)\b",
    r"\b(?:in|on|of|from|end of) (?:(?!of\b)brief|data|material|card|sheet|script|background info\w*|persona|profile|"
    r"(?:patient )?note)s?\b[^.?]{0,30}\b(?:say|said|written|told|tell|as|haven't|that you|should)\b|"
    r"\b(?:say|written|stands?|is|are|what's)\b[^.?]{0,20}\b(?:in|on|of) (?:brief|data|material|card|sheet|profile)s?\b|"
    r"\b(?:brief|material|card|sheet|notes?|profile|case writer)s? (?:say|says|tell|tells|want|wants|they gave|you)\b|"
    r"\bwho wrote (?:this|case)\b|\bcase summary\b|\bthis case\b(?= *(?:$|[?.,]| about| want))",
    r"\b(?:haven't|have not) i asked\b|\beverything you know\b|\ball (?:that )?you know\b|\bfacts? you(?: have|'ve)? (?:been |were )?given\b|"
    r"\b(?:told|instructed|supposed|meant|allowed|programmed) (?:not )?to (?:say|tell|hide|reveal|answer)|\ball (?:of )?test results? at once|"
    r"\bwhich (?:illness|disease|condition|diagnosis) (?:have you got|do you have|is (?:it|this))|\bwhat (?:condition|illness|disease) is this\b|"
    r"\bshould i diagnose\b|\byou diagnose me\b|\btell you to diagnose\b|\bstarts? with letter\b|\bgive me (?:a )?(?:hint|clue)\b|\breally going on\b|"
    r"\bfinal diagnosis\b[^.]{0,12}\?|\bgive (?:me )?(?:final )?diagnosi\w* and treatment\b",
    r"\b(?:ton|votre|le) diagnostic\b|\b(?:tu|su) diagn[oó]stico\b|\b(?:deine|ihre) diagnose\b|診断名|quelle maladie|qu[eé] enfermedad",
)
"""Tries for the script, whatever the rest of the sentence asks for."""

THEIR_OWN = any_of(
    r"(?:既往|以前|过去|旧的?|老的?|之前|外院|别的医院|上次|当时|带[来了着]|门诊|住院)(?:的)?(?:病历|病案|资料|小结|记录|诊断)|"
    r"(?:外院|别的医院|以前|之前|当时|上次|那边|当地)(?:的)?(?:医生|大夫)?[^,，。]{0,6}(?:诊断|确诊)",
    r"\b(?:old|previous|past|earlier|other hospital|gp) (?:note|record|letter|report|summary)",
)
"""What the patient may have been told or given elsewhere."""
