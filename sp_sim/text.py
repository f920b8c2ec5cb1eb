"""The one text normaliser. Names and free text are compared in *canonical form*, and only so.

Canonical form is NFKC and case folded; white space stands only between Latin words; hyphens and slashes between
Latin words are spaces; Chinese everyday words that mean the same are one word (疼/痛, 小便/尿, 左侧/左, A不A); English
loses its articles, possessives and plural endings, and abbreviations that are also ordinary words (PET, MG) stay
abbreviations only in capitals. Terminology and utterances go through the same function, so what it does to both is
harmless.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_EVERYDAY = {
    "疼痛": "痛", "疼": "痛",
    "解小便": "尿", "排小便": "尿", "小便": "尿", "撒尿": "尿", "尿尿": "尿", "解尿": "尿", "排尿": "尿",
    "尿液": "尿", "小解": "尿",
    "解大便": "便", "拉大便": "便", "大便": "便", "粪便": "便",
    "发烧": "发热", "发过烧": "发热", "发着烧": "发热", "烧过": "发热", "高烧": "高热", "低烧": "低热", "退烧": "退热",
    "肚子": "腹", "腹部": "腹", "胸部": "胸", "胸口": "胸", "头部": "头", "脑袋": "头", "腰部": "腰",
    "后腰": "腰", "后背": "背", "背部": "背", "嗓子": "咽", "咽喉": "咽", "喉咙": "咽",
    "左侧": "左", "左边": "左", "左面": "左", "右侧": "右", "右边": "右", "右面": "右", "双侧": "双", "两侧": "双",
    "两边": "双", "核磁共振": "磁共振", "彩色多普勒超声": "超声", "多普勒超声": "超声", "彩色超声": "超声",
    "彩超": "超声",
    "b超": "超声", "x光": "x线", "x射线": "x线", "x ray": "x线", "xray": "x线", "左右侧": "双",
    "泌尿系统": "泌尿系", "觉得": "", "啥": "什么", "咋样": "怎么样", "咋": "怎么",
    "有点儿": "", "有点": "", "有些": "",
}  # fmt: skip
_SUBSTITUTION = re.compile(
    r"(?P<anota>(?![有是能会要可])[一-鿿])[不没](?P=anota)(?!敏)(?P<object>(?=[一-鿿])(?![吗呢啊呀吧了]))?"
    r"|感觉(?!异常|减退|障碍|丧失|过敏|迟钝|缺失|神经|检查|功能|测|平面)|"
    + "|".join(map(re.escape, sorted(_EVERYDAY, key=len, reverse=True)))
    + r"|(?P<topic>呢[,，](?=(?:也|还|会|都|有没有)?[疼痛胀麻酸痒肿]))"
    + r"|(?P<felt>的?时候?(?=会?(?:疼|痛|胀|痒)))|(?P<when>的?时候)"
    + r"|(?P<word>(?<![a-z0-9])(?:aids|cap|cat|dr|ed|got|met|mg|mr|mrs|ms|oct|pad|pe|pet|rug|sad|tee|vas)(?![a-z0-9]))"
    + r"|(?P<article>(?<![a-z0-9])(?:the|your|my|his|her|their|an?) (?=[a-z]))"
    + r"|(?P<ies>(?<![a-z0-9])[a-z]{2,})ies(?![a-z0-9])"
    + r"|(?P<eponym>(?<=[a-z]{3})(?:'|’)s(?= (?:sign|test|disease|syndrome|point|score|criteria|reflex|palsy|man|tri)))"
    + r"|(?P<plural>(?<![a-z0-9])[a-z]{3,}[a-hj-rtv-z])s(?![a-z0-9'])"
)
_PLAIN = re.compile(r"[0-9A-Za-z一-鿿]*(?:(?<=[0-9A-Za-z]) [0-9A-Za-z][0-9A-Za-z一-鿿]*)*")
"""Text whose characters count as themselves, but for capitals: most names do."""
_EMPHASIS = re.compile(r"\*{2,}")
"""Markdown's bold marks, which stand within names and questions."""
_LATIN = re.compile(r"[0-9a-zà-ɏ]")
_SEPARATORS = "、，,；;/\n"


