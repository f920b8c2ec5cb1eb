"""Where a text names options of an item, by letter or by their own words: ``B``, ``A、C和D``, ``(B) Warfarin``.

A letter is an option only where it stands for itself: not in a word, an abbreviation or a name (CTA, B超, 维生素C, a).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from eval.items.plain import narrow
from eval.items.scope import AGAINST

_CLOSE = r"[)\]】」』〕>”\"'’]{0,3}"
_CLOSING = re.compile(_CLOSE)
_MARKS = r"[ \t(\[{【《<「『〔“\"'‘]{0,6}"
_MARKED = re.compile(_MARKS)
_CALLED = re.compile(
    _MARKS
    + r"(?:选项|选择|答案|项|选|第|仅|只有|是|为|(?:(?:option|choice|answer|letter|statement)s?|both|either|the|an?"
    r"|only)(?![a-z]))[ \t]{0,3}[:]?" + _MARKS,
    re.IGNORECASE,
)
_LETTERS = re.compile(r"(?<![A-Za-z0-9])(?:[A-P]{1,16}|[a-p])(?![A-Za-z0-9])")
_BRACKETED = re.compile(r"(?i)[ \t]?[(\[【][ \t]?(?:选项|option )?([A-P])[ \t]?(?:选项|项)?[)\]】]")
_LABEL = r"[ \t]{0,3}(?:选项|项|答案|option)?[ \t]{0,3}[.、:,)）\]】(|\-–—]{0,2}[ \t]{0,3}(?:an? |the )?"
_ITEM = re.compile(r"[ \t]?(?:选项|答案|项)")
_OR = r"(?:或者?|还是|抑或|/?[ \t]or\b[ \t](?:also |even )?)"
_AND = r"(?:和|与|及|以及|跟|同|并|还有|而且|\band\b|\bas well as\b|\bplus\b)"
_SEPARATOR = re.compile(
    rf"(?i)[ \t]*(?:(?P<either>(?:[,，、][ \t]*)?{_OR}|vs\.?(?=[ \t])|versus\b)|(?P<comma>[,，;；](?:[ \t]*{_AND})?)"
    rf"|(?P<join>[、&+/|]|{_AND}))[ \t]*"
    r"|(?P<space>[ \t]+)|(?P<none>)"
)
_RANGE = re.compile(r"[ \t]?(?:[-–—~]|至|到|through|to)[ \t]?([A-P])(?![A-Za-z0-9])")
_AFTER_ZH = re.compile(
    r"[型超族组级期类波段肽链臂线带环峰群系轴角区座抗病染受细淋蛋亚照股值药血]|(?:反应|因子|点[压痛]|受体|细胞|抗|环"
    r"|族)"
)
_AFTER_EN = re.compile(
    r"(?i)(?:is|are|was|because|as|since|for|due|and|or|vs|but|not|with|rather|instead|over|in|on|here|only|would"
    r"|should|given|which|who|the|this|that|if|(?:al)?though|while|whereas|to|at|best|by|after|alone|(?:in)?correct"
    r"|wrong|false|true|right|when|unless|than|however|both|all|being|option|choice|through|must|can|may|could|ha[sv]e?"
    r"|do(?:es)?|also|(?:seem|look|fit|explain|describe|cause|require|treat|cover|reduce|lack|work|represent|match|meet"
    r"|include|provide|give|increase|prevent|appear|remain|show|follow|make|need|improve|suggest|indicate)(?:e?s)?"
    r"|applies|explanation|rationale|reason|per|based|from|it|so|hence|thus|i|[A-P])\b"
)
_PREDICATE = re.compile(
    r"(?i)[ \t]?(?:选?项(?![ \t]?(?:[,，.。;；、\n]|\Z)))?(?:(?![两三四五均都全皆共等项者因但而不选这,，。;；、])"
    r"(?![是为](?:正确|本题|最佳|答案|所选))[一-鿿]|不(?!选|是|包括)"
    r"|(?:(?:is|was|does|can|won|would)(?:n?['’]t)?|has|cannot|should|may|might|will|could|only (?:for|if|when)"
    r"|(?:need|lack|cause|cover|treat|require|seem|look|fit)s?)\b)"
)
"""What says something of an option: a list that was named before does not go on with it."""
_SPECIES = re.compile(r"\.[ \t]?[a-z]{3,12}(?:ae|ans|ens|ile|i|is|um|us)\b")
_BOUNDARY = re.compile(r"[,，、。;；:：.!！?？)\]】}」』”\"'’|/&+=~→⇒⟹✓✔✅√×✗✘❌—–…>(（\[【]|-(?![A-Za-z0-9])|\n|\Z")
_AFTER_WORDS = re.compile(r"[ \t]+[a-z]|[ \t]?[,，、]")
_TEXT_GOES_ON = re.compile(
    r"(?![的是为，。(作进治即可来以及和与或等均都最属符就更且并因由而也才则能将会应需不这吗吧呢啊比优])[一-鿿]"
)


@dataclass(frozen=True)
class Mentions:
    """Options named together: their indexes, the span, whether as alternatives (A或B), and whether by letters."""

    picked: frozenset[int]
    start: int
    end: int
    either: bool = False
    letters: bool = True
    clash: bool = False
    """A letter stands with the words of another option."""
    labelled: bool = False
    """One letter, with its own words."""
    goes_on: bool = False
    """After a comma something is said of the next option."""


class Options:
    """The options of one item, as they are looked for in replies."""

    def __init__(self, options: Sequence[str]) -> None:
        self.count = len(options)
        self.texts = tuple(_bare(option) for option in options)
        pairs = [(i, text) for i, text in enumerate(self.texts) if text and self.texts.count(text) == 1]
        ordered = sorted(pairs, key=lambda pair: -len(pair[1]))
        source = "|".join(f"(?P<o{i}>{_written(text)})" for i, text in ordered) or r"(?!)"
        self._text = re.compile(source, re.IGNORECASE)
        self._labelled = re.compile(_LABEL + f"(?:{source})" + _CLOSE, re.IGNORECASE)

    def texts_in(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Index, start and end of each place that has an option's own words; the longest option counts."""
        for match in self._text.finditer(text):
            yield _index(match), match.start(), match.end()

    def letters_in(self, text: str) -> Iterator[Mentions]:
        """Options named by letters, wherever in a text they are."""
        at = 0
        while found := _LETTERS.search(text, at):
            mentions = None if self._text.match(text, found.start()) else self.listed(text, found.start())
            if mentions and mentions.letters:
                yield mentions
            at = max(found.end(), mentions.end if mentions else 0)

    def listed(self, text: str, start: int) -> Mentions | None:
        """The options that are named one after another from ``start`` on.

        Where something is said of the last ones (选A，B项错误), the list ends at the last comma before them.
        """
        found: list[Mentions] = []
        comma, at, either = 0, start, False
        while len(found) <= 2 * self.count and (one := self._one(text, at)):
            found.append(one)
            separator = _SEPARATOR.match(text, one.end)
            if separator is None or not self._goes_on(text, separator):
                break
            at = separator.end()
            if separator["comma"] is not None and self._one(text, at):
                comma = len(found)
            either |= separator["either"] is not None and self._one(text, at) is not None
        if not found:
            return None
        goes_on = bool(comma and _PREDICATE.match(text, found[-1].end))
        ones = found[:comma] if goes_on else found
        return Mentions(
            frozenset[int]().union(*(one.picked for one in ones)),
            start,
            ones[-1].end,
            either=either,
            letters=any(one.letters for one in ones),
            clash=any(one.clash for one in ones),
            labelled=len(ones) == 1 and ones[0].labelled,
            goes_on=goes_on,
        )

    def _goes_on(self, text: str, separator: re.Match[str]) -> bool:
        """Whether a list goes on after what separates: nothing, and white space, only before letters."""
        if separator["none"] is None and separator["space"] is None:
            return True
        letter = separator["space"] is not None and _LETTERS.match(text, separator.end())
        return bool(letter or _BRACKETED.match(text, separator.end()))

    def _one(self, text: str, start: int) -> Mentions | None:
        """One option, or a run of letters, that begins at ``start`` or after opening marks there."""
        opened = (_MARKED.match(text, start), _CALLED.match(text, start))
        for at in dict.fromkeys((start, *(match.end() for match in opened if match))):
            words = self._text.match(text, at)
            if words and not _TEXT_GOES_ON.match(text, words.end()):
                option, end = frozenset({_index(words)}), _closed(text, words.end())
                bracket = _BRACKETED.match(text, end)
                if bracket and self._valid(bracket[1]):
                    return Mentions(option, at, bracket.end(), labelled=True, clash=_indexes(bracket[1]) != option)
                return Mentions(option, at, end, letters=False)
            if found := self._by_letter(text, at):
                return found
        return None

    def _by_letter(self, text: str, at: int) -> Mentions | None:
        found = _LETTERS.match(text, at)
        if not found or not self._valid(found[0]) or not self._stands_alone(text, found):
            return None
        letters = _indexes(found[0])
        end = _closed(text, found.end())
        if item := _ITEM.match(text, end):
            end = item.end()
        labelled = self._labelled.match(text, end) or self._labelled.match(text, found.end())
        if len(letters) == 1 and labelled and not self._is_a_list(text, found.end(), labelled):
            own = _index(labelled) in letters
            if own or not (_TEXT_GOES_ON.match(text, labelled.end()) or _AFTER_WORDS.match(text, labelled.end())):
                return Mentions(letters, at, labelled.end(), labelled=True, clash=not own)
        if len(letters) == 1 and (span := _RANGE.match(text, end)) and self._valid(span[1]):
            first, last = min(letters), ord(span[1]) - ord("A")
            if first < last and (last - first > 1 or span[0].strip()[0] not in "-–—"):
                return Mentions(frozenset(range(first, last + 1)), at, span.end())
        return Mentions(letters, at, end)

    def _is_a_list(self, text: str, end: int, labelled: re.Match[str]) -> bool:
        """Whether ``A, Warfarin`` are two options, not a letter with its words."""
        between = text[end : labelled.start(labelled.lastgroup or 0)].strip()
        return between in (",", "") and _index(labelled) not in _indexes(text[end - 1])

    def _valid(self, letters: str) -> bool:
        return len(_indexes(letters)) == len(letters) and max(_indexes(letters)) < self.count

    def _stands_alone(self, text: str, found: re.Match[str]) -> bool:
        """Whether what follows a letter leaves it an option: no 型, no ``-cell``, no ``. difficile``, no noun."""
        end, small, run = found.end(), found[0].islower(), len(found[0]) > 1
        if self._goes_on_with_own(text, found):
            return True
        if _SPECIES.match(text, end) or re.match(r"['’]s\b|[./][A-Za-z0-9]{2}|-[a-z]|%", text[end : end + 4]):
            return False
        if not run and not small and (span := _RANGE.match(text, end)) and self._valid(span[1]):
            return True
        if _BOUNDARY.match(text, end):
            slash = re.match(r"/([A-Za-z])(?![A-Za-z])", text[end : end + 3])
            return not slash or self._valid(slash[1].upper())
        rest = text[end : end + 24]
        trimmed = rest.lstrip(" \t")
        if not trimmed or _BOUNDARY.match(trimmed):
            return True
        if "一" <= trimmed[0] <= "鿿":
            if run and rest[0] != " ":
                return bool(re.match(r"[两三四五]?[项者]|选项|[均都全皆和与及或因这吧才共为是错]|正确", trimmed))
            return not _AFTER_ZH.match(trimmed) and (not small or bool(re.match(r"选?项|是|吧|了|为|答案", trimmed)))
        if small:
            return bool(re.match(r"[ \t]+(?:(?:and|or)[ \t][a-p]\b|&|because\b)", rest))
        return rest[0] in " \t" and (bool(_AFTER_EN.match(trimmed)) or trimmed[0] in "✓✔√×✗❌-")

    def _goes_on_with_own(self, text: str, found: re.Match[str]) -> bool:
        labelled = self._labelled.match(text, found.end())
        return labelled is not None and _indexes(found[0]) == {_index(labelled)}


