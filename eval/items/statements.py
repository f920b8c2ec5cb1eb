"""What a text states to be the answer, in the order of the text: ``答案是B``, ``I would choose A and C``, ``B``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from eval.items.mentions import Mentions, Options, lines_of_options
from eval.items.scope import (
    DENIED,
    ENDS,
    EXCLUDES,
    MAYBE,
    TAKEN_BACK,
    conditional,
    sentence_before,
)

_LINK_ZH = (
    r"[】\])”\"'’〕]{0,2}[ \t]{0,3}(?:应该|应当|应|就|只能|最?可能|很可能|显然|必然|也|则|还|确实|当然|毫无疑问|我认为"
    r"|[依仍]然?|便|都|均){0,2}(?:选择?|是|为|即|属于|包括|有|改为)?[ \t]{0,2}(?:[:=]|[-–—]{1,2}(?![A-Za-z]))?"
    r"(?:选择?|为|是)?"
)
_LINK_EN = (
    r"[\])”\"'’]{0,2}(?: (?:here|(?:for|to|in) th(?:is|e) (?:question|case|one|item)))?\s{0,3}"
    r"(?:(?:is|are|was|(?:would|should|must|will|has to|have to|could|may|might|(?:appear|seem)s? to) be|remains?"
    r"|includes?)\b|[:=]|[-–—]{1,2}(?=[ \t(]))?[ \t]{0,3}(?:(?:therefore|thus|(?:most )?likely|still|then|now|again"
    r"|indeed|in fact|hence|\w{3,10}ly)\b,?[ \t]?){0,2}:?"
)
_QUALIFIED = r"(?:(?:correct|right|best|final|most [a-z]{3,12}|proper|chosen|selected|ideal|preferred|only)[ \t]){1,3}"
_STARTS = r"(?:^|(?<=[。.!！;；,，:\n\s]))"
_LETTER = r"(?=[ \t]?(?-i:[A-P]))"
_CUE = re.compile(
    r"(?im)(?P<noun>(?:(?:正确|标准|参考|最佳|最终|本题|我的)?的?答案|(?:正确|最佳|最终|合适|所选)选项|(?:正确|最佳"
    r"|最终"
    r"|我的)选择)"
    rf"{_LINK_ZH}|####[ \t]?"
    rf"|\b(?:(?:the|my)[ \t])?(?:{_QUALIFIED})?(?:my |the )?(?:answers?(?:\(s\))?|ans\.?|verdict)(?![A-Za-z]| with\b"
    rf"| by\b){_LINK_EN}"
    rf"|\b(?:my |your )(?:final |best )?(?:options?|choices?|picks?|selections?|response)\b{_LINK_EN}"
    rf"|\b{_QUALIFIED}(?:option|choice|response|selection|statement|one)s?\b{_LINK_EN})"
    r"|(?P<label>(?:(?<!不)正确的?[是有]?|(?:错误|不恰当|不正确)的是|正确(?:选项|包括)|(?<![A-P])选项|选择|[更修]正"
    r"|结论|结果"
    r"|判断结果"
    rf"|判断|判定|回答|(?<![一-鿿])[我答解]){_LINK_ZH}"
    r"|\b(?:options?|choices?|selections?|selected|correct(?:ed|ions?)?|right|conclusion|judge?ment|result|response"
    r"|pick"
    r"|revised)(?:[ \t](?:options?|letters?))?[\"”')\]]{0,2}[ \t]{0,2}:[ \t]{0,2})"
    r"|(?P<verb>(?:(?<![备筛挑人精供可海当入竞评遴胜误])选|可选(?=(?-i:[A-P]))|首选)[择定取用]?(?:的?(?:应该?是|应为"
    r"|就是|是|为)"
    r"|了|出)?(?:检查|治疗|药物|方案|措施|诊断)?[是为]?[ \t]{0,2}:?)"
    r"|(?P<choose>(?<!avoid )\b(?:choos(?:e|ing)|chose|pick(?:ing)?|select(?:ing)?|go(?:ing)? (?:with|for)"
    r"|opt(?:ing)? for"
    r"|vote(?: for)?|say|said|answer (?:with|by (?:choos|select)ing)|lean(?:ing)? (?:to|towards?)|settle (?:on|for)"
    r"|points? to|(?:leaves|leaving)(?: us)?(?: with| only)?|stick with|favou?r|tick|mark|circle|start with"
    r"|(?:(?<=i['’]d )|(?<=i would ))do)\b[ \t]{0,2}:?)"
    r"|(?P<only>(?:^|\n)A:[ \t](?=\(?(?-i:[A-P])\)?\.?[ \t]?(?:\n|\Z))|(?:^|[。\n,，;；])[ \t]{0,3}(?:因此|所以|故"
    r"|那么)?[就便]?"
    rf"(?:[只仅]有|只能是|只剩|剩下的?是?)|[是有]?只有{_LETTER}|(?:^|(?<=[.!;\n] )|(?<=[.!;\n]))(?:only|just)\b)"
    rf"|(?P<thus>{_STARTS}(?:(?:综上(?:所述)?|因此|所以|故而?|因而|由此可见|总之|最[终后])[,，:]?[ \t]?(?:[本此]题"
    rf"|该题|答案)?"
    r"(?:是|为|就是)?:?|(?:therefore|thus|hence|so|accordingly|in (?:conclusion|summary)|conclusion|to (?:conclude"
    r"|sum up)"
    r"|final(?:ly)?|ultimately|overall)\b[,:]?))"
    r"|(?P<strict>而是|应[该当]?[是为]|当为|则为|即为|就是|实为|[也亦]?即|其实是|改[为成]|[更修纠]正为|(?:^"
    r"|(?<=[,，。;；\n]))[ \t]?是"
    r"|(?:^|[。\n])[ \t]{0,3}[答解][ \t:][ \t]{0,2}|(?-i:(?<![A-P])(?<![A-P][ \t]))(?:→|⇒|⟹|=>|->)[ \t]?"
    r"|(?:\bi (?:think|guess|believe|suppose|bet)|(?:^|(?<=[.!\n]))[ \t]?(?:most likely|likely|surely|yes|ok|okay|well"
    r"|(?:definite|probab|certain|clear|obvious)ly))\b,?"
    rf"|(?:^|[我。，,\n])(?:猜|蒙|投|肯定|大概率?|多半|估计){_LETTER}"
    r"|\b(?:it|this|that|which)(?:['’]s| is| (?:must|should|would|has to) be| makes it)(?: just| most likely"
    r"| \w{3,10}ly)?\b"
    r"|\b(?:(?:must|should|has to|would) be|makes it|i\.e\.,?|that is,|namely)(?=\W))"
    rf"|(?P<generic>(?:的(?:[是有为]|包括|选项[是为])|(?<!不)[是为]{_LETTER}|包括{_LETTER}"
    r"|(?:认为|觉得|我想|推测|估计|倾向于?|我猜|考虑|支持|优先|那[就么])应?该?(?:是|为|答案)?|\b(?:is|are|includes?"
    r"|comprises?"
    r"|belongs?)\b)[ \t]?:?)"
)
"""What announces an answer (答案是, I would choose, →); a named group for each kind that is read in its own way."""


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
    alone: bool = False


def statements(text: str, options: Options, several: bool) -> list[Statement]:
    """All statements of an answer, in order."""
    found: list[Statement] = []
    at = 0
    while cue := _CUE.search(text, at):
        at = max(cue.end(), cue.start() + 1)
        statement = _stated(text, options, several, cue)
        if statement:
            found.append(statement)
            at = max(at, statement.end)
    return found


_ALL_BUT = re.compile(
    r"(?i)\b(?:everything|every (?:option|answer)|all(?: of (?:them|these|the (?:above|options|statements)))?"
    r"|all (?:options|answers|statements))(?: are (?:correct|true|right))?[ \t](?:except(?: for)?|but|other than"
    r"|apart from)|除了?(?=[^,，。\n]{1,16}外[,，]?(?:其余|其他|其它|都|均|全|皆|剩下))"
)
_ALL = re.compile(
    r"(?i)以上(?:选项|各项|说法|几项|[四五]项)?[全都均皆]部?(?:正确|对|选|是|符合|可)|(?<![不未])全选"
    r"|全部(?:正确|都?对|都?选)|(?:^|[\n,，。])全对|\ball (?:of (?:the )?(?:above|them|these|options|statements)"
    r"|(?:the )?(?:three|four|five)?(?: ?(?:options|statements|answers))) ?(?:(?:are|is) (?:correct|true|right)|apply"
    r"|(?=\.?\Z))"
)


def of_all(text: str, options: Options) -> Iterator[Statement]:
    """Statements that all options are right, or all but some, of an item that may have several right ones."""
    everything = frozenset(range(options.count))
    for match in _ALL_BUT.finditer(text):
        if (but := options.listed(text, match.end())) and not DENIED.search(sentence_before(text, match.start())):
            yield Statement(everything - but.picked, match.start(), but.end, Rank.WORDS)
    for match in _ALL.finditer(text):
        named = any(start < match.end() and match.start() < end for _, start, end in options.texts_in(text))
        if not named and not re.search(r"[非不]$|\bnot $", text[max(0, match.start() - 4) : match.start()]):
            yield Statement(everything, match.start(), match.end(), Rank.STATED)


def _stated(text: str, options: Options, several: bool, cue: re.Match[str]) -> Statement | None:
    """The statement that a cue announces; None where nothing, or nothing that counts, follows it."""
    kind = cue.lastgroup or ""
    mentions = _mentioned(text, options, several, kind, cue.end())
    if mentions is None or not (mentions.letters or kind in ("noun", "label", "verb", "choose")):
        return None
    before = sentence_before(text, cue.start())
    if kind in ("strict", "thus", "generic") and not ENDS.match(text, mentions.end):
        return None
    if DENIED.search(before) or TAKEN_BACK.match(text, mentions.end) or conditional(text, cue, mentions.end):
        return None
    excludes = EXCLUDES.search(before + cue[0])
    if excludes and several and kind != "generic":
        return None
    weak = excludes or kind == "generic" or not (mentions.letters or kind in ("noun", "label"))
    return Statement(
        None if mentions.either or mentions.clash or MAYBE.match(text, mentions.end) else mentions.picked,
        cue.start(),
        mentions.end,
        Rank.WORDS if weak else Rank.STATED,
    )


def _mentioned(text: str, options: Options, several: bool, kind: str, at: int) -> Mentions | None:
    """The options after a cue: on its line, or on the next ones where the line ends with it."""
    if found := options.listed(text, at):
        return found
    if kind not in ("noun", "label", "verb", "thus"):
        return None
    rest = re.compile(r"[ \t]{0,3}[:]?[ \t]{0,3}\n\s{0,4}").match(text, at)
    if not rest:
        return None
    block = lines_of_options(text, options, rest.end(), gaps=several)
    picked = frozenset[int]().union(*(one.picked for one in block))
    everything = kind in ("label", "thus", "verb") and len(picked) == options.count > 1
    if not block or everything or (len(block) > 1 and len(picked) > 1 and not several):
        return None
    return Mentions(
        picked,
        block[0].start,
        block[-1].end,
        either=any(one.either for one in block),
        letters=any(one.letters for one in block),
        clash=any(one.clash for one in block),
    )
