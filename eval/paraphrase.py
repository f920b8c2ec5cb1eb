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

from eval.elements import ELEMENTS, NO_DISTINCTION, Element
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
    def telling(self) -> bool:
        """Whether these say enough to be recognised: a head and something besides it."""
        return bool(self.heads) and len(self.heads) + len(self.others) + len(self.regions) + len(self.words) > 1


def paraphrased(
    text: str, names: Sequence[str], terminology: Terminology, occurrences: Sequence[Span]
) -> Iterator[Span]:
    """Spans of the heads of sentences in canonical ``text`` which tell what one of ``names`` means."""
    parsed = [(name, found) for name in names if (found := _parse(name, terminology)).telling]
    if not parsed:
        return
    regions = [s for s in occurrences if s.value.kind is Kind.REGION]
    for start, end in sentences(text):
        for name, elements in parsed:
            if head := _told(text, start, end, elements, terminology, regions):
                yield Span(*head, name)


def _told(
    text: str, start: int, end: int, name: _Parsed, terminology: Terminology, regions: Sequence[Span]
) -> tuple[int, int] | None:
    if not all(word in text[start:end] for word in name.words):
        return None
    for match in name.heads[0].text.finditer(text, start, end):
        left, right = max(start, match.start() - _NEAR), min(end, match.end() + _NEAR)
        if not all(e.text.search(text, left, right) for e in (*name.heads[1:], *name.others)):
            continue
        near = [s for s in regions if left <= s.start and s.end <= right]
        beside = [s for s in near if 0 <= match.start() - s.end <= 1]
        if all(any(_is_at(s.value, region, terminology) for s in beside or near) for region in name.regions):
            return match.span()
    return None


def _is_at(told: Concept, wanted: Concept, terminology: Terminology) -> bool:
    return terminology.within(told.name, wanted.name)


@lru_cache(maxsize=8192)
def _parse(name: str, terminology: Terminology) -> _Parsed:
    """A name's elements; those that stand first in the table win where several fit."""
    rest = fold(strip_side(name))
    found: list[Element] = []
    for element in sorted(ELEMENTS, key=lambda e: -max(map(len, e.name.pattern.split("|")))):
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
    heads = [e for e in found if e.head]
    return _Parsed(tuple(heads), tuple(e for e in found if not e.head), tuple(regions), tuple(words))
