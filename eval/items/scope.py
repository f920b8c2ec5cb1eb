"""What the words around an answer make of it: denied, conditional, a conclusion, a correction, a question."""

from __future__ import annotations

import re

_FINAL = re.compile(
    r"(?i)综上|因此|所以|故|因而|可见|最终|最后|总之|结论|总结|\b(?:therefore|thus|hence|so|conclusion|conclude"
    r"|in summary|final(?:ly)?|ultimately|overall|accordingly)\b"
)
_CORRECTS = re.compile(
    r"(?i)[更纠修]正|改[为选成]|不对|等等|等一下|重新|抱歉|对不起|有误|[写看记说]错|仔细看|再[看想]|实际上|其实"
    r"|\b(?:actually|wait|corrections?|on (?:second thought|reflection)|sorry|apolog\w+|scratch that|i mean|no,|hold on"
    r"|let me re|i (?:was wrong|made a mistake|misread)|mistake|revis\w+|in fact)\b"
)
DENIED = re.compile(
    r"(?i)(?:(?<!不得)(?<!难)不(?:应该?|应当|能|可以?|宜|会|该|建议|考虑|要|是|再|必|推荐|予|得)?|没有?|未|别|勿|误|错"
    r"|易|非|无需|避免|排除|为[什何]么?|是否应?该?|能否|(?:同学|有人|[很多]+人|有些人|考生)[^,，。\n]{0,6}|如果|若|假如"
    r"|即使)[ \t]{0,2}(?:会|都|要|去|再|先|直接|首先)?$|(?:不确定|[无不]法?能?确定|难以确定|无法判断|不知道|拿不准"
    r"|不清楚|怀疑)[^。\n]{0,12}$|(?:血型|分[型级]|级别|评级|类型|型别|维生素|肝炎|Child-Pugh|\b(?:grade|class|type"
    r"|group|stage|hepatitis|vitamin|score|blood))[ \t]?(?:的?结果)?[ \t]?$|(?:格式|模[板版]|[示范样]例|举例|例如|比如"
    r"|形[如式]|\b(?:format|template|example|for instance|e\.g\.|such as|like))(?:如下|应?为|应该是|是|如| is"
    r"| would be)?[ \t]{0,3}[:,，]?\s{0,4}$|(?:n['’]t|\b(?:not|never|cannot|wrongly|incorrectly|mistakenly|students?"
    r"|many|people|some|others|tempt(?:ing|ed) to|might|may|could|why|whether|neither|nor|without|instead of"
    r"|rather than|ruled? out))(?: (?:to|have|be|think|believe|say|the|really|necessarily|want|that|it|is|i|you|we|one"
    r"|would|will|my|also|even|simply|just)){0,5}[ \t]{0,2}$|\b(?:whether|not sure|unsure"
    r"|(?:cannot|unable to) (?:say|tell|determine|decide))\b[^.\n]{0,40}$"
)
"""What stands right before the words of an answer and takes them back."""
EXCLUDES = re.compile(
    r"(?i)(?:错误|不正确|不恰当|不属于|不符合|其他|其余|干扰)的?(?:选?项|答案|说法|叙述|描述|选择)?(?:是|有|为"
    r"|包括)?[ \t:]{0,3}$|\b(?:incorrect|wrong|inappropriate|other|remaining|false)[ \t](?:answer|option|choice"
    r"|statement|one)s?\b.{0,6}$"
)
"""Words that announce what is wrong: where one option is asked for, that may be the question."""
_IF = re.compile(r"(?i)若(?!干)|如果|倘若|假[如设]|要是|一旦|\b(?:if|unless|(?:had|were) (?:he|she|it|the|this))\b")
_NO_CONDITION = re.compile(
    r"(?i)必须|一定要|非要|只能选|让我|要我|单选|\bif i (?:had|have|must|were|was)\b|\bforced\b|must (?:choose|pick)"
)
_MAIN_CLAUSE = re.compile(
    r"(?i)但|然而|不过|故|因此|所以|综上|本[例题]|\b(?:but|however|so|therefore|hence|thus|here)\b"
)
TAKEN_BACK = re.compile(
    r"(?i)[ \t]{0,2}选?项?也?[是就都均为并则]?(?:显然|其实|明显)?的?(?:错误(?!的?(?:选项|答案)?[是为有:])|错(?!误)"
    r"|不[对妥符可行能]|不正确|不合[适理]|不恰当|有误|×|✗|❌|的(?:问题|不足|缺点|可能性(?:较|很)?(?:小|低|不大)))"
    r"|[ \t]{0,2}(?:(?:is|are|was|were|would be|will be|must be|as)[ \t])?(?:the |a |clearly |also "
    r"|therefore )?(?:wrong|incorrect|false|not\b|inappropriate|unsuitable|a mistake|a distractor)"
    r"|[ \t]{0,2}选?项?[ \t]?[吗么呢吧嘛]?[?？]|[ \t]{0,2}[”\"」』]?[ \t]?的?(?:格式|形式|模板|format|form\b)"
)
"""What follows an answer and makes it wrong, or a question."""
ENDS = re.compile(
    r"(?i)[ \t]{0,3}(?:[.。,，、;；:!！)\]】”\"'’|了吧呀啊哦最才更不(（\n]|[-–—](?![A-Za-z])|\Z|选?项|答案|无疑"
    r"|[两三四]项|因为|(?:because|as|since|here|not|rather|for|and not|instead)\b)"
)
"""Where a clause ends, or goes on with a reason."""
_OTHERWISE = re.compile(r"(?i)否则|反之|\botherwise\b")
_FULL_STOP = re.compile(r"[。!！?？\n]|(?<![A-P\d])\.(?!\d)")
_SENTENCE = re.compile(r"[。!！?？;；\n]|(?<![A-P\d])\.(?!\d)")
_WINDOW = 80
_SINCE = 200
AGAINST = re.compile(
    r"(?i)[不错非无]|排除|可能|禁|n['’]t\b|\b(?:not|no|wrong|incorrect|false|excluded?|avoid|contraindicated|less"
    r"|unlikely|may|might|or|if)\b"
)
"""Something is denied, wrong or uncertain."""
MAYBE = re.compile(r"(?i)[ \t,，(（]{0,3}(?:possibly|maybe|perhaps|or\b|也?可能|或)")
"""An alternative follows."""


def sentence_before(text: str, end: int) -> str:
    """What stands before ``end`` in its sentence."""
    return _SENTENCE.split(text[max(0, end - _WINDOW) : end])[-1]


def is_final(text: str, start: int, end: int) -> bool:
    """Whether the sentence draws a conclusion, up to ``end``."""
    return bool(_FINAL.search(sentence_before(text, start) + text[start : min(end, start + _WINDOW)]))


def corrects(text: str, since: int, start: int) -> bool:
    """Whether what stands between two places takes back what was said before."""
    return bool(_CORRECTS.search(text[max(since, start - _SINCE) : start]))


def conditional(text: str, cue: re.Match[str], end: int) -> bool:
    """Whether the sentence of a cue makes the answer depend on something that is not said to be so."""
    before = _FULL_STOP.split(text[max(0, cue.start() - _WINDOW) : cue.end()])[-1]
    after = _FULL_STOP.split(text[end : end + _WINDOW])[0]
    if _OTHERWISE.search(before) or _OTHERWISE.search(after):
        return True
    found = list(_IF.finditer(before))
    return bool(found) and not _NO_CONDITION.search(before) and not _MAIN_CLAUSE.search(before, found[-1].end())
