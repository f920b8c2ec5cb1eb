"""What a text states to be the answer, in the order of the text: ``答案是B``, ``I would choose A and C``, ``B``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from eval.items.mentions import Mentions, Options


class Rank(IntEnum):
    """How firmly the words make it the answer; a weaker statement does not stand against a firmer one."""

    WORDS = 1  # 首选肺栓塞: it may be about something else
    STATED = 2


@dataclass(frozen=True)
class Statement:
    """One statement; ``picked`` is None where it names alternatives, or a letter with the words of another option."""

    picked: frozenset[int] | None
    start: int
    end: int
    rank: Rank
    final: bool = False
    corrects: bool = False
    provisional: bool = False
    alone: bool = False


_LINK_ZH = (
    r"[】\])”\"'’〕]{0,2}[ \t]{0,3}(?:应该|应当|应|就|只能|可能|最可能|很可能|显然|必然|也|则|理应|还|确实|当然|毫无疑问|我认为|依然|仍然?|便|都|均){0,2}"
    r"(?:选择|选|是|为|即|属于|包括|有|改为)?[ \t]{0,2}(?:[:=]|[-–—]{1,2}(?![A-Za-z]))?"
)
_WEAK_LINK_ZH = r"[】\])”\"'’〕]{0,2}[ \t]{0,3}(?:应该|应|就|只能)?(?:是|为|[:=])[ \t]{0,2}[:=]?(?:选择?|为|是)?"
_LINK_EN = (
    r"[\])”\"'’]{0,2}(?: (?:here|for this (?:question|case|one|item)|to (?:this|the) question|in this (?:case|question)))?"
    r"\s{0,3}(?:(?:is|are|was|would be|should be|must be|will be|has to be|have to be|could be|may be|might be|remains?"
    r"|appears? to be|seems? to be)\b|[:=]|[-–—]{1,2}(?=[ \t(]))?"
    r"[ \t]{0,3}(?:(?:therefore|thus|probably|likely|most likely|clearly|definitely|certainly|still|then|now|again"
    r"|indeed|simply|actually|obviously|in fact|hence)\b,?[ \t]?){0,2}:?"
)
_QUALIFIED = (
    r"(?:(?:correct|right|best|final|most (?:likely|appropriate|suitable|accurate|correct)|proper|appropriate|chosen"
    r"|selected|ideal|preferred|only (?:correct|right))[ \t]){1,3}"
)
_CUE = re.compile(
    r"(?P<noun>(?:答案|正确选项|最佳选项|最终选项|合适选项|正确选择|最佳选择|最终选择|我的选择|所选选项)"
    + _LINK_ZH
    + r")"
    r"|(?P<weak>(?:正确的(?:是|有|选项|包括)?|错误的是|不恰当的是|不正确的是|选项|选择|结论|结果|判断结果|判断|判定|回答|(?<![一-鿿])[我答解])"
    + _WEAK_LINK_ZH
    + r")"
    r"|(?P<bare>(?:^|[。\n])[ \t]{0,3}[答解](?:[ \t]|[:])[ \t]{0,2})"
    r"|(?P<verb>(?:(?<![备筛挑人精供可海当入竞评遴胜误])选|可选(?=[A-P])|首选|改选)(?:择|定|取|用)?(?:的?(?:应该是|应是|应为|就是|是|为)|了|出)?"
    r"(?:检查|治疗|药物|方案|措施|诊断)?(?:是|为)?[ \t]{0,2}:?)"
    r"|(?P<copula>(?:而是|应该是|应该为|应当是|应为|应是|当为|则为|即为|就是|实为|也即|亦即|即|其实是|改为|改成|更正为|修正为|纠正为))"
    r"|(?P<only>(?:^|[。\n,，;；])[ \t]{0,3}(?:因此|所以|故|那么)?(?:就|便)?(?:只有|仅有|只能是|只剩|剩下的?是?))"
    r"|(?P<remain>(?:是|有)?只有(?=[ \t]?[A-P]))"
    r"|(?P<therefore>(?:^|(?<=[。.!！;；,，\n\s]))(?:综上所述|综上|因此|所以|故而|故|因而|由此可见|总之|最终|最后)[,，:]?[ \t]?(?:本题|此题|该题|答案)?(?:是|为|就是)?[:]?)"
    r"|(?P<arrow>(?<![A-P])(?<![A-P][ \t])(?:→|⇒|⟹|=>|->)[ \t]?)"
    r"|(?P<hash>####[ \t]?)"
    r"|(?P<answer>\b(?:" + _QUALIFIED + r")?(?:my |the )?(?:answers?|ans|verdict)\b\.?" + _LINK_EN + r")"
    r"|(?P<choice>\b(?:my |your )(?:final |best )?(?:options?|choices?|picks?|selections?|response)\b" + _LINK_EN + r")"
    r"|(?P<option>\b"
    + _QUALIFIED
    + r"(?:options?|choices?|responses?|selections?|statements?|ones?)\b"
    + _LINK_EN
    + r")"
    r"|(?P<label>\b(?:options?|choices?|selections?|selected|correct|right|conclusion|judge?ment|result|response|pick)(?:[ \t](?:options?|letters?))?"
    r"[\"”')\]]{0,2}[ \t]{0,2}:[ \t]{0,2})"
    r"|(?P<choose>\b(?:choose|choosing|chose|pick|picking|select|selecting|go(?:ing)? (?:with|for)|opt(?:ing)? for|vote(?: for)?|say"
    r"|said|answer with|lean(?:ing)? (?:to|towards?)|settle (?:on|for)|points? to|leaves?(?: us with| only)?|stick with|favou?r)\b[ \t]{0,2}:?)"
    r"|(?P<it>\b(?:it|this|that|which)(?:['’]s| is| must be| should be| would be| has to be| makes it)(?: just| clearly| probably| definitely| most likely)?\b)"
    r"|(?P<must>\b(?:(?:must|should|has to|would) be|makes it|i\.e\.,?|that is,|namely)(?=\W))"
    r"|(?P<thus>(?:^|(?<=[.!;,:\n\s]))(?:therefore|thus|hence|so|accordingly|in (?:conclusion|summary)|conclusion|to (?:conclude|sum up)"
    r"|finally|ultimately|overall|final)\b[,:]?)"
    r"|(?P<sole>(?:^|(?<=[.!;\n] )|(?<=[.!;\n]))only\b)",
    re.IGNORECASE | re.MULTILINE,
)
_STRICT = {"copula", "therefore", "arrow", "it", "must", "thus", "bare"}
"""Words that state an answer only where nothing but letters follows."""
_NOUNS = {"noun", "answer", "option", "choice", "hash"}
_WITH_WORDS = {*_NOUNS, "weak", "label", "verb", "choose"}
_FINAL = re.compile(
    r"综上|因此|所以|故|因而|可见|最终|最后|总之|结论|总结|\b(?:therefore|thus|hence|so|in conclusion|conclusion|in summary|final"
    r"|finally|ultimately|overall|to conclude|to sum up|accordingly)\b",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"更正|纠正|修正|改为|改选|改成|不对|等等|等一下|重新|抱歉|对不起|有误|写错|看错|记错|说错|仔细看|再看|再想|再仔细|实际上|其实"
    r"|\b(?:actually|wait|corrections?|on (?:second thought|reflection)|sorry|apolog\w+|scratch that|i mean|no,|hold on|let me re"
    r"|i (?:was wrong|made a mistake|misread)|mistake|revis\w+|in fact)\b",
    re.IGNORECASE,
)
_PROVISIONAL = re.compile(
    r"一开始|起初|最初|初看|乍看|原本|本来|刚才|先前|之前|\b(?:initially|at first|first (?:thought|instinct|impression)|originally|my initial)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:(?<!不得)(?<!难)不(?:应该|应当|应|能|可以|可|宜|会|该|建议|考虑|要|是|再|必|推荐|太会|予|得)?|没有?|未|别|勿|切勿|误|错|易误|易错|易|并非|绝非|而非|非|无需|避免|排除"
    r"|为什么(?:不|要)?|为何(?:不)?|是否(?:应该?)?|能否|同学|有人|很多人|多数人|有些人|如果|若|假如|即使)[ \t]{0,2}(?:会|都|要|去|再|先|直接|首先)?$"
    r"|(?:不确定|无法确定|不能确定|难以确定|无法判断|不知道|拿不准|不清楚|怀疑)[^。\n]{0,12}$"
    r"|(?:格式|模板|模版|示例|范例|举例|例如|比如|形如|形式|样例)(?:如下|应为|应该是|为|是|如)?[ \t]{0,3}[:,，]?\s{0,4}$"
    r"|\b(?:not|never|cannot|avoid|wrongly|incorrectly|mistakenly|students?|many|people|some|others|tempting to|tempted to|might|may"
    r"|could|why|why not|whether|neither|nor|without|instead of|rather than|refuse to|hesitate to|ruled? out)(?: (?:to|would|will|i|you|we|one|the|my|also|really|even|simply|just))*[ \t]{0,2}$"
    r"|n['’]t(?: (?:to|have|be|think|believe|say|the|really|necessarily|want|that|it|is|i|would|we)){0,5}[ \t]{0,2}$"
    r"|\b(?:whether|not sure|unsure|cannot (?:say|tell|determine|decide)|unable to (?:say|tell|determine|decide))\b[^.\n]{0,40}$"
    r"|\b(?:format|template|example|for instance|e\.g\.|such as|like)(?: is| would be)?[ \t]{0,2}[:,]?\s{0,4}$",
    re.IGNORECASE,
)
"""What stands right before the words of an answer and takes them back."""
_IF = re.compile(
    r"若(?!无|干)|如果|倘若|假如|假设|要是|一旦|\b(?:if|unless|had (?:he|she|it|the|this)|were (?:he|she|it|the))\b",
    re.IGNORECASE,
)
_NO_CONDITION = re.compile(
    r"必须|一定要|非要|只能选|只选一|让我|要我|单选|不考虑其他|\bif i (?:had|have|must|were|was)\b|\bforced\b|had to (?:choose|pick)|must (?:choose|pick)",
    re.IGNORECASE,
)
_MAIN_CLAUSE = re.compile(
    r"但|然而|不过|故|因此|所以|综上|本例|本题|\b(?:but|however|so|therefore|hence|thus|here)\b", re.IGNORECASE
)
_TAKEN_BACK = re.compile(
    r"[ \t]{0,2}(?:选项|项)?(?:也)?(?:是|就|都|均|为|并|则|显然|其实|明显)?(?:的)?(?:错误|错|不对|不正确|不合适|不恰当|不妥|不合理|不符|有误|不可|不行|不能|×|✗|❌|的(?:错误|问题|不足|缺点|可能性(?:较|很)?(?:小|低|不大)|格式|形式))"
    r"|[ \t]{0,2}(?:(?:is|are|was|were|would be|will be|must be|as)[ \t])?(?:the |a |clearly |also |therefore )?(?:wrong|incorrect|false|not\b|inappropriate|unsuitable|a mistake|a distractor)"
    r"|[ \t]{0,2}(?:项|选项)?[ \t]?[吗么呢吧嘛]?[?？]"
    r"|[ \t]{0,2}[”\"」』]?[ \t]?(?:的)?(?:格式|形式|模板|format|form\b)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"[ \t]{0,3}(?:[.。,，、;；:!！)\]】”\"'’|]|[-–—](?![A-Za-z])|\n|\Z|(?:选?项|选项|答案)?(?:了|吧|呀|啊|哦|无疑|最|才|，|。|更|不|$)|(?:两|三|四)?项|因为|because|as\b|since\b|here\b|not\b|rather\b|for\b|and not\b|instead\b|[(（])",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[。!！?？;；\n]|(?<![A-P\d])\.(?!\d)")
_WINDOW = 80
_SINCE = 200


def statements(text: str, options: Options, several: bool) -> list[Statement]:
    """All statements of an answer, in order."""
    found: list[Statement] = []
    at = 0
    while cue := _CUE.search(text, at):
        at = max(cue.end(), cue.start() + 1)
        statement = _stated(text, options, several, cue, found[-1].end if found else 0)
        if statement:
            found.append(statement)
            at = max(at, statement.end)
    return found


def _stated(text: str, options: Options, several: bool, cue: re.Match[str], since: int) -> Statement | None:
    kind = cue.lastgroup or ""
    mentions = _mentioned(text, options, several, kind, cue.end())
    if mentions is None or not (mentions.letters or kind in _WITH_WORDS):
        return None
    before = sentence_before(text, cue.start())
    if _DENIED.search(before) or _TAKEN_BACK.match(text, mentions.end):
        return None
    if kind in _STRICT and not _ENDS.match(text, mentions.end):
        return None
    if _conditional(before + cue[0]):
        return None
    weak = not mentions.letters and kind not in _NOUNS and kind not in ("weak", "label")
    between = text[max(since, cue.start() - _SINCE) : cue.end()]
    return Statement(
        None if mentions.either or mentions.clash else mentions.picked,
        cue.start(),
        mentions.end,
        Rank.WORDS if weak else Rank.STATED,
        final=bool(_FINAL.search(before + cue[0])),
        corrects=bool(_CORRECTS.search(between)),
        provisional=bool(_PROVISIONAL.search(before)),
    )


def _mentioned(text: str, options: Options, several: bool, kind: str, at: int) -> Mentions | None:
    """The options after a cue: on its line, or on the next ones where the line ends with it."""
    if found := options.listed(text, at):
        return found
    if kind not in _NOUNS and kind not in ("weak", "label", "thus", "therefore", "verb"):
        return None
    rest = re.compile(r"[ \t]{0,3}[:]?[ \t]{0,3}\n\s{0,4}").match(text, at)
    if not rest:
        return None
    block = lines_of_options(text, options, rest.end(), gaps=several)
    if not block:
        return None
    picked = frozenset().union(*(one.picked for one in block))
    if len(block) > 1 and not several:
        block = block if len(picked) == 1 else []
    if not block or (kind in ("weak", "thus", "therefore", "verb") and len(picked) == options.count > 1):
        return None
    return Mentions(
        picked,
        block[0].start,
        block[-1].end,
        any(b.either for b in block),
        any(b.letters for b in block),
        any(b.clash for b in block),
    )


_BULLET = re.compile(r"[ \t]{0,8}(?:[-•·*▪●◦+][ \t]{0,3}|\(?\d{1,2}[.)、][ \t]{0,3})?")
_LINE_END = re.compile(r"[ \t]{0,4}[.。,，、;；!！]?[ \t]{0,4}(?:\n|\Z)")
_LINE_TAIL = re.compile(r"[ \t]{0,4}(?:[:(,，;；—–]|-[ \t]|\.[ \t]|。|✓|✔|✅|√|because|因为)")
_WRONG_HEADING = re.compile(
    r"错误|不正确|不选|排除|其他|其余|解析|分析|理由|为什么|\b(?:incorrect|wrong|why|other|explanation|rationale|not)\b",
    re.IGNORECASE,
)


def lines_of_options(text: str, options: Options, at: int, gaps: bool = False) -> list[Mentions]:
    """The options that the lines from ``at`` on name one a line; with ``gaps`` lines of explanation may stand between."""
    block: list[Mentions] = []
    while at < len(text):
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        if text[at:line_end].strip():
            found = line_of_options(text, options, at)
            if found:
                block.append(found)
            elif not gaps or not block or _WRONG_HEADING.search(text[at : min(line_end, at + 60)]):
                break
        at = line_end + 1
    return block


def is_about_wrong(heading: str) -> bool:
    """Whether a line announces what is wrong, or reasons, and not the answer."""
    return bool(_WRONG_HEADING.search(heading))


def line_of_options(text: str, options: Options, at: int, tail: bool = True) -> Mentions | None:
    """The options that a line begins with, where they are all of it, or (``tail``) something is added to them."""
    bullet = _BULLET.match(text, at)
    start = bullet.end() if bullet else at
    found = options.listed(text, start)
    if found is None:
        return None
    if _LINE_END.match(text, found.end):
        return found
    return found if tail and _LINE_TAIL.match(text, found.end) else None


def sentence_before(text: str, end: int) -> str:
    """What stands before ``end`` in its sentence."""
    window = text[max(0, end - _WINDOW) : end]
    *_, last = _SENTENCE.split(window)
    if not last.strip() and re.search(
        r"(?:格式|模板|示例|例如|format|template|example)[^\n]{0,12}[:：]\s*$", window, re.IGNORECASE
    ):
        return window
    return last


def is_final(text: str, start: int, end: int) -> bool:
    """Whether the sentence draws a conclusion, up to ``end``."""
    return bool(_FINAL.search(sentence_before(text, start) + text[start : min(end, start + _WINDOW)]))


def corrects(text: str, since: int, start: int) -> bool:
    """Whether what stands between two places takes back what was said before."""
    return bool(_CORRECTS.search(text[max(since, start - _SINCE) : start]))


def _conditional(before: str) -> bool:
    """Whether the sentence makes the answer depend on something that is not said to be so."""
    found = list(_IF.finditer(before))
    return bool(found) and not _NO_CONDITION.search(before) and not _MAIN_CLAUSE.search(before, found[-1].end())
