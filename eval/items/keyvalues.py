"""Keys and values of an answer against those of a model answer: precision, recall and F1, with the evidence.

Keys are the same by their family (诊断 and impression), by name or by meaning. A value says the same where it names the
same thing or a special kind of it, and otherwise by its sentence vector (see ``eval.items.calibration``); numbers,
sides and negation must agree in any case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from eval.items.calibration import Purpose, threshold
from eval.items.claims import denied
from eval.items.families import RELATED, denies, family
from eval.items.quantities import agree, quantities
from eval.items.recall import language_of
from sp_sim.encoder import Encoder
from sp_sim.record import Frozen
from sp_sim.terminology import Concept, Kind, Terminology, longest
from sp_sim.text import canonical, side_of
from sp_sim.text import key as identity


class Rates(Frozen):
    """Shares from 0 to 1; precision is None where nothing was found, recall where nothing is wanted, F1 with both."""

    precision: float | None
    recall: float | None
    f1: float | None


class WantedValue(Frozen):
    """A value of the model answer; ``matched`` are the words found for it, empty where it is missing."""

    key: str
    value: str
    matched: str = ""
    similarity: float = 0.0


class FoundValue(Frozen):
    """A value of the answer, and whether it is right: one of those wanted."""

    key: str
    value: str
    right: bool


class PairScores(Frozen):
    """Rates over (key, value) pairs and over keys alone; ``aligned`` is the wanted key of each found one, or empty."""

    pairs: Rates
    keys: Rates
    wanted: tuple[WantedValue, ...]
    found: tuple[FoundValue, ...]
    aligned: dict[str, str]


def score_pairs(
    found: Mapping[str, Sequence[str]],
    gold: Mapping[str, Sequence[str]],
    terminology: Terminology,
    encoder: Encoder,
) -> PairScores:
    """What the found pairs are worth against the gold ones. Each gold value is matched at most once."""
    aligned = align_keys(list(found), list(gold), encoder)
    wanted: list[WantedValue] = []
    right: set[tuple[str, str]] = set()
    for key, values in gold.items():
        offers = [(name, value) for name, target in aligned.items() if target == key for value in found[name]]
        matches = _matched(values, offers, denies(key), terminology, encoder)
        for value, match in zip(values, matches, strict=True):
            words, similarity = (offers[match[0]][1], match[1]) if match else ("", 0.0)
            wanted.append(WantedValue(key=key, value=value, matched=words, similarity=similarity))
            if match:
                right.add(offers[match[0]])
    judged = [
        FoundValue(key=key, value=value, right=(key, value) in right)
        for key, values in found.items()
        for value in values
    ]
    return PairScores(
        pairs=_rates([one.right for one in judged], [bool(one.matched) for one in wanted]),
        keys=_rates([bool(target) for target in aligned.values()], [key in aligned.values() for key in gold]),
        wanted=tuple(wanted),
        found=tuple(judged),
        aligned=aligned,
    )


def _rates(right: Sequence[bool], matched: Sequence[bool]) -> Rates:
    precision = sum(right) / len(right) if right else None
    recall = sum(matched) / len(matched) if matched else None
    if recall is None:
        return Rates(precision=precision, recall=None, f1=None)
    total = (precision or 0.0) + recall
    return Rates(precision=precision, recall=recall, f1=2 * (precision or 0.0) * recall / total if total else 0.0)


def align_keys(found: Sequence[str], gold: Sequence[str], encoder: Encoder) -> dict[str, str]:
    """The gold key that each found key means, empty for none; several found keys may mean one gold key."""
    by_family = {family(key): key for key in reversed(gold) if family(key)}
    by_name = {identity(key): key for key in reversed(gold)}
    aligned = {key: by_name.get(identity(key)) or by_family.get(family(key), "") for key in found}
    taken = {family(key) for key, target in aligned.items() if target}
    for key in [key for key, target in aligned.items() if not target and family(key)]:
        related = (by_family[name] for name in by_family if frozenset((name, family(key))) in RELATED)
        aligned[key] = next((other for other in related if family(key) not in taken), "")
    free = [key for key, target in aligned.items() if not target]
    open_keys = [key for key in gold if key not in aligned.values()]
    if free and open_keys:
        similar = encoder.encode(free) @ encoder.encode(open_keys).T
        for key, row in zip(free, similar, strict=True):
            best = int(np.argmax(row))
            same_language = language_of(key) is language_of(open_keys[best])
            limit = threshold(encoder, Purpose.VALUE, language_of(key))
            if same_language and row[best] >= limit and not (family(key) and family(open_keys[best])):
                aligned[key] = open_keys[best]
    return aligned


def _matched(
    values: Sequence[str],
    offers: Sequence[tuple[str, str]],
    denying: bool,
    terminology: Terminology,
    encoder: Encoder,
) -> list[tuple[int, float] | None]:
    """For each value the offer that says the same and how similar it is; the most similar pairs are taken first.

    An offer that names several of the values (肺炎伴胸腔积液) may match each of them.
    """
    result: list[tuple[int, float] | None] = [None] * len(values)
    if not values or not offers:
        return result
    said = [value for _, value in offers]
    near = _neighbours([bare_name(v) or v for v in values], [bare_name(v) or v for v in said], encoder)
    candidates = []
    for i, value in enumerate(values):
        limit = threshold(encoder, Purpose.VALUE, language_of(value))
        for j, other in enumerate(said):
            if not _details_agree(value, other, denying):
                continue
            named = same_thing(value, other, terminology)
            if named:
                candidates.append((2.0 + near[i].get(j, 0.0), True, i, j))
            elif named is None and near[i].get(j, 0.0) >= limit:
                candidates.append((near[i][j], False, i, j))
    used: set[int] = set()
    for rank, named, i, j in sorted(candidates, key=lambda c: (-c[0], c[2], c[3])):
        if result[i] is None and (named or j not in used):
            result[i] = (j, 1.0 if named else round(min(1.0, rank), 4))
            used.add(j)
    return result


def _neighbours(values: Sequence[str], offers: Sequence[str], encoder: Encoder) -> list[dict[int, float]]:
    """The cosine of each value with each offer, from an exact index of inner products of unit vectors."""
    import faiss

    vectors = np.ascontiguousarray(encoder.encode(list(offers)), np.float32)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    similar, places = index.search(np.ascontiguousarray(encoder.encode(list(values)), np.float32), len(offers))
    return [dict(zip(map(int, at), map(float, row), strict=True)) for at, row in zip(places, similar, strict=True)]


def _details_agree(value: str, other: str, denying: bool) -> bool:
    """Whether what is found has all numbers of the value, no other side, and denies as it does.

    Under a key that denies (避免合用) a denial within says nothing further.
    """
    one, two = side_of(value), side_of(other)
    if one and two and one != two:
        return False
    if not agree(quantities(value), quantities(other)):
        return False
    return denying or denied(value) == denied(other)


def same_thing(value: str, other: str, terminology: Terminology) -> bool | None:
    """Whether what is found names the thing that a value names or a special kind of it; None: names do not tell."""
    one, two = bare_name(value), bare_name(other)
    if identity(value) == identity(other) or identity(one) == identity(two):
        return True
    if not (identity(one) and identity(two)):
        return False
    examined = _same_examination(one, other, terminology)
    if examined is not None:
        return examined
    wanted, there = _concept(one, terminology), _concept(two, terminology)
    inside = _named(other, terminology)
    if wanted:
        if any(terminology.is_kind_of(concept, wanted) for concept in (*inside, *filter(None, [there]))):
            return True
        rivals = [concept for concept in inside if concept.kind is wanted.kind]
        if (there and there.kind is wanted.kind) or (rivals and _contained(one, two) is False):
            return False
    if _contained(one, two) and not any(
        identity(one) in identity(name) and identity(one) != identity(name)
        for concept in inside
        if wanted and concept.kind is wanted.kind
        for name in concept.names
    ):
        return True
    mine = _named(value, terminology)
    if mine and inside and not any(a is b or terminology.is_kind_of(b, a) for a in mine for b in inside):
        return False if {c.kind for c in mine} & {c.kind for c in inside} else None
    return None


def _same_examination(one: str, other: str, terminology: Terminology) -> bool | None:
    """Whether an examination of a region (胸部CT) is among those found; None where the value names no region."""
    term = terminology.resolve(one)
    if term is None or not (term.concept.modality and term.regions):
        return None
    text = canonical(other).text
    found = [span.value for span in terminology.composed(text, terminology.lexicon.spans(text))]
    return any(
        terminology.is_kind_of(there.concept, term.concept)
        and all(any(terminology.within(a, b) for a in there.regions) for b in term.regions)
        for there in found
    )


def _contained(one: str, two: str) -> bool:
    """Whether a name of some length stands within the words found, in Latin letters as whole words."""
    name, words = identity(one), identity(two)
    if len(name) < 2 or name not in words:
        return False
    return not name.isascii() or (canonical(one).text in canonical(two).text and len(name) > 2)


@lru_cache(maxsize=16384)
def _concept(name: str, terminology: Terminology) -> Concept | None:
    """What the whole of a name stands for."""
    term = terminology.resolve(name) if name else None
    return term.concept if term and not (term.concept.modality and term.regions) else None


_NAMED = (Kind.TEST, Kind.DRUG, Kind.TREATMENT, Kind.DIAGNOSIS, Kind.SYMPTOM)


@lru_cache(maxsize=16384)
def _named(text: str, terminology: Terminology) -> tuple[Concept, ...]:
    """The things that a text names."""
    spans = longest(span for span in terminology.lexicon.spans(canonical(text).text) if span.value.kind in _NAMED)
    return tuple(dict.fromkeys(span.value for span in spans))


_DOSE = re.compile(
    r"(?<![A-Za-z\d-])\d+(?:\.\d+)?\s?(?:[-–~～至]\s?\d+(?:\.\d+)?\s?)?(?:mg|g|μg|µg|mcg|ml|mL|L|IU|U|毫克"
    r"|克|微克|毫升|单位|片|粒|支|mmol)"
    r"(?:\s?[/·]\s?(?:kg|d|h|日|天|次|min|L))*(?![A-Za-z])"
    r"|每[日天晚](?:\d+次|[一二两三四]次)?|每\d+小时(?:\d+次)?|\d+次/[日天]|静脉(?:推注|滴注|注射)|静[推滴]"
    r"|肌注|口服|嚼服|顿服|(?:共|连[用服])?\d+天"
    r"|\b(?:qd|bid|tid|qid|qn|prn|iv|im|po|intravenously|intramuscularly|orally|(?:once|twice"
    r"|three times)(?: a day| daily)?"
    r"|daily|every \d+ hours|for \d+ (?:days|weeks))\b",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[（(][^（()）]*[)）]")


@lru_cache(maxsize=16384)
def bare_name(value: str) -> str:
    """The name within a value, without brackets, doses and routes; empty where it is but a dose."""
    bare = _BRACKETED.sub("", value)
    return _DOSE.sub("", bare).strip(" ,，;；:：/") if identity(bare) else value
