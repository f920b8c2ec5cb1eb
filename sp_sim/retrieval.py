"""Two-level retrieval: from the words of a doctor to the facts of one record, by category and then by item.

Names come first: the record's own items and groups, then the terminology, whose wider knowledge keeps near misses
apart. Where no name is found, the meaning of the words decides (see ``sp_sim.meaning``): the concepts that they
probably mean, searched with FAISS, each with its category and its item on this record, so that a thing which is not on
record is found to be just that.

Built from ``PatientFacts`` alone; nothing of the reference is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sp_sim.encoder import CachedEncoder
from sp_sim.meant import ByMeaning
from sp_sim.naming import PHYSICAL_WHOLE, Group, Item, Mention, Names, Whole, identity
from sp_sim.narrowed import accounted, complement, narrowing
from sp_sim.record import TESTS, Category, Fact, Language, PatientFacts
from sp_sim.recorded import SYMPTOM_FEATURES, Context, Hit, Recorded, only_side, relatives
from sp_sim.terminology import Concept, Kind, Term, Terminology, longest
from sp_sim.text import fold, is_none, key, same_side, side_before, side_of
from sp_sim.transcript import AskKind

_KIND_CATEGORIES: Mapping[Kind, frozenset[Category]] = {
    Kind.TEST: TESTS,
    Kind.SYMPTOM: frozenset({Category.SYMPTOM, Category.GENERAL, Category.PHYSICAL, Category.MENSTRUAL_HISTORY}),
    Kind.DRUG: frozenset({Category.MEDICATION}),
    Kind.TREATMENT: TESTS | {Category.SURGICAL_HISTORY, Category.MEDICATION, Category.PAST_HISTORY},
    Kind.DIAGNOSIS: frozenset({Category.PAST_HISTORY, Category.SYMPTOM, Category.SURGICAL_HISTORY}),
}
_TEST_WHOLES = {Category.PHYSICAL: PHYSICAL_WHOLE, Category.PATHOLOGY: "病理检查"}
"""Groups of the terminology that stand for a whole category of tests."""
_LABORATORY_WHOLE = "实验室检查"
_OWN_CONTEXT = frozenset({Category.FAMILY_HISTORY, Category.ALLERGY})
"""Categories in which a disease or drug means another thing than elsewhere: they count only where they are named."""


_NO_CONTEXT = Context()
_DRUG_ALLERGY = "药物过敏"


class RecordIndex:
    """Everything that one patient can be asked for."""

    def __init__(self, patient: PatientFacts, terminology: Terminology, encoder: CachedEncoder) -> None:
        self._facts = patient.facts
        self._language = patient.language
        self._terminology = terminology
        self._names = Names(patient.facts, terminology)
        self._recorded = Recorded(patient.facts, terminology)
        self._by_meaning = ByMeaning(self._recorded, patient.language, terminology, encoder, self.lookup)

    def mentions(self, text: str) -> list[Mention]:
        """What canonical text names; of overlapping names the longest, the record's own before others."""
        return self._names.found(text)

    def lookup(self, mention: Mention, text: str, context: Context | None = None) -> Hit:
        """The facts that a mention in canonical ``text`` stands for, in the ``context`` of its sentence."""
        hit = self._lookup(mention, text, context or _NO_CONTEXT)
        if hit.facts and hit.category in TESTS and self._narrowed(mention, text, hit):
            return Hit(AskKind.ABSENT, hit.category)
        narrowed = isinstance(mention.target, Whole) and hit.category in _OWN_CONTEXT
        if narrowed and (words := complement(text, mention.start, mention.end)):
            told = {f.id for f in self._facts if accounted(words, fold(" ".join((f.item, f.finding, *f.groups))))}
            facts = tuple(fact for fact in hit.facts if fact in told)
            return replace(hit, facts=facts) if facts else Hit(AskKind.ABSENT, hit.category)
        return hit

    def _narrowed(self, mention: Mention, text: str, hit: Hit) -> bool:
        """Whether the words around a test's name narrow it to something that these facts do not tell of."""
        narrowed = list(narrowing(text, mention.start, mention.end, self._terminology))
        if not narrowed:
            return False
        facts = [fact for fact in self._facts if fact.id in hit.facts]
        names = mention.target.concept.en if isinstance(mention.target, Term) else ()
        record = fold(" ".join((*names, *(" ".join((f.item, f.finding, *f.groups)) for f in facts))))
        return any(not accounted(words, record) for words in narrowed)

    def _lookup(self, mention: Mention, text: str, context: Context) -> Hit:
        target = mention.target
        if isinstance(target, Whole):
            return self._lookup_whole(target.category, context)
        side = side_of(text[max(0, mention.start - 1) : mention.end]) or side_before(text, mention.start)
        if isinstance(target, Group):
            if context.category is Category.FAMILY_HISTORY and target.category not in TESTS | {context.category}:
                return Hit(AskKind.ABSENT, context.category)
            facts = tuple(fact for fact in target.facts if same_side(side, self._recorded.sides[fact]))
            return Hit(AskKind.RECORD_GROUP if facts else AskKind.ABSENT, target.category, facts)
        if isinstance(target, Item):
            terms = self._recorded.terms[target.facts[0]]
            if context.category and target.category not in TESTS | {context.category}:
                return self._lookup_term(terms[0], context) if terms else Hit(AskKind.ABSENT, context.category)
            if same_side(side, self._recorded.sides[target.facts[0]]) and self._same_relative(context, target.facts):
                return Hit(AskKind.SPECIFIC, target.category, target.facts)
            return Hit(AskKind.ABSENT, target.category)
        if target.concept.category in TESTS and self._elsewhere(mention, text, target):
            return Hit(AskKind.ABSENT, target.concept.category)
        return self._lookup_term(target if target.side else replace(target, side=side), context)

    def _elsewhere(self, mention: Mention, text: str, target: Term) -> bool:
        """Whether a test is asked for of a body region right before its name of which the record tells nothing."""
        taken = _TAKEN_FROM.search(text, max(0, mention.start - 2 * _REACH), mention.start)
        if target.concept.modality or target.concept.region:
            return False
        if _NO_REGION.search(target.concept.name) and not taken:
            return False
        at = taken.start() if taken else mention.start
        spans = self._terminology.lexicon.spans(text[max(0, at - _REACH) : at])
        at = min(at, _REACH)
        region = next((s.value for s in spans if s.end == at and s.value.kind is Kind.REGION), None)
        if region is None:
            return False
        tests = [f for f in self._facts if f.category in ({target.concept.category} if taken else TESTS)]
        return not any(name in fold(f"{f.item}{f.finding}") for f in tests for name in map(fold, region.names))

    def _lookup_whole(self, category: Category, context: Context) -> Hit:
        """Every row of a category, or those of the body regions that the question names (肚子上动过手术吗)."""
        facts = [fact for fact in self._facts if fact.category is category]
        if category is Category.SURGICAL_HISTORY and (asked := self._recorded.regions(context.words)):
            within, regions = self._terminology.within, self._recorded.regions
            facts = [
                fact
                for fact in facts
                if same_side(side_of(context.words), side_of(fact.item) or only_side(fact.finding))
                and any(within(a, b) or within(b, a) for a in asked for b in regions(f"{fact.item}。{fact.finding}"))
            ]
        facts = [fact for fact in facts if self._same_relative(context, (fact.id,))]
        return Hit(AskKind.HISTORY if facts else AskKind.ABSENT, category, tuple(fact.id for fact in facts))

    def _same_relative(self, context: Context, facts: Sequence[str]) -> bool:
        """Whether the relatives that a question names, if any, are those of the facts."""
        if context.category is not Category.FAMILY_HISTORY:
            return True
        asked = relatives(context.words)
        recorded = [relatives(f"{f.item}。{f.finding}") for f in self._facts if f.id in facts]
        return not asked or any(not told or asked & told for told in recorded)

    def states(self, facts: Iterable[str], mention: Mention) -> bool:
        """Whether a mention is of something that one of these facts states in its words (白细胞 of 尿常规)."""
        target = mention.target
        said = isinstance(target, Term) and any(id(target.concept) in self._recorded.said[fact] for fact in facts)
        return said and not self.records(mention)

    def of_category(self, category: Category) -> tuple[str, ...]:
        """Ids of the facts of a category, in record order."""
        return self._recorded.of_category(category)

    def by_category(self, hit: Hit) -> list[Hit]:
        """A hit on a group of the record, one for each category of its facts; any other hit as it is."""
        if hit.kind is not AskKind.RECORD_GROUP:
            return [hit]
        found: dict[Category, list[str]] = {}
        for fact in self._facts:
            if fact.id in hit.facts:
                found.setdefault(fact.category, []).append(fact.id)
        return [Hit(hit.kind, category, tuple(facts)) for category, facts in found.items()]

    def names_region(self, words: str) -> bool:
        """Whether words end in the name of a body region, and perhaps what joins it to its complaint."""
        spans = self._terminology.lexicon.spans(words)
        return any(s.value.kind is Kind.REGION and len(words) - s.end <= 3 for s in spans)

    def quoted(self, words: str) -> Hit | None:
        """The reports that hold a Latin word of ``words`` which the terminology does not know (Gleason, ADV)."""
        if self._language is not Language.ZH:
            return None
        for match in _LATIN_WORD.finditer(words):
            word = re.compile(rf"(?<![a-z0-9]){re.escape(match[0])}(?![a-z])")
            found = [f for f in self._facts if f.category in TESTS and word.search(fold(f"{f.item} {f.finding}"))]
            if 0 < len({identity(fact) for fact in found}) <= _QUOTED_IN:
                return Hit(AskKind.SPECIFIC, found[0].category, self._recorded.all_rows(found))
        return None

    def records(self, mention: Mention) -> bool:
        """Whether a fact of the record is just what a mention names (疼痛放射 as an item of its own)."""
        target = mention.target
        return isinstance(target, Term) and any(
            term.concept is target.concept for terms in self._recorded.terms.values() for term in terms
        )

    def mention(self, concept: str, start: int, end: int) -> Mention | None:
        """A mention of a concept, by its preferred name, that words ask for without naming it."""
        named = self._terminology.named(concept)
        return Mention(start, end, Term(named[0])) if named else None

    def given(self, mention: Mention) -> Mention:
        """The drug that shares a name with a test (睾酮), where a mention is of one; else the mention."""
        target = mention.target
        if isinstance(target, Term) and target.concept.category is Category.LABORATORY:
            drugs = [c for c in self._terminology.namesakes(target.concept) if c.kind is Kind.DRUG]
            return replace(mention, target=Term(drugs[0])) if drugs else mention
        return mention

    def contact(self, mention: Mention) -> Mention:
        """The contact with people who have the illness that a mention names."""
        target = mention.target
        ill = mention.category in (Category.SYMPTOM, Category.PAST_HISTORY)
        if not (isinstance(target, Term) and ill) and not (isinstance(target, Item) and ill):
            return mention
        name = target.concept.name if isinstance(target, Term) else target.name
        met = self._terminology.named("结核接触史" if "结核" in name else "传染病接触史")
        return replace(mention, target=Term(met[0])) if met else mention

    def is_kind_of(self, mention: Mention, general: Mention) -> bool:
        """Whether a mention names a special kind of what another one names."""
        one, other = mention.target, general.target
        if isinstance(one, Item):
            return any(self.is_kind_of(replace(mention, target=t), general) for t in self._recorded.terms[one.facts[0]])
        if not (isinstance(one, Term) and isinstance(other, Term)):
            return False
        if one.concept is other.concept:
            return bool(one.regions and not other.regions)
        return self._terminology.is_kind_of(one.concept, other.concept)

    def allergens(self, text: str, start: int, end: int) -> list[Mention]:
        """What ``text[start:end]``, which asks for allergies, names as a possible cause of one."""
        spans = longest(self._terminology.allergens.spans(text[start:end]))
        return [Mention(start + s.start, start + s.end, Term(s.value)) for s in spans]

    def _lookup_term(self, term: Term, context: Context, twin: bool = False) -> Hit:
        concept = term.concept
        if context.category is Category.FAMILY_HISTORY and concept.kind is Kind.HISTORY:
            of_family = self._terminology.find(f"家族{concept.name}")
            concept = of_family or concept
            term = replace(term, concept=concept)
        named = None if concept.kind is Kind.TEST else context.category
        category = named or concept.category
        if _LABORATORY_WHOLE in concept.zh:
            return Hit(AskKind.REPORTS, Category.LABORATORY)
        if category and _TEST_WHOLES.get(category) in concept.zh:
            every = self._recorded.of_category(category)
            if category is Category.PATHOLOGY:
                tissue = tuple(f.id for f in self._facts if f.id in every and not _NO_TISSUE.search(f.item))
                every = tissue or every
            return Hit(AskKind.TERM_GROUP if every else AskKind.ABSENT, category, every)
        scope = [
            fact for fact in self._scope(concept, named, context.words) if self._same_relative(context, (fact.id,))
        ]
        if concept.kind is Kind.SYMPTOM and term.regions and not concept.region and not concept.parents:
            scope = [f for f in scope if self._is_at(f, term.regions)]
        fitting = [(f, t) for f in scope for t in self._recorded.terms[f.id] if self._compatible(term, t)]
        for kind, facts in self._relations(term, context, () if twin else scope, fitting):
            if facts:
                return Hit(kind, facts[0].category, self._recorded.all_rows(facts))
        if concept.kind is Kind.HISTORY and concept.category is Category.SURGICAL_HISTORY:
            of_all = concept.name in _OPERATION_FEATURES
            if of_all or (_OPERATED.search(concept.name) and self._recorded.regions(concept.name)):
                hit = self._lookup_whole(Category.SURGICAL_HISTORY, context if of_all else Context(words=concept.name))
                if hit.facts:
                    return replace(hit, kind=AskKind.SPECIFIC)
        for other in () if context.category or twin else self._terminology.namesakes(concept):
            hit = self._lookup_term(replace(term, concept=other), context, twin=True)
            if hit.facts and hit.kind is AskKind.SPECIFIC:
                return hit
        any_of = _ANY_OF.get(concept.name) if concept.kind is Kind.HISTORY else None
        if any_of and context.category in (None, any_of):
            return self._lookup_whole(any_of, context)
        if concept.kind is Kind.DIAGNOSIS and not named and _SCREENED.search(context.words):
            category = Category.LABORATORY
        return Hit(AskKind.ABSENT, category)

    def _relations(
        self, term: Term, around: Context, scope: Sequence[Fact], fitting: Sequence[tuple[Fact, Term]]
    ) -> Iterator[tuple[AskKind, list[Fact]]]:
        """Ways in which facts can be what was asked for, the closest first."""
        concept, words = term.concept, around.words
        context = None if concept.kind is Kind.TEST else around.category
        same = [f for f, t in fitting if t.concept is concept]
        if concept.modality and not term.regions and any(t != term for f, t in fitting if t.concept is concept):
            yield self._below(term, fitting)
        yield AskKind.SPECIFIC, same
        yield self._below(term, fitting)
        panels = self._terminology.panels_of(concept)
        if not _NAMED_SIGN.search(concept.name):
            yield AskKind.SPECIFIC, [f for f, t in fitting if t.concept in panels and self._can_tell(f, concept)]
        disease = None if context in _OWN_CONTEXT else self._disease(concept)
        yield AskKind.SPECIFIC, [f for f, t in fitting if self._same_disease(self._disease(t.concept), disease)]
        yield AskKind.SPECIFIC, [f for f, t in fitting if self._vaguer(t, concept)]
        yield (
            AskKind.SPECIFIC,
            [
                f
                for f in scope
                if id(concept) in self._recorded.said[f.id] and same_side(term.side, self._recorded.sides[f.id])
            ],
        )
        if context in _OWN_CONTEXT:
            yield AskKind.SPECIFIC, [f for f in scope if self._told_of(f, concept)]
            yield AskKind.SPECIFIC, [f for f in scope if is_none(f.item) or self._blanket(f, concept)]
        yield AskKind.SPECIFIC, [f for f, t in fitting if _plain_of(concept, t.concept, f.item)]
        if drug := self._drug(concept, words):
            yield self._below(Term(drug), fitting)
            yield AskKind.SPECIFIC, [f for f, t in fitting if self._terminology.is_kind_of(drug, t.concept)]
        if SYMPTOM_FEATURES in concept.parents:  # how long, what like, where: of the chief complaint
            yield AskKind.SPECIFIC, self._recorded.symptoms[:1]

    def _is_at(self, fact: Fact, regions: Iterable[str]) -> bool:
        """Whether a fact tells of one of these body regions, or of a part of it."""
        told = self._recorded.regions(f"{fact.item}。{fact.finding}")
        return any(self._terminology.within(a, b) for a in told for b in regions)

    def _can_tell(self, fact: Fact, part: Concept) -> bool:
        """Whether the report of a panel can hold a part of it: where it lists parts, it tells of no others."""
        said = self._recorded.said[fact.id]
        beside = [c for c in self._terminology.of_kind(part.kind) if set(c.panels) & set(part.panels)]
        listed = [c for c in beside if id(c) in said]
        return len(listed) < _LISTED or any(self._terminology.is_kind_of(c, part) for c in listed)

    def _told_of(self, fact: Fact, asked: Concept) -> bool:
        """Whether a fact tells of a disease or drug of the kind asked for, or more generally (癌 and 肾癌)."""
        asked = self._disease(asked)
        text = fold(re.sub("家族史|病史|史", "", fact.item) + "。" + fact.finding)
        spans = longest(self._terminology.lexicon.spans(text))
        organs = {s.end: s.value for s in spans if s.value.kind is Kind.REGION}
        told = [
            s.value
            for s in spans
            if s.value.kind is asked.kind and (s.start not in organs or self._is_of(asked, organs[s.start]))
        ]
        return any(self._terminology.is_kind_of(c, asked) or self._terminology.is_kind_of(asked, c) for c in told)

    def _is_of(self, disease: Concept, organ: Concept) -> bool:
        if any(part in name for part in organ.zh if len(part) > 1 for name in disease.zh):
            return True
        return bool(disease.region and self._terminology.within(disease.region, organ.name))

    def _disease(self, concept: Concept) -> Concept:
        """The disease of a past illness (结石病史: 结石), which is what relatives have; else the concept itself."""
        if concept.kind is Kind.HISTORY:
            for name in concept.zh:
                found = self._terminology.find(_HAD.sub("", name))
                if found and found.kind is Kind.DIAGNOSIS:
                    return found
        return concept

    def _same_disease(self, recorded: Concept, asked: Concept | None) -> bool:
        """Whether a recorded disease is one that was asked for, or asked for more precisely (得过肺结核 and 结核病)."""
        if asked is None or recorded.kind is not Kind.DIAGNOSIS or asked.kind is not Kind.DIAGNOSIS:
            return False
        return self._terminology.is_kind_of(recorded, asked) or self._terminology.is_kind_of(asked, recorded)

    def _drug(self, concept: Concept, words: str) -> Concept | None:
        """The drug or class whose use a history (on blood thinners) or treatment (吃止痛药) is, if it is one."""
        by_drug = concept.kind is Kind.TREATMENT and _MEDICINE.search(words)
        if not by_drug and (concept.kind, concept.category) != _USE:
            return None
        found = (self._terminology.find(_TAKING.sub("", name)) for name in concept.names)
        return next((drug for drug in found if drug and drug.kind is Kind.DRUG), None)

    def _blanket(self, fact: Fact, asked: Concept) -> bool:
        """Whether a fact is about all drugs, and a drug is asked for (药物过敏: 无)."""
        return asked.kind is Kind.DRUG and any(t.concept.name == _DRUG_ALLERGY for t in self._recorded.terms[fact.id])

    def _scope(self, concept: Concept, context: Category | None, words: str) -> list[Fact]:
        """Where a concept is looked for; a disease also among tests where the ``words`` are of those."""
        if context in _OWN_CONTEXT:
            return [fact for fact in self._facts if fact.category is context]
        allowed = set(_KIND_CATEGORIES.get(concept.kind, ())) | {concept.category}
        if concept.kind is Kind.DIAGNOSIS and _TESTED.search(words):
            allowed.add(Category.LABORATORY)
        return [
            fact
            for fact in self._facts
            if fact.category is concept.category
            or (
                fact.category not in _OWN_CONTEXT
                and (fact.category in allowed or any(term.concept is concept for term in self._recorded.terms[fact.id]))
            )
        ]

    def _compatible(self, asked: Term, recorded: Term) -> bool:
        if not same_side(asked.side, recorded.side):
            return False
        within = self._terminology.within
        return (
            not (asked.regions and recorded.regions)
            or (asked.concept is recorded.concept and asked.regions == recorded.regions)
            or any(within(a, b) or within(b, a) for a in asked.regions for b in recorded.regions)
        )

    def _below(self, term: Term, fitting: Sequence[tuple[Fact, Term]]) -> tuple[AskKind, list[Fact]]:
        """Facts of a kind or part of what was asked for. A region narrows a modality down to one examination."""
        below = [
            (f, t)
            for f, t in fitting
            if self._terminology.is_kind_of(t.concept, term.concept)
            or term.concept in self._terminology.panels_of(t.concept)
        ]
        if term.concept.category is Category.LABORATORY and len({identity(f) for f, _ in below}) == 1:
            below = [(f, t) for f, t in below if self._terminology.is_kind_of(t.concept, term.concept)]  # one analyte
        if term.concept.modality and term.regions:
            plain = [f for f, t in below if t.concept.modality]
            return AskKind.SPECIFIC, plain or [f for f, _ in below]
        one_symptom = term.concept.kind is Kind.SYMPTOM and len({key(f.item) for f, _ in below}) == 1
        return AskKind.SPECIFIC if one_symptom else AskKind.TERM_GROUP, [f for f, _ in below]

    def _vaguer(self, recorded: Term, asked: Concept) -> bool:
        """Whether the record names more vaguely what was asked for.

        Tests must be the same, save parts of a physical examination and a modality that names no region (CT).
        """
        concept = recorded.concept
        if asked.kind is Kind.TEST and (concept.category is not Category.PHYSICAL or _NAMED_SIGN.search(asked.name)):
            plain = not recorded.regions or (asked.region and not _TECHNIQUE.search(asked.name))
            return bool(concept.modality and plain and self._terminology.is_kind_of(asked, concept))
        return self._terminology.is_kind_of(asked, concept)

    def next_symptom(self, told: frozenset[str]) -> tuple[str, ...]:
        """The first symptom that the patient has and has not told yet, as the ids of one fact or of none."""
        return tuple(fact.id for fact in self._recorded.symptoms if fact.id not in told)[:1]

    def meant(self, words: str, context: Context | None = None, features: bool = True) -> tuple[Hit, float] | None:
        """What canonical words that name nothing known ask for, and how probable that is (see ``sp_sim.meant``)."""
        return self._by_meaning.read(words, context, features)


