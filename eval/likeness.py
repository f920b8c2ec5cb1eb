"""Where a text tells a diagnosis in most of the words of one of its names, in another order or form.

The last resort of ``eval.matching``, after names and their elements. A clause is held against every name of the
diagnosis of the terminology: characters of Chinese, stems of English words and numbers, weighted by how few names
have them (inverse document frequency). It tells a target where it has most of the weight of one of its names, all
body regions of it, and more than of the name of any other diagnosis. It is a candidate only: what is denied, past or
on another side is decided by the rules for names. Treatments are not found so: their names share too many words with
those of what they treat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache

import numpy as np

from sp_sim.terminology import Concept, Kind, Span, Terminology
from sp_sim.text import fold

MOST = 0.62
"""How much of the weight of a name a clause must have."""
_EQUAL = 1e-5
"""Shares that differ by less are the same."""
_FEWEST = 3
"""Words of a name that must be said, at least."""
_CLAUSE = re.compile(r"[^,，。;；:：!！?？\n]+")
_WORD = re.compile(r"[一-鿿]|[a-z]{3,}|\d+")
_SAYS_LITTLE = frozenset("症病性的与和伴并型术左右侧") | {"the", "and", "with", "for", "left", "right"}
_STEM = 6
"""Letters of an English word that count."""
_PAIRS = """
动/静 内/外 上/下 前/后 急/慢 良/恶 高/低 大/小 增/减 原/继 亢/减 干/湿 男/女 父/母
开/闭 快/缓 收/舒 硬/软 浅/深 近/远 早/晚 轻/重 单/双
arteri/veno hyper/hypo acute/chroni benign/malign primar/second upper/lower anteri/poster proxim/distal mild/severe
"""
_OPPOSITES = [tuple(pair.split("/")) for pair in _PAIRS.split()]
_NAMED = frozenset({Kind.DIAGNOSIS, Kind.TREATMENT, Kind.DRUG})
_DENIES = re.compile(r"[非无不未没否]|\b(?:no|not|without|non)\b")


def alike(
    text: str,
    names: Sequence[str],
    concept: Concept | None,
    terminology: Terminology,
    occurrences: Sequence[Span],
) -> Iterator[Span]:
    """Spans of canonical ``text``, from the first to the last word shared with the name that they are most like.

    ``concept`` is what the names name in the terminology, ``occurrences`` are those of its lexicon in the text: a
    clause that names another diagnosis, which is no part of the name, or what is done, is not looked at.
    """
    weights = _weights(terminology)
    parsed = [(name, words) for name in names if len(words := _words(name)) >= _FEWEST]
    for match in _CLAUSE.finditer(text) if parsed else ():
        said = _words(match[0])
        share, name, words = max((weights.share(words, said), name, words) for name, words in parsed)
        if (
            share < MOST
            or len(words & said) < _FEWEST
            or bool(_DENIES.search(match[0])) != bool(_DENIES.search(fold(name)))
        ):
            continue
        here = [s for s in occurrences if match.start() <= s.start and s.end <= match.end()]
        if any(s.value.kind in _NAMED and not _words(text[s.start : s.end]) <= words for s in here):
            continue
        if _opposed(words | _words(names[0]), said) or not all(
            _is_told(r, said, here, terminology) for r in _regions(name, terminology)
        ):
            continue
        if weights.best(said, words, concept, terminology) < share - _EQUAL:
            places = [m.span() for m in _WORD.finditer(text, *match.span()) if _stem(m[0]) in words]
            yield Span(places[0][0], places[-1][1], name)


class _Weights:
    """The names of a terminology's diagnoses, as weighted words."""

    def __init__(self, terminology: Terminology) -> None:
        concepts = terminology.of_kind(Kind.DIAGNOSIS)
        found = [(words, c) for c in concepts for name in c.names if len(words := _words(name)) >= _FEWEST]
        self._found = found
        self._places = {word: i for i, word in enumerate(sorted({word for words, _ in found for word in words}))}
        has = np.zeros((len(found), len(self._places)), np.float32)
        for row, (words, _) in enumerate(found):
            has[row, [self._places[word] for word in words]] = 1
        self._rarest = float(np.log(len(found) + 1))
        self._weight = np.log((len(found) + 1) / (has.sum(0) + 1)).astype(np.float32)
        weighted = has * self._weight
        self._names = weighted / weighted.sum(1, keepdims=True)

    def share(self, words: Set[str], said: Set[str]) -> float:
        """The part of the weight of a name that stands in what is said."""
        return sum(map(self._of_word, words & said)) / sum(map(self._of_word, words))

    def _of_word(self, word: str) -> float:
        place = self._places.get(word)
        return self._rarest if place is None else float(self._weight[place])

    def best(self, said: Set[str], beside: Set[str], concept: Concept | None, terminology: Terminology) -> float:
        """The largest share of a name of another thing: what is told in part is told less than what is told in full.

        Of a thing whose words are all said neither its own kinds nor names among its words are other things.
        """
        full = beside <= said
        query = np.zeros(len(self._places), np.float32)
        query[[self._places[word] for word in said if word in self._places]] = 1
        shares = self._names @ query
        for row in np.argsort(-shares, kind="stable"):
            words, other = self._found[row]
            if not (full and words <= beside) and not _is_kin(other, concept, terminology, full):
                return float(shares[row])
        return 0.0


@lru_cache(maxsize=16)
def _weights(terminology: Terminology) -> _Weights:
    return _Weights(terminology)


def _is_kin(other: Concept, concept: Concept | None, terminology: Terminology, upwards: bool) -> bool:
    """Whether another thing is a concept or a special kind of it, or ``upwards`` a general one."""
    return concept is not None and (
        other.name == concept.name
        or terminology.is_kind_of(other, concept)
        or (upwards and terminology.is_kind_of(concept, other))
    )


@lru_cache(maxsize=4096)
def _regions(name: str, terminology: Terminology) -> tuple[tuple[frozenset[str], Concept], ...]:
    """The body regions that a name names, each with its words there."""
    form = fold(name)
    spans = [span for span in terminology.lexicon.spans(form) if span.value.kind is Kind.REGION]
    return tuple((_words(form[span.start : span.end]), span.value) for span in spans)


def _is_told(region: tuple[Set[str], Concept], said: Set[str], here: Sequence[Span], terminology: Terminology) -> bool:
    named = (span.value.name for span in here if span.value.kind is Kind.REGION)
    return region[0] <= said or any(terminology.within(name, region[1].name) for name in named)


def _opposed(words: Set[str], said: Set[str]) -> bool:
    """Whether a clause has the opposite of a word of a name in its place, or leaves out one of its numbers."""
    replaced = any(
        (one in words and one not in said and other in said) or (other in words and other not in said and one in said)
        for one, other in _OPPOSITES
    )
    return replaced or any(word.isdecimal() and word not in said for word in words)


@lru_cache(maxsize=65536)
def _words(text: str) -> frozenset[str]:
    return frozenset(map(_stem, _WORD.findall(fold(text)))) - _SAYS_LITTLE


def _stem(word: str) -> str:
    return word[:_STEM]
