"""What a text states to be the answer, in the order of the text: ``答案是B``, ``I would choose A and C``, ``B``."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
_WEAK_LINK_ZH = r"[】\])”\"'’〕]{0,2}[ \t]{0,3}(?:应该|应|就|只能)?(?:是|为|有|包括|[:=])[ \t]{0,2}[:=]?(?:选择?|为|是)?"
_LINK_EN = (
    r"[\])”\"'’]{0,2}(?: (?:here|for this (?:question|case|one|item)|to (?:this|the) question|in this (?:case|question)))?"
    r"\s{0,3}(?:(?:is|are|was|would be|should be|must be|will be|has to be|have to be|could be|may be|might be|remains?|includes?"
    r"|appears? to be|seems? to be)\b|[:=]|[-–—]{1,2}(?=[ \t(]))?"
    r"[ \t]{0,3}(?:(?:therefore|thus|probably|likely|most likely|clearly|definitely|certainly|still|then|now|again"
    r"|indeed|simply|actually|obviously|in fact|hence)\b,?[ \t]?){0,2}:?"
)
_QUALIFIED = (
    r"(?:(?:correct|right|best|final|most (?:likely|appropriate|suitable|accurate|correct)|proper|appropriate|chosen"
    r"|selected|ideal|preferred|only (?:correct|right))[ \t]){1,3}"
)
_CUE = re.compile(
    r"(?P<noun>(?:(?:正确|标准|参考|最佳|最终|本题|我的)?的?答案|正确选项|最佳选项|最终选项|合适选项|正确选择|最佳选择|最终选择|我的选择|所选选项)" + _LINK_ZH + r")"
    r"|(?P<weak>(?:(?<!不)正确的?(?:是|有|选项|包括)?|错误的是|不恰当的是|不正确的是|选项|选择|更正|修正|结论|结果|判断结果|判断|判定|回答|(?<![一-鿿])[我答解])"
    + _WEAK_LINK_ZH + r")"
    r"|(?P<bare>(?:^|[。\n])[ \t]{0,3}[答解](?:[ \t]|[:])[ \t]{0,2})"
    r"|(?P<verb>(?:(?<![备筛挑人精供可海当入竞评遴胜误])选|可选(?=(?-i:[A-P]))|首选|改选)(?:择|定|取|用)?(?:的?(?:应该是|应是|应为|就是|是|为)|了|出)?"
    r"(?:检查|治疗|药物|方案|措施|诊断)?(?:是|为)?[ \t]{0,2}:?)"
    r"|(?P<copula>(?:而是|应该是|应该为|应当是|应为|应是|当为|则为|即为|就是|实为|也即|亦即|即|其实是|改为|改成|更正为|修正为|纠正为|(?:^|(?<=[,，。;；\n]))[ \t]?是))"
    r"|(?P<short>(?:^|\n)A[:][ \t](?=\(?(?-i:[A-P])\)?[.]?[ \t]?(?:\n|\Z)))"
    r"|(?P<only>(?:^|[。\n,，;；])[ \t]{0,3}(?:因此|所以|故|那么)?(?:就|便)?(?:只有|仅有|只能是|只剩|剩下的?是?))"
    r"|(?P<remain>(?:是|有)?只有(?=[ \t]?(?-i:[A-P])))"
    r"|(?P<therefore>(?:^|(?<=[。.!！;；,，\n\s]))(?:综上所述|综上|因此|所以|故而|故|因而|由此可见|总之|最终|最后)[,，:]?[ \t]?(?:本题|此题|该题|答案)?(?:是|为|就是)?[:]?)"
    r"|(?P<arrow>(?-i:(?<![A-P])(?<![A-P][ \t]))(?:→|⇒|⟹|=>|->)[ \t]?)"
    r"|(?P<think>(?:\bi (?:think|guess|believe|suppose|bet)|(?:^|(?<=[.!\n]))[ \t]?(?:definitely|probably|most likely|likely|certainly|clearly|obviously|surely|yes|ok|okay|well))\b,?"
    r"|(?:^|[我。，,\n])(?:猜|蒙|投|肯定|大概率?|多半|估计)(?=[ \t]?(?-i:[A-P])))"
    r"|(?P<hash>####[ \t]?)"
    r"|(?P<with>\banswer (?:with|by (?:choosing|selecting))\b)"
    r"|(?P<answer>\b(?:(?:the|my)[ \t])?(?:" + _QUALIFIED + r")?(?:my |the )?(?:answers?(?:\(s\))?|ans\.|ans|verdict)(?![A-Za-z])" + _LINK_EN + r")"
    r"|(?P<choice>\b(?:my |your )(?:final |best )?(?:options?|choices?|picks?|selections?|response)\b" + _LINK_EN + r")"
    r"|(?P<option>\b" + _QUALIFIED + r"(?:options?|choices?|responses?|selections?|statements?|ones?)\b" + _LINK_EN + r")"
    r"|(?P<label>\b(?:options?|choices?|selections?|selected|correct|right|conclusion|judge?ment|result|response|pick|corrections?|corrected|revised)(?:[ \t](?:options?|letters?))?"
    r"[\"”')\]]{0,2}[ \t]{0,2}:[ \t]{0,2})"
    r"|(?P<generic>(?:的(?:是|有|为|包括|选项是|选项为)|(?<!不)[是为](?=[ \t]?(?-i:[A-P]))|包括(?=[ \t]?(?-i:[A-P]))|(?:认为|觉得|我想|推测|估计|倾向于?|我猜|考虑|支持|优先|那就|那么)(?:应该|应)?(?:是|为|答案)?|\b(?:is|are|includes?|comprises?|belongs?)\b)[ \t]?:?)"
    r"|(?P<choose>(?<!avoid )\b(?:choose|choosing|chose|pick|picking|select|selecting|go(?:ing)? (?:with|for)|opt(?:ing)? for|vote(?: for)?|say"
    r"|said|answer with|lean(?:ing)? (?:to|towards?)|settle (?:on|for)|points? to|(?:leaves|leaving)(?: us)?(?: with| only)?|stick with|favou?r|tick|mark|circle|start with|(?<=i['’]d )do|(?<=i would )do)\b[ \t]{0,2}:?)"
    r"|(?P<it>\b(?:it|this|that|which)(?:['’]s| is| must be| should be| would be| has to be| makes it)(?: just| clearly| probably| definitely| most likely)?\b)"
    r"|(?P<must>\b(?:(?:must|should|has to|would) be|makes it|i\.e\.,?|that is,|namely)(?=\W))"
    r"|(?P<thus>(?:^|(?<=[.!;,:\n\s]))(?:therefore|thus|hence|so|accordingly|in (?:conclusion|summary)|conclusion|to (?:conclude|sum up)"
    r"|finally|ultimately|overall|final)\b[,:]?)"
    r"|(?P<sole>(?:^|(?<=[.!;\n] )|(?<=[.!;\n]))(?:only|just)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_NO_SUBJECT = re.compile(r"\b(?:so|nor)[ \t]$|(?:^|(?<!among )(?<!of )(?<!from )\b(?:the|all|three|four|five)[ \t])(?:options?|choices?)[ \t]$|选项$", re.IGNORECASE)
_STRICT = {"copula", "therefore", "arrow", "it", "must", "thus", "think", "bare", "generic"}
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
    r"|为什么(?:不|要)?|为何(?:不)?|是否(?:应该?)?|能否|(?:同学|有人|很多人|多数人|有些人|考生)[^,，。\n]{0,6}|如果|若|假如|即使)[ \t]{0,2}(?:会|都|要|去|再|先|直接|首先)?$"
    r"|(?:不确定|无法确定|不能确定|难以确定|无法判断|不知道|拿不准|不清楚|怀疑)[^。\n]{0,12}$"
    r"|(?:血型|分型|分级|级别|评级|类型|型别|维生素|肝炎|Child-Pugh|\b(?:grade|class|type|group|stage|hepatitis|vitamin|score|blood))[ \t]?(?:的?结果)?[ \t]?$"
    r"|(?:格式|模板|模版|示例|范例|举例|例如|比如|形如|形式|样例)(?:如下|应为|应该是|为|是|如)?[ \t]{0,3}[:,，]?\s{0,4}$"
    r"|\b(?:not|never|cannot|wrongly|incorrectly|mistakenly|students?|many|people|some|others|tempting to|tempted to|might|may"
    r"|could|why|why not|whether|neither|nor|without|instead of|rather than|refuse to|hesitate to|ruled? out)(?: (?:to|would|will|i|you|we|one|the|my|also|really|even|simply|just))*[ \t]{0,2}$"
    r"|n['’]t(?: (?:to|have|be|think|believe|say|the|really|necessarily|want|that|it|is|i|would|we)){0,5}[ \t]{0,2}$"
    r"|\b(?:whether|not sure|unsure|cannot (?:say|tell|determine|decide)|unable to (?:say|tell|determine|decide))\b[^.\n]{0,40}$"
    r"|\b(?:format|template|example|for instance|e\.g\.|such as|like)(?: is| would be)?[ \t]{0,2}[:,]?\s{0,4}$",
    re.IGNORECASE,
)
"""What stands right before the words of an answer and takes them back."""
_EXCLUDES = re.compile(
    r"(?:错误|不正确|不恰当|不属于|不符合|其他|其余|干扰)(?:的)?(?:选?项|答案|说法|叙述|描述|选择)?(?:是|有|为|包括)?[ \t:]{0,3}$"
    r"|\b(?:incorrect|wrong|inappropriate|other|remaining|false|distractor)[ \t](?:answers?|options?|choices?|statements?|ones?)\b.{0,6}$", re.IGNORECASE
)
"""Words that announce what is wrong: where one option is asked for, that may be the question."""
_IF = re.compile(r"若(?!干)|如果|倘若|假如|假设|要是|一旦|\b(?:if|unless|had (?:he|she|it|the|this)|were (?:he|she|it|the))\b", re.IGNORECASE)
_NO_CONDITION = re.compile(
    r"必须|一定要|非要|只能选|只选一|让我|要我|单选|不考虑其他|\bif i (?:had|have|must|were|was)\b|\bforced\b|had to (?:choose|pick)|must (?:choose|pick)", re.IGNORECASE
)
_MAIN_CLAUSE = re.compile(r"但|然而|不过|故|因此|所以|综上|本例|本题|\b(?:but|however|so|therefore|hence|thus|here)\b", re.IGNORECASE)
_TAKEN_BACK = re.compile(
    r"[ \t]{0,2}(?:选项|项)?(?:也)?(?:是|就|都|均|为|并|则|显然|其实|明显)?(?:的)?(?:错误(?!的?(?:选项|答案)?[是为有:])|错(?!误)|不对|不正确|不合适|不恰当|不妥|不合理|不符|有误|不可|不行|不能|×|✗|❌|的(?:错误|问题|不足|缺点|可能性(?:较|很)?(?:小|低|不大)|格式|形式))"
    r"|[ \t]{0,2}(?:(?:is|are|was|were|would be|will be|must be|as)[ \t])?(?:the |a |clearly |also |therefore )?(?:wrong|incorrect|false|not\b|inappropriate|unsuitable|a mistake|a distractor)"
    r"|[ \t]{0,2}(?:项|选项)?[ \t]?[吗么呢吧嘛]?[?？]"
    r"|[ \t]{0,2}[”\"」』]?[ \t]?(?:的)?(?:格式|形式|模板|format|form\b)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[ \t]{0,3}(?:[.。,，、;；:!！)\]】”\"'’|]|[-–—](?![A-Za-z])|\n|\Z|(?:选?项|选项|答案)?(?:了|吧|呀|啊|哦|无疑|最|才|，|。|更|不|$)|(?:两|三|四)?项|因为|because|as\b|since\b|here\b|not\b|rather\b|for\b|and not\b|instead\b|[(（])", re.IGNORECASE)
_FULL_STOP = re.compile(r"[。!！?？\n]|(?<![A-P\d])\.(?!\d)")
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


_ALL_BUT = re.compile(
    r"\b(?:everything|all(?: of (?:them|these|the (?:above|options|statements)))?|all (?:options|answers|statements)|every (?:option|answer))(?: are (?:correct|true|right))?[ \t]"
    r"(?:except(?: for)?|but|other than|apart from|besides)|除了?(?=[^,，。\n]{1,16}(?:以外|之外|外)[,，]?(?:其余|其他|其它|都|均|全|皆|剩下))",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"以上(?:选项|各项|说法|几项|[四五]项)?(?:全|都|均|皆)(?:部)?(?:正确|对|选|是|符合|可)|(?<![不未])全选|全部(?:正确|都对|都选|选)|(?:^|[\n,，。])全对"
    r"|\ball (?:of (?:the )?(?:above|them|these|options|statements)|(?:the )?(?:three|four|five) (?:options ?|statements ?|answers ?)?|(?:the )?(?:options|answers|statements)) ?"
    r"(?:(?:are|is) (?:correct|true|right)|apply|(?=\.?\Z))",
    re.IGNORECASE,
)


_BUT_ONE = re.compile(r"除了?(?=[^,，。\n]{1,16}(?:以外|之外|外)[,，]?(?:其余|其他|其它|都|均|全|皆|剩下)[^,，。\n]{0,6}(?:不|错))")


def but_one(text: str, options: Options) -> Iterator[Statement]:
    """The option besides which all are said to be wrong."""
    for match in _BUT_ONE.finditer(text):
        if but := options.listed(text, match.end()):
            yield Statement(but.picked, match.start(), but.end, Rank.WORDS)


def of_all(text: str, options: Options) -> Iterator[Statement]:
    """Statements that all options are right, or all but some, of an item that may have several right ones."""
    everything = frozenset(range(options.count))
    for match in _ALL_BUT.finditer(text):
        if (but := options.listed(text, match.end())) and not _DENIED.search(sentence_before(text, match.start())):
            yield Statement(everything - but.picked, match.start(), but.end, Rank.WORDS)
    for match in _ALL.finditer(text):
        named = any(start < match.end() and match.start() < end for _, start, end in options.texts_in(text))
        if not named and not re.search(r"[非不]$|\bnot $", text[max(0, match.start() - 4) : match.start()]):
            yield Statement(everything, match.start(), match.end(), Rank.STATED)


def _stated(text: str, options: Options, several: bool, cue: re.Match[str], since: int) -> Statement | None:
    kind = cue.lastgroup or ""
    mentions = _mentioned(text, options, several, kind, cue.end())
    if mentions is None or not (mentions.letters or kind in _WITH_WORDS):
        return None
    before = sentence_before(text, cue.start())
    if kind == "generic" and _NO_SUBJECT.search(before):
        return None
    if _DENIED.search(before) or _TAKEN_BACK.match(text, mentions.end):
        return None
    if kind in _STRICT and not _ENDS.match(text, mentions.end):
        return None
    if re.search(r"否则|反之|\botherwise\b", _FULL_STOP.split(text[mentions.end : mentions.end + _WINDOW])[0]):
        return None
    if _conditional(_FULL_STOP.split(text[max(0, cue.start() - _WINDOW) : cue.end()])[-1]):
        return None
    excludes = bool(_EXCLUDES.search(before + cue[0]))
    if excludes and several and kind != "generic":
        return None
    weak = excludes or kind == "generic" or not (mentions.letters or kind in _NOUNS or kind in ("weak", "label"))
    between = text[max(since, cue.start() - _SINCE) : cue.end()]
    return Statement(
        None if mentions.either or mentions.clash or _MAYBE.match(text, mentions.end) else mentions.picked,
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
        picked, block[0].start, block[-1].end, any(b.either for b in block), any(b.letters for b in block), any(b.clash for b in block)
    )


_BULLET = re.compile(r"[ \t]{0,8}(?:[-•·*▪●◦+][ \t]{0,3}|\(?\d{1,2}[.)、][ \t]{0,3})?")
_LINE_END = re.compile(r"[ \t]{0,4}(?:only|alone|first|[两三四五]?项|[吧呀啊哦啦了]|✓|✔|✅|√)?[ \t]{0,4}[.。,，、;；!！]?[ \t]{0,4}(?:\n|\Z)")
_LINE_TAIL = re.compile(
    r"[ \t]{0,4}(?:only|alone|first|[两三四五]?项)?[ \t]{0,4}(?:[:(—–]|[,，;；](?![ \t]?[A-P](?![A-Za-z]))|-[ \t]|\.[ \t]|。|(?:because|as|since|given|rather than|instead of)\b|因为|而不是|而非)"
)
_UNSURE = re.compile(
    r"[ \t:(（—–\-.|]{0,5}(?:incorrect|wrong|correct|right|true|false|yes|no|not|错|对(?!于)|正确|不|√|×|✓|✗|❌|✅)(?![a-z])"
    r"|[ \t,，(（]{0,3}(?:(?:if|unless|provided|depending)\b|如果|若|possibly|maybe|perhaps|probably not|or\b|也?可能|或|incorrect|wrong|错|不正确|不对)",
    re.IGNORECASE,
)
"""What makes the beginning of a line a verdict on one option, or a guess, not the answer."""
_AGAINST = re.compile(
    r"[不错非无]|排除|可能|禁|\b(?:not|no|wrong|incorrect|false|excluded?|avoid|contraindicated|less|unlikely|may|might|or)\b|n['’]t\b",
    re.IGNORECASE,
)
_MAYBE = re.compile(r"[ \t,，(（]{0,3}(?:possibly|maybe|perhaps|or\b|也?可能|或)", re.IGNORECASE)
_WRONG_HEADING = re.compile(r"错误|不正确|不选|排除|其他|其余|解析|分析|理由|为什么|\b(?:incorrect|wrong|why|other|explanation|rationale|not)\b", re.IGNORECASE)


def denied(before: str) -> bool:
    """Whether what stands before words of an answer takes them back."""
    return bool(_DENIED.search(before))


def speaks_against(words: str) -> bool:
    """Whether something is denied, wrong or uncertain in these words."""
    return bool(_AGAINST.search(words))


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
    if _UNSURE.match(text, found.end):
        return None
    if tail and found.labelled and not _AGAINST.search(text[found.end : found.end + 80].partition("\n")[0]):
        return found
    if found.goes_on and not found.letters:
        return None
    return found if tail and _LINE_TAIL.match(text, found.end) else None


def sentence_before(text: str, end: int) -> str:
    """What stands before ``end`` in its sentence."""
    window = text[max(0, end - _WINDOW) : end]
    *_, last = _SENTENCE.split(window)
    if not last.strip() and re.search(r"(?:格式|模板|示例|例如|format|template|example)[^\n]{0,12}[:：]\s*$", window, re.IGNORECASE):
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
    if re.search(r"\botherwise\b|否则|反之", before, re.IGNORECASE):
        return True
    return bool(found) and not _NO_CONDITION.search(before) and not _MAIN_CLAUSE.search(before, found[-1].end())