@dataclass(frozen=True, slots=True)
class Canonical:
    """Canonical text; ``origin[i]`` is the index in the source of character ``i``, with one more for the end."""

    text: str
    origin: tuple[int, ...]
    source: str

    def original(self, start: int, end: int) -> str:
        """The source text under ``text[start:end]``."""
        return self.source[self.origin[start] : self.origin[end]].strip("*`")


@lru_cache(maxsize=16384)
def _folded(char: str) -> str:
    """What a character counts as: one width, lower case, a bullet for ①; nothing for format marks and backticks."""
    if "①" <= char <= "⑳":
        return "•"
    wide = unicodedata.normalize("NFKC", char).casefold()
    return "".join(c for c in wide if unicodedata.category(c) != "Cf" and c != "`").replace("\r", "\n")


def canonical(source: str) -> Canonical:
    """``source`` in canonical form, with the way back to the source."""
    if _PLAIN.fullmatch(source):
        return _substituted(source.lower(), [*range(len(source) + 1)], source)
    chars: list[str] = []
    origin: list[int] = []
    emphasis = {i for match in _EMPHASIS.finditer(source) for i in range(*match.span())}
    for index, char in enumerate(source):
        for folded in _folded(char):
            if folded != "*" or index not in emphasis:
                chars.append(folded)
                origin.append(index)
    spaced_chars: list[str] = []
    spaced_origin: list[int] = []
    for i, char in enumerate(chars):
        if char in " \t-‐‑–_/\u3000":
            before = spaced_chars[-1] if spaced_chars else ""
            following = i + 1
            while following < len(chars) and chars[following] in " \t":
                following += 1
            after = chars[following] if following < len(chars) else ""
            if (
                char in "-–"
                and chars[i - 1 : i] == [" "]
                and chars[i + 1 : i + 2] == [" "]
                and before not in ("", "\n")
            ):
                spaced_chars[-(before == " ") or len(spaced_chars) :] = "—"
                del spaced_origin[len(spaced_chars) - 1 :]
                spaced_origin.append(origin[i])
                continue
            if not (_LATIN.match(before) and _LATIN.match(after)):
                if char == "-" and before in ("", "\n") and chars[i + 1 : i + 2] == [" "]:
                    spaced_chars.append("•")
                    spaced_origin.append(origin[i])
                elif char in "-‐‑–_/" and before and not (_LATIN.match(before) or _LATIN.match(after)):
                    spaced_chars.append(char)
                    spaced_origin.append(origin[i])
                continue
            char = " "
        spaced_chars.append(char)
        spaced_origin.append(origin[i])
    spaced_origin.append(len(source))
    return _substituted("".join(spaced_chars), spaced_origin, source)


def _substituted(text: str, spaced_origin: Sequence[int], source: str) -> Canonical:
    """Spaced and folded text with everyday words and inflections made one."""
    out: list[str] = []
    out_origin: list[int] = []
    position = 0
    for match in _SUBSTITUTION.finditer(text):
        out.append(text[position : match.start()])
        out_origin.extend(spaced_origin[position : match.start()])
        replacement = _replacement(match, source[spaced_origin[match.start()] : spaced_origin[match.end()]])
        out.append(replacement)
        span = match.end() - match.start()
        out_origin.extend(spaced_origin[match.start() + min(i, span - 1)] for i in range(len(replacement)))
        position = match.end()
    out.append(text[position:])
    out_origin.extend(spaced_origin[position:])
    return Canonical("".join(out), tuple(out_origin), source)


def _replacement(match: re.Match[str], written: str) -> str:
    if match["anota"]:  # 疼不疼 asks what 疼吗 asks
        verb = _EVERYDAY.get(match["anota"], match["anota"])
        return verb + "吗" if match["object"] is None else "是否" + verb
    if match["word"]:  # a pet is not a PET scan, 60 mg is not MG: only capitals make it the abbreviation
        return match[0] if written.strip().isupper() else f"{match[0]}'"
    if match["when"]:  # 咳嗽的时候 is a condition; 小便的时候疼 is how 尿痛 is said
        return "时"
    if match["ies"]:
        return match["ies"] + "y"
    return match["plural"] or _EVERYDAY.get(match[0], "")


