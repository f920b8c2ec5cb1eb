"""The intent recognizer that needs no model: rules on clauses, the terminology, and sentence vectors for the rest.

Deterministic. A turn is split into sentences and clauses; each clause asks, orders or states; what an asking or
ordering clause names is looked up on the record. A turn concludes when it delivers a diagnosis or a plan and waits
for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agents import cues, leaks
from agents.clauses import Clause, heads_list, question_word, read_clauses
from agents.conclusion import concludes
from sp_sim.naming import Group, Item, Mention, Whole
from sp_sim.record import TESTS, Category
from sp_sim.recorded import Context, Hit
from sp_sim.retrieval import RecordIndex, asks_for_feature
from sp_sim.terminology import Term
from sp_sim.text import Canonical, canonical, sentences
from sp_sim.threads import computed
from sp_sim.transcript import Ask, AskKind, Reading

SURE_BESIDE = 0.5
"""How probable the meaning of a clause must be that may only go on about what was asked before it."""
_SHORT_QUESTION = 12
"""Characters of a question that is about what its sentence named before."""
MAX_CHARACTERS = 20_000
"""How much of a turn is read; a model that talks in circles stalls nobody."""


class LocalRecognizer:
    """Reads doctor turns on one record (see ``sp_sim.roles.IntentRecognizer``)."""

    def __init__(self, index: RecordIndex) -> None:
        self._index = index

    async def read(self, utterance: str, told: frozenset[str]) -> Reading:
        return await computed(self.read_now, utterance, told)

    def read_now(self, utterance: str, told: frozenset[str] = frozenset()) -> Reading:
        """The reading of one turn, for callers without an event loop."""
        text = canonical(utterance[:MAX_CHARACTERS])
        mentions = self._index.mentions(text.text)
        clauses = read_clauses(text.text, mentions)
        if concludes(text.text, clauses, mentions):
            return Reading(concluding=True)
        asks = self._asks(text, clauses, mentions, told)
        leaks = tuple(ask for ask in asks if ask.kind is AskKind.LEAK)  # whoever tries for the script is told nothing
        return Reading(concluding=False, asks=leaks or tuple(_without_vague(asks, self._index)))

    def named(self, text: str) -> tuple[Ask, ...]:
        """What a text asks for or orders, whether it concludes or not."""
        canonic = canonical(text[:MAX_CHARACTERS])
        mentions = self._index.mentions(canonic.text)
        return tuple(self._asks(canonic, read_clauses(canonic.text, mentions), mentions, frozenset()))

    def _asks(
        self, text: Canonical, clauses: Sequence[Clause], mentions: Sequence[Mention], told: frozenset[str]
    ) -> list[Ask]:
        turn = _Turn(self._index, told)
        for clause in clauses:
            turn.read(_Part(text, clause, mentions, self._index))
        return turn.finished()


_NAMED = frozenset({AskKind.SPECIFIC, AskKind.REPEAT})


class _Turn:
    """What a turn has asked for so far, clause after clause."""

    def __init__(self, index: RecordIndex, told: frozenset[str]) -> None:
        self._index = index
        self._told = told
        self._asks: list[Ask] = []
        self._headings: list[Ask] = []
        self._groups: dict[Ask, Mention] = {}
        self._named_tests: list[Mention] = []
        self._questions = False
        self._sentence = (0, 0)
        self._before = 0

    def read(self, part: _Part) -> None:
        """Adds what one clause asks for."""
        if part.is_explanation:
            return
        if part.clause.sentence != self._sentence:
            self._sentence, self._before = part.clause.sentence, len(self._asks)
        if self._asks and part.asks_for_features:  # 抽烟吗？抽了多久了？
            return
        for ask in self._read(part):
            known = next((other for other in self._asks if _same(ask, other)), None)
            if known is None:
                self._asks.append(ask)
            elif ask not in self._groups:
                self._groups.pop(known, None)
        self._questions = self._questions or part.questions

    def finished(self) -> list[Ask]:
        """All asks; a heading counts as one where nothing under it did."""
        covered = {ask.category for ask in self._asks}
        asks = [ask for ask in self._asks if not self._is_way(ask)]
        return asks + [ask for ask in self._headings if ask.category not in covered]

    def _is_way(self, ask: Ask) -> bool:
        """Whether a group of tests only says how those are done that the turn names besides (抽血查血常规)."""
        general = self._groups.get(ask)
        if general is None:
            return False
        groups = any(a.kind is AskKind.RECORD_GROUP and a.category is ask.category for a in self._asks)
        return groups or any(self._index.is_kind_of(mention, general) for mention in self._named_tests)

    @property
    def _facts(self) -> frozenset[str]:
        return frozenset(fact for ask in self._asks for fact in ask.facts)

    def _read(self, part: _Part) -> Iterator[Ask]:
        clause, words = part.clause, part.words
        if part.tries_for_script:
            yield Ask(category=None, mention=part.shown, kind=AskKind.LEAK)
        elif clause.asks and not part.names_an_item and _any_of(words, cues.AGE, cues.SEX, cues.WISH):
            yield Ask(category=None, mention=part.shown, kind=AskKind.PERSONAL)
        elif clause.asks or clause.orders:
            yield from list(self._named(part)) or self._unnamed(part)

    def _named(self, part: _Part) -> Iterator[Ask]:
        """Asks for what the clause names, and open questions."""
        if part.radiates and (asks := self._ask(part, part.radiates))[0].facts:
            yield from asks
            return
        specific: list[Ask] = []
        for mention in part.specific:
            named = [ask for ask in (*self._asks, *specific) if ask.kind in _NAMED and ask.category in TESTS]
            if not self._index.states([fact for ask in named for fact in ask.facts], mention):  # 尿常规里白细胞多少
                specific += self._ask(part, mention)
        if any(ask not in self._groups for ask in specific):
            specific = [ask for ask in specific if not cues.SAMPLING.search(ask.mention)]
        elif part.referred and all(
            cues.SAMPLING.search(ask.mention) or ask.kind is AskKind.REPORTS for ask in specific
        ):  # 这项抽血出结果了吗，化验单上这两项分别是多少
            specific = []
        in_sentence = self._asks[self._before :]
        covered = {ask.category for ask in (*specific, *in_sentence)}
        wholes = [ask for m in part.wholes if m.category not in covered for ask in self._ask(part, m)]
        if part.is_heading or part.heads_list:
            vague = [ask for ask in specific if ask.kind is AskKind.TERM_GROUP and part.is_heading]
            self._headings += wholes + vague
            specific, wholes = [ask for ask in specific if ask not in vague], []
        yield from specific
        if part.open and not (in_sentence or part.heads_list):
            yield self._openly(part)
        yield from wholes

    def _unnamed(self, part: _Part) -> Iterator[Ask]:
        """Asks of a clause that names nothing known: for reports as a whole, or by meaning."""
        quoted = self._index.quoted(part.words) if part.clause.asks else None
        if quoted:
            yield self._made(quoted, part.shown)
        elif part.referred and not part.open and (not self._asks or len(part.referred) in (2, 3)):
            for mention in part.referred:
                yield from self._ask(part, mention)
        elif part.topic and not part.open and not self._asks[self._before :]:
            yield from self._ask(part, part.topic)
        elif cues.REPORTS.search(part.words):
            yield Ask(category=Category.EXAMINATION, mention=part.shown, kind=AskKind.REPORTS)
        elif cues.UNKNOWN_TEST.search(part.words) and not part.specific:
            yield Ask(category=Category.LABORATORY, mention=part.shown, kind=AskKind.ABSENT)
        elif part.may_mean_something(further=bool(self._asks)):
            beside = self._asks[self._before :] or cues.OF_TESTS.search(part.words)
            about = self._asks if cues.OF_TESTS.search(part.words) else self._asks[self._before :]
            if any(ask.category in TESTS for ask in about):  # 血型查了吗，什么型？
                return
            features = part.asks_a_feature and not (self._asks or self._questions)
            meant = self._index.meant(part.bare, part.context, features)
            if not meant and part.rest and not self._asks[self._before :]:
                meant = self._index.meant(part.rest, part.context, features)
            if meant and (meant[1] >= SURE_BESIDE or not beside):
                opens = meant[0].kind is AskKind.OPEN
                yield self._openly(part, meant[1]) if opens else self._made(meant[0], part.shown, meant[1])

    def _openly(self, part: _Part, confidence: float = 1.0) -> Ask:
        """An open question on symptoms, which brings up the next one that was not told."""
        following = self._index.next_symptom(self._told | self._facts)
        return Ask(
            category=Category.SYMPTOM, mention=part.shown, kind=AskKind.OPEN, facts=following, confidence=confidence
        )

    def _ask(self, part: _Part, mention: Mention) -> list[Ask]:
        """What a mention asks for; a group of several categories asks once in each."""
        hit = self._index.lookup(mention, part.text.text, part.context)
        shown = part.text.original(mention.start, mention.end)
        asks = [self._made(each, shown) for each in self._index.by_category(hit)]
        if hit.category in TESTS:
            self._named_tests.append(mention)
            if hit.kind is AskKind.TERM_GROUP:
                self._groups.update((ask, mention) for ask in asks)
        return asks

    def _made(self, hit: Hit, mention: str, confidence: float = 1.0) -> Ask:
        repeated = bool(hit.facts) and self._told.issuperset(hit.facts)
        kind = AskKind.REPEAT if repeated else hit.kind
        return Ask(category=hit.category, mention=mention, kind=kind, facts=hit.facts, confidence=confidence)


class _Part:
    """One clause with what it names: ``specific`` things, ``wholes`` (categories), and an ``open`` question."""

    def __init__(self, text: Canonical, clause: Clause, mentions: Sequence[Mention], index: RecordIndex) -> None:
        self.text = text
        self.clause = clause
        self.context = _context(text.text, clause)
        self.words = text.text[clause.start : clause.end]
        self.shown = text.original(clause.start, clause.end).strip(" ，,。：:；;、\n")
        named = [m for m in mentions if clause.start <= m.start and m.end <= clause.end]
        end = clause.sentence[1]
        unnamed = clause.end < end <= clause.start + _SENTENCE and not any(
            clause.start <= m.start < end for m in mentions
        )
        self.rest = text.text[clause.start : end].strip(_AROUND) if unnamed else ""
        goes = (
            clause.asks
            and re.search("痛|\\bpain|\\bache", text.text[: clause.end])
            and cues.RADIATES.search(self.words)
        )
        self.radiates = index.mention(_RADIATION, clause.start, clause.end) if goes else None
        self.referred = _referred_to(text.text, clause, mentions)
        self.topic = _topic(text.text, clause, mentions)
        self.names_an_item = any(isinstance(m.target, Item) for m in named)
        opened = cues.OPEN.search(self.words) if clause.asks else None
        if opened and (index.names_region(self.words[: opened.start()]) or cues.FOUND_OUT.search(self.words)):
            # 右腰有没有不舒服，查出过什么问题
            opened = None
        self.open = opened is not None
        self.questions = question_word(self.words) or "?" in self.words
        if opened:
            start, end = clause.start + opened.start(), clause.start + opened.end()
            named = [m for m in named if m.end <= start or m.start >= end]
        explained = [match.span() for match in cues.EXPLAINED.finditer(text.text)]
        named = [m for m in named if not any(s < m.start and m.end <= e for s, e in explained)]
        self.is_explanation = any(s <= clause.start and clause.end <= e + 1 for s, e in explained)
        besides = _BESIDES.search(self.words)
        if besides:
            named = [m for m in named if m.start >= clause.start + besides.end()]
        named = [index.given(m) if cues.GIVEN.search(text.text[clause.start : m.start]) else m for m in named]
        named = [m for m in named if not _beside_the_point(text.text, m)]
        if met := cues.CONTACT.search(text.text, *clause.sentence):
            named = [index.contact(m) if m.start >= met.start() else m for m in named]
        if cues.OTHERS_SMOKE.search(text.text, *clause.sentence):
            named = [(_smokes(m) and index.mention(_OTHERS_SMOKE, m.start, m.end)) or m for m in named]
        if self.context.category is not Category.ALLERGY:  # 打造影剂的那种增强扫描
            named = [m for m in named if not (isinstance(m.target, Term) and _CONTRAST in m.target.concept.name)]
        if any(m.category in TESTS for m in named) or "检查" in self.words:  # 以前体检肌酐多少
            named = [m for m in named if not (isinstance(m.target, Term) and m.target.concept.name == _CHECKUP)]
        named = self._after_condition(self._before_purpose(named))
        if self.context.category is Category.ALLERGY:
            named = [m for m in named if m.category is not Category.SYMPTOM]
            drugs = [m for m in named if m.category is Category.MEDICATION and not isinstance(m.target, Whole)]
            known = [m for m in drugs if index.lookup(m, text.text, self.context).facts]
            others = index.allergens(text.text, clause.start, clause.end)
            others = [m for m in others if not any(m.start < k.end + 2 and k.start < m.end for k in known)]
            if not known and not others:  # 造影剂这方面，有没有过敏？
                others = index.allergens(text.text, clause.sentence[0], clause.start)
            named = known + others or named
        specific = [m for m in named if not isinstance(m.target, Whole) and (clause.asks or m.category in TESTS)]
        if any(_modality(m) and _of_region(m) for m in specific):  # 阴囊超声，看彩色多普勒血流
            specific = [m for m in specific if not _modality(m) or _of_region(m)]
        things = [m for m in specific if not (asks_for_feature(m) or _names_feature(m))]
        recorded = [m for m in specific if asks_for_feature(m) and index.records(m)]
        self.specific = recorded or things or specific  # 腰痛多久了 asks for 腰痛
        self.asks_for_features = bool(specific) and not things and not recorded
        rest = text.text[clause.end :]
        self.is_heading = rest.startswith((":", "—")) and len(rest.strip()) > 2  # what follows says what is meant
        self.heads_list = heads_list(text.text, *clause.sentence)
        wholes = [m for m in named if isinstance(m.target, Whole) and clause.asks]
        every = cues.WHICH_DRUGS.search(self.words) if clause.asks else None
        if every and not any(m.category is Category.MEDICATION for m in named):
            wholes.append(Mention(clause.start + every.start(), clause.start + every.end(), Whole(Category.MEDICATION)))
        sentence = [m for m in mentions if clause.sentence[0] <= m.start < clause.sentence[1]]
        family = self.context.category is Category.FAMILY_HISTORY
        disease = any(m.category is Category.PAST_HISTORY and not isinstance(m.target, Whole) for m in sentence)
        if family and not cues.FAMILY_AS_WHOLE.search(self.words):
            wholes = []
        elif family:
            wholes = [] if disease else [m for m in wholes if m.category is Category.FAMILY_HISTORY]
        self.wholes = wholes

    @property
    def tries_for_script(self) -> bool:
        """Whether the clause or, where it asks, its sentence is about the script rather than the patient."""
        if leaks.THEIR_OWN.search(self.words):
            return False
        if cues.LEAK.search(self.words) and not self.is_heading:
            return self.clause.asks or not cues.NOTED.search(self.words)
        return bool(leaks.TRIES.search(self.text.text, *self.clause.sentence))

    @property
    def asks_a_feature(self) -> bool:
        """Whether the clause has a word that asks for a feature of a symptom."""
        return bool(cues.SYMPTOM_FEATURE.search(self.words))

    @property
    def bare(self) -> str:
        """The words without what surrounds them."""
        return self.words.strip(_AROUND)

    def may_mean_something(self, further: bool) -> bool:
        """Whether the clause, which names nothing known, can ask for something; ``further``: after another ask."""
        words = self.words
        if (
            not (self.clause.asks and (self.questions or self.clause.entry))
            or self.specific
            or self.wholes
            or self.is_heading
        ):
            return False
        if _any_of(words, cues.COURTESY, cues.STATED, _BESIDES) or (further and cues.FEATURE_ONLY.search(words)):
            return False
        left = re.sub(r"\W", "", cues.FILLER.sub("", words))
        if len(left) <= further * (_LITTLE[words.isascii()]) or _OWN_PART.match(words):  # 对吗，什么时候
            return False
        return not (cues.ANNOUNCES.search(words) or cues.SUSCEPTIBILITY.search(words))

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


_AROUND = " -*•?,。.!:;\n"
_SENTENCE = 200
"""Characters of the rest of a sentence that is read as a whole where its first clause is not understood."""
_LITTLE = {False: 2, True: 5}
"""Characters of Chinese, and of English, in which nothing is named after another thing was asked for."""
_OWN_PART = re.compile(
    r"\W*我(?:们|都|才|会|再|来|先|得)(?!想|问|请教)|"
    r"\W*(?:so (?:that )?)?(?:i|we)(?:'ll)? (?:can|will|need|may)\b"
)
"""Begins what the doctor will do."""
_CHECKUP = "体检情况"
_RADIATION = "疼痛放射"
_SMOKING, _OTHERS_SMOKE = "吸烟", "被动吸烟"
_CONTRAST = "造影剂"
"""What a test is done with: it is asked for only as the cause of an allergy."""
_BESIDES = re.compile(
    r"(?:除了|^除).{1,15}?(?:之外|以外|外|$)|\b(?:apart from|besides|other than|aside from|except for) .{2,40}$"
)
"""What a question leaves out: 除了腰痛，还有什么不舒服？"""


def _context(text: str, clause: Clause) -> Context:
    """What a clause is about: the family's diseases, where its sentence named relatives before; its own allergies."""
    words = text[clause.start : clause.end]
    begin = clause.sentence[0]
    if cues.ALSO_THIS.fullmatch(text[slice(*clause.sentence)]):  # 青霉素不过敏。磺胺呢？
        begin = _two_sentences_before(text, begin)
        words = text[begin : clause.end]  # 乙肝是阴的。HIV呢？
    so_far = text[begin : clause.end]
    if text[clause.end : clause.end + 1] in ("—", ":"):  # **Asthma** — does it run in the family?
        so_far += text[clause.end : clause.sentence[1]]
    met = cues.CONTACT.search(text, *clause.sentence) or cues.OTHERS_SMOKE.search(text, *clause.sentence)
    if met and met.start() < clause.end:
        return Context(None, words)
    if cues.FAMILY.search(so_far) and (cues.FAMILY.search(words) or not cues.OF_PATIENT.match(words)):
        return Context(Category.FAMILY_HISTORY, so_far)
    rest = text[clause.start : clause.sentence[1]]
    allergic = cues.ALLERGIC.search(words) or ("对" in so_far and cues.ALLERGIC.search(rest))
    allergic = allergic or cues.REACTION.search(text[slice(*clause.sentence)])
    allergic = allergic or (begin < clause.sentence[0] and cues.ALLERGIC.search(so_far))
    allergic = allergic or (text[clause.end : clause.end + 1] in ("—", ":") and cues.ALLERGIC.search(rest))
    return Context(Category.ALLERGY if allergic else None, words)


