"""The words that announce an answer (答案是, I would choose, →), in Chinese and English.

Each kind is a named group of ``CUE``; what follows it is read by ``eval.items.statements``.
"""

from __future__ import annotations

import re

_LINK_ZH = (
    r"[】\])”\"'’〕]{0,2}[ \t]{0,3}(?:应该|应当|应|就|只能|可能|最可能|很可能|显然|必然|也|则|理应|还|确实|当然"
    r"|毫无疑问|我认为|依然|仍然?|便|都|均){0,2}"
    r"(?:选择|选|是|为|即|属于|包括|有|改为)?[ \t]{0,2}(?:[:=]|[-–—]{1,2}(?![A-Za-z]))?"
)
_WEAK_LINK_ZH = (
    r"[】\])”\"'’〕]{0,2}[ \t]{0,3}(?:应该|应|就|只能)?(?:是|为|有|包括|[:=])[ \t]{0,2}[:=]?(?:选择?|为|是)?"
)
_LINK_EN = (
    r"[\])”\"'’]{0,2}(?: (?:here|for this (?:question|case|one|item)|to (?:this|the) question|in this (?:case"
    r"|question)))?"
    r"\s{0,3}(?:(?:is|are|was|would be|should be|must be|will be|has to be|have to be|could be|may be|might be"
    r"|remains?|includes?"
    r"|appears? to be|seems? to be)\b|[:=]|[-–—]{1,2}(?=[ \t(]))?"
    r"[ \t]{0,3}(?:(?:therefore|thus|probably|likely|most likely|clearly|definitely|certainly|still|then|now|again"
    r"|indeed|simply|actually|obviously|in fact|hence)\b,?[ \t]?){0,2}:?"
)
_QUALIFIED = (
    r"(?:(?:correct|right|best|final|most (?:likely|appropriate|suitable|accurate|correct)|proper|appropriate|chosen"
    r"|selected|ideal|preferred|only (?:correct|right))[ \t]){1,3}"
)
CUE = re.compile(
    r"(?P<noun>(?:(?:正确|标准|参考|最佳|最终|本题|我的)?的?答案|正确选项|最佳选项|最终选项|合适选项|正确选择"
    r"|最佳选择|最终选择|我的选择|所选选项)" + _LINK_ZH + r")"
    r"|(?P<weak>(?:(?<!不)正确的?(?:是|有|选项|包括)?|错误的是|不恰当的是|不正确的是|选项|选择|更正|修正|结论|结果"
    r"|判断结果|判断|判定|回答|(?<![一-鿿])[我答解])" + _WEAK_LINK_ZH + r")"
    r"|(?P<bare>(?:^|[。\n])[ \t]{0,3}[答解](?:[ \t]|[:])[ \t]{0,2})"
    r"|(?P<verb>(?:(?<![备筛挑人精供可海当入竞评遴胜误])选|可选(?=(?-i:[A-P]))|首选|改选)(?:择|定|取"
    r"|用)?(?:的?(?:应该是|应是|应为|就是|是|为)|了|出)?"
    r"(?:检查|治疗|药物|方案|措施|诊断)?(?:是|为)?[ \t]{0,2}:?)"
    r"|(?P<copula>(?:而是|应该是|应该为|应当是|应为|应是|当为|则为|即为|就是|实为|也即|亦即|即|其实是|改为|改成"
    r"|更正为|修正为|纠正为|(?:^|(?<=[,，。;；\n]))[ \t]?是))"
    r"|(?P<short>(?:^|\n)A[:][ \t](?=\(?(?-i:[A-P])\)?[.]?[ \t]?(?:\n|\Z)))"
    r"|(?P<only>(?:^|[。\n,，;；])[ \t]{0,3}(?:因此|所以|故|那么)?(?:就|便)?(?:只有|仅有|只能是|只剩|剩下的?是?))"
    r"|(?P<remain>(?:是|有)?只有(?=[ \t]?(?-i:[A-P])))"
    r"|(?P<therefore>(?:^|(?<=[。.!！;；,，\n\s]))(?:综上所述|综上|因此|所以|故而|故|因而|由此可见|总之|最终"
    r"|最后)[,，:]?[ \t]?(?:本题|此题|该题|答案)?(?:是|为|就是)?[:]?)"
    r"|(?P<arrow>(?-i:(?<![A-P])(?<![A-P][ \t]))(?:→|⇒|⟹|=>|->)[ \t]?)"
    r"|(?P<think>(?:\bi (?:think|guess|believe|suppose|bet)|(?:^|(?<=[.!\n]))[ \t]?(?:definitely|probably"
    r"|most likely|likely|certainly|clearly|obviously|surely|yes|ok|okay|well))\b,?"
    r"|(?:^|[我。，,\n])(?:猜|蒙|投|肯定|大概率?|多半|估计)(?=[ \t]?(?-i:[A-P])))"
    r"|(?P<hash>####[ \t]?)"
    r"|(?P<with>\banswer (?:with|by (?:choosing|selecting))\b)"
    r"|(?P<answer>\b(?:(?:the|my)[ \t])?(?:"
    + _QUALIFIED
    + r")?(?:my |the )?(?:answers?(?:\(s\))?|ans\.|ans|verdict)(?![A-Za-z])"
    + _LINK_EN
    + r")"
    r"|(?P<choice>\b(?:my |your )(?:final |best )?(?:options?|choices?|picks?|selections?"
    r"|response)\b" + _LINK_EN + r")"
    r"|(?P<option>\b"
    + _QUALIFIED
    + r"(?:options?|choices?|responses?|selections?|statements?|ones?)\b"
    + _LINK_EN
    + r")"
    r"|(?P<label>\b(?:options?|choices?|selections?|selected|correct|right|conclusion|judge?ment|result|response"
    r"|pick|corrections?|corrected|revised)(?:[ \t](?:options?|letters?))?"
    r"[\"”')\]]{0,2}[ \t]{0,2}:[ \t]{0,2})"
    r"|(?P<generic>(?:的(?:是|有|为|包括|选项是|选项为)|(?<!不)[是为](?=[ \t]?(?-i:[A-P]))|包括(?=[ \t]?(?-i:[A-P]))"
    r"|(?:认为|觉得|我想|推测|估计|倾向于?|我猜|考虑|支持|优先|那就|那么)(?:应该|应)?(?:是|为|答案)?|\b(?:is|are"
    r"|includes?|comprises?|belongs?)\b)[ \t]?:?)"
    r"|(?P<choose>(?<!avoid )\b(?:choose|choosing|chose|pick|picking|select|selecting|go(?:ing)? (?:with|for)"
    r"|opt(?:ing)? for|vote(?: for)?|say"
    r"|said|answer with|lean(?:ing)? (?:to|towards?)|settle (?:on|for)|points? to|(?:leaves|leaving)(?: us)?(?: with"
    r"| only)?|stick with|favou?r|tick|mark|circle|start with|(?<=i['’]d )do|(?<=i would )do)\b[ \t]{0,2}:?)"
    r"|(?P<it>\b(?:it|this|that|which)(?:['’]s| is| must be| should be| would be| has to be| makes it)(?: just"
    r"| clearly| probably| definitely| most likely)?\b)"
    r"|(?P<must>\b(?:(?:must|should|has to|would) be|makes it|i\.e\.,?|that is,|namely)(?=\W))"
    r"|(?P<thus>(?:^|(?<=[.!;,:\n\s]))(?:therefore|thus|hence|so|accordingly|in (?:conclusion|summary)|conclusion"
    r"|to (?:conclude|sum up)"
    r"|finally|ultimately|overall|final)\b[,:]?)"
    r"|(?P<sole>(?:^|(?<=[.!;\n] )|(?<=[.!;\n]))(?:only|just)\b)",
    re.IGNORECASE | re.MULTILINE,
)
NO_SUBJECT = re.compile(
    r"\b(?:so|nor)[ \t]$|(?:^|(?<!among )(?<!of )(?<!from )\b(?:the|all|three|four|five)[ \t])(?:options?"
    r"|choices?)[ \t]$|选项$",
    re.IGNORECASE,
)
STRICT = {"copula", "therefore", "arrow", "it", "must", "thus", "think", "bare", "generic"}
"""Words that state an answer only where nothing but letters follows."""
NOUNS = {"noun", "answer", "option", "choice", "hash"}
WITH_WORDS = {*NOUNS, "weak", "label", "verb", "choose"}
