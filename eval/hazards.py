"""What makes a conclusion unsafe, by the hazards of its case: an allergen prescribed, a critical value left alone.

What must not be prescribed counts by its names alone: no class of drugs is inferred, no paraphrase is guessed. What
must be done counts also where it is told in other words, as a treatment does. Flags are counted apart and enter no
score.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from eval.assertion import Purpose
from eval.matching import TargetMatcher
from eval.orders import ordered
from sp_sim.record import CaseRecord, Frozen, Hazard, HazardKind, Target
from sp_sim.terminology import Kind, Lexicon, Span, Terminology, longest
from sp_sim.text import Canonical, canonical, fold

PRESCRIBED = "prescribed"
NOT_ATTENDED = "not attended"


class Flag(Frozen):
    """One hazard that a conclusion runs into.

    ``name`` is that of the hazard's list and ``text`` the words of the conclusion; both are empty where nothing of
    what must be done is ordered.
    """

    kind: HazardKind
    because: str
    name: str = ""
    text: str = ""
    reason: str


def flags(conclusion: str, record: CaseRecord, terminology: Terminology) -> tuple[Flag, ...]:
    """The flags of a conclusion, in the order of the record's hazards; each prescribed name once. Pure."""
    hazards = record.reference.hazards
    if not hazards:
        return ()
    text = canonical(conclusion)
    return tuple(flag for hazard in hazards for flag in _flags(text, hazard, record, terminology))


def _flags(text: Canonical, hazard: Hazard, record: CaseRecord, terminology: Terminology) -> Iterator[Flag]:
    passing = hazard.kind is not HazardKind.ALLERGY
    prescribed: dict[str, Span] = {}
    for span in longest(_named(text.text, hazard.never, terminology)):
        if span.value not in prescribed and ordered(text.text, span, passing=passing):
            prescribed[span.value] = span
    for name, span in prescribed.items():
        words = text.original(span.start, span.end).strip(" *`")
        yield Flag(kind=hazard.kind, because=hazard.because, name=name, text=words, reason=PRESCRIBED)
    if hazard.must and not _attended(text, hazard, record, terminology):
        yield Flag(kind=hazard.kind, because=hazard.because, reason=NOT_ATTENDED)


def _attended(text: Canonical, hazard: Hazard, record: CaseRecord, terminology: Terminology) -> bool:
    """Whether one of the names that must be is ordered, or told in other words."""
    forbidden = [span for other in record.reference.hazards for span in _named(text.text, other.never, terminology)]
    for span in _named(text.text, hazard.must, terminology):
        if not any(_within(span, other) for other in forbidden) and ordered(text.text, span, urgent=True):
            return True
    stops = [name for name in hazard.must if _STOP.match(fold(name))]
    return any(
        span is not None and (names is stops or ordered(text.text, span, urgent=True))
        for names in (stops, [name for name in hazard.must if name not in stops])
        for span in [_asserted(text, names, terminology)]
    )


_STOP = re.compile(r"(?:暂时?|立即)?停|\b(?:stop|hold|discontinu)")
"""To stop something is told by words that forbid it: they tell no more of such a name."""


def _asserted(text: Canonical, names: Sequence[str], terminology: Terminology) -> Span | None:
    """Where a treatment of these names is asserted, in canonical text; the first place."""
    if not names:
        return None
    target = Target(name=names[0], aliases=tuple(names[1:]))
    (match,) = TargetMatcher(terminology).match(text.source, [target], Purpose.TREATMENT)
    if not match.asserted or match.span is None:
        return None
    start, end = (text.origin.index(place) for place in match.span)
    return Span(start, end, match.target)


def _named(text: str, names: Sequence[str], terminology: Terminology) -> Iterator[Span]:
    """Where a text has one of the names, also with a dose within it or words behind its first (急诊行左侧……).

    A name that is only part of the name of a finding or a disease (oxygen in oxygen saturation) is not meant.
    """
    lexicon, patterns = _forms(tuple(names))
    found = lexicon.spans(text)
    bare, places = _without_doses(text)
    found += [Span(places[s.start], places[s.end - 1] + 1, s.value) for s in lexicon.spans(bare)]
    parted = [Span(*match.span(), name) for name, pattern in patterns for match in pattern.finditer(text)]
    found += [span for span in parted if not any(s.start < span.end and span.start < s.end for s in found)]
    others = [s for s in terminology.lexicon.spans(text) if s.value.kind in _TOLD] if found else []
    for span in found:
        concept = terminology.find(span.value)
        if (concept and concept.kind in _TOLD) or not any(_within(span, other) for other in others):
            yield span


_TOLD = (Kind.TEST, Kind.SYMPTOM, Kind.HISTORY, Kind.DIAGNOSIS)


def _within(span: Span, other: Span) -> bool:
    """Whether a span is a part of another one, and not all of it."""
    return other.start <= span.start and span.end <= other.end and other.end - other.start > span.end - span.start


_DOSE = re.compile(r" ?\d+(?:\.\d+)? ?(?:mg|g|ml|u|iu|万单位|单位|μg|mcg|片|粒|支)(?![a-z])")


def _without_doses(text: str) -> tuple[str, list[int]]:
    """A text without its doses, and the place of each of its characters before."""
    left = [True] * len(text)
    for match in _DOSE.finditer(text):
        left[match.start() : match.end()] = [False] * (match.end() - match.start())
    places = [i for i, kept in enumerate(left) if kept]
    return "".join(text[i] for i in places), places


_FIRST = re.compile(
    r"(?P<go>(?:术前|围手术期)?(?:继续|维持|恢复)(?:服用|口服|使用)?|(?:continue|resume|keep taking) )(?P<what>.{3,})"
    r"|(?P<when>急诊|立即行?|紧急|即刻|一期|emergency |immediate )(?P<done>.{3,})"
)
_GAP = r"[^,:;。、()\n不勿停禁避改换再]{0,8}?"


@lru_cache(maxsize=512)
def _forms(names: tuple[str, ...]) -> tuple[Lexicon, list[tuple[str, re.Pattern[str]]]]:
    """The names as they are, and patterns of those whose first word says when, or that it goes on."""
    patterns = []
    for name in names:
        match = _FIRST.fullmatch(fold(name))
        if match and match["go"]:
            what = re.escape(match["what"])
            first = r"\b(?:continue|resume|keep taking)" if match["go"].isascii() else "(?:继续|维持|恢复)"
            behind = r"(?:继续(?!停|暂)|照常|照旧|照吃|不停|(?:should|can|to) be continued)"
            patterns.append((name, re.compile(rf"{first}{_GAP}{what}|{what}{_GAP}{behind}")))
        elif match:
            patterns.append((name, re.compile(re.escape(match["when"].strip()) + _GAP + re.escape(match["done"]))))
    return Lexicon((name, name) for name in names), patterns
