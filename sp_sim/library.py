"""Files and folders of cases (YAML or workbooks) → the records to measure with, and the terminology of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from sp_sim import casefile, workbook
from sp_sim.errors import CaseError, Finding, InputError, Level
from sp_sim.record import CaseRecord, Language, Target
from sp_sim.terminology import FOLDER as TERMINOLOGY_FOLDER
from sp_sim.terminology import Terminology, builtin

SHIPPED = TERMINOLOGY_FOLDER.parent
_TABLES = ("word_table.xlsx", "diag_table.xlsx")


@dataclass(frozen=True)
class LoadedCase:
    """A record, the file it was read from, and the terminology that applies to it."""

    record: CaseRecord
    path: Path
    terminology: Terminology
    case_type: ClassVar[str] = ""

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def department(self) -> str:
        return self.record.department

    @property
    def language(self) -> Language:
        return self.record.language

    @property
    def content(self) -> str:
        """The record as text, the same whatever file it came from."""
        return self.record.model_dump_json()


def case_files(paths: Iterable[Path]) -> list[Path]:
    """The case files that files and folders stand for, in order, each once. Raises ``InputError`` for none."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in (".yaml", ".yml", ".xlsx"))
            cases = [p for p in inside if _is_case(p)]
            if not cases:
                raise InputError(f"{path}: got a folder without a case, expected .yaml or .xlsx case files")
            found.update(dict.fromkeys(cases))
        elif path.is_file():
            if path.suffix.lower() not in (".yaml", ".yml", ".xlsx"):
                raise InputError(f"{path}: got a {path.suffix or 'nameless'} file, expected a .yaml or .xlsx case")
            found[path] = None
        else:
            raise InputError(f"{path}: got no such file or folder, expected cases")
    return list(found)


def _is_case(path: Path) -> bool:
    hidden = any(part.startswith((".", "~$")) for part in path.parts[-2:] if part not in (".", ".."))
    return path.name not in (*_TABLES, "template.yaml") and path.parent.name != "terminology" and not hidden


def load(paths: Sequence[Path]) -> tuple[list[LoadedCase], list[Finding]]:
    """Loads every case of some files and folders, and the warnings on them.

    Raises ``CaseError`` with the findings of all files where one of them cannot be used.
    """
    cases: list[LoadedCase] = []
    warnings: list[Finding] = []
    errors: list[Finding] = []
    for path in case_files(paths):
        try:
            case, found = load_one(path)
        except CaseError as error:
            errors.extend(error.findings)
            continue
        warnings.extend(found)
        if any(other.record.id == case.record.id for other in cases):
            first = next(other.path for other in cases if other.record.id == case.record.id)
            errors.append(
                Finding(
                    level=Level.ERROR,
                    code="repeated-id",
                    file=str(path),
                    got=f"the id {case.record.id!r} of {first}",
                    expected="an id (or workbook name) of its own",
                )
            )
        cases.append(case)
    if errors:
        raise CaseError(errors)
    return cases, warnings


def load_one(path: Path) -> tuple[LoadedCase, list[Finding]]:
    """Loads one case with the tables beside it or one level up; also returns the warnings."""
    if path.suffix.lower() != ".xlsx":
        return LoadedCase(casefile.read_case(path), path, builtin()), []
    word_table, diag_table = (_beside(path, name) for name in _TABLES)
    names = _diag_table(diag_table).get(path.stem, {}) if diag_table else {}
    case, warnings = workbook.read_case(path, names)
    if diag_table and not names:
        case = _with_names_of_same_targets(case, _diag_table(diag_table))
    return LoadedCase(case, path, _with_words(word_table) if word_table else builtin()), warnings


def _beside(path: Path, name: str) -> Path | None:
    return next((p for p in (path.parent / name, path.parent.parent / name) if p.is_file()), None)


@cache
def _with_words(path: Path) -> Terminology:
    return builtin().extended(workbook.read_word_table(path))


@cache
def _diag_table(path: Path) -> dict[str, dict[str, list[Target]]]:
    return workbook.read_diag_table(path)


def _with_names_of_same_targets(case: CaseRecord, table: Mapping[str, Mapping[str, Sequence[Target]]]) -> CaseRecord:
    """Names of the table's entry that lists the very same diagnoses and treatments, for a renamed workbook."""
    reference = case.reference
    wanted = ({t.name for t in reference.diagnoses}, {t.name for t in reference.treatments})
    for entry in table.values():
        if ({t.name for t in entry["诊断"]}, {t.name for t in entry["治疗"]}) == wanted:
            return case.model_copy(
                update={
                    "reference": reference.model_copy(
                        update={
                            "diagnoses": _merged(reference.diagnoses, entry["诊断"]),
                            "treatments": _merged(reference.treatments, entry["治疗"]),
                        }
                    )
                }
            )
    return case


def _merged(targets: Sequence[Target], more: Sequence[Target]) -> tuple[Target, ...]:
    names = {t.name: t.aliases for t in more}
    return tuple(
        t.model_copy(update={"aliases": tuple(dict.fromkeys((*t.aliases, *names.get(t.name, ()))))}) for t in targets
    )
