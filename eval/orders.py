"""Is what a conclusion names ordered now? Stricter than ``eval.matching``: to name a drug is not to prescribe it.

A name is an order unless something says otherwise: a cue before it that forbids (also at the head of a long list, or
of the section), a cue behind it (禁用, is contraindicated), a condition, a later time, or that it is told of the past,
of an allergy or of a susceptibility. Of several cues before a name the nearest one holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.cues import (
    ABBREVIATION,
    ABSORBED,
    ANOTHER_TIME,
    AT_ONCE,
    BULLET,
    CONDITION,
    CONDITION_AFTER,
    DOSE,
    EVALUATED,
    FORBID,
    FORBID_IN_CLAUSE,
    FORBID_TO_DO,
    FORBIDDEN,
    FORBIDDEN_AFTER,
    FORBIDDEN_AFTER_ENGLISH,
    FORBIDDEN_AT_END,
    FORBIDDING_HEADING,
    GOES_ON,
    HEADING,
    INSTEAD_WITH,
    LABEL,
    LATER,
    LATER_AFTER,
    LATIN_LIST,
    MUCH_LATER,
    ORDER,
    PAST,
    PAST_HEADING,
    REPLACED_AFTER,
    TOLD_AFTER,
    TURN,
)
from sp_sim.terminology import Span
from sp_sim.text import sentences


def ordered(text: str, span: Span, passing: bool = True, urgent: bool = False) -> bool:
    """Whether what stands at a span of canonical text is ordered now.

    ``passing``: the reason against it may pass, so that a later order is none now (not so for an allergy).
    ``urgent``: it is needed at once, so that only an order for much later is none.
    """
    before, name, after = _around(text, span)
    if _told_of(before, after) or _conditional(before, after):
        return False
    if _is_later(before, name, after, passing, urgent):
        return False
    cue = _nearest(before, name, after)
    if cue is False or _forbidden_after(after, at_end=cue is True):
        return False
    if cue:
        return True
    return not _under_heading(text, span.start)


_REACH = 400
"""How far around a name its sentence is read, in characters."""


def _around(text: str, span: Span) -> tuple[str, str, str]:
    """The sentence of a name: what is before it, the name, and what is behind it."""
    low = max(0, span.start - _REACH)
    near = _without_dots(text[low : span.end + _REACH])
    at = span.start - low
    start, end = next((s, e) for s, e in sentences(near) if s <= at < e)
    return near[start:at], text[span.start : span.end], near[at + span.end - span.start : end].rstrip(" .。;!?\n")


def _without_dots(text: str) -> str:
    """Text of the same length in which no abbreviation ends a sentence."""
    return ABBREVIATION.sub(lambda match: match[0].replace(".", "·"), text)


def _told_of(before: str, after: str) -> bool:
    return bool(TOLD_AFTER.search(after) or REPLACED_AFTER.search(after) or PAST.search(before))


def _conditional(before: str, after: str) -> bool:
    return bool(
        CONDITION.search(before)
        or CONDITION_AFTER.search(after)
        or (EVALUATED.search(after) or EVALUATED.search(before))
    )


def _is_later(before: str, name: str, after: str, passing: bool, urgent: bool) -> bool:
    if AT_ONCE.search(name):
        return False
    if urgent:
        return bool(MUCH_LATER.search(before[-24:]) and not AT_ONCE.search(before))
    clause = before.rpartition(",")[2]
    return passing and bool(LATER.search(before) or ANOTHER_TIME.search(clause) or LATER_AFTER.match(after))


def _nearest(before: str, name: str, after: str) -> bool | None:
    """What the nearest cue before a name says: ordered, forbidden, or None where there is none in reach."""
    said: bool | None = None
    forbidden, to_do = -1, False
    for at, stop, forbids in _cues(before):
        if forbids:
            said, forbidden, to_do = False, stop, bool(FORBID_TO_DO.match(before, at))
        elif said is False and to_do and ABSORBED.fullmatch(before[forbidden:at]) and not TURN.match(before, at):
            forbidden = stop
        else:
            said = True
    if said is False:
        between = before[forbidden:]
        if "," in between and (DOSE.match(after) or not _same_list(between + name, before[:forbidden])):
            return None
    return said


def _cues(before: str) -> Iterator[tuple[int, int, bool]]:
    found = [(*match.span(), True) for match in FORBID.finditer(before)]
    found += [(*match.span(), False) for pattern in (ORDER, TURN) for match in pattern.finditer(before)]
    found += [(match.end(), match.end(), False) for match in INSTEAD_WITH.finditer(before)]
    end = -1
    for at, stop, forbids in sorted(found, key=lambda cue: (cue[0], -cue[1])):
        if at >= end or at == stop:
            yield at, stop, forbids
            end = max(end, stop)


def _same_list(between: str, until: str) -> bool:
    """Whether a list that began behind a cue still goes on: over commas in English, over 以及 in Chinese."""
    last = list(FORBID.finditer(until))[-1:]
    if last and FORBID_IN_CLAUSE.match(last[0][0]):
        return False
    bracketed = between.count("(") > between.count(")")
    return bracketed or all(LATIN_LIST.fullmatch(part) or GOES_ON.match(part) for part in between.split(",")[1:])


def _forbidden_after(after: str, at_end: bool) -> bool:
    """Whether a cue behind a name forbids it; ``at_end``: only one that ends the clause, for a name after an order."""
    if DOSE.match(after):
        return False
    if at_end:
        return bool(FORBIDDEN_AT_END.search(after) or FORBIDDEN_AFTER_ENGLISH.search(after.split(",")[0]))
    label = LABEL.match(after)
    if label:
        rest = after[label.end() :]
        forbids, orders = FORBID.search(rest) or re.search(FORBIDDEN, rest), TURN.search(rest) or DOSE.match(rest)
        if forbids and not (orders and orders.start() < forbids.start()):
            return True
    found = FORBIDDEN_AFTER.search(after)
    if found and not TURN.search(found[0]):
        return True
    return bool(FORBIDDEN_AFTER_ENGLISH.search(after))


def _under_heading(text: str, at: int) -> bool:
    """Whether a line belongs to a section of what is forbidden or of what was before."""
    lines = text[max(0, at - 5 * _REACH) : at].split("\n")
    for above in reversed(lines[:-1]):
        line = above.strip()
        if HEADING.match(line) and not (BULLET.match(line) and not line.endswith(":")):
            return bool(FORBIDDING_HEADING.search(line) or PAST_HEADING.search(line))
        if line and not BULLET.match(line):
            return False
    return False
