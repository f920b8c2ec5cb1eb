"""The intent recognizer that needs no model: rules on clauses, the terminology, and sentence vectors for the rest.

Deterministic. A turn is split into sentences and clauses; each clause asks, orders or states; what an asking or
ordering clause names is looked up on the record. A turn concludes when it delivers a diagnosis or a plan and waits
for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agents import cues
from agents.clauses import Clause, question_word, read_clauses
from agents.conclusion import concludes
from sp_sim.record import TESTS, Category
from sp_sim.retrieval import Context, Item, Mention, RecordIndex, Whole, asks_for_feature
from sp_sim.text import Canonical, canonical
from sp_sim.transcript import Ask, AskKind, Reading

SURE = 0.94
"""Cosine of the embedded encoder from which on the nearest item, concept or category is taken to be meant."""


MAX_CHARACTERS = 20_000
"""How much of a turn is read; a model that talks in circles stalls nobody."""


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
        parts = read_clauses(text.text, mentions)
        if concludes(text.text, parts, mentions):
            return Reading(concluding=True)
        asks: list[Ask] = []
        for clause in parts:
            part = _Part(text, clause, mentions, self._index)
            if asks and part.asks_for_features:  # 抽烟吗？抽了多久了？
                continue
            asked = frozenset(fact for ask in asks for fact in ask.facts)
            for ask in self._asks(part, told, asked, bool(asks)):
                if not any(_same(ask, other) for other in asks):
                    asks.append(ask)
        return Reading(concluding=False, asks=tuple(_without_vague(asks, self._index)))

    def _asks(self, part: _Part, told: frozenset[str], asked: frozenset[str], further: bool) -> Iterator[Ask]:
        """What one clause asks for; ``asked`` are the facts asked for earlier in the turn, ``further`` if anything was."""
        clause, words = part.clause, part.words
        if cues.LEAK.search(words):
            yield Ask(category=None, mention=part.shown, kind=AskKind.LEAK)
        elif clause.asks and not part.names_an_item and _any_of(words, cues.AGE, cues.SEX, cues.WISH):
            yield Ask(category=None, mention=part.shown, kind=AskKind.PERSONAL)
        elif clause.asks or clause.orders:
            yield from list(self._named(part, told, asked)) or self._unnamed(part, told, further)

    def _named(self, part: _Part, told: frozenset[str], asked: frozenset[str]) -> Iterator[Ask]:
        """Asks for what the clause names, and open questions."""
        tests = [fact for fact in asked if self._index.category_of(fact) in TESTS]
        specific = [self._ask(part, m, told) for m in part.specific if not self._index.states(tests, m)]
        yield from (ask for ask in specific if not (part.is_heading and ask.kind is AskKind.TERM_GROUP))
        if part.open:
            following = self._index.next_symptom(told | asked)
            yield Ask(category=Category.SYMPTOM, mention=part.shown, kind=AskKind.OPEN, facts=following)
        covered = {ask.category for ask in specific}
        for mention in part.wholes:
            if mention.category not in covered and not part.is_heading:
                yield self._ask(part, mention, told)

    def _unnamed(self, part: _Part, told: frozenset[str], further: bool) -> Iterator[Ask]:
        """Asks of a clause that names nothing known: for reports as a whole, or by meaning."""
        words = part.words
        if cues.REPORTS.search(words):
            yield Ask(category=Category.EXAMINATION, mention=part.shown, kind=AskKind.REPORTS)
        elif part.clause.asks and not part.specific and not part.is_heading and part.may_mean_something(further):
            nearest = self._index.nearest(" ".join(cues.FILLER.sub(" ", words).split()))
            if nearest and nearest.confidence >= SURE:
                yield self._ask(part, nearest, told, part.shown)

    def _ask(self, part: _Part, mention: Mention, told: frozenset[str], shown: str = "") -> Ask:
        hit = self._index.lookup(mention, part.text.text, part.context)
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

    def __init__(self, text: Canonical, clause: Clause, mentions: Sequence[Mention], index: RecordIndex) -> None:
        self.text = text
        self.clause = clause
        self.context = _context(text.text, clause)
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
        named = self._after_condition(self._before_purpose(named))
        if self.context.category is Category.ALLERGY:
            named = index.allergens(text.text, clause.start, clause.end) or named
        specific = [m for m in named if not isinstance(m.target, Whole) and (clause.asks or m.category in TESTS)]
        things = [m for m in specific if not asks_for_feature(m)]
        self.specific = things or specific  # 腰痛多久了 asks for 腰痛
        self.asks_for_features = bool(specific) and not things
        rest = text.text[clause.end :]
        self.is_heading = rest.startswith(":") and len(rest.strip()) > 2  # what follows says what is meant
        wholes = [m for m in named if isinstance(m.target, Whole) and clause.asks]
        sentence = [m for m in mentions if clause.sentence[0] <= m.start < clause.sentence[1]]
        family = self.context.category is Category.FAMILY_HISTORY
        disease = any(m.category is Category.PAST_HISTORY and not isinstance(m.target, Whole) for m in sentence)
        self.wholes = [m for m in wholes if not (family and disease and m.category is Category.FAMILY_HISTORY)]

    def may_mean_something(self, further: bool) -> bool:
        """Whether the clause, which names nothing known, can ask for something; ``further``: after another ask."""
        words = self.words
        if _any_of(words, cues.COURTESY, cues.STATED, _BESIDES) or (further and cues.FEATURE_ONLY.search(words)):
            return False
        return not cues.ANNOUNCES.search(words)

    def _after_condition(self, named: list[Mention]) -> list[Mention]:
        """Without the condition under which something is asked (咳嗽时会不会漏尿), where anything is named after it."""
        for match in cues.CONDITION.finditer(self.words):
            after = [m for m in named if m.start >= self.clause.start + match.end()]
            if after:
                named = after
        return named

    def _before_purpose(self, named: list[Mention]) -> list[Mention]:
        """Without what a test is ordered for (做膀胱镜以排除结核)."""
        purpose = cues.PURPOSE.search(self.words)
        if not purpose:
            return named
        before = [m for m in named if m.start < self.clause.start + purpose.start()]
        return before if before or not question_word(self.words) else named


_BESIDES = re.compile(r"(?:除了|^除).{1,15}?(?:之外|以外|外|$)")
"""What a question leaves out: 除了腰痛，还有什么不舒服？"""


def _context(text: str, clause: Clause) -> Context:
    """What a clause is about: the family's diseases, where its sentence named relatives before; its own allergies."""
    words = text[clause.start : clause.end]
    so_far = text[clause.sentence[0] : clause.end]
    if cues.FAMILY.search(so_far):
        return Context(Category.FAMILY_HISTORY, so_far)
    return Context(Category.ALLERGY if cues.ALLERGIC.search(words) else None, words)


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