def _two_sentences_before(text: str, end: int) -> int:
    """Where the last two sentences before a place begin."""
    starts = [start for start, _ in sentences(text[:end])]
    return starts[-2:][0] if starts else end


def _beside_the_point(text: str, mention: Mention) -> bool:
    """Whether a thing is named only to describe another one (影响血压的因素, 比B超清楚)."""
    before = text[max(0, mention.start - 4) : mention.start]
    if isinstance(mention.target, Whole) and (
        cues.NO_WHOLE_AFTER.match(text, mention.end) or cues.NO_WHOLE.search(before)
    ):
        return True
    if mention.category is Category.SURGICAL_HISTORY and cues.OF_SPECIMEN.match(text, mention.end):
        return True
    if mention.category is Category.MEDICATION and cues.SUSCEPTIBLE.match(text, mention.end):
        return True
    likened = cues.SIMILE.search(text[max(0, mention.start - 8) : mention.start])
    if likened and cues.SIMILE_AFTER.match(text, mention.end):
        return True
    if mention.category not in TESTS and cues.TIME_OF.match(text, mention.end):
        return True
    return bool(cues.ATTRIBUTIVE.search(before) or cues.COMPARED.match(text, mention.end))


def _referred_to(text: str, clause: Clause, mentions: Sequence[Mention]) -> list[Mention]:
    """What a clause points back at: as many as it says of the tests, drugs or operations named last (这两项)."""
    words = text[clause.start : clause.end]
    match = cues.REFERS.search(words)
    if not match or not clause.asks:
        return []
    pointed = match[0]
    category = next((c for word, c in _POINTED.items() if word in pointed), None)
    if pointed == "它" and re.search("[吃服用]", words):
        category = Category.MEDICATION
    before = [
        m
        for m in mentions
        if m.end <= clause.start
        and not (isinstance(m.target, Whole) or _beside_the_point(text, m))
        and (m.category is category if category else m.category in TESTS)
    ]
    number = next((n for word, n in _NUMBERS.items() if word in pointed), 1)
    return before[-number:]


