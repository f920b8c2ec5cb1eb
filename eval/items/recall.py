"""Macro-Recall over key points: which of the points that a good answer makes does a reply make?

A point is covered where a sentence of the reply, a clause of it, or two neighbouring ones say the same: their
sentence vectors are similar (the threshold is the encoder's own, see ``eval.items.calibration``), they contradict no
number, side or negation of the point, and most of the medical things that the point names are there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from eval.items.calibration import Purpose, threshold
from eval.items.claims import content_words, contradiction
from eval.items.quantities import Quantity, agree, quantities
from sp_sim.encoder import Encoder, Vectors
from sp_sim.record import Language
from sp_sim.terminology import Concept, Kind, Span, Terminology, longest
from sp_sim.text import canonical


class Passage(NamedTuple):
    """A stretch of a reply, and the sentences that it lies in (first, last)."""

    text: str
    first: int
    last: int


def covered(
    points: Sequence[str], reply: str, encoder: Encoder, terminology: Terminology
) -> list[tuple[bool, float, str]]:
    """For each point: whether the reply makes it, the similarity of the nearest words of the reply, and these words.

    An empty reply covers nothing, with similarity 0.
    """
    said = sentences_of(reply)
    found = passages(said)
    if not points or not found:
        return [(False, 0.0, "") for _ in points]
    similar = encoder.encode(list(points)) @ encoder.encode([passage.text for passage in found]).T
    return [_judged(point, row, found, said, terminology, encoder) for point, row in zip(points, similar, strict=True)]


def macro_recall(judged: Sequence[tuple[bool, float, str]]) -> float | None:
    """The share of points that are covered; None where there are none."""
    return sum(made for made, _, _ in judged) / len(judged) if judged else None


def combined(recall: float, similarity: float, weight: float = 0.5) -> float:
    """Recall over key points and similarity of the whole answers as one number; ``weight`` is that of recall."""
    return weight * recall + (1 - weight) * similarity


_NEAREST = 6
"""Passages looked at for a point, the most similar ones."""
_CLOSE = 0.15
"""Passages this much less similar than the best tell the point as well as it does; in parts of the way from the
threshold to 1, since encoders have scales of their own."""
_NAMED_ALL = 0.1
"""Below the threshold by this much of that way, words still tell a point where all that it names is there."""
_SURE = 0.25
"""Above the threshold by this much of that way, words may tell a point without the names that it has for things."""


def _judged(
    point: str,
    similar: Vectors,
    found: Sequence[Passage],
    said: Sequence[str],
    terminology: Terminology,
    encoder: Encoder,
) -> tuple[bool, float, str]:
    order = np.argsort(-similar, kind="stable")[:_NEAREST]
    limit = threshold(encoder, Purpose.POINT, language_of(point))
    best = float(similar[order[0]])
    single = {
        passage.first: float(similar[i]) for i, passage in enumerate(found) if passage.text == said[passage.first]
    }
    for index in order:
        value, passage = float(similar[index]), found[index]
        if value < max(limit - _NAMED_ALL * (1 - limit), best - _CLOSE * (1 - limit)):
            break
        share = 0.0 if value >= limit + _SURE * (1 - limit) else 0.5 if value >= limit else 1.0
        nearest = max(range(passage.first, passage.last + 1), key=lambda i: single.get(i, 0.0))
        if _holds(point, passage.text if passage.first == passage.last else said[nearest], said[nearest]) and _told(
            point, passage, said, share, terminology
        ):
            return True, max(0.0, min(1.0, value)), passage.text
    return False, max(0.0, min(1.0, best)), found[order[0]].text


def _holds(point: str, words: str, sentence: str) -> bool:
    """Whether words of a sentence do not contradict a point, nor the sentence its numbers and sides."""
    return not contradiction(point, words) and contradiction(point, sentence) not in ("another number", "another side")


def _told(point: str, passage: Passage, said: Sequence[str], share: float, terminology: Terminology) -> bool:
    """Whether half of the numbers, and such a share of the things named, of a point are told where a passage stands."""
    sentence = "\n".join(said[passage.first : passage.last + 1])
    around = "\n".join(said[max(0, passage.first - 1) : passage.last + 2])
    wanted = quantities(point)
    told = [one for one in wanted if _has_number(one, sentence, around)]
    if len(told) * 2 < len(wanted):
        return False
    return _names_same(point, sentence, around, share, terminology)


def _has_number(wanted: Quantity, sentence: str, around: str) -> bool:
    here = quantities(sentence)
    if any(other.dimension == wanted.dimension for other in here):
        return agree([wanted], here)
    return agree([wanted], quantities(around))


_NAMED = (Kind.TEST, Kind.DRUG, Kind.TREATMENT, Kind.DIAGNOSIS)


def _names_same(point: str, sentence: str, around: str, share: float, terminology: Terminology) -> bool:
    """Whether a share of the things that a point names is there, and no drug or disease is replaced.

    All of them are never there where it names none.
    """
    wanted = _named(point, terminology)
    if not wanted:
        return share < 1
    near = [concept for concept, _ in _named(around, terminology)]
    there = [pair for pair in wanted if _is_there(*pair, near, around, terminology)]
    here = [concept for concept, _ in _named(sentence, terminology)]
    for kind in (Kind.DRUG, Kind.DIAGNOSIS):
        missing = any(pair[0].kind is kind for pair in wanted) and not any(pair[0].kind is kind for pair in there)
        if missing and any(other.kind is kind for other in here):
            return False
    return len(there) >= share * len(wanted)


def _is_there(concept: Concept, form: str, near: Sequence[Concept], around: str, terminology: Terminology) -> bool:
    """Whether a thing is named, or a special or general kind of it; or most of the letters of its name are there."""
    if any(terminology.is_kind_of(other, concept) or terminology.is_kind_of(concept, other) for other in near):
        return True
    text = canonical(around).text
    if form.isascii():
        words = {word for word, _ in content_words(form)}
        return bool(words & {word for word, _ in content_words(text)})
    return sum(char in text for char in form) >= 0.6 * len(form)


def _named(text: str, terminology: Terminology) -> list[tuple[Concept, str]]:
    """The things that a text names, each with the name that it has there; of a treatment with a drug the drug."""
    folded = canonical(text).text
    found = [span for span in terminology.lexicon.spans(folded) if span.value.kind in _NAMED]
    drugs = [span for span in found if span.value.kind is Kind.DRUG]
    spans = longest(span for span in found if span.value.kind is not Kind.TREATMENT or not _holds_one(span, drugs))
    return list({span.value: folded[span.start : span.end] for span in spans}.items())


def _holds_one(span: Span, others: Sequence[Span]) -> bool:
    return any(span.start <= other.start and other.end <= span.end for other in others)


def sentences_of(reply: str) -> list[str]:
    """The sentences of a reply, without marks of lists and emphasis."""
    plain = re.sub(r"\*\*|__|`|^#+\s*", "", reply, flags=re.MULTILINE)
    lines = [_MARK.sub("", part).strip() for part in _END.split(plain)]
    return [line for line in lines if re.search(r"\w", line)]


def passages(said: Sequence[str]) -> list[Passage]:
    """Each sentence, two neighbouring ones, and each clause; longer runs of clauses cost more than they find."""
    found = [Passage(text, i, i) for i, text in enumerate(said)]
    found += [Passage(f"{said[i]} {said[i + 1]}", i, i + 1) for i in range(len(said) - 1)]
    found += [Passage(clause.strip(), i, i) for i, text in enumerate(said) for clause in _COMMA.split(text)]
    return [passage for passage in dict.fromkeys(found) if len(passage.text) > 1]


def language_of(text: str) -> Language:
    """Chinese where a text has Chinese characters, else English."""
    return Language.ZH if re.search("[一-鿿]", text) else Language.EN


_END = re.compile(r"(?<=[。！？!?；;])|(?<=[a-z)%\]])\.\s+(?=[A-Z])|\n+")
_MARK = re.compile(r"^\s*(?:[-*•·]\s+|\(?\d{1,2}[.、)]\s*(?!\d)|[一二三四五六七八九十]+、|\|)")
_COMMA = re.compile(r"[，,](?!\d{3}(?!\d))\s*|\|")
