"""What the words around an answer make of it: denied, conditional, a conclusion, a correction, a question."""

from __future__ import annotations

import re

_FINAL = re.compile(
    r"综上|因此|所以|故|因而|可见|最终|最后|总之|结论|总结|\b(?:therefore|thus|hence|so|in conclusion|conclusion"
    r"|in summary|final|finally|ultimately|overall|to conclude|to sum up|accordingly)\b",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"更正|纠正|修正|改为|改选|改成|不对|等等|等一下|重新|抱歉|对不起|有误|写错|看错|记错|说错|仔细看|再看|再想|再仔细"
    r"|实际上|其实|\b(?:actually|wait|corrections?|on (?:second thought|reflection)|sorry|apolog\w+|scratch that|i mean"
    r"|no,|hold on|let me re|i (?:was wrong|made a mistake|misread)|mistake|revis\w+|in fact)\b",
    re.IGNORECASE,
)
_PROVISIONAL = re.compile(
    r"一开始|起初|最初|初看|乍看|原本|本来|刚才|先前|之前|\b(?:initially|at first|first (?:thought|instinct"
    r"|impression)|originally|my initial)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:(?<!不得)(?<!难)不(?:应该|应当|应|能|可以|可|宜|会|该|建议|考虑|要|是|再|必|推荐|太会|予|得)?|没有?|未|别|勿"
    r"|切勿|误|错|易误|易错|易|并非|绝非|而非|非|无需|避免|排除|为什么(?:不|要)?|为何(?:不)?|是否(?:应该?)?|能否"
    r"|(?:同学|有人|很多人|多数人|有些人|考生)[^,，。\n]{0,6}|如果|若|假如|即使)[ \t]{0,2}(?:会|都|要|去|再|先|直接"
    r"|首先)?$|(?:不确定|无法确定|不能确定|难以确定|无法判断|不知道|拿不准|不清楚|怀疑)[^。\n]{0,12}$"
    r"|(?:血型|分型|分级|级别|评级|类型|型别|维生素|肝炎|Child-Pugh|\b(?:grade|class|type|group|stage|hepatitis|vitamin"
    r"|score|blood))[ \t]?(?:的?结果)?[ \t]?$|(?:格式|模板|模版|示例|范例|举例|例如|比如|形如|形式|样例)(?:如下|应为"
    r"|应该是|为|是|如)?[ \t]{0,3}[:,，]?\s{0,4}$|\b(?:not|never|cannot|wrongly|incorrectly|mistakenly|students?|many"
    r"|people|some|others|tempting to|tempted to|might|may|could|why|why not|whether|neither|nor|without|instead of"
    r"|rather than|refuse to|hesitate to|ruled? out)(?: (?:to|would|will|i|you|we|one|the|my|also|really|even|simply"
    r"|just))*[ \t]{0,2}$|n['’]t(?: (?:to|have|be|think|believe|say|the|really|necessarily|want|that|it|is|i|would"
    r"|we)){0,5}[ \t]{0,2}$|\b(?:whether|not sure|unsure|cannot (?:say|tell|determine|decide)"
    r"|unable to (?:say|tell|determine|decide))\b[^.\n]{0,40}$|\b(?:format|template|example|for instance|e\.g\.|such as"
    r"|like)(?: is| would be)?[ \t]{0,2}[:,]?\s{0,4}$",
    re.IGNORECASE,
)
"""What stands right before the words of an answer and takes them back."""
_EXCLUDES = re.compile(
    r"(?:错误|不正确|不恰当|不属于|不符合|其他|其余|干扰)(?:的)?(?:选?项|答案|说法|叙述|描述|选择)?(?:是|有|为"
    r"|包括)?[ \t:]{0,3}$|\b(?:incorrect|wrong|inappropriate|other|remaining|false|distractor)[ \t](?:answers?|options?"
    r"|choices?|statements?|ones?)\b.{0,6}$",
    re.IGNORECASE,
)
"""Words that announce what is wrong: where one option is asked for, that may be the question."""
_IF = re.compile(
    r"若(?!干)|如果|倘若|假如|假设|要是|一旦|\b(?:if|unless|had (?:he|she|it|the|this)|were (?:he|she|it|the))\b",
    re.IGNORECASE,
)
_NO_CONDITION = re.compile(
    r"必须|一定要|非要|只能选|只选一|让我|要我|单选|不考虑其他|\bif i (?:had|have|must|were|was)\b|\bforced\b"
    r"|had to (?:choose|pick)|must (?:choose|pick)",
    re.IGNORECASE,
)
_MAIN_CLAUSE = re.compile(
    r"但|然而|不过|故|因此|所以|综上|本例|本题|\b(?:but|however|so|therefore|hence|thus|here)\b", re.IGNORECASE
)
_TAKEN_BACK = re.compile(
    r"[ \t]{0,2}(?:选项|项)?(?:也)?(?:是|就|都|均|为|并|则|显然|其实|明显)?(?:的)?(?:错误(?!的?(?:选项|答案)?[是为有:])"
    r"|错(?!误)|不对|不正确|不合适|不恰当|不妥|不合理|不符|有误|不可|不行|不能|×|✗|❌|的(?:错误|问题|不足|缺点"
    r"|可能性(?:较|很)?(?:小|低|不大)|格式|形式))|[ \t]{0,2}(?:(?:is|are|was|were|would be|will be|must be"
    r"|as)[ \t])?(?:the |a |clearly |also |therefore )?(?:wrong|incorrect|false|not\b|inappropriate|unsuitable"
    r"|a mistake|a distractor)|[ \t]{0,2}(?:项|选项)?[ \t]?[吗么呢吧嘛]?[?？]|[ \t]{0,2}[”\"」』]?[ \t]?(?:的)?(?:格式"
    r"|形式|模板|format|form\b)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"[ \t]{0,3}(?:[.。,，、;；:!！)\]】”\"'’|]|[-–—](?![A-Za-z])|\n|\Z|(?:选?项|选项|答案)?(?:了|吧|呀|啊|哦|无疑"
    r"|最|才|，|。|更|不|$)|(?:两|三|四)?项|因为|because|as\b|since\b|here\b|not\b|rather\b|for\b|and not\b"
    r"|instead\b|[(（])",
    re.IGNORECASE,
)
_INSTRUCTS = re.compile(
    r"(?:请|需|应|要求|务必|示例|例如|\b(?:please|use|reply|respond|write|must|should|example)\b)[^\n]{0,40}(?:格式"
    r"|模板|示例|例如|format|template|example)[^\n]{0,12}:\s*$",
    re.IGNORECASE,
)
"""A line that asks for a form; the form follows on the next line."""
_OTHERWISE = re.compile(r"否则|反之|\botherwise\b", re.IGNORECASE)
_FULL_STOP = re.compile(r"[。!！?？\n]|(?<![A-P\d])\.(?!\d)")
_SENTENCE = re.compile(r"[。!！?？;；\n]|(?<![A-P\d])\.(?!\d)")
_WINDOW = 80
_SINCE = 200


