"""Complaints named as they are felt: a body region and what is wrong with it (pain in your shoulder, are your ankles
swollen), in either order. The terminology names the result: shoulder and pain are 肩痛.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from sp_sim.terminology import Concept, Kind, Span, Term, Terminology
from sp_sim.text import side_of

_FELT = {
    "pain": ("痛", "疼痛"),
    "swelling": ("水肿", "肿胀", "肿"),
    "numbness": ("麻木", "麻"),
    "itching": ("瘙痒", "痒"),
    "weakness": ("无力",),
    "stiffness": ("僵硬",),
    "bleeding": ("出血",),
    "lump": ("肿块", "包块"),
}
"""What may be wrong with a region, as names of the terminology end, in English and in Chinese."""
_WRONG = re.compile(
    r"\b(?:(?P<pain>pain(?:ful)?|ach(?:e|es|ing|y)|hurt(?:s|ing)?|sore(?:ness)?|tender|painful)"
    r"|(?P<swelling>swell(?:ing|s)?|swollen|puff(?:y|iness))|"
    r"(?P<numbness>numb(?:ness)?|tingl(?:ing|e|y)|pins and needle)"
    r"|(?P<itching>itch(?:y|ing|es|iness)?)|(?P<weakness>weak(?:ness)?)|(?P<stiffness>stiff(?:ness)?)"
    r"|(?P<bleeding>bleed(?:ing|s)?)|(?P<lump>lump(?:s|y)?))\b"
)
_AT = re.compile(
    r"(?: (?:anywhere|else|like|or|and|any|either|both|left|right|upper|lower|tip|top|side|front|back|part)){0,2}"
    r" (?:in|of|on|at|around|round|under|behind|over|across|between|near|beneath|above|below)"
    r"(?: (?:of|either|both|one|left|right|upper|lower|tip|top|side|front|part|bottom|whole|those|these|that|this|her|"
    r"his)){0,3} "
)
_FEELS = re.compile(
    r"(?:(?:, (?:left|right)(?: one| side)?)?,? (?:does|do|did|is|are|was|has|have)(?: it| that| this| they| those)?)?"
    r"(?: (?:tip|side|joint|area|muscle|is|are|was|were|been|be|feel|feels|felt|get|gets|got|become|gone|going|go|look|"
    r"looks|ever|also|still|at all|all|bit|little|a|very|really|more|so|both|any|it|start|started|often|sometimes|"
    r"seem|seems|when|usually|or|and)){0,4} "
)


def complaints(text: str, terminology: Terminology, occurrences: Sequence[Span]) -> Iterator[Span]:
    """The complaints that canonical English text names so; values are ``Term``. ``occurrences`` are the lexicon's."""
    if not text.isascii():
        return
    regions = {s.start: s for s in reversed(occurrences) if s.value.kind is Kind.REGION}
    for match in _WRONG.finditer(text) if regions else ():
        felt = match.lastgroup or ""
        at = _AT.match(text, match.end())
        found = regions.get(at.end()) if at else None
        if found is None:
            before = (s for s in regions.values() if s.end < match.start() and match.start() - s.end <= _REACH)
            found = next((s for s in before if _FEELS.fullmatch(text, s.end, match.start())), None)
        if found and (concept := _complaint(terminology, found.value, felt)):
            start, end = min(found.start, match.start()), max(found.end, match.end())
            words = text[max(0, start - 12) : end]
            yield Span(start, end, Term(concept, frozenset({found.value.name}), side_of(words)))


_REACH = 30


@lru_cache(maxsize=4096)
def _complaint(terminology: Terminology, region: Concept, felt: str) -> Concept | None:
    """What is wrong with a region by its name, by that of what it lies in, or by that of the complaint alone."""
    forms = [f"{name} {felt}" for name in region.en] + [name + end for end in _FELT[felt] for name in region.zh]
    for form in forms:
        found = terminology.find(form)
        if found and found.kind is Kind.SYMPTOM:
            return found
    above = (c for name in region.panels for c in terminology.named(name) if c.kind is Kind.REGION and c.panels)
    return next((found for c in above if (found := _complaint(terminology, c, felt))), terminology.find(felt))