_POINTED = {"药": Category.MEDICATION, "手术": Category.SURGICAL_HISTORY, "病": Category.PAST_HISTORY}
_NUMBERS = {"两": 2, "俩": 2, "二": 2, "三": 3, "四": 4, "几": 9, "些": 9, "both": 2, "these": 9, "those": 9, "they": 9}


def _topic(text: str, clause: Clause, mentions: Sequence[Mention]) -> Mention | None:
    """What the sentence told before a clause that only asks when, how much or what of it (割过痔疮，哪年割的)."""
    words = text[clause.start : clause.end]
    if not cues.FEATURE_ONLY.search(words) or any(clause.start <= m.start < clause.end for m in mentions):
        return None
    told = [m for m in mentions if clause.sentence[0] <= m.start and m.end <= clause.start]
    told = [m for m in told if not isinstance(m.target, Whole)]
    return told[-1] if told and len(words) <= _SHORT_QUESTION else None


def _names_feature(mention: Mention) -> bool:
    """Whether a group of the record is called by a feature that any symptom has (多久了)."""
    return isinstance(mention.target, Group) and bool(_FEATURE_GROUP.fullmatch(mention.target.name))


_FEATURE_GROUP = re.compile(r"[疼痛]?(?:了)?(?:多久|多长时间|几天|哪里|部位|性质|程度)了?")


def _smokes(mention: Mention) -> bool:
    return isinstance(mention.target, Term) and mention.target.concept.name == _SMOKING


def _modality(mention: Mention) -> bool:
    return isinstance(mention.target, Term) and mention.target.concept.modality


def _of_region(mention: Mention) -> bool:
    return isinstance(mention.target, Term) and bool(mention.target.regions)


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