def asks_for_feature(mention: Mention) -> bool:
    """Whether a mention is of a feature that any symptom has (多久了), not of a thing of its own."""
    return isinstance(mention.target, Term) and SYMPTOM_FEATURES in mention.target.concept.parents


def _plain_of(asked: Concept, recorded: Concept, item: str) -> bool:
    """Whether a plain scan is asked for of which the record has plain and contrast together (平扫+增强)."""
    return (
        asked.modality and "平扫" in asked.name and "平扫" in item and bool(set(asked.parents) & set(recorded.parents))
    )


_TAKEN_FROM = re.compile(
    "(?:[里上]头?|黏膜)?(?:取|切|夹|钳|刮|抽)(?:的|下来?的?|出来?的?|了)?[那这]?(?:[一两几]?[块条点些管])?的?(?:组织|标本)?的?$"
)
"""Between a region and the test of what was taken from it (胃里取的那块活检)."""
_REACH = 8
"""How far before a test the region of which it is asked for may begin."""
_NO_REGION = re.compile("查体|检查|触诊|听诊|叩诊|视诊|压痛|活检|病理|培养|穿刺|肿瘤标志物|功能")
"""Tests of whatever region: of which one, their own names say."""
_TECHNIQUE = re.compile(r"造影|成像|增强|血管|灌注|功能|动态|三维|弹性|经直肠|PET|CT[UAVE]|MR[UACV]|腔内|经.{1,2}道")
"""Marks an examination that is more than a plain one of its region."""
_NO_TISSUE = re.compile(r"细胞学|FISH|基因|测序|涂片|cytology|gene", re.IGNORECASE)
"""Reports of pathology that are not of tissue: 病理 as a whole asks for those of tissue."""
_TESTED = re.compile(
    r"筛查|[四五八]项|查过|验|化验|抗体|抗原|[阴阳]性|[阴阳]的|结果|\b(?:tested?|antibod\w+|serology|screen\w*|positive|negative)\b"
)
_SCREENED = re.compile(r"筛查|[四五八]项|抗[体原]|\b(?:screen\w*|serology|antibod\w+)\b")
_NAMED_SIGN = re.compile(r"征$|试验$|反射$|评分$|分级$")
"""A sign or manoeuvre of its own, which an examination of the region need not have included."""
_LATIN_WORD = re.compile(
    r"(?<![a-z0-9])(?!(?:the|and|for|you|any|had|has|have|was|with|ct|mri|ok)(?![a-z]))[a-z][a-z0-9]{2,}(?![a-z0-9])"
)
_LISTED = 2
"""How many parts of a panel a report names that lists them."""
_QUOTED_IN = 2
"""In how many items a Latin word may stand and still point at them."""
_MEDICINE = re.compile(r"药|片|胶囊|\b(?:medicine|drug|pill|tablet|killer|med|medication)s?\b")
_USE = (Kind.HISTORY, Category.MEDICATION)
_HAD = re.compile(r"^(?:得过|患过|有过|长过|家族|父亲|母亲|家里有人)|(?:的)?(?:病史|家族史|史)$")
_OPERATED = re.compile(r"手术史?$|开刀$")
_ANY_OF = {
    "慢性病史": Category.PAST_HISTORY,
    "长期用药": Category.MEDICATION,
    "父母健康状况": Category.FAMILY_HISTORY,
}
"""Histories that ask for any row of a category, where no row is called so."""
_OPERATION_FEATURES = frozenset({"手术时间"})
_TAKING = re.compile(
    r"^(?:长期|正在|在|最近)?(?:吃|服用?|用|打|口服|使用)过?(?:什么|哪些)?|(?:使用|服用|用药)(?:史|情况)?$|史$|"
    r"^(?:on|take|taking|use of|using) | use$",
    re.IGNORECASE,
)