@lru_cache(maxsize=4096)
def options_of(options: tuple[str, ...]) -> Options:
    return Options(options)


def _indexes(letters: str) -> frozenset[int]:
    return frozenset(ord(letter) - ord("A") for letter in letters.upper())


def _index(match: re.Match[str]) -> int:
    return int((match.lastgroup or "o0")[1:])


def _closed(text: str, end: int) -> int:
    """``end`` or the end of the closing marks there."""
    return match.end() if (match := _CLOSING.match(text, end)) else end


def _bare(option: str) -> str:
    return re.sub(r"\s+", " ", narrow(option)).strip(" 。.;；,，").casefold()


def _written(text: str) -> str:
    """A pattern for an option's words: white space is free, and no word or number is cut into."""
    body = r"[ \t]?".join(re.escape(char) for char in text if char != " ") if re.search(r"[一-鿿]", text) else ""
    if not body:
        body = r"[ \t]{1,3}".join(_word(word) for word in text.split(" "))
        body = re.sub(r"(?<=\d)\[ \\t\]\{1,3\}(?=[a-zµμ])", r"[ \\t]{0,3}", body)
    before = r"(?<![A-Za-z0-9])(?<!\d\.)(?<![A-Za-z]-)" if re.match(r"[a-z0-9]", text) else ""
    after = r"(?:e?s)?(?![A-Za-z0-9])(?!\.\d)(?!-[A-Za-z])" if re.search(r"[a-z]$", text) else ""
    if re.search(r"[0-9]$", text):
        after = r"(?![0-9A-Za-z])(?!\.\d)"
    return f"{before}{body}{after}"


