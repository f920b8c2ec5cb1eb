"""The intent recognizer that needs no model: rules on clauses, the terminology, and sentence vectors for the rest.

Deterministic. A turn is split into sentences and clauses; each clause asks, orders or states; what an asking or
ordering clause names is looked up on the record. A turn concludes when it delivers a diagnosis or a plan and waits
for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agents import cues
from sp_sim.record import TESTS, Category
from sp_sim.retrieval import Item, Mention, RecordIndex, Whole, asks_for_feature
from sp_sim.terminology import Kind, Term
from sp_sim.text import Canonical, canonical, clauses, sentences
from sp_sim.transcript import Ask, AskKind, Reading

SURE = 0.94
"""Cosine of the embedded encoder from which on the nearest item, concept or category is taken to be meant."""


@dataclass(frozen=True)
class _Clause:
    """A clause of the turn and what it does: ``asks`` (a question, a request), ``orders`` (a test), or neither."""

    start: int
    end: int
    asks: bool
    orders: bool


class LocalRecognizer:
    """Reads doctor turns on one record (see ``sp_sim.roles.IntentRecognizer``)."""

    def __init__(self, index: RecordIndex) -> None:
        self._index = index

    async def read(self, utterance: str, told: frozenset[str]) -> Reading:
        return self.read_now(utterance, told)

    def read_now(self, utterance: str, told: frozenset[str] = frozenset()) -> Reading:
        """The reading of one turn, for callers without an event loop."""
        text = canonical(utterance)
        mentions = self._index.mentions(text.text)
        parts = list(_clauses(text.text, mentions))
        if _concludes(text.text, parts, mentions):
            return Reading(concluding=True)
        asks: list[Ask] = []
        for clause in parts:
            for ask in self._asks(text, clause, mentions, told):
                if not any(_same(ask, other) for other in asks):
                    asks.append(ask)
        return Reading(concluding=False, asks=tuple(_without_vague(asks, self._index)))

    def _asks(self, text: Canonical, clause: _Clause, mentions: list[Mention], told: frozenset[str]) -> Iterator[Ask]:
        words = text.text[clause.start : clause.end]
        shown = text.original(clause.start, clause.end).strip(" ，,。：:；;、\n")
        if cues.LEAK.search(words):
            yield Ask(category=None, mention=shown, kind=AskKind.LEAK)
            return
        if not (clause.asks or clause.orders):
            return
        named = [m for m in mentions if clause.start <= m.start and m.end <= clause.end]
        on_record = any(isinstance(m.target, Item) for m in named)
        if clause.asks and not on_record and any(p.search(words) for p in (cues.AGE, cues.SEX, cues.WISH)):
            yield Ask(category=None, mention=shown, kind=AskKind.PERSONAL)
            return
        purpose = cues.PURPOSE.search(words)
        if purpose and (not _question_word(words) or any(m.start < clause.start + purpose.start() for m in named)):
            named = [m for m in named if m.start < clause.start + purpose.start()]
        if not clause.asks:
            named = [m for m in named if m.category in TESTS]
        context = self._context(words)
        open_question = cues.OPEN.search(words) if clause.asks else None
        if open_question:
            start, end = clause.start + open_question.start(), clause.start + open_question.end()
            named = [m for m in named if m.end <= start or m.start >= end]
        specific = [m for m in named if not isinstance(m.target, Whole)]
        if not all(asks_for_feature(m) for m in specific):  # 腰痛多久了 is on 腰痛
            specific = [m for m in specific if not asks_for_feature(m)]
        whole = [m for m in named if isinstance(m.target, Whole) and clause.asks]
        found = False
        for mention in specific:
            found = True
            yield self._ask(text, mention, context, told)
        if open_question:
            found = True
            yield Ask(category=Category.SYMPTOM, mention=shown, kind=AskKind.OPEN, facts=self._index.next_symptom(told))
        for mention in whole:
            if not specific or not any(
                self._ask(text, m, context, told).category is mention.category for m in specific
            ):
                found = True
                yield self._ask(text, mention, None, told)
        if found:
            return
        if cues.REPORTS.search(words) and (clause.asks or clause.orders):
            yield Ask(category=Category.EXAMINATION, mention=shown, kind=AskKind.REPORTS)
            return
        if clause.asks and not cues.COURTESY.search(words) and not cues.STATED.search(words):
            nearest = self._index.nearest(" ".join(cues.FILLER.sub(" ", words).split()))
            if nearest and nearest.confidence >= SURE:
                yield self._ask(text, nearest, context, told, shown)

    def _ask(
        self, text: Canonical, mention: Mention, context: Category | None, told: frozenset[str], shown: str = ""
    ) -> Ask:
        hit = self._index.lookup(mention, text.text, context)
        kind = hit.kind
        if hit.facts and told.issuperset(hit.facts):
            kind = AskKind.REPEAT
        words = shown or text.original(mention.start, mention.end)
        return Ask(category=hit.category, mention=words, kind=kind, facts=hit.facts, confidence=mention.confidence)

    @staticmethod
    def _context(words: str) -> Category | None:
        if cues.FAMILY.search(words):
            return Category.FAMILY_HISTORY
        return Category.ALLERGY if cues.ALLERGIC.search(words) else None


def _same(one: Ask, other: Ask) -> bool:
    if one.kind is not other.kind or one.facts != other.facts:
        return False
    return bool(one.facts) or one.mention == other.mention or one.kind not in (AskKind.ABSENT, AskKind.PERSONAL)


def _without_vague(asks: list[Ask], index: RecordIndex) -> list[Ask]:
    """Leaves out 做过哪些检查 where the same turn names tests, and 查体 where it names what to examine."""
    tests = [ask for ask in asks if ask.category in TESTS and ask.kind is not AskKind.REPORTS]
    named = {ask.category for ask in tests if not _is_whole(ask, index)}
    return [
        ask
        for ask in asks
        if not (ask.kind is AskKind.REPORTS and tests) and not (ask.category in named and _is_whole(ask, index))
    ]


def _is_whole(ask: Ask, index: RecordIndex) -> bool:
    """Whether an ask is for a whole category of tests (查体, 病理)."""
    return ask.kind is AskKind.TERM_GROUP and ask.category is not None and ask.facts == index.of_category(ask.category)


def _clauses(text: str, mentions: list[Mention]) -> Iterator[_Clause]:
    for start, end in sentences(text):
        sentence = text[start:end]
        parts = list(clauses(text, start, end))
        marked = bool(cues.QUESTION.search(sentence)) and "?" in sentence + "?" * bool(_question_word(sentence))
        asked_so_far = False
        for part_start, part_end in parts:
            words = text[part_start:part_end]
            named = [m for m in mentions if part_start <= m.start and m.end <= part_end]
            stated = bool(cues.STATED.search(words))
            question = bool(_question_word(words)) or ("?" in words and not stated)
            request = bool(cues.IMPERATIVE.search(words))
            continued = marked and (asked_so_far or bool(named)) and not stated and not cues.PREFACE.search(words)
            bare = bool(named) and _is_bare(words, part_start, named)
            refused = bool(cues.NOT_NOW.search(words))
            asks = (question or request or continued or bare) and not refused and not (stated and not question)
            tests = any(m.category in TESTS for m in named) or bool(cues.REPORTS.search(words))
            orders = tests and not stated and not refused and (bool(cues.ORDER.search(words)) or asked_so_far)
            asked_so_far = asked_so_far or asks or orders
            yield _Clause(part_start, part_end, asks, orders)


def _question_word(words: str) -> bool:
    match = cues.QUESTION.search(words)
    return bool(match) and match is not None and match[0] not in ("?", "？")


def _is_bare(words: str, start: int, named: list[Mention]) -> bool:
    """Whether a clause is hardly more than names (血常规，尿常规结果)."""
    rest = "".join(c for i, c in enumerate(words, start) if not any(m.start <= i < m.end for m in named))
    return len(cues.FILLER.sub("", rest).replace("结果", "").replace("报告", "").strip()) <= 2


def _concludes(text: str, parts: list[_Clause], mentions: list[Mention]) -> bool:
    diagnoses = [m for m in mentions if isinstance(m.target, Term) and m.target.concept.kind is Kind.DIAGNOSIS]
    treatments = [
        m for m in mentions if isinstance(m.target, Term) and m.target.concept.kind in (Kind.TREATMENT, Kind.DRUG)
    ]
    delivers_diagnosis = delivers_plan = suspects = False
    for start, end in sentences(text):
        sentence = text[start:end]
        if _asks_in(sentence):
            continue
        named = any(start <= m.start < end for m in diagnoses)
        cue = bool(cues.DIAGNOSES.search(sentence))
        suspected = bool(cues.SUSPECTS.search(sentence))
        suspects |= suspected and named
        delivers_diagnosis |= cue and named
        if cues.PLANS.search(sentence) and (any(start <= m.start < end for m in treatments) or "治疗" in sentence):
            delivers_plan = True
    headed = bool(cues.HEADED.search(text))
    delivers_diagnosis |= headed
    if not (delivers_diagnosis or delivers_plan):
        return False
    if cues.WAITS.search(text) and not (headed and delivers_plan):
        return False
    for part in parts:
        words = text[part.start : part.end]
        if part.asks and _question_word(words) and not cues.COURTESY.search(_sentence_of(text, part)):
            return False
        if part.orders and not (delivers_diagnosis and delivers_plan) and not cues.FOLLOW_UP.search(words):
            return False
    return not (suspects and not delivers_plan and not headed)


def _asks_in(sentence: str) -> bool:
    return "?" in sentence and not cues.COURTESY.search(sentence)


def _sentence_of(text: str, part: _Clause) -> str:
    return next(text[s:e] for s, e in sentences(text) if s <= part.start < e)
