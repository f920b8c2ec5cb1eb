"""AgentClinic's OSCE cases (JSON lines) as records.

Their cases state no weights, order, treatment or rounds: every fact weighs 1, the metrics that need the rest are not
applicable, and the expected rounds follow from the number of facts. Source of the format: AgentClinic (MIT licence).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sp_sim.errors import CaseError, Finding, Level
from sp_sim.record import (
    CaseRecord,
    Category,
    Language,
    Mark,
    PatientFacts,
    Phase,
    Provenance,
    Reference,
    Sex,
    Target,
    build_facts,
)
from sp_sim.terminology import Terminology
from sp_sim.text import split_terms

FACTS_A_ROUND = 2
"""Facts that a doctor is expected to ask for in one round, for the expected rounds."""
CAREGIVER_BELOW_YEARS = 6
_SECTIONS = re.compile(
    r"^(imaging|blood|laborator|lab |labs|additional|other|investigation|diagnostic|radiolog|special|microbiolog|"
    r"initial|follow|specific|serum (chem|bio)|hematology$|chemistry$)",
    re.IGNORECASE,
)
_PATHOLOGY = re.compile(r"biops|histolog|patholog|cytolog|aspirate|marrow|immunohisto", re.IGNORECASE)
_EXAMINATION = re.compile(
    r"x-?ray|\bct\b|\bmri\b|ultraso|sonograph|imaging|radiograph|scan|gram\b|scop|electro|echo|doppler|enema|audiometr|"
    r"spirometr|function test|monitor|angiograph|manometr|tympan|slit|fundus|stud(y|ies)\b",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"^(n/?a|none|not (indicated|applicable|performed|provided|available|done|specified|reported|required)\b.*|"
    r"no (data|other|additional|further)\b.*(provided|given|available).*|pending.*|unknown)\.?$",
    re.IGNORECASE,
)
_AGE = re.compile(r"(\d+(?:\.\d+)?)[- ]?(year|month|week|day)s?", re.IGNORECASE)
_SEXES = {
    Sex.FEMALE: re.compile(r"\b(female|woman|girl|gravida|nulliparous)\b", re.IGNORECASE),
    Sex.MALE: re.compile(r"\b(male|man|boy)\b", re.IGNORECASE),
}


@dataclass
class Conversion:
    """The cases of a file, and what could not be placed or was left out, a line each."""

    cases: list[CaseRecord] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def placed(self) -> int:
        return sum(len(case.patient.facts) for case in self.cases)


def read_cases(path: Path, terminology: Terminology) -> Conversion:
    """Converts every line of a file. Raises ``CaseError`` with each line that is no OSCE case."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError([_finding(path, 0, str(error), "a UTF-8 file of JSON lines")]) from error
    conversion = Conversion()
    findings = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            osce = json.loads(line)["OSCE_Examination"]
            case_id = f"{path.stem.replace('_', '-')}-{number:03d}"
            conversion.cases.append(_Converter(case_id, osce, path, terminology, conversion.left_out).case())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            findings.append(_finding(path, number, f"{type(error).__name__} {error}", "an OSCE case of AgentClinic"))
    if findings:
        raise CaseError(findings)
    return conversion


def _finding(path: Path, line: int, got: str, expected: str) -> Finding:
    got = " ".join(got.split())[:160]
    place = f"line {line}" if line else ""
    return Finding(level=Level.ERROR, code="agentclinic", file=str(path), place=place, got=got, expected=expected)


