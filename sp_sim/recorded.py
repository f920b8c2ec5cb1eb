"""What the facts of one record stand for: the terms of their items, their sides, and what their words state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sp_sim.examined import examination_of
from sp_sim.naming import HISTORY_NAMES, identity
from sp_sim.record import HISTORIES, TESTS, Category, Fact
from sp_sim.terminology import Concept, Kind, Term, Terminology, longest
from sp_sim.text import fold, is_none, side_of
from sp_sim.transcript import AskKind

_SPOKEN = frozenset({Category.SYMPTOM}) | HISTORIES
_REPORTED: Mapping[Category, frozenset[Kind]] = {
    Category.LABORATORY: frozenset({Kind.TEST, Kind.DIAGNOSIS}),
    Category.EXAMINATION: frozenset({Kind.TEST}),
    Category.PATHOLOGY: frozenset({Kind.TEST}),
    Category.PHYSICAL: frozenset({Kind.TEST}),
}
"""Kinds of things whose value or presence a report of each category states: whoever asks for them gets the report."""
_ADVISED = re.compile(r"建议|必要时|请结合|复查|随访|较前|对比|\b(?:suggest|recommend|advise|compared)\w*")
_CIRCUMSTANCE = re.compile("(?:[、和或及][^,，。、]{1,6}){0,4}的?(?:时|之?后|以后|完|起来|就)")
"""Behind what is only when a symptom comes (哭闹时)."""

_RELATIVES = {
    "father": r"父|爸|爹|\b(?:father|parents?|dad)\b",
    "mother": r"母(?!乳)|妈(?!的)|娘(?!家)|\b(?:mother|parents?|mum|mom)\b",
    "sibling": r"兄|弟|姐|妹|哥|\b(?:brother|sister|sibling)s?\b",
    "child": r"儿子|女儿|子女|儿女|\b(?:son|daughter|children)s?\b",
    "elder": r"爷|奶奶|外公|外婆|姥|祖父|祖母|叔|伯|姑|舅|姨|堂|表|\b(?:grand\w+|uncle|aunt|cousin)s?\b",
}


def relatives(words: str) -> frozenset[str]:
    """The degrees of kinship that words name."""
    return frozenset(degree for degree, pattern in _RELATIVES.items() if re.search(pattern, words))


SYMPTOM_FEATURES = "症状特征"
"""The group of the terminology for what can be asked of any symptom: its duration, character, course."""


@dataclass(frozen=True)
class Context:
    """What the sentence around a mention is about: a category that it names (家人, 过敏), and its canonical words."""

    category: Category | None = None
    words: str = ""


@dataclass(frozen=True)
class Hit:
    """What a mention stands for on this record."""

    kind: AskKind
    category: Category | None
    facts: tuple[str, ...] = ()


class Recorded:
    """The facts of one record as the terminology understands them."""

    def __init__(self, facts: Sequence[Fact], terminology: Terminology) -> None:
        self.facts = facts
        self._terminology = terminology
        self.terms = {fact.id: tuple(self._terms_of(fact)) for fact in facts}
        """What each fact's item stands for."""
        self.sides = {fact.id: self._side_of(fact) for fact in facts}
        self.said = {fact.id: frozenset(self._stated(fact)) for fact in facts}
        """The concepts that each fact's words name, by identity."""

    def of_category(self, category: Category) -> tuple[str, ...]:
        """Ids of the facts of a category, in record order."""
        return tuple(fact.id for fact in self.facts if fact.category is category)

    def all_rows(self, facts: Sequence[Fact]) -> tuple[str, ...]:
        """All rows of the items of these facts, in record order."""
        wanted = {identity(fact) for fact in facts}
        return tuple(fact.id for fact in self.facts if identity(fact) in wanted)

    @cached_property
    def symptoms(self) -> list[Fact]:
        """The symptoms that the patient has, the chief complaint first."""
        return [fact for fact in self.facts if fact.category is Category.SYMPTOM and not fact.negative]

    def regions(self, words: str) -> frozenset[str]:
        """The body regions that words name, those of operations and diseases among them."""
        spans = self._terminology.lexicon.spans(fold(words).replace("手术", "  "))
        named = {s.value.name for s in spans if s.value.kind is Kind.REGION}
        return frozenset(named | {s.value.region for s in spans if s.value.region})

    def _terms_of(self, fact: Fact) -> Iterator[Term]:
        """What a fact's item stands for, one thing or several (恶心呕吐, 抗凝及抗血小板药).

        Where that is unknown, a test is what its report begins with. A symptom without a side has the one side that
        the patient names.
        """
        if not fact.item or is_none(fact.item):
            return
        term = self._terminology.resolve(_AT_TIMES.sub("", fact.item))
        if term and term.concept.kind is not Kind.REGION:  # 鼻腔检查 is no nose
            term = replace(term, concept=self._terminology.in_category(term.concept, fact.item, fact.category))
            told = only_side(fact.finding) if fact.category is Category.SYMPTOM and not term.side else ""
            yield Term(term.concept, term.regions, told) if told else term
            return
        text = fold(_AT_TIMES.sub("", fact.item))
        if fact.category is Category.PHYSICAL and (term := examination_of(text, self._terminology)):
            yield term
            return
        spans = longest(self._terminology.lexicon.spans(text))
        spans = [s for s in spans if s.value.kind is not Kind.REGION and s.value.name not in HISTORY_NAMES]
        rest = "".join(c for i, c in enumerate(text) if not any(s.start <= i < s.end for s in spans))
        if spans and len(_JOINING.sub("", rest)) <= (1 if len(spans) > 1 else 0):
            yield from (Term(s.value, frozenset(filter(None, [s.value.region])), side_of(text)) for s in spans)
        elif fact.category in TESTS:
            opening = [s for s in self._terminology.lexicon.spans(fold(fact.finding)) if s.start == 0]
            tests = [s for s in opening if s.value.kind is Kind.TEST and s.value.category is fact.category]
            yield from (Term(s.value) for s in tests[:1])

    def _stated(self, fact: Fact) -> Iterator[int]:
        """The concepts that a fact's words name: all of what a patient tells, the values and signs of a report."""
        text = fold(f"{fact.item}。{fact.finding}")
        if fact.category is Category.PHYSICAL:
            signs = (_VITAL_SIGNS[match[1]] for match in _LETTERED.finditer(text))
            yield from (id(sign) for sign in map(self._terminology.find, signs) if sign)
        for span in self._terminology.lexicon.spans(text):
            concept: Concept = span.value
            if text[span.start : span.end] in _OTHERWISE or text.startswith("酶", span.end):
                continue
            if fact.category is Category.SYMPTOM and _CIRCUMSTANCE.match(text, span.end):
                continue
            if fact.category in _SPOKEN or (
                concept.kind in _REPORTED[fact.category]
                and not concept.modality
                and (concept.category is Category.PHYSICAL) == (fact.category is Category.PHYSICAL)
                and not (fact.category is Category.PATHOLOGY and concept.category is Category.LABORATORY)
                and not _ADVISED.search(text[max(0, span.start - 12) : span.start])
            ):
                yield id(concept)

    def _side_of(self, fact: Fact) -> str:
        """The side of a fact: that of its item, else of what the patient tells."""
        told = only_side(fact.finding) if fact.category is Category.SYMPTOM else ""
        return side_of(fact.item) or next((t.side for t in self.terms[fact.id] if t.side), told)