_AGAINST = re.compile(
    r"[不错非无]|排除|可能|禁|\b(?:not|no|wrong|incorrect|false|excluded?|avoid|contraindicated|less|unlikely|may"
    r"|might|or)\b|n['’]t\b",
    re.IGNORECASE,
)
_MAYBE = re.compile(r"[ \t,，(（]{0,3}(?:possibly|maybe|perhaps|or\b|也?可能|或)", re.IGNORECASE)


def denied(before: str) -> bool:
    """Whether what stands before words of an answer takes them back."""
    return bool(_DENIED.search(before))


def speaks_against(words: str) -> bool:
    """Whether something is denied, wrong or uncertain in these words."""
    return bool(_AGAINST.search(words))


def sentence_before(text: str, end: int) -> str:
    """What stands before ``end`` in its sentence."""
    window = text[max(0, end - _WINDOW) : end]
    *_, last = _SENTENCE.split(window)
    if not last.strip() and _INSTRUCTS.search(window):
        return window
    return last


def is_final(text: str, start: int, end: int) -> bool:
    """Whether the sentence draws a conclusion, up to ``end``."""
    return bool(_FINAL.search(sentence_before(text, start) + text[start : min(end, start + _WINDOW)]))


def corrects(text: str, since: int, start: int) -> bool:
    """Whether what stands between two places takes back what was said before."""
    return bool(_CORRECTS.search(text[max(since, start - _SINCE) : start]))


def is_provisional(before: str) -> bool:
    """Whether the sentence tells what was thought at first."""
    return bool(_PROVISIONAL.search(before))


def is_guess(text: str, end: int) -> bool:
    """Whether an alternative follows at ``end``."""
    return bool(_MAYBE.match(text, end))


def taken_back(text: str, end: int) -> bool:
    """Whether what follows at ``end`` makes it wrong, or a question."""
    return bool(_TAKEN_BACK.match(text, end))


def ends_there(text: str, end: int) -> bool:
    """Whether a clause ends at ``end``, or goes on with a reason."""
    return bool(_ENDS.match(text, end))


def announces_wrong_ones(words: str) -> bool:
    """Whether the words announce options that are wrong."""
    return bool(_EXCLUDES.search(words))


def conditional(text: str, cue: re.Match[str], end: int) -> bool:
    """Whether the sentence of a cue makes the answer depend on something that is not said to be so."""
    before = _FULL_STOP.split(text[max(0, cue.start() - _WINDOW) : cue.end()])[-1]
    after = _FULL_STOP.split(text[end : end + _WINDOW])[0]
    if _OTHERWISE.search(before) or _OTHERWISE.search(after):
        return True
    found = list(_IF.finditer(before))
    return bool(found) and not _NO_CONDITION.search(before) and not _MAIN_CLAUSE.search(before, found[-1].end())