class _Converter:
    """One OSCE case; ``left_out`` collects what finds no place."""

    def __init__(
        self, case_id: str, osce: Mapping[str, Any], path: Path, terminology: Terminology, left_out: list[str]
    ) -> None:
        self.id = case_id
        self.osce = osce
        self.actor: Mapping[str, Any] = osce["Patient_Actor"]
        self.path = path
        self.terminology = terminology
        self.left_out = left_out
        self.rows: list[dict[str, Any]] = []

    def case(self) -> CaseRecord:
        for place in (self._story, self._histories, self._examination, self._tests):
            place()
        facts = build_facts(self.rows)
        age, years = self._age()
        symptoms = self.actor.get("Symptoms") or {}
        primary = _words(symptoms.get("Primary_Symptom") or self.osce.get("Objective_for_Doctor", ""))
        return CaseRecord(
            id=self.id,
            provenance=Provenance(source=f"AgentClinic, {self.path.name}, case {self.id[-3:]}", licence="MIT"),
            patient=PatientFacts(
                language=Language.EN,
                opening=f"Doctor, I have come about this: {primary}.",
                age=age,
                sex=next((sex for sex, words in _SEXES.items() if words.search(self._demographics)), None),
                speaker="caregiver" if years is not None and years < CAREGIVER_BELOW_YEARS else "",
                facts=facts,
            ),
            reference=Reference(
                expected_rounds=max(6, -(-len(facts) // FACTS_A_ROUND) + 1),
                diagnoses=(_diagnosis(str(self.osce["Correct_Diagnosis"])),),
                marks={fact.id: Mark(weight=1, phase=Phase.DIAGNOSTIC) for fact in facts},
            ),
        )

    @property
    def _demographics(self) -> str:
        return _words(self.actor.get("Demographics", ""))

    def _age(self) -> tuple[str, float | None]:
        match = _AGE.search(self._demographics)
        if match:
            years = float(match[1]) / {"year": 1, "month": 12, "week": 52.18, "day": 365.25}[match[2].lower()]
            return f"{match[1]} {match[2].lower()}s", years
        newborn = re.search("newborn|neonate", self._demographics, re.IGNORECASE)
        return ("0 days", 0.0) if newborn else ("", None)

    def _add(self, category: Category, item: str, finding: str, place: str) -> None:
        if not finding or _EMPTY.match(finding):
            self.left_out.append(f"{self.id}: {place}: {finding or 'empty'}")
        else:
            self.rows.append({"category": category, "item": item, "finding": finding})

    def _story(self) -> None:
        symptoms = self.actor.get("Symptoms")
        named = symptoms if isinstance(symptoms, Mapping) else {"Symptoms": symptoms}
        for place, value in named.items():
            for text in value if isinstance(value, list) else [value]:
                words = _words(text)
                self._add(Category.SYMPTOM, re.sub(r"\s*\(.*?\)", "", words), words, f"Symptoms.{place}")
        for place, item in (("History", "history of present illness"), ("Review_of_Systems", "review of systems")):
            if place in self.actor:
                self._add(Category.SYMPTOM, item, _words(self.actor[place]), place)

    def _histories(self) -> None:
        known = {"Past_Medical_History": Category.PAST_HISTORY, "Social_History": Category.PERSONAL_HISTORY}
        for place, value in self.actor.items():
            if place in known:
                self._add(known[place], "", _words(value), place)
            elif re.search("medication|drug", place, re.IGNORECASE):
                for drug in value if isinstance(value, list) else [value]:
                    item = _words(drug) if isinstance(value, list) else ""
                    self._add(Category.MEDICATION, item, _words(drug), place)
            elif "allerg" in place.lower():
                self._add(Category.ALLERGY, "", _words(value), place)
            elif "family" in place.lower():
                self._add(Category.FAMILY_HISTORY, "", _words(value), place)
            elif place not in {"Demographics", "History", "Symptoms", "Review_of_Systems"}:
                self.left_out.append(f"{self.id}: Patient_Actor.{place}: no category for it")

    def _examination(self) -> None:
        findings = self.osce.get("Physical_Examination_Findings") or {}
        for section, value in findings.items() if isinstance(findings, Mapping) else [("General", findings)]:
            self._add(
                Category.PHYSICAL, _words(section).lower(), _words(value), f"Physical_Examination_Findings.{section}"
            )

    def _tests(self) -> None:
        results = self.osce.get("Test_Results") or {}
        named = results if isinstance(results, Mapping) else {"Test results": results}
        for place, item, value in _tests(named):
            self._add(self._category(item), item, _words(value), f"Test_Results.{place}")

    def _category(self, item: str) -> Category:
        if _PATHOLOGY.search(item):
            return Category.PATHOLOGY
        term = self.terminology.resolve(item)
        if term and term.concept.category in (Category.LABORATORY, Category.EXAMINATION, Category.PATHOLOGY):
            return term.concept.category
        return Category.EXAMINATION if _EXAMINATION.search(item) else Category.LABORATORY


def _tests(results: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str, Any]]:
    """Tests as (place, name, value); headings such as Imaging or Blood_Tests are opened, at any depth."""
    for name, value in results.items():
        place = f"{within}.{name}" if within else name
        words = _words(name)
        if isinstance(value, Mapping) and (_SECTIONS.match(words) and len(value) > 0):
            yield from _tests(value, place)
        else:
            yield place, words, value


def _words(value: Any) -> str:
    """Any JSON value as one line of text: names with underscores spelled out, nested ones joined."""
    if isinstance(value, Mapping):
        only_findings = len(value) == 1 and str(next(iter(value))).lower() in {
            "findings",
            "finding",
            "result",
            "results",
        }
        parts = [_words(v) if only_findings else f"{_words(k)}: {_words(v)}" for k, v in value.items()]
        return "; ".join(part for part in parts if part)
    if isinstance(value, list):
        return "; ".join(map(_words, value))
    if value is None:
        return ""
    return " ".join(str(value).replace("_", " ").split()).rstrip(".")


def _diagnosis(name: str) -> Target:
    """The diagnosis; a name in brackets behind it is accepted as well."""
    words = _words(name)
    bare = re.sub(r"\s*\(.*?\)", "", words).strip()
    inside = [term for part in re.findall(r"\((.*?)\)", words) for term in split_terms(part)]
    return Target(name=bare or words, core=True, aliases=tuple(dict.fromkeys(t for t in inside if t != bare)))
