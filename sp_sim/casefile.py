"""Cases as YAML files: one case a file, readable and diffable. The layout is described in ``cases/README.md``.

In the file a fact stands in one place with its weight, under its phase; in the record the two are apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, ValidationError, field_validator

from sp_sim.errors import CaseError, Finding, Level
from sp_sim.record import (
    SCHEMA_VERSION,
    CaseRecord,
    CategoryField,
    Fact,
    Frozen,
    Hazard,
    Language,
    Mark,
    PatientFacts,
    Phase,
    Provenance,
    Reference,
    RowNote,
    Sex,
    Target,
    Terms,
    Text,
    age_in_years,
    build_facts,
    facts_of_token,
    is_item,
)


class _FactRow(Frozen):
    category: CategoryField
    item: Text = ""
    finding: Text = ""
    qualifier: Text = ""
    groups: Terms = ()
    weight: int = Field(0, ge=0, le=2)
    note: Text = ""
    topic: Text = ""


class _FactRows(Frozen):
    diagnostic: tuple[_FactRow, ...] = ()
    treatment: tuple[_FactRow, ...] = ()


class _PatientPart(Frozen):
    opening: Annotated[Text, Field(min_length=1)]
    intent: Text = ""
    age: Text = ""
    sex: Sex | None = None
    speaker: Text = ""

    @field_validator("age")
    @classmethod
    def _age(cls, text: str) -> str:
        if text and age_in_years(text) is None:
            raise ValueError(f"got {text!r}, expected an age such as 73岁, 8个月 or 35 years")
        return text


class _ReferencePart(Frozen):
    expected_rounds: int = Field(ge=1)
    order: tuple[tuple[str, ...], ...] = ()
    diagnoses: tuple[Target, ...] = Field(min_length=1)
    treatments: tuple[Target, ...] = ()
    hazards: tuple[Hazard, ...] = ()


class _CaseFile(Frozen):
    """The layout of a case file; field names are the file's own."""

    schema_: int = Field(alias="schema", ge=SCHEMA_VERSION, le=SCHEMA_VERSION)
    id: Annotated[str, Field(min_length=1, pattern=r"^[^/\\\x00-\x1f.][^/\\\x00-\x1f]*$")]
    language: Language
    department: Text = ""
    provenance: Provenance
    patient: _PatientPart
    facts: _FactRows
    reference: _ReferencePart
    row_notes: Mapping[str, RowNote] = Field(default_factory=dict)