def _word(word: str) -> str:
    """A word, with white space free between a number and its unit."""
    return r"[ \t]?".join(re.escape(part) for part in re.split(r"(?<=\d)(?=[a-zµμ])", word))


_BULLET = re.compile(r"[ \t]{0,8}(?:[-•·*▪●◦+][ \t]{0,3}|\(?\d{1,2}[.)、][ \t]{0,3})?")
_LINE_END = re.compile(
    r"[ \t]{0,4}(?:only|alone|first|[两三四五]?项|[吧呀啊哦啦了✓✔✅√])?[ \t]{0,4}[.。,，、;；!！]?[ \t]{0,4}(?:\n|\Z)"
)
_LINE_TAIL = re.compile(
    r"[ \t]{0,4}(?:only|alone|[两三四五]?项)?[ \t]{0,4}(?:[:(—–。]|[,，;；](?![ \t]?[A-P](?![A-Za-z]))|[-.][ \t]|因为"
    r"|而[不非]|(?:because|as|since|given|rather than|instead of)\b)"
)
_UNSURE = re.compile(
    r"(?i)[ \t:(（—–\-.|]{0,5}(?:(?:in)?correct|wrong|right|true|false|yes|no|not|错|对(?!于)|不?正确|不"
    r"|[√×✓✗❌✅])(?![a-z])|[ \t,，(（]{0,3}(?:(?:if|unless|provided|depending|or)\b|如果|若|possibly|maybe|perhaps"
    r"|也?可能|或|incorrect|wrong|错|不)"
)
"""What makes the beginning of a line a verdict on one option, or a guess, not the answer."""
WRONG_HEADING = re.compile(
    r"(?i)错误|不正确|不选|排除|其他|其余|解析|分析|理由|为什么"
    r"|\b(?:incorrect|wrong|why|other|explanation|rationale|not)\b"
)
"""A line that announces what is wrong, or reasons, and not the answer."""


def lines_of_options(text: str, options: Options, at: int, gaps: bool = False) -> list[Mentions]:
    """The options that the lines from ``at`` on name one a line; with ``gaps`` explanations may stand between."""
    block: list[Mentions] = []
    while at < len(text):
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        if text[at:line_end].strip():
            found = line_of_options(text, options, at)
            if found:
                block.append(found)
            elif not gaps or not block or WRONG_HEADING.search(text[at : min(line_end, at + 60)]):
                break
        at = line_end + 1
    return block


def line_of_options(text: str, options: Options, at: int, tail: bool = True) -> Mentions | None:
    """The options that a line begins with, where they are all of it, or (``tail``) something is added to them."""
    bullet = _BULLET.match(text, at)
    found = options.listed(text, bullet.end() if bullet else at)
    if found is None or _LINE_END.match(text, found.end):
        return found
    if not tail or _UNSURE.match(text, found.end):
        return None
    if found.labelled and not AGAINST.search(text[found.end : found.end + 80].partition("\n")[0]):
        return found
    said_of_words = found.goes_on and not found.letters
    return found if not said_of_words and _LINE_TAIL.match(text, found.end) else None
