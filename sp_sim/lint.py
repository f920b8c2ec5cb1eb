"""What is wrong with a case, beyond what keeps it from being read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sp_sim.errors import CaseError, Finding, Level
from sp_sim.library import LoadedCase, case_files, load_one
from sp_sim.record import TESTS, CaseRecord, Category
from sp_sim.terminology import Lexicon, Terminology, strip_side
from sp_sim.text import canonical, key

FACTS_A_ROUND = 8
"""Weighted facts that a thorough doctor can ask for in one round."""


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
    """Findings on a record that can be read."""
    record, file = case.record, str(case.path)

    def finding(level: Level, code: str, place: str, got: str, expected: str) -> Finding:
        return Finding(level=level, code=code, file=file, place=place, got=got, expected=expected)

    for place, name in _leaks(record, case.terminology):
        yield finding(
            Level.ERROR,
            "leak",
            place,
            f"the diagnosis {name!r} in what the patient says unasked",
            "words that do not name it",
        )
    patient, reference = record.patient, record.reference
    for fact in patient.facts:
        if not (fact.item or fact.finding):
            yield finding(Level.ERROR, "empty-fact", fact.id, "no item and no finding", "one of them")
        elif not (fact.finding or fact.qualifier):
            yield finding(
                Level.WARNING, "no-finding", fact.id, "neither finding nor qualifier", "what was found, or 无"
            )
        if fact.category is Category.MENSTRUAL_HISTORY and patient.sex and patient.sex.value == "male":
            yield finding(Level.ERROR, "sex", fact.id, "月经史 of a man", "facts that fit the sex")
    for side, what in (("age", patient.age), ("sex", patient.sex)):
        if not what:
            yield finding(Level.WARNING, f"no-{side}", side, "nothing", f"the patient's {side}")
    if patient.age_years is not None and patient.age_years < 3 and not patient.speaker:
        yield finding(Level.WARNING, "caregiver", "age", f"{patient.age} and no speaker", "a caregiver as speaker")
    for token in (token for tier in reference.order for token in tier):
        named = [fact for fact in patient.facts if key(fact.item) == key(token) or key(fact.category) == key(token)]
        if not any(record.weight(fact.id) for fact in named):
            yield finding(
                Level.WARNING, "order-weight", "order", f"{token!r} without weight", "weighted facts in the order"
            )
    weighted = sum(bool(mark.weight) for mark in reference.marks.values())
    needed = -(-weighted // FACTS_A_ROUND) + 1
    if reference.expected_rounds < max(needed, len(reference.order) + 1):
        yield finding(
            Level.WARNING,
            "rounds",
            "expected_rounds",
            f"{reference.expected_rounds} for {weighted} weighted facts in {len(reference.order)} tiers",
            f"at least {max(needed, len(reference.order) + 1)}",
        )
    if not reference.treatments:
        yield finding(Level.WARNING, "no-treatment", "treatments", "none", "at least one treatment")
    if not reference.order:
        yield finding(
            Level.WARNING,
            "no-order",
            "order",
            "none",
            "an order; without it behavior standardization is not applicable",
        )


def _leaks(record: CaseRecord, terminology: Terminology) -> Iterator[tuple[str, str]]:
    """Places where the patient would name a diagnosis before any test was asked for."""
    names = {
        form for target in record.reference.diagnoses for name in target.names for form in (name, strip_side(name))
    }
    names |= {
        name
        for target in record.reference.diagnoses[:1]
        if (term := terminology.resolve(target.name))
        for name in term.concept.names
    }
    lexicon = Lexicon((name, name) for name in names if len(key(name)) > 1)
    patient = record.patient
    places = {"opening": patient.opening, "intent": patient.intent}
    places |= {
        fact.id: f"{fact.item}。{fact.finding}。{fact.qualifier}"
        for fact in patient.facts
        if fact.category not in TESTS and not fact.negative
    }
    for place, text in places.items():
        for span in lexicon.spans(canonical(text).text)[:1]:
            yield place, str(span.value)
