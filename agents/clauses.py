"""What each clause of a doctor's turn does: asks, orders a test, or states.

A clause asks by its own question word or request; or because it belongs to one: the bare names before 有没有, the
further names after it, the lines of a list that a request opens. What a doctor only recalls, explains or gives as a
reason is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from agents import cues, outcome
from sp_sim.naming import Group, Mention
from sp_sim.record import TESTS
from sp_sim.text import clauses, sentences


@dataclass(frozen=True)
class Clause:
    """A clause of the turn and what it does: ``asks`` (a question, a request), ``orders`` (a test), or neither.

    ``listed`` is an entry of a list of tests to be done, ``entry`` one of a list of questions that names nothing known;
    ``sentence`` is the span of its sentence.
    """

    start: int
    end: int
    asks: bool
    orders: bool
    sentence: tuple[int, int]
    listed: bool = False
    entry: bool = False


class _List(IntEnum):
    """What the lines of a list are: asked for, tests that are ordered, known already, or no list."""

    NONE = 0
    ASKED = 1
    ORDERED = 2
    KNOWN = 3


def read_clauses(text: str, mentions: Sequence[Mention]) -> list[Clause]:
    """The clauses of a turn in canonical text, in order; ``mentions`` are the things that the text names."""
    read: list[Clause] = []
    listing, within_line = _List.NONE, False
    recalled = _recalled_until(text)
    reasons = _reason_cells(text)
    for start, end in sentences(text):
        line_start = start == 0 or "\n" in text[max(0, start - 2) : start + 1]
        if line_start and not (_LIST_ITEM.match(text[start:end]) or _short_line(text[start:end])):
            listing = _List.NONE
        if line_start or text[start - 1] in "。!！":
            within_line = False
        entry = listing or (_List.ASKED if within_line else _List.NONE)
        found = list(_sentence(text, start, end, mentions, entry, start < recalled))
        found = [
            clause if clause.start not in reasons else replace(clause, asks=False, orders=False) for clause in found
        ]
        read += found
        announced = _announced(text, start, end, found)
        listing = listing if announced is None else announced
        leading = (c for c in found if text[c.end : c.end + 1] == ":" and (c.asks or c.orders))
        if any(not cues.STATED.match(text, clause.start) for clause in leading):
            within_line = True
    return read


def _reason_cells(text: str) -> set[int]:
    """Where the cells of a table are whose column says only why something is asked or done."""
    columns: set[int] = set()
    found: set[int] = set()
    start = 0
    for line in text.split("\n"):
        cells = [start + match.end() for match in re.finditer(r"\|", line)]
        if not cells:
            columns = set()
        elif not columns:
            headings = line.split("|")[1:]
            columns = {i for i, heading in enumerate(headings) if cues.REASON_COLUMN.search(heading)}
            if cues.TESTS.search(line):
                columns |= {i for i, heading in enumerate(headings) if cues.QUESTION_COLUMN.search(heading)}
        else:
            found |= {cells[i] for i in columns if i < len(cells)}
        start += len(line) + 1
    return found


def _announced(text: str, start: int, end: int, found: Sequence[Clause]) -> _List | None:
    """What the lines after a sentence are, where it announces them."""
    sentence = text[start:end]
    if "\n" not in text[end - 1 : end + 2]:
        return None
    if cues.RECAP_HEADING.search(sentence) and _short_line(sentence) and not cues.ANNOUNCES.search(sentence):
        return _List.KNOWN
    if _short_line(sentence) and cues.TEST_HEADING.search(sentence) and not outcome.HEADED.search(text):
        return _List.ORDERED
    if not (sentence.rstrip().endswith(":") or cues.ANNOUNCES.search(sentence)):
        return None
    asking = question_word(sentence) or cues.IMPERATIVE.search(sentence)
    if not asking and cues.OUTCOME_HEADING.search(sentence):
        return _List.NONE
    asking = asking or cues.QUESTIONS.search(sentence)
    kind = _List.ASKED if asking else _List.ORDERED
    if any(clause.asks or clause.orders for clause in found) and not cues.ADVICE.search(sentence):
        return kind
    other = cues.RECAP.search(sentence) or cues.SEVERAL.search(sentence) or cues.ADVICE.search(sentence)
    if cues.QUESTIONS.search(sentence) and cues.ANNOUNCES.search(sentence) and not other:
        return _List.ASKED
    order = any(cues.ORDER.search(words) and not cues.STATED.search(words) for words in _split(text, start, end))
    tests = cues.TESTS.search(sentence) or cues.TO_TEST.search(sentence)
    return kind if order and tests and not other else None


def _split(text: str, start: int, end: int) -> list[str]:
    return [text[s:e] for s, e in clauses(text, start, end)]


def _sentence(
    text: str, start: int, end: int, mentions: Sequence[Mention], entry: _List, recalled: bool
) -> Iterator[Clause]:
    sentence = text[start:end]
    parts = list(clauses(text, start, end))
    marked = bool(re.search(r"\?\W*$", sentence))
    leads = sentence.rstrip().endswith(":")
    again = bool(cues.AGAIN.search(sentence))
    recap = 0 if again else max((match.end() for match in cues.RECAP.finditer(sentence)), default=0)
    said_only = (recalled or recap > 0 or entry is _List.KNOWN) and not (marked and not cues.CONFIRMED.search(sentence))
    listing = entry in (_List.ASKED, _List.ORDERED)
    asked = ordered = ordered_before = False
    unworded = marked and not any(question_word(text[s:e]) for s, e in parts)
    for number, (part_start, part_end) in enumerate(parts):
        words = text[part_start:part_end]
        last = number == len(parts) - 1
        named = [m for m in mentions if part_start <= m.start and m.end <= part_end]
        tests = any(m.category in TESTS or isinstance(m.target, Group) for m in named)
        tests = tests or bool(cues.REPORTS.search(words))
        listing = listing or (tests and ordered_before and text[part_start - 1] == ":")
        said = _IN_BRACKETS.sub("", words)
        aside = any(cue.search(said) for cue in (cues.STATED, cues.ASIDE, cues.NOT_NOW, cues.RESULT))
        aside = aside or any(_VALUE.match(text[m.end : m.end + 8]) for m in named)
        question = (
            (question_word(words) and (marked or leads or not words.isascii() or len(text) <= _TELEGRAM))
            or (last and marked)
            or unworded
        )
        explains = bool(cues.EXPLAINS.search(words)) and not (last and marked)
        asks = question and not explains and not (aside and not _asks_itself(words, last and marked))
        asks = asks or bool(cues.IMPERATIVE.search(words))
        if not asks and named and again and not explains:
            asks = True
        if not asks and named and not aside and not cues.PREFACE.search(words):
            bare = _is_bare(words, part_start, named)
            if marked and cues.ALLERGIC_TO.search(sentence):
                asks = True
            elif (listing and not (marked and entry is _List.ORDERED)) or (bare and (tests or _telegraphic(text))):
                asks = entry is not _List.ORDERED and not cues.PURPOSE_START.search(words)
            elif marked or any(question_word(text[s:e]) for s, e in parts[number + 1 :]):
                asks = bare if not asked else bare or bool(cues.FURTHER.search(words))
                asks = asks or (not asked and _pure_question(text, parts, number, mentions))
            elif asked:
                asks = bool(cues.FURTHER.search(words))
        order = cues.ORDER.search(words)
        before = order is not None and (not named or any(m.end > part_start + order.start() for m in named))
        before = before or bool(cues.OBJECT_FIRST.search(words))
        orders = tests and not aside and (before or ordered or listing)
        beside = entry is _List.ORDERED and ordered and text[part_start - 1] in "|—:"
        if beside and not all(m.category in TESTS for m in named):  # the cell that says what for
            asks = orders = False
        anew = 0 < recap <= part_start - start and question_word(words)  # 你妈血压高我知道了，那你自己有过吗
        if said_only and not anew:
            asks = orders = False
        if ordered and not marked and cues.TO_SEE.match(words):
            asks = False
        if (asked or ordered or listing) and cues.PURPOSE_START.search(words) and not question_word(words):
            asks = orders = False
        ordered_before = bool(cues.REPORT_BACK.search(words))
        line = is_list_item(sentence) and not sentence.lstrip().startswith("|")
        unnamed_entry = entry is _List.ASKED and line and not (named or aside or said_only)
        asks = asks or unnamed_entry
        asked, ordered = asked or asks, ordered or orders
        yield Clause(part_start, part_end, asks, orders, (start, end), entry is _List.ORDERED, unnamed_entry)


def heads_list(text: str, start: int, end: int) -> bool:
    """Whether a sentence only leads to the list after it."""
    line = text[start:end]
    heads = line.rstrip().endswith(":") and not _LIST_ITEM.match(line)
    heads = heads or (_short_line(line) and bool(cues.TEST_HEADING.search(line)))
    return heads and bool(_LIST_ITEM.match(text[end:].lstrip("\n")))


def is_list_item(line: str) -> bool:
    return bool(_LIST_ITEM.match(line))


def question_word(words: str) -> bool:
    """Whether canonical words hold a question word that asks (了解是否 only gives a reason)."""
    return any(match[0] != "?" for match in cues.QUESTION.finditer(cues.EMBEDDED.sub(" ", words)))


def _asks_itself(words: str, marked: bool) -> bool:
    """Whether a clause that also states something asks: by a question word behind the statement, or its mark."""
    stated = [match.end() for match in cues.STATED.finditer(words)]
    return marked or question_word(words[max(stated, default=0) :])


def _pure_question(text: str, parts: Sequence[tuple[int, int]], number: int, mentions: Sequence[Mention]) -> bool:
    """Whether the next clause asks and names nothing, so that it asks about this one (腰疼，有多久了)."""
    if number + 1 >= len(parts):
        return False
    words = text[slice(*parts[number])]
    if len(_rest(words, parts[number][0], mentions)) > _BESIDE_NAMES * (1 + words.isascii()):
        return False
    start, end = parts[number + 1]
    return question_word(text[start:end]) and not any(start <= m.start and m.end <= end for m in mentions)


_LIST_ITEM = re.compile(
    r"\s*(?:[-*•·▪●○◦|]|\d{1,2}\s?[.、)）:]|[(（]\s?\d{1,2}\s?[)）]|[一二三四五六七八九十]\s?[、.)）]|[a-h][.)、]|[#【])"
)
_VALUE = re.compile(r"[ :*]{0,3}(?:是|为|约|才|只有?|of |is |was |'s )?\d(?!\d?\s?[.、)）])(?!小时|次|周|天)")
"""A value behind a name: it is told, not asked for (肌酐694)."""
_BESIDE_NAMES = 12
"""Characters besides its names that a clause has at most if the question after it is about them."""
_BESIDE_BARE = {False: 2, True: 6}
"""Characters of Chinese, and of English, that bare names have beside them at most (fluid culture)."""
_IN_BRACKETS = re.compile(r"\([^()]*(?:\)|$)|^[^()]*\)")
"""What explains a name, a clause's part of it where it holds a comma."""
_SHORT = 24
_TELEGRAM = 30
_DENIES = re.compile(
    r"没有?(?!没)|无(?!痛)|有(?!没|无)|不|(?:(?:so|and|but|ok(?:ay)?|right) )?(?:no|not|without|denies)\b"
)


