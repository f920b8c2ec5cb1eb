"""What the words right around a name narrow it to (transvaginal ultrasound, pulses in the legs): near misses that the
terminology has no name for. English and Latin names only: Chinese says it within the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sp_sim.terminology import Kind, Terminology
from sp_sim.text import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLAIN = _words(
    "a about above abroad actual after again all already also am an and another any anyone anything are as ask at "
    "available back based be been before being below best both bring but by call called can careful check checked "
    "clinical come could current currently dedicated did do does doing done earlier either else ever every exact "
    "examine find finding first following for formal found from full further get give given go good got had has have "
    "having he her here high him his how i i'd i'll i'm if in include including initial is isn't it its just know last "
    "late later latest let let's like look low made may me mean might more most much my narrow need needed new next no "
    "normal not now obtain of off ok okay on once one only or order other our out over own past patient perform "
    "performed please possible preliminary present previous prior proper quick raised read ready recent recently "
    "recommend record recorded regarding repeat report request requested result review right role routine run said "
    "same say see seen send sent share she should show showed simple since small so some special standard start "
    "still such take taken taking tell test tested than that that's the their them then there these they thing this "
    "those through time to today today's total tried try two up us use useful usual via want was wasn't we were "
    "what what's when where whether which while who why will with without would yes yesterday yesterday's yet you "
    "you'd you'll you've your hospital's gp's doctor's team's urgent whole complete entire detailed thorough "
    "baseline admission arrival bedside initial anti plus minus positive negative abnormal elevated borderline "
    "follow ups results values level number figure overall general focused key important main necessary"
)
"""Words before the name of a test that narrow it to nothing else."""
_WORD = re.compile(r"[a-z][a-z'&]*|\d+(?: hour| h| day)?")
_BEFORE = re.compile(r"(?:[a-z0-9'&]+ ){1,2}$")
_OF = re.compile(r" (?:in|of|on|over|at|around|from|for) (?:(?:both|either|left|right|upper|lower|her|his) )?")
_SHORT = 4
"""Letters of an abbreviation that in Chinese may follow what it is of (抗-HBc IgM)."""
_KNOWN = 4
"""Letters that a word must share with one on record to be accounted for."""


def narrowing(text: str, start: int, end: int, terminology: Terminology) -> Iterator[tuple[str, ...]]:
    """What narrows the name of a test at ``text[start:end]``: each as the words of which one must stand on record."""
    if not text[start:end].isascii():
        return
    if match := _BEFORE.search(text, max(0, start - 40), start):
        for word in reversed(_WORD.findall(match[0])):
            if not text.isascii() and end - start > _SHORT:
                break
            if word in _PLAIN or re.fullmatch(r"\w*(?:ly|ed|'s|'d|'ve|'ll)|\d+", word):
                break
            yield (word,)
    if (of := _OF.match(text, end)) and not terminology.composed(text[:end], ()):
        here = [s for s in terminology.lexicon.spans(text[of.end() : of.end() + 30]) if s.start == 0]
        yield from (s.value.names for s in here[:1] if s.value.kind is Kind.REGION)


def complement(text: str, start: int, end: int) -> tuple[str, ...]:
    """What a history as a whole is narrowed to (family history of Fabry disease, allergic to peaches), word by word."""
    if not text.isascii():
        return ()
    match = _BEHIND.match(text, end) or (_RUNS.search(text, 0, start) if text.startswith("run", start) else None)
    return tuple(w for w in _WORD.findall(match["what"]) if w not in _PLAIN and w not in _ANYTHING) if match else ()


_BEHIND = re.compile(r"(?:(?<=to)|(?: history)? (?:of|to)) (?P<what>[^,.;:?!()]{3,40})")
_RUNS = re.compile(r"\b(?:do|does|did) (?P<what>[^,.;:?!()]{3,40}) $")
_ANYTHING = _words(
    "allergy allergies allergic anaesthetic child condition difficulty disease drug family food foods genetic health "
    "hereditary history ill illness illnesses importance inherited kidney kind known long major medical medication "
    "medications medicine medicines mention note nothing operation operations particular people pill pills place "
    "problem problems reaction reactions regular related relatives relevance serious significance significant similar "
    "sort stood side sides sibling siblings parent parents mother father substance substances sure surgery surgeries "
    "symptom tablet tablets trouble type types worth written year years yourself don't doesn't list think does mum dad "
    "mom brother brothers sister sisters immediate close blood house home mothers' fathers'"
)
"""Words behind a history as a whole that still ask for all of it."""


def accounted(words: tuple[str, ...], record: str) -> bool:
    """Whether one of these words, or its stem, stands in canonical text of the record."""
    return any(_stem(fold(word)) in f" {record}" for word in words if word)


def _stem(word: str) -> str:
    """What words of one stem share; a short one begins a word."""
    return word[: len(word) - 3] if len(word) > _KNOWN + 3 else f" {word[:_KNOWN]}"
