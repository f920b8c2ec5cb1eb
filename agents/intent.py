"""The intent recognizer that needs no model: rules on clauses, the terminology, and sentence vectors for the rest.

Deterministic. A turn is split into sentences and clauses; each clause asks, orders or states; what an asking or
ordering clause names is looked up on the record. A turn concludes when it delivers a diagnosis or a plan and waits
for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents import cues
from sp_sim.record import TESTS, Category
from sp_sim.retrieval import Item, Mention, RecordIndex, Whole, asks_for_feature
from sp_sim.terminology import Kind, Term
from sp_sim.text import Canonical, canonical, clauses, sentences
from sp_sim.transcript import Ask, AskKind, Reading

SURE = 0.94
"""Cosine of the embedded encoder from which on the nearest item, concept or category is taken to be meant."""


MAX_CHARACTERS = 20_000
"""How much of a turn is read; a model that talks in circles stalls nobody."""


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
        text = canonical(utterance[:MAX_CHARACTERS])
        mentions = self._index.mentions(text.text)
        parts = list(_clauses(text.text, mentions))
        if _concludes(text.text, parts, mentions):
            return Reading(concluding=True)
        asks: list[Ask] = []
        for clause in parts:
            part = _Part(text, clause, mentions)
            if asks and part.asks_for_features:  # 抽烟吗？抽了多久了？
                continue
            for ask in self._asks(part, told, told.union(*(ask.facts for ask in asks))):
                if not any(_same(ask, other) for other in asks):
                    asks.append(ask)
        return Reading(concluding=False, asks=tuple(_without_vague(asks, self._index)))

    def _asks(self, part: _Part, told: frozenset[str], seen: frozenset[str]) -> Iterator[Ask]:
        """What one clause asks for; ``seen`` are the facts told before or earlier in the turn."""
        clause, words = part.clause, part.words
        if cues.LEAK.search(words):
            yield Ask(category=None, mention=part.shown, kind=AskKind.LEAK)
        elif clause.asks and not part.names_an_item and _any_of(words, cues.AGE, cues.SEX, cues.WISH):
            yield Ask(category=None, mention=part.shown, kind=AskKind.PERSONAL)
        elif clause.asks or clause.orders:
            asks = list(self._named(part, told, seen)) or list(self._unnamed(part, told))
            yield from asks

    def _named(self, part: _Part, told: frozenset[str], seen: frozenset[str]) -> Iterator[Ask]:
        """Asks for what the clause names, and open questions."""
        context = _context(part.words)
        specific = [self._ask(part, mention, context, told) for mention in part.specific]
        yield from (ask for ask in specific if not (part.is_heading and ask.kind is AskKind.TERM_GROUP))
        if part.open:
            following = self._index.next_symptom(seen)
            yield Ask(category=Category.SYMPTOM, mention=part.shown, kind=AskKind.OPEN, facts=following)
        covered = {ask.category for ask in specific}
        for mention in part.wholes:
            if mention.category not in covered and not part.is_heading:
                yield self._ask(part, mention, None, told)

    def _unnamed(self, part: _Part, told: frozenset[str]) -> Iterator[Ask]:
        """Asks of a clause that names nothing known: for reports as a whole, or by meaning."""
        words = part.words
        if cues.REPORTS.search(words):
            yield Ask(category=Category.EXAMINATION, mention=part.shown, kind=AskKind.REPORTS)
        elif part.clause.asks and not _any_of(words, cues.COURTESY, cues.STATED, _BESIDES):
            nearest = self._index.nearest(" ".join(cues.FILLER.sub(" ", words).split()))
            if nearest and nearest.confidence >= SURE:
                yield self._ask(part, nearest, _context(words), told, part.shown)

    def _ask(
        self, part: _Part, mention: Mention, context: Category | None, told: frozenset[str], shown: str = ""
    ) -> Ask:
        hit = self._index.lookup(mention, part.text.text, context)
        repeated = bool(hit.facts) and told.issuperset(hit.facts)
        return Ask(
            category=hit.category,
            mention=shown or part.text.original(mention.start, mention.end),
            kind=AskKind.REPEAT if repeated else hit.kind,
            facts=hit.facts,
            confidence=mention.confidence,
        )


class _Part:
    """One clause with what it names: ``specific`` things, ``wholes`` (categories), and an ``open`` question."""

    def __init__(self, text: Canonical, clause: _Clause, mentions: Sequence[Mention]) -> None:
        self.text = text
        self.clause = clause
        self.words = text.text[clause.start : clause.end]
        self.shown = text.original(clause.start, clause.end).strip(" ，,。：:；;、\n")
        named = [m for m in mentions if clause.start <= m.start and m.end <= clause.end]
        self.names_an_item = any(isinstance(m.target, Item) for m in named)
        opened = cues.OPEN.search(self.words) if clause.asks else None
        self.open = opened is not None
        if opened:
            start, end = clause.start + opened.start(), clause.start + opened.end()
            named = [m for m in named if m.end <= start or m.start >= end]
        besides = _BESIDES.search(self.words)
        if besides:
            named = [m for m in named if m.start >= clause.start + besides.end()]
        named = self._before_purpose(named)
        specific = [m for m in named if not isinstance(m.target, Whole) and (clause.asks or m.category in TESTS)]
        things = [m for m in specific if not asks_for_feature(m)]
        self.specific = things or specific  # 腰痛多久了 asks for 腰痛
        self.asks_for_features = bool(specific) and not things
        rest = text.text[clause.end :]
        self.is_heading = rest.startswith(":") and len(rest.strip()) > 2  # what follows says what is meant
        self.wholes = [m for m in named if isinstance(m.target, Whole) and clause.asks]

    def _before_purpose(self, named: list[Mention]) -> list[Mention]:
        """Without what a test is ordered for (做膀胱镜以排除结核)."""
        purpose = cues.PURPOSE.search(self.words)
        if not purpose:
            return named
        before = [m for m in named if m.start < self.clause.start + purpose.start()]
        return before if before or not _question_word(self.words) else named


_BESIDES = re.compile(r"(?:除了|^除).{1,15}?(?:之外|以外|外|$)")
"""What a question leaves out: 除了腰痛，还有什么不舒服？"""


def _context(words: str) -> Category | None:
    """The category that a clause names as its context: the family's diseases, the patient's allergies."""
    if cues.FAMILY.search(words):
        return Category.FAMILY_HISTORY
    return Category.ALLERGY if cues.ALLERGIC.search(words) else None


def _any_of(words: str, *patterns: re.Pattern[str]) -> bool:
    return any(pattern.search(words) for pattern in patterns)


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
        marked = "?" in sentence or _question_word(sentence)
        asked_so_far = False
        for part_start, part_end in parts:
            words = text[part_start:part_end]
            named = [m for m in mentions if part_start <= m.start and m.end <= part_end]
            stated = bool(cues.STATED.search(words))
            question = _question_word(words) or ("?" in words and not stated)
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
    return match is not None and match[0] != "?"


def _is_bare(words: str, start: int, named: list[Mention]) -> bool:
    """Whether a clause is hardly more than names (血常规，尿常规结果)."""
    rest = "".join(c for i, c in enumerate(words, start) if not any(m.start <= i < m.end for m in named))
    return len(cues.FILLER.sub("", rest).replace("结果", "").replace("报告", "").strip()) <= 2


def _concludes(text: str, parts: list[_Clause], mentions: list[Mention]) -> bool:
    diagnoses = [m for m in mentions if isinstance(m.target, Term) and m.target.concept.kind is Kind.DIAGNOSIS]
    treatments = [m for m in mentions if isinstance(m.target, Term) and _is_concrete(m.target)]
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
        planned = any(start <= m.start < end for m in treatments)
        delivers_plan |= bool(cues.PLAN_HEADED.search(sentence)) or (planned and bool(cues.PLANS.search(sentence)))
    headed = bool(cues.HEADED.search(text))
    delivers_diagnosis |= headed
    if not (delivers_diagnosis or delivers_plan):
        return False
    plan_heading = cues.PLAN_HEADED.search(text)
    waits = cues.WAITS.search(text)
    if waits and not (headed and plan_heading and plan_heading.start() < waits.start()):
        return False
    for part in parts:
        words = text[part.start : part.end]
        if part.asks and _question_word(words) and not cues.COURTESY.search(_sentence_of(text, part)):
            return False
        if part.orders and not (delivers_diagnosis and delivers_plan) and not cues.FOLLOW_UP.search(words):
            return False
    return not (suspects and not delivers_plan and not headed)


def _is_concrete(term: Term) -> bool:
    """Whether a treatment is one: to be admitted or treated is none yet."""
    concept = term.concept
    return concept.kind in (Kind.TREATMENT, Kind.DRUG) and not re.search("住院|^(综合|相应|进一步)?治疗$", concept.name)


def _asks_in(sentence: str) -> bool:
    return "?" in sentence and not cues.COURTESY.search(sentence)


def _sentence_of(text: str, part: _Clause) -> str:
    return next(text[s:e] for s, e in sentences(text) if s <= part.start < e)