def _short_line(line: str) -> bool:
    """A line short enough to be an entry of a list or its heading."""
    return 0 < len(line.strip()) <= _SHORT * (1 + line.isascii()) and not line.rstrip().endswith(("。", "!", "！"))


def _telegraphic(text: str) -> bool:
    """A turn of a few words without a full stop: 过敏史 手术史."""
    return len(text) <= _TELEGRAM and not re.search(r"[。!！]", text.strip()[:-1])


def _recalled_until(text: str) -> int:
    """How far a turn only sums up what is known: up to 这些我都知道了, to the end of the paragraph of 我先小结一下."""
    ends = [match.end() for match in cues.RECALLED_ABOVE.finditer(text)]
    ends += [match.end() for match in cues.RECAP_OPENING.finditer(text)]
    return max(ends, default=0)


def _is_bare(words: str, start: int, named: Sequence[Mention]) -> bool:
    """Whether a clause is hardly more than names (血常规，尿常规结果)."""
    if _DENIES.match(words.strip()):
        return False
    return len(_rest(words, start, named)) <= _BESIDE_BARE[words.isascii()]


def _rest(words: str, start: int, named: Sequence[Mention]) -> str:
    """What words that begin at ``start`` say besides the names in them."""
    rest = "".join(c for i, c in enumerate(words, start) if not any(m.start <= i < m.end for m in named))
    rest = _IN_BRACKETS.sub("", rest)
    return re.sub(r"\W", "", cues.FILLER.sub("", rest).replace("结果", "").replace("报告", ""))
