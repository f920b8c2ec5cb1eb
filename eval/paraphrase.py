"""Where a text tells a diagnosis or a treatment in other words than any of its names.

A name is taken apart into elements: body regions, what is the matter or is done (the head), and what distinguishes it.
A sentence tells it where it tells all of them, the region next to the head; words of a name that are no known element
must stand in the sentence as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from eval.elements import ELEMENTS, NO_DISTINCTION, Element, Role
from sp_sim.terminology import Concept, Kind, Span, Terminology, strip_side
from sp_sim.text import fold, sentences

_NEAR = 30
"""How far from the head a region or quality of it stands at most."""


@dataclass(frozen=True)
class _Parsed:
    heads: tuple[Element, ...]
    others: tuple[Element, ...]
    regions: tuple[Concept, ...]
    words: tuple[str, ...]

    @property
    def parts(self) -> int:
        return len(self.heads) + len(self.others) + len(self.regions) + len(self.words)

    @property
    def telling(self) -> bool:
        """Whether these say enough to be recognised: a head and something besides it."""
        return bool(self.heads) and (self.parts > 1 or self.heads[0].enough)


def paraphrased(
    text: str,
    names: Sequence[str],
    role: Role,
    concept: Concept | None,
    terminology: Terminology,
    occurrences: Sequence[Span],
) -> Iterator[Span]:
    """Spans of the heads of sentences in canonical ``text`` which tell what one of ``names`` means.

    ``role`` is that of a head: what is the matter, or what is done. ``concept`` is what they name in the terminology,
    ``occurrences`` are those of its lexicon in the text: a head within the name of something else is that thing's.
    """
    parsed = _parsed(tuple(names), role, terminology)
    if not parsed:
        return
    regions = [s for s in occurrences if s.value.kind is Kind.REGION]
    others = [s for s in occurrences if s.value.kind in _NAMED and not _is_more_general(s.value, concept, terminology)]
    for start, end in sentences(text):
        for name, elements in parsed:
            for head in _told(text, start, end, elements, terminology, regions):
                if not any(s.start <= head[0] and head[1] <= s.end and s.end - s.start > 2 for s in others):
                    yield Span(*head, name)


def _told(
    text: str, start: int, end: int, name: _Parsed, terminology: Terminology, regions: Sequence[Span]
) -> Iterator[tuple[int, int]]:
    if not all(word in text[start:end] for word in name.words):
        return
    for match in name.heads[0].text.finditer(text, start, end):
        left, right = max(start, match.start() - _NEAR), min(end, match.end() + _NEAR)
        if not all(e.text.search(text, left, right) for e in (*name.heads[1:], *name.others)):
            continue
        near = [s for s in regions if left <= s.start and s.end <= right]
        clause = max(text.rfind(",", start, match.start()), text.rfind(":", start, match.start()))
        before = [s for s in near if clause < s.start and s.end <= match.start()]
        behind = [s for s in near if 0 <= s.start - match.end() <= 1]
        fitting = before or behind or near
        if all(any(terminology.within(s.value.name, region.name) for s in fitting) for region in name.regions):
            yield match.span()


_NAMED = (Kind.DIAGNOSIS, Kind.TREATMENT)


def _is_more_general(named: Concept, wanted: Concept | None, terminology: Terminology) -> bool:
    """Whether what a text names is what is wanted or a vaguer word for it."""
    return wanted is not None and terminology.is_kind_of(wanted, named)


@lru_cache(maxsize=4096)
def _parsed(names: tuple[str, ...], role: Role, terminology: Terminology) -> list[tuple[str, _Parsed]]:
    """The names that can be told by their elements; none says less than the first one."""
    found = [(name, _parse(name, role, terminology)) for name in names]
    least = min(2, found[0][1].parts)
    return [(name, elements) for name, elements in found if elements.telling and elements.parts >= least]


_LONGEST_FIRST = sorted(ELEMENTS, key=lambda e: -max(map(len, e.name.pattern.split("|"))))


def _parse(name: str, role: Role, terminology: Terminology) -> _Parsed:
    """A name's elements; those that stand first in the table win where several fit."""
    rest = fold(strip_side(name))
    found: list[Element] = []
    for element in _LONGEST_FIRST:
        if element.name.search(rest):
            found.append(element)
            rest = element.name.sub("|", rest, count=1)
    spans = [s for s in terminology.lexicon.spans(rest) if s.value.kind is Kind.REGION]
    regions: list[Concept] = []
    for span in sorted(spans, key=lambda s: s.start - s.end):
        if "|" not in rest[span.start : span.end]:
            regions.append(span.value)
            rest = rest[: span.start] + "|" * (span.end - span.start) + rest[span.end :]
    words = [word for word in NO_DISTINCTION.sub("|", rest).split("|") if len(word) > 1 or re.match("[一-鿿]", word)]
    heads = tuple(e for e in found if e.role is role)
    return _Parsed(heads, tuple(e for e in found if e.role is not role), tuple(regions), tuple(words))