def read_case(path: Path) -> CaseRecord:
    """Reads a YAML case. Raises ``CaseError`` with every finding (file, line, field, got, expected)."""
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError([_finding(path, "unreadable", "", str(error), "a UTF-8 YAML file")]) from error
    try:
        # Every scalar is read as text, so that 无, no, 1.0 and 2024-01-01 stay what the author wrote.
        root = yaml.compose(source, Loader=_LOADER)
        data = yaml.load(source, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = str(getattr(error, "problem", None) or error).replace("\n", " ")
        raise CaseError([_finding(path, "yaml-syntax", place, problem, "YAML as in cases/README.md")]) from error
    if repeated := _repeated_keys(root):
        raise CaseError(
            [
                _finding(path, "repeated-key", f"line {line}", f"{name!r} twice", "each field once")
                for name, line in repeated
            ]
        )
    try:
        return _record(_CaseFile.model_validate(data))
    except ValidationError as error:
        raise CaseError([_explain(path, root, item) for item in error.errors()]) from error


_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _record(file: _CaseFile) -> CaseRecord:
    rows = [
        (row, phase)
        for phase, part in zip(Phase, (file.facts.diagnostic, file.facts.treatment), strict=True)
        for row in part
    ]
    facts = build_facts([row.model_dump(exclude={"weight", "note", "topic"}) for row, _ in rows])
    for token in (token for tier in file.reference.order for token in tier):
        if not facts_of_token(token, facts):
            raise _invalid(("reference", "order"), token, "the name of an item or category among the facts")
    for i, hazard in enumerate(file.reference.hazards):
        for name in hazard.facts:
            if not is_item(name, facts):
                raise _invalid(("reference", "hazards", i, "facts"), name, "the name of an item among the facts")
    notes = {
        fact.id: RowNote(note=row.note, topic=row.topic)
        for fact, (row, _) in zip(facts, rows, strict=True)
        if row.note or row.topic
    }
    return CaseRecord(
        id=file.id,
        department=file.department,
        provenance=file.provenance,
        patient=PatientFacts(language=file.language, facts=facts, **file.patient.model_dump()),
        reference=Reference(
            marks={
                fact.id: Mark(weight=row.weight, phase=phase) for fact, (row, phase) in zip(facts, rows, strict=True)
            },
            **file.reference.model_dump(),
        ),
        row_notes={**file.row_notes, **notes},
    )


def _invalid(loc: tuple[str | int, ...], got: str, expected: str) -> ValidationError:
    message = f"got {got!r}, expected {expected}"
    return ValidationError.from_exception_data(
        "case", [{"type": "value_error", "loc": loc, "input": got, "ctx": {"error": ValueError(message)}}]
    )


def write_case(case: CaseRecord) -> str:
    """The case as YAML text, which ``read_case`` reads back as the same record."""
    patient = case.patient.model_dump(mode="json", exclude={"facts", "language"}, exclude_defaults=True)
    fact_ids = {fact.id for fact in case.patient.facts}
    data: dict[str, Any] = {
        "schema": SCHEMA_VERSION,
        "id": case.id,
        "language": case.language.value,
        "department": case.department,
        "provenance": case.provenance.model_dump(),
        "patient": patient,
        "facts": {
            phase.value: [
                _row(case, fact) for fact in case.patient.facts if case.reference.marks[fact.id].phase is phase
            ]
            for phase in Phase
        },
        "reference": case.reference.model_dump(mode="json", exclude={"marks"}, exclude_defaults=True),
        "row_notes": {
            name: note.model_dump(exclude_defaults=True)
            for name, note in case.row_notes.items()
            if name not in fact_ids
        },
    }
    for optional in ("department", "row_notes"):
        if not data[optional]:
            del data[optional]
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _row(case: CaseRecord, fact: Fact) -> dict[str, Any]:
    row = fact.model_dump(mode="json", exclude={"id"}, exclude_defaults=True)
    row["weight"] = case.weight(fact.id)
    note = case.row_notes.get(fact.id)
    return row | (note.model_dump(exclude_defaults=True) if note else {})


class _Dumper(yaml.SafeDumper):
    """Block style, lists of short strings on one line."""


def _short_list(dumper: yaml.SafeDumper, items: Sequence[Any]) -> yaml.Node:
    plain = all(isinstance(item, str) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=plain)


_Dumper.add_representer(list, _short_list)


def _repeated_keys(node: yaml.Node | None) -> list[tuple[str, int]]:
    if isinstance(node, yaml.SequenceNode):
        return [found for child in node.value for found in _repeated_keys(child)]
    if not isinstance(node, yaml.MappingNode):
        return []
    seen: set[str] = set()
    found = []
    for name, value in node.value:
        if name.value in seen:
            found.append((str(name.value), name.start_mark.line + 1))
        seen.add(name.value)
        found.extend(_repeated_keys(value))
    return found


def _explain(path: Path, root: yaml.Node | None, error: Mapping[str, Any]) -> Finding:
    location = tuple(error["loc"])
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
    place = f"line {_line(root, location)}, {field}" if field else "line 1"
    if error["type"] == "missing":
        return _finding(path, "missing", place, "nothing", "a value")
    if error["type"] == "extra_forbidden":
        return _finding(path, "unknown-field", place, "a field of that name", "a field of cases/README.md")
    if error["type"] == "value_error":
        got, _, expected = str(error["ctx"]["error"]).removeprefix("got ").partition(", expected ")
        return _finding(path, "invalid", place, got, expected)
    return _finding(path, "invalid", place, repr(error["input"])[:80], error["msg"][:1].lower() + error["msg"][1:])


def _line(node: yaml.Node | None, location: Sequence[str | int]) -> int:
    line = 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            entry = next((pair for pair in node.value if pair[0].value == part), None)
            if entry is None:
                break
            line, node = entry[0].start_mark.line + 1, entry[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _finding(path: Path, code: str, place: str, got: str, expected: str) -> Finding:
    return Finding(level=Level.ERROR, code=code, file=str(path), place=place, got=got, expected=expected)