_OTHERWISE = frozenset(
    {"run", "runs", "trot", "trots", "echo", "film", "films", "shot", "shots", "chill", "cold", "jab", "jabs", "mood"}
    | {"speed", "stool", "gas", "map"}
)
"""Everyday names that mean other things too: a record that says them (it runs down my leg) need not mean these."""
_VITAL_SIGNS = {"t": "体温", "p": "脉搏", "hr": "心率", "r": "呼吸频率", "rr": "呼吸频率", "bp": "血压"}
_LETTERED = re.compile(r"(?<![a-z])(t|p|hr|r|rr|bp)[ :]{0,2}\d{2}")
"""A vital sign as charts write it (T 36.7, P 104)."""
_AT_TIMES = re.compile(
    r"^(?:本次|此次|近期|最近|目前|现在|长期|既往|其他|其它|术前|术后|入院|近日|服用|使用|应用)(?=..)(?:的)?"
)
"""When, not what: left out of an item's name before it is looked up."""
_JOINING = re.compile(r"[及和与或、,/+＋()（）史 ]|以及|情况|药物?|类|等")
_SIDED = re.compile(r"左(?!右)|(?<!左)右|\b(?:left|right)\b")


def only_side(finding: str) -> str:
    """The side that a finding names, where it names one only."""
    text = fold(finding)
    sides = {side_of(match[0]) for match in _SIDED.finditer(text)}
    return sides.pop() if len(sides) == 1 and not re.search("双|两|both|bilateral", text) else ""
