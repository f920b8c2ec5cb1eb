"""What a text states to be the answer, in the order of the text: ``答案是B``, ``I would choose A and C``, ``B``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from eval.items.cues import CUE, NO_SUBJECT, NOUNS, STRICT, WITH_WORDS
from eval.items.lines import lines_of_options
from eval.items.mentions import Mentions, Options
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
    while cue := CUE.search(text, at):
        at = max(cue.end(), cue.start() + 1)
        statement = _stated(text, options, several, cue, found[-1].end if found else 0)
        if statement:
            found.append(statement)
            at = max(at, statement.end)
    return found


_ALL_BUT = re.compile(
    r"\b(?:everything|all(?: of (?:them|these|the (?:above|options|statements)))?|all (?:options|answers|statements)"
    r"|every (?:option|answer))(?: are (?:correct|true|right))?[ \t]"
    r"(?:except(?: for)?|but|other than|apart from|besides)|除了?(?=[^,，。\n]{1,16}(?:以外|之外|外)[,，]?(?:其余"
    r"|其他|其它|都|均|全|皆|剩下))",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"以上(?:选项|各项|说法|几项|[四五]项)?(?:全|都|均|皆)(?:部)?(?:正确|对|选|是|符合|可)|(?<![不未])全选"
    r"|全部(?:正确|都对|都选|选)|(?:^|[\n,，。])全对"
    r"|\ball (?:of (?:the )?(?:above|them|these|options|statements)|(?:the )?(?:three|four|five) (?:options ?"
    r"|statements ?|answers ?)?|(?:the )?(?:options|answers|statements)) ?"
    r"(?:(?:are|is) (?:correct|true|right)|apply|(?=\.?\Z))",
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
    if mentions is None or not (mentions.letters or kind in WITH_WORDS):
        return None
    before = sentence_before(text, cue.start())
    if kind == "generic" and NO_SUBJECT.search(before):
        return None
    if kind in STRICT and not ends_there(text, mentions.end):
        return None
    if denied(before) or taken_back(text, mentions.end) or conditional(text, cue, mentions.end):
        return None
    excludes = announces_wrong_ones(before + cue[0])
    if excludes and several and kind != "generic":
        return None
    weak = excludes or kind == "generic" or not (mentions.letters or kind in NOUNS or kind in ("weak", "label"))
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
    if kind not in NOUNS and kind not in ("weak", "label", "thus", "therefore", "verb"):
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
