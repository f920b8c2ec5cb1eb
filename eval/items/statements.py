"""What a text states to be the answer, in the order of the text: ``答案是B``, ``I would choose A and C``, ``B``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from eval.items.mentions import Mentions, Options, lines_of_options
from eval.items.scope import (
    announces_wrong_ones,
    conditional,
    corrects,
    denied,
    ends_there,
    is_final,
    is_guess,
    is_provisional,
    sentence_before,
    taken_back,
)

_LINK_ZH = (
    r"[】\])”\"'’〕]{0,2}[ \t]{0,3}(?:应该|应当|应|就|只能|可能|最可能|很可能|显然|必然|也|则|理应|还|确实|当然"
    r"|毫无疑问|我认为|依然|仍然?|便|都|均){0,2}"
    r"(?:选择|选|是|为|即|属于|包括|有|改为)?[ \t]{0,2}(?:[:=]|[-–—]{1,2}(?![A-Za-z]))?"
)
_WEAK_LINK_ZH = (
    r"[】\])”\"'’〕]{0,2}[ \t]{0,3}(?:应该|应|就|只能)?(?:是|为|有|包括|[:=])[ \t]{0,2}[:=]?(?:选择?|为|是)?"
)
_LINK_EN = (
    r"[\])”\"'’]{0,2}(?: (?:here|for this (?:question|case|one|item)|to (?:this|the) question"
    r"|in this (?:case|question)))?\s{0,3}(?:(?:is|are|was|would be|should be|must be|will be|has to be|have to be"
    r"|could be|may be|might be|remains?|includes?|appears? to be|seems? to be)\b|[:=]"
    r"|[-–—]{1,2}(?=[ \t(]))?[ \t]{0,3}(?:(?:therefore|thus|probably|likely|most likely|clearly|definitely|certainly"
    r"|still|then|now|again|indeed|simply|actually|obviously|in fact|hence)\b,?[ \t]?){0,2}:?"
)
_QUALIFIED = (
    r"(?:(?:correct|right|best|final|most (?:likely|appropriate|suitable|accurate|correct)|proper|appropriate|chosen"
    r"|selected|ideal|preferred|only (?:correct|right))[ \t]){1,3}"
)
_CUE = re.compile(
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
    + r")|(?P<choice>\b(?:my |your )(?:final |best )?(?:options?|choices?|picks?|selections?"
    r"|response)\b"
    + _LINK_EN
    + r")|(?P<option>\b"
    + _QUALIFIED
    + r"(?:options?|choices?|responses?|selections?|statements?|ones?)\b"
    + _LINK_EN
    + r")|(?P<label>\b(?:options?|choices?|selections?|selected|correct|right|conclusion|judge?ment|result|response"
    r"|pick|corrections?|corrected|revised)(?:[ \t](?:options?|letters?))?[\"”')\]]{0,2}[ \t]{0,2}:[ \t]{0,2})"
    r"|(?P<generic>(?:的(?:是|有|为|包括|选项是|选项为)|(?<!不)[是为](?=[ \t]?(?-i:[A-P]))|包括(?=[ \t]?(?-i:[A-P]))"
    r"|(?:认为|觉得|我想|推测|估计|倾向于?|我猜|考虑|支持|优先|那就|那么)(?:应该|应)?(?:是|为|答案)?"
    r"|\b(?:is|are|includes?|comprises?|belongs?)\b)[ \t]?:?)|(?P<choose>(?<!avoid )\b(?:choose|choosing|chose|pick"
    r"|picking|select|selecting|go(?:ing)? (?:with|for)|opt(?:ing)? for|vote(?: for)?|say|said|answer with"
    r"|lean(?:ing)? (?:to|towards?)|settle (?:on|for)|points? to|(?:leaves|leaving)(?: us)?(?: with| only)?"
    r"|stick with|favou?r|tick|mark|circle|start with|(?<=i['’]d )do|(?<=i would )do)\b[ \t]{0,2}:?)"
    r"|(?P<it>\b(?:it|this|that|which)(?:['’]s| is| must be| should be| would be| has to be| makes it)(?: just"
    r"| clearly| probably| definitely| most likely)?\b)|(?P<must>\b(?:(?:must|should|has to|would) be|makes it"
    r"|i\.e\.,?|that is,|namely)(?=\W))|(?P<thus>(?:^|(?<=[.!;,:\n\s]))(?:therefore|thus|hence|so|accordingly"
    r"|in (?:conclusion|summary)|conclusion|to (?:conclude|sum up)|finally|ultimately|overall|final)\b[,:]?)"
    r"|(?P<sole>(?:^|(?<=[.!;\n] )|(?<=[.!;\n]))(?:only|just)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_NO_SUBJECT = re.compile(
    r"\b(?:so|nor)[ \t]$|(?:^|(?<!among )(?<!of )(?<!from )\b(?:the|all|three|four|five)[ \t])(?:options?"
    r"|choices?)[ \t]$|选项$",
    re.IGNORECASE,
)
_STRICT = {"copula", "therefore", "arrow", "it", "must", "thus", "think", "bare", "generic"}
"""Words that state an answer only where nothing but letters follows."""
_NOUNS = {"noun", "answer", "option", "choice", "hash"}
_WITH_WORDS = {*_NOUNS, "weak", "label", "verb", "choose"}


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
    r"\b(?:everything|all(?: of (?:them|these|the (?:above|options|statements)))?|all (?:options|answers|statements)"
    r"|every (?:option|answer))(?: are (?:correct|true|right))?[ \t](?:except(?: for)?|but|other than|apart from"
    r"|besides)|除了?(?=[^,，。\n]{1,16}(?:以外|之外|外)[,，]?(?:其余|其他|其它|都|均|全|皆|剩下))",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"以上(?:选项|各项|说法|几项|[四五]项)?(?:全|都|均|皆)(?:部)?(?:正确|对|选|是|符合|可)|(?<![不未])全选"
    r"|全部(?:正确|都对|都选|选)|(?:^|[\n,，。])全对|\ball (?:of (?:the )?(?:above|them|these|options|statements)"
    r"|(?:the )?(?:three|four|five) (?:options ?|statements ?|answers ?)?|(?:the )?(?:options|answers"
    r"|statements)) ?(?:(?:are|is) (?:correct|true|right)|apply|(?=\.?\Z))",
    re.IGNORECASE,
)


_BUT_ONE = re.compile(
    r"除了?(?=[^,，。\n]{1,16}(?:以外|之外|外)[,，]?(?:其余|其他|其它|都|均|全|皆|剩下)[^,，。\n]{0,6}(?:不|错))"
)


def but_one(text: str, options: Options) -> Iterator[Statement]:
    """The option besides which all are said to be wrong."""
    for match in _BUT_ONE.finditer(text):
        if but := options.listed(text, match.end()):
            yield Statement(but.picked, match.start(), but.end, Rank.WORDS)


def of_all(text: str, options: Options) -> Iterator[Statement]:
    """Statements that all options are right, or all but some, of an item that may have several right ones."""
    everything = frozenset(range(options.count))
    for match in _ALL_BUT.finditer(text):
        if (but := options.listed(text, match.end())) and not denied(sentence_before(text, match.start())):
            yield Statement(everything - but.picked, match.start(), but.end, Rank.WORDS)
    for match in _ALL.finditer(text):
        named = any(start < match.end() and match.start() < end for _, start, end in options.texts_in(text))
        if not named and not re.search(r"[非不]$|\bnot $", text[max(0, match.start() - 4) : match.start()]):
            yield Statement(everything, match.start(), match.end(), Rank.STATED)


def _stated(text: str, options: Options, several: bool, cue: re.Match[str], since: int) -> Statement | None:
    """The statement that a cue announces; None where nothing, or nothing that counts, follows it."""
    kind = cue.lastgroup or ""
    mentions = _mentioned(text, options, several, kind, cue.end())
    if mentions is None or not (mentions.letters or kind in _WITH_WORDS):
        return None
    before = sentence_before(text, cue.start())
    if kind == "generic" and _NO_SUBJECT.search(before):
        return None
    if kind in _STRICT and not ends_there(text, mentions.end):
        return None
    if denied(before) or taken_back(text, mentions.end) or conditional(text, cue, mentions.end):
        return None
    excludes = announces_wrong_ones(before + cue[0])
    if excludes and several and kind != "generic":
        return None
    weak = excludes or kind == "generic" or not (mentions.letters or kind in _NOUNS or kind in ("weak", "label"))
    return Statement(
        None if mentions.either or mentions.clash or is_guess(text, mentions.end) else mentions.picked,
        cue.start(),
        mentions.end,
        Rank.WORDS if weak else Rank.STATED,
        final=is_final(text, cue.start(), cue.end()),
        corrects=corrects(text, since, cue.end()),
        provisional=is_provisional(before),
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
