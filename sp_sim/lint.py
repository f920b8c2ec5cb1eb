"""What is wrong with a case, beyond what keeps it from being read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sp_sim.encoder import CachedEncoder, NgramEncoder
from sp_sim.errors import CaseError, Finding, Level
from sp_sim.library import LoadedCase, case_files, load_one
from sp_sim.naming import Mention
from sp_sim.record import TESTS, CaseRecord, Category, Fact, Sex, Target, facts_of_token
from sp_sim.retrieval import RecordIndex
from sp_sim.terminology import Lexicon, Term, Terminology, strip_side
from sp_sim.text import canonical, fold, is_none, key

FACTS_A_ROUND = 8
"""Weighted facts that a thorough doctor can ask for in one round."""
INFANT_YEARS = 3
CHILD_YEARS = 10
_OF_ONE_SEX = {
    Sex.MALE: re.compile(
        r"月经|绝经|子宫|卵巢|阴道|宫颈|妊娠|怀孕|分娩|剖宫产|\b(menstrua|uter(us|ine)|ovar|vagin|cervix|pregnan)"
    ),
    Sex.FEMALE: re.compile(r"前列腺|睾丸|附睾|阴囊|阴茎|包皮|精索|精液|\b(prostat|testi[cs]|scrot|penis|penile|semen)"),
}
_ADULT = re.compile(r"吸烟|饮酒|抽烟|喝酒|\b(smok|alcohol)")


def lint(paths: Sequence[Path]) -> list[Finding]:
    """Every finding on every case of some files and folders; a file that cannot be read does not stop the others."""
    findings: list[Finding] = []
    for path in case_files(paths):
        try:
            case, warnings = load_one(path)
        except CaseError as error:
            findings.extend(error.findings)
            continue
        findings.extend(warnings)
        findings.extend(check(case))
    return findings


def check(case: LoadedCase) -> Iterator[Finding]:
    """Findings on a record that can be read: text, then facts, then reference."""
    record, file = case.record, str(case.path)
    parts = (
        _leaks(record, case.terminology),
        _facts(record),
        _impossible(record),
        _elicitation(record, case.terminology),
        _patient(record),
        _reference(record, case.terminology),
        _hazards(record),
    )
    for part in parts:
        for level, code, place, got, expected in part:
            yield Finding(level=level, code=code, file=file, place=place, got=got, expected=expected)


_Found = tuple[Level, str, str, str, str]
_ERROR, _WARNING = Level.ERROR, Level.WARNING


def _leaks(record: CaseRecord, terminology: Terminology) -> Iterator[_Found]:
    """Where a diagnosis is named: by the patient, unasked or as history, and by test results before pathology."""
    names = {
        form for target in record.reference.diagnoses for name in target.names for form in (name, strip_side(name))
    }
    term = terminology.resolve(record.reference.core_diagnosis.name)
    names |= set(term.concept.names) if term else set()
    lexicon = Lexicon((name, name) for name in names if len(key(name)) > 1)

    def named(text: str) -> str:
        return next((str(span.value) for span in lexicon.spans(canonical(text).text)), "")

    patient = record.patient
    for place, text in (("opening", patient.opening), ("intent", patient.intent)):
        if name := named(text):
            yield _ERROR, "leak", place, f"the diagnosis {name!r}", "words of the patient that do not name it"
    for fact in patient.facts:
        said = fact.finding if fact.category in TESTS else f"{fact.item}。{fact.finding}。{fact.qualifier}"
        name = "" if fact.negative else named(said)
        if name and fact.category not in TESTS:
            yield _ERROR, "leak", fact.id, f"the diagnosis {name!r}", "words of the patient that do not name it"
        elif name and fact.category is not Category.PATHOLOGY:
            yield (
                _WARNING,
                "leak-in-result",
                fact.id,
                f"the diagnosis {name!r}",
                "findings that leave the diagnosis open",
            )


def _facts(record: CaseRecord) -> Iterator[_Found]:
    for fact in record.patient.facts:
        if not (fact.item or fact.finding):
            yield _ERROR, "empty-fact", fact.id, "no item and no finding", "one of them"
        elif not (fact.finding or fact.qualifier):
            yield _WARNING, "no-finding", fact.id, "neither finding nor qualifier", "what was found, or 无"
        if is_none(fact.qualifier) and re.match(r"(阳性|有(?!时|点)|positive\b)", fact.finding):
            yield _WARNING, "ambiguous", fact.id, f"无 together with {fact.finding[:20]!r}", "one of them"


def _impossible(record: CaseRecord) -> Iterator[_Found]:
    patient = record.patient
    wrong = _OF_ONE_SEX.get(patient.sex) if patient.sex else None
    for fact in patient.facts:
        about_family = fact.category is Category.FAMILY_HISTORY
        if wrong and not about_family and not fact.negative and wrong.search(fold(fact.item)):
            yield _ERROR, "sex", fact.id, f"{fact.item!r} of a {patient.sex}", "facts that fit the sex"
        if fact.category is Category.MENSTRUAL_HISTORY and patient.sex is Sex.MALE:
            yield _ERROR, "sex", fact.id, "月经史 of a man", "facts that fit the sex"
        if patient.age_years is not None and patient.age_years < CHILD_YEARS and not fact.negative:
            grown = fact.category is Category.MARITAL_HISTORY or (
                fact.category is Category.PERSONAL_HISTORY and _ADULT.search(fold(fact.item))
            )
            if grown:
                yield _WARNING, "age", fact.id, f"{fact.name!r} of a child of {patient.age}", "facts that fit the age"


def _elicitation(record: CaseRecord, terminology: Terminology) -> Iterator[_Found]:
    """Facts that their own name does not bring up, and items of different names that are one thing."""
    index = RecordIndex(record.patient, terminology, CachedEncoder(NgramEncoder()))
    same: dict[tuple[Category, Term], dict[str, Fact]] = {}
    for fact in record.patient.facts:
        if not fact.item or is_none(fact.item):
            continue
        if fact.id not in _asked_for(index, fact):
            yield _WARNING, "unreachable", fact.id, "a name that does not bring this fact up", "a usual name of it"
        if term := terminology.resolve(fact.item):
            same.setdefault((fact.category, term), {}).setdefault(key(fact.item), fact)
    for facts in same.values():
        first, *others = facts.values()
        for other in others:
            yield _WARNING, "ambiguous-name", other.id, f"another name of {first.item}", "one name, or things apart"


def _asked_for(index: RecordIndex, fact: Fact) -> set[str]:
    text = canonical(fact.item).text
    mentions: list[Mention] = index.mentions(text)
    return {found for mention in mentions for found in index.lookup(mention, text).facts}


def _patient(record: CaseRecord) -> Iterator[_Found]:
    patient = record.patient
    for what, value in (("age", patient.age), ("sex", patient.sex)):
        if not value:
            yield _WARNING, f"no-{what}", what, "nothing", f"the patient's {what}"
    if patient.age_years is not None and patient.age_years < INFANT_YEARS and not patient.speaker:
        yield _WARNING, "caregiver", "speaker", f"none for a patient of {patient.age}", "the caregiver who speaks"


def _reference(record: CaseRecord, terminology: Terminology) -> Iterator[_Found]:
    reference = record.reference
    for token in (token for tier in reference.order for token in tier):
        if not any(record.weight(fact.id) for fact in facts_of_token(token, record.patient.facts)):
            yield _WARNING, "order-weight", "order", f"{token!r} without weight", "weighted facts in the order"
    weighted = sum(bool(mark.weight) for mark in reference.marks.values())
    needed = max(-(-weighted // FACTS_A_ROUND) + 1, len(reference.order) + 1)
    if reference.expected_rounds < needed:
        got = f"{reference.expected_rounds} for {weighted} weighted facts in {len(reference.order)} tiers"
        yield _WARNING, "rounds", "expected_rounds", got, f"at least {needed}"
    if not reference.order:
        yield _WARNING, "no-order", "order", "none", "an order; without it behavior standardization is not applicable"
    if not reference.treatments:
        yield _WARNING, "no-treatment", "treatments", "none", "one; without it treatment logicality is not applicable"
    for target in (*reference.diagnoses, *reference.treatments):
        if not _has_names(target, terminology):
            yield _WARNING, "one-name", target.name, "one accepted name", "aliases under which it is accepted as well"


def _hazards(record: CaseRecord) -> Iterator[_Found]:
    """Hazards that the reference itself contradicts: a treatment that must not be, or none of those that must."""
    treated = {key(name) for target in record.reference.treatments for name in target.names}
    for i, hazard in enumerate(record.reference.hazards, 1):
        place = f"hazards[{i}]"
        for name in hazard.never:
            if key(name) in treated:
                yield _ERROR, "hazard-never", place, f"the treatment {name!r} under never", "no name of a treatment"
        if hazard.must and not any(key(name) in treated for name in hazard.must):
            got = "no name of a treatment under must"
            yield _ERROR, "hazard-must", place, got, "the names of a treatment that attends to it"
        if not hazard.facts:
            yield _WARNING, "hazard-facts", place, "no facts", "the items that show it"


def _has_names(target: Target, terminology: Terminology) -> bool:
    return bool(target.aliases) or terminology.resolve(target.name) is not None