@lru_cache(maxsize=2**18)
def fold(name: str) -> str:
    """A name in canonical form, to be looked for in canonical text."""
    return canonical(name.strip()).text.strip(" •.。,，;；:：?？!！")


@lru_cache(maxsize=2**18)
def key(name: str) -> str:
    """The identity of a name: its canonical form without anything but letters, digits and ``+``/``-`` signs."""
    form = fold(name)
    return form if form.isalnum() else "".join(c for c in form if c.isalnum() or c in "+-±")


def is_none(text: str) -> bool:
    """Whether a cell records that there is none (无, none)."""
    return key(text) in {"无", "没有", "none"}


def split_terms(cell: str) -> list[str]:
    """The terms of a cell that lists several with 、 ， , ； ; / or a line break, without repeats.

    Nothing is split within a pair of brackets, nor at a slash between Latin letters or digits (PET/CT, 80/HP).
    """
    bracketed = within_brackets(cell)
    terms = [""]
    for i, char in enumerate(cell):
        joins_latin = char == "/" and _is_latin(cell[i - 1 : i]) and _is_latin(cell[i + 1 : i + 2])
        if char == "\n" or (char in _SEPARATORS and i not in bracketed and not joins_latin):
            terms.append("")
        else:
            terms[-1] += char
    return list(dict.fromkeys(term.strip() for term in terms if term.strip()))


def within_brackets(text: str) -> set[int]:
    """Indexes of the characters within pairs of brackets; a bracket without its partner encloses nothing."""
    opened: list[int] = []
    inside: set[int] = set()
    for i, char in enumerate(text):
        if char in "(（[【":
            opened.append(i)
        elif char in ")）]】" and opened:
            inside.update(range(opened.pop(), i))
    return inside


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


_SIDES = (
    (re.compile(r"(双|两)(?!j|通|孔|镜|相|源|能|极|重|腔|联|项|次|种|个|氯|胍|膦|嘧|环|歧|香|黄|酚|糖|醋|磷)"), "双"),
    (re.compile(r"左"), "左"),
    (re.compile(r"右"), "右"),
    (re.compile(r"\bbilateral"), "双"),
    (re.compile(r"\bleft\b"), "左"),
    (re.compile(r"\bright\b"), "右"),
)


def side_of(name: str) -> str:
    """左, 右, 双 or nothing: the side that a short name states (the first one named)."""
    text = fold(name)
    found = [(match.start(), side) for pattern, side in _SIDES if (match := pattern.search(text))]
    return min(found)[1] if found else ""


_SIDE_NEAR = re.compile(
    r"(左|右|双)(?:的|那|这|只|条|个|块|段|片|面|半|身)+$|\b(left|right) (?:hand )?(?:side )?(?:of )?$"
)


def side_before(text: str, start: int) -> str:
    """The side that canonical text states of what stands at ``start`` (左边那只脚), or nothing."""
    match = _SIDE_NEAR.search(text, max(0, start - 20), start)
    return side_of(match[0]) if match else ""


def same_side(one: str, other: str) -> bool:
    """Whether two stated sides can mean the same; an unstated one fits all, both sides fit each."""
    return not one or not other or one == other or "双" in (one, other)


_SENTENCE_END = re.compile(r"[。！？!?;；\n]+|(?<!\d)\.|\.(?!\d)")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of canonical text, each with its closing punctuation."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if text[start : match.end()].strip():
            yield start, match.end()
        start = match.end()
    if text[start:].strip():
        yield start, len(text)


def clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of the clauses (parts between commas, colons, dashes, cells of a table) of ``text[start:end]``."""
    at = start
    for match in re.finditer(r"[,，:：—…|]+", text[start:end]):
        if text[at : start + match.start()].strip():
            yield at, start + match.start()
        at = start + match.end()
    if text[at:end].strip():
        yield at, end
