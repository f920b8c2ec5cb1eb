"""Cases and tables as Excel workbooks, read and written without loss.

A case is one sheet with the columns 类目大项 类目子项 结果 约束 备注 上位词 得分项分类; each row is one fact or one
entry of the reference (see ``cases/README.md``). ``word_table.xlsx`` holds names of tests, ``diag_table.xlsx`` the
accepted names of diagnoses and treatments by case file.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from sp_sim.errors import CaseError, Finding, Level
from sp_sim.record import (
    CaseRecord,
    Category,
    Fact,
    Hazard,
    HazardKind,
    Language,
    Mark,
    PatientFacts,
    Phase,
    Provenance,
    Reference,
    RowNote,
    Sex,
    Target,
    age_in_years,
    build_facts,
    facts_of_token,
    is_item,
)
from sp_sim.terminology import Concept, Kind
from sp_sim.text import fold, key, split_terms

COLUMNS = ("类目大项", "类目子项", "结果", "约束", "备注", "上位词", "得分项分类")
_OPTIONAL_COLUMNS = {"得分项分类"}
_CATEGORY, _ITEM, _FINDING, _QUALIFIER, _NOTE, _GROUPS, _TOPIC = COLUMNS
_DIAGNOSTIC_MARK = "确诊疾病的反问的关键要素和正确顺序"
_TREATMENT_MARK = "治疗方案的关键要素"
_END_MARK = "合并"
_HAZARD = "风险"
_SINGLE = ("首发问题", "患者意图", "预计轮次", "年龄", "性别", "正确顺序")
_WEIGHTS = {"重要得分项": 2, "得分项": 1}
_KINDS = {kind.chinese: kind for kind in HazardKind} | {kind.value: kind for kind in HazardKind}
_SEXES = {
    "男": Sex.MALE,
    "女": Sex.FEMALE,
    "男性": Sex.MALE,
    "女性": Sex.FEMALE,
    "male": Sex.MALE,
    "female": Sex.FEMALE,
}


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its number (from 1) and its cells by column name."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass
class _Sheet:
    """The rows of a workbook's first sheet below its header, and everything found wrong on the way."""

    file: Path
    title: str
    columns: Mapping[str, int]
    rows: list[Row]
    findings: list[Finding] = field(default_factory=list)

    def report(self, code: str, row: int, column: str, got: str, expected: str, level: Level = Level.ERROR) -> None:
        place = f"sheet {self.title!r}, row {row}, column {column}"
        self.findings.append(
            Finding(level=level, code=code, file=str(self.file), place=place, got=got, expected=expected)
        )


def _open(path: Path) -> Any:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    def unusable(got: str, expected: str) -> CaseError:
        finding = Finding(level=Level.ERROR, code="unreadable", file=str(path), got=got, expected=expected)
        return CaseError([finding])

    try:
        content = path.read_bytes()
    except OSError as error:
        raise unusable(str(error.strerror or error), "a readable .xlsx workbook") from error
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise unusable("a password-protected or old .xls workbook", "a plain .xlsx; save it again without a password")
    if not zipfile.is_zipfile(BytesIO(content)):
        raise unusable("a file that is not a workbook", "an .xlsx workbook")
    try:
        return load_workbook(BytesIO(content))
    except (KeyError, ValueError, InvalidFileException, zipfile.BadZipFile, OSError, SyntaxError) as error:
        raise unusable("a zip file that is not a workbook", "an .xlsx workbook saved by Excel") from error


def _read_sheet(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> _Sheet:
    workbook = _open(path)
    if not workbook.worksheets:
        raise CaseError(
            [
                Finding(
                    level=Level.ERROR,
                    code="empty-sheet",
                    file=str(path),
                    got="a workbook without a sheet",
                    expected="one sheet with a header row",
                )
            ]
        )
    worksheet = workbook.worksheets[0]
    sheet = _Sheet(path, worksheet.title, {}, [])
    grid = [[_cell_text(cell, sheet) for cell in line] for line in worksheet.iter_rows()]
    for merged in worksheet.merged_cells.ranges:
        # A category merged over several rows holds for each of them.
        if merged.min_col == merged.max_col == 1 and grid[merged.min_row - 1]:
            for number in range(merged.min_row, min(merged.max_row, len(grid))):
                grid[number][0] = grid[merged.min_row - 1][0]
    header_at = next((i for i, line in enumerate(grid) if any(line)), None)
    if header_at is None:
        sheet.report("empty-sheet", 1, required[0], "an empty sheet", f"the columns {' '.join(required)}")
        raise CaseError(sheet.findings)
    header = [fold(text) for text in grid[header_at]]
    columns = {name: header.index(fold(name)) for name in (*required, *optional) if fold(name) in header}
    for name in required:
        if name not in columns:
            got = "、".join(filter(None, grid[header_at]))
            sheet.report("missing-column", header_at + 1, name, f"no such column, but {got}", "the column " + name)
    if sheet.findings and any(finding.code == "missing-column" for finding in sheet.findings):
        raise CaseError(sheet.findings)
    sheet.columns = columns
    for number, line in enumerate(grid[header_at + 1 :], header_at + 2):
        if any(line):
            sheet.rows.append(Row(number, {name: line[index] for name, index in columns.items()}))
    return sheet


def _cell_text(cell: Any, sheet: _Sheet) -> str:
    if cell.value is None:
        return ""
    if cell.data_type == "f":
        sheet.report("formula", cell.row, cell.column_letter, f"the formula {cell.value}", "text; paste it as a value")
        return ""
    value = cell.value
    if cell.data_type == "e":
        sheet.report("error-cell", cell.row, cell.column_letter, f"the error {value}", "text")
        return ""
    if isinstance(value, datetime):
        value = value.date().isoformat() if value.time() == time.min else value.isoformat(" ", "minutes")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "").strip()


def read_case(path: Path, names: Mapping[str, Sequence[Target]] | None = None) -> tuple[CaseRecord, list[Finding]]:
    """Reads a workbook as a case, and the warnings on it.

    ``names`` are further accepted names out of ``diag_table.xlsx`` (see ``read_diag_table``). Raises ``CaseError``
    with every finding (file, sheet, row, column, got, expected) where the workbook cannot be used.
    """
    sheet = _read_sheet(path, [c for c in COLUMNS if c not in _OPTIONAL_COLUMNS], sorted(_OPTIONAL_COLUMNS))
    reader = _CaseReader(sheet)
    case = reader.case(path.stem, names or {})
    errors = [finding for finding in sheet.findings if finding.level is Level.ERROR]
    if errors or case is None:
        raise CaseError(errors)
    return case, [finding for finding in sheet.findings if finding.level is Level.WARNING]


class _CaseReader:
    """Sorts the rows of a sheet into the parts of a record; what does not fit becomes a finding."""

    def __init__(self, sheet: _Sheet) -> None:
        self.sheet = sheet
        self.single: dict[str, Row] = {}
        self.targets: dict[str, list[tuple[Row, Target]]] = {"诊断": [], "治疗": []}
        self.hazards: list[tuple[Row, Hazard]] = []
        self.facts: list[tuple[Row, Phase]] = []
        self.notes: dict[str, RowNote] = {}

    def case(self, case_id: str, names: Mapping[str, Sequence[Target]]) -> CaseRecord | None:
        self._sort_rows()
        age, sex = self._age_and_sex()
        rounds = self._rounds()
        opening = self.single.get("首发问题")
        if opening is None or not opening[_FINDING]:
            at = opening.number if opening else self._last_row()
            self.sheet.report(
                "no-opening", at, _FINDING, "no 首发问题", "a row 首发问题 with what the patient says first"
            )
        if not self.targets["诊断"]:
            self.sheet.report(
                "no-diagnosis", self._last_row(), _CATEGORY, "no row 诊断", "a row 诊断 with the diagnosis in 结果"
            )
        facts = build_facts(
            [
                {
                    "category": row[_CATEGORY],
                    "item": row[_ITEM],
                    "finding": row[_FINDING],
                    "qualifier": row[_QUALIFIER],
                    "groups": tuple(split_terms(row[_GROUPS])),
                }
                for row, _ in self.facts
            ]
        )
        order = self._order(facts)
        hazards = self._hazards(facts)
        if any(finding.level is Level.ERROR for finding in self.sheet.findings):
            return None
        marks = {}
        for fact, (row, phase) in zip(facts, self.facts, strict=True):
            weight = _weight(row[_NOTE])
            marks[fact.id] = Mark(weight=weight, phase=phase)
            self._keep_note(fact.id, row, canonical=_note_of(weight))
        for label, row in self.single.items():
            self._keep_note(label, row, canonical="")
        return CaseRecord(
            id=case_id,
            provenance=Provenance(source=f"workbook {self.sheet.file.name}"),
            patient=PatientFacts(
                language=Language.ZH,
                opening=opening[_FINDING] if opening else "",
                intent=self.single["患者意图"][_FINDING] if "患者意图" in self.single else "",
                age=age,
                sex=sex,
                facts=facts,
            ),
            reference=Reference(
                expected_rounds=rounds,
                order=order,
                diagnoses=self._targets("诊断", names),
                treatments=self._targets("治疗", names),
                marks=marks,
                hazards=hazards,
            ),
            row_notes=self.notes,
        )

    def _last_row(self) -> int:
        return self.sheet.rows[-1].number if self.sheet.rows else 1

    def _sort_rows(self) -> None:
        phase = Phase.DIAGNOSTIC
        for row in self.sheet.rows:
            label = row[_CATEGORY]
            if label == _END_MARK:
                break
            if key(label).startswith(key(_DIAGNOSTIC_MARK)[:8]):
                phase = Phase.DIAGNOSTIC
            elif key(label).startswith(key(_TREATMENT_MARK)[:6]):
                phase = Phase.TREATMENT
            elif label in _SINGLE:
                if label in self.single:
                    self.sheet.report(
                        "repeated-row", row.number, _CATEGORY, f"a second row {label}", f"one row {label}"
                    )
                self.single.setdefault(label, row)
            elif label in self.targets:
                self._add_target(label, row)
            elif label == _HAZARD:
                self._add_hazard(row)
            else:
                try:
                    Category.parse(label)
                except ValueError:
                    expected = f"one of {' '.join((*_SINGLE, *self.targets, _HAZARD, *Category))}"
                    self.sheet.report("unknown-category", row.number, _CATEGORY, repr(label), expected)
                    continue
                self.facts.append((row, phase))

    def _add_target(self, label: str, row: Row) -> None:
        name = row[_FINDING] or row[_ITEM]
        if not name:
            self.sheet.report("no-name", row.number, _FINDING, "an empty cell", f"the name of the {label}")
            return
        core = label == "诊断" and bool(re.search("(?<!非)核心", row[_ITEM]))
        target = Target(name=name, qualifier=row[_QUALIFIER], aliases=tuple(split_terms(row[_GROUPS])), core=core)
        self.targets[label].append((row, target))

    def _add_hazard(self, row: Row) -> None:
        kind = _KINDS.get(fold(row[_ITEM]))
        never, must = split_terms(row[_GROUPS]), split_terms(row[_NOTE])
        if kind is None:
            self.sheet.report("hazard", row.number, _ITEM, repr(row[_ITEM]), "过敏, 禁忌 or 危急值")
        elif not row[_FINDING] or "\n" in row[_FINDING]:
            self.sheet.report("hazard", row.number, _FINDING, repr(row[_FINDING]), "the reason in one line")
        elif not (never or must):
            expected = "names that must not be prescribed, or in 备注 names of which one has to be"
            self.sheet.report("hazard", row.number, _GROUPS, "an empty cell", expected)
        else:
            facts = tuple(split_terms(row[_QUALIFIER]))
            hazard = Hazard(kind=kind, because=row[_FINDING], facts=facts, never=tuple(never), must=tuple(must))
            self.hazards.append((row, hazard))

    def _hazards(self, facts: Sequence[Fact]) -> tuple[Hazard, ...]:
        for i, (row, hazard) in enumerate(self.hazards, 1):
            for name in hazard.facts:
                if not is_item(name, facts):
                    expected = "the name of an item (类目子项) of this sheet"
                    self.sheet.report("hazard", row.number, _QUALIFIER, repr(name), expected)
            if row[_TOPIC]:
                self.notes[f"{_HAZARD}#{i}"] = RowNote(topic=row[_TOPIC])
        return tuple(hazard for _, hazard in self.hazards)

    def _targets(self, label: str, names: Mapping[str, Sequence[Target]]) -> tuple[Target, ...]:
        targets = []
        for i, (row, target) in enumerate(self.targets[label], 1):
            shown = row[_ITEM] if row[_FINDING] and not target.core else ""
            self._keep_note(f"{label}#{i}", row, canonical="", label=shown)
            more = next((t.aliases for t in names.get(label, ()) if key(t.name) == key(target.name)), ())
            targets.append(target.model_copy(update={"aliases": tuple(dict.fromkeys((*target.aliases, *more)))}))
        return tuple(targets)

    def _keep_note(self, name: str, row: Row, canonical: str, label: str = "") -> None:
        note = RowNote(note="" if row[_NOTE] == canonical else row[_NOTE], topic=row[_TOPIC], label=label)
        if note != RowNote():
            self.notes[name] = note

    def _age_and_sex(self) -> tuple[str, Sex | None]:
        age_row, sex_row = self.single.get("年龄"), self.single.get("性别")
        age = age_row[_FINDING] if age_row else ""
        sex = sex_row[_FINDING] if sex_row else ""
        if age_row and sex_row and key(age) in _SEXES and age_in_years(sex) is not None:
            self.sheet.report(
                "swapped",
                age_row.number,
                _FINDING,
                f"年龄 {age} and 性别 {sex}",
                "the age in row 年龄 and the sex in row 性别; read as such, correct the file",
                Level.WARNING,
            )
            age, sex = sex, age
        if age and age_row and age_in_years(age) is None:
            self.sheet.report("age", age_row.number, _FINDING, repr(age), "an age such as 73岁 or 8个月")
        if sex and sex_row and key(sex) not in _SEXES:
            self.sheet.report("sex", sex_row.number, _FINDING, repr(sex), "男 or 女")
        return age, _SEXES.get(key(sex))

    def _rounds(self) -> int:
        row = self.single.get("预计轮次")
        match = re.fullmatch(r"(\d{1,3})\s*(轮|rounds?)?", row[_FINDING].strip()) if row else None
        if match and int(match[1]) > 0:
            return int(match[1])
        number, got = (row.number, repr(row[_FINDING])) if row else (self._last_row(), "no row 预计轮次")
        self.sheet.report("rounds", number, _FINDING, got, "a number of rounds such as 10轮")
        return 1

    def _order(self, facts: Sequence[Fact]) -> tuple[tuple[str, ...], ...]:
        row = self.single.get("正确顺序")
        if row is None or not row[_FINDING]:
            number = row.number if row else self._last_row()
            self.sheet.report(
                "no-order",
                number,
                _FINDING,
                "no row 正确顺序" if row is None else "an empty 正确顺序",
                "an order such as 尿常规=血常规>CTU; without it behavior standardization is not applicable",
                Level.WARNING,
            )
            return ()
        tiers = []
        for part in re.split(r"[>＞]", row[_FINDING]):
            tier = [token.strip() for token in re.split(r"[=＝]", part)]
            for token in tier:
                if not token or not facts_of_token(token, facts):
                    self.sheet.report(
                        "order-token",
                        row.number,
                        _FINDING,
                        f"{token!r} in the order",
                        "the name of an item (类目子项) or category (类目大项) of this sheet",
                    )
            tiers.append(tuple(tier))
        return tuple(tiers)


def _weight(note: str) -> int:
    return next((weight for word, weight in _WEIGHTS.items() if re.search(f"(?<!非){word}", note)), 0)


def _note_of(weight: int) -> str:
    return next((word for word, value in _WEIGHTS.items() if value == weight), "")


def write_case(case: CaseRecord) -> bytes:
    """The case as a workbook. ``read_case`` gives back the same patient, reference and row notes.

    Id, language, department, provenance and speaker are not part of the format. Raises ``CaseError`` for names
    with ``=`` or ``>`` in the order, which the format cannot carry.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils.exceptions import IllegalCharacterError

    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "病例"
    for number, line in enumerate([COLUMNS, *_lines(case)], 1):
        for column, text in enumerate(line, 1):
            if not text:
                continue
            cell = sheet.cell(number, column)
            try:
                cell.value = text
            except IllegalCharacterError as error:
                raise _cannot_carry(case, line[0], "control characters") from error
            cell.data_type = "s"  # a text that begins with "=" is not a formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFG", (14, 24, 70, 14, 14, 30, 14), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _lines(case: CaseRecord) -> Iterator[tuple[str, ...]]:
    patient, reference = case.patient, case.reference

    def noted(
        name: str,
        category: str,
        item: str,
        finding: str,
        qualifier: str = "",
        terms: Sequence[str] = (),
        weight: int = 0,
    ) -> tuple[str, ...]:
        note = case.row_notes.get(name, RowNote())
        return (
            category,
            item or note.label,
            finding,
            qualifier,
            note.note or _note_of(weight),
            _listed(case, category, terms),
            note.topic,
        )

    single = {
        "首发问题": patient.opening,
        "患者意图": patient.intent,
        "预计轮次": f"{reference.expected_rounds}轮",
        "年龄": patient.age,
        "性别": {Sex.MALE: "男", Sex.FEMALE: "女", None: ""}[patient.sex],
    }
    yield from (noted(label, label, "", text) for label, text in single.items() if text or label in case.row_notes)
    for i, target in enumerate(reference.diagnoses, 1):
        yield noted(
            f"诊断#{i}", "诊断", "核心诊断" if target.core else "", target.name, target.qualifier, target.aliases
        )
    for phase, heading in ((Phase.DIAGNOSTIC, _DIAGNOSTIC_MARK), (Phase.TREATMENT, _TREATMENT_MARK)):
        yield (heading, "", "", "", "", "", "")
        for fact in patient.facts:
            if reference.marks[fact.id].phase is phase:
                yield noted(
                    fact.id,
                    fact.category.value,
                    fact.item,
                    fact.finding,
                    fact.qualifier,
                    fact.groups,
                    reference.marks[fact.id].weight,
                )
        if phase is Phase.DIAGNOSTIC:
            if reference.order:
                if any(set("=>＝＞") & set(token) for tier in reference.order for token in tier):
                    raise _cannot_carry(case, "正确顺序", "a name with = or >")
                yield noted("正确顺序", "正确顺序", "", ">".join("=".join(tier) for tier in reference.order))
            for i, target in enumerate(reference.treatments, 1):
                yield noted(f"治疗#{i}", "治疗", "", target.name, target.qualifier, target.aliases)
            for i, hazard in enumerate(reference.hazards, 1):
                facts, never, must = (_listed(case, _HAZARD, t) for t in (hazard.facts, hazard.never, hazard.must))
                topic = case.row_notes.get(f"{_HAZARD}#{i}", RowNote()).topic
                yield (_HAZARD, hazard.kind.chinese, hazard.because, facts, must, never, topic)


def _listed(case: CaseRecord, category: str, terms: Sequence[str]) -> str:
    """Names in one cell."""
    if split_terms("、".join(terms)) != list(terms):
        raise _cannot_carry(case, category, "names that hold a separator, or whose brackets are not in pairs")
    return "、".join(terms)


def _cannot_carry(case: CaseRecord, place: str, got: str) -> CaseError:
    expected = "names that a cell of a workbook can list"
    return CaseError([Finding(level=Level.ERROR, code="format", file=case.id, place=place, got=got, expected=expected)])


def read_word_table(path: Path) -> list[Concept]:
    """Names of tests and examinations out of ``word_table.xlsx`` (类型, 名称, 上位词, 同义词)."""
    sheet = _read_sheet(path, ("类型", "名称", "上位词", "同义词"))
    concepts = []
    for row in sheet.rows:
        if not row["名称"]:
            sheet.report("no-name", row.number, "名称", "an empty cell", "the name of a test or examination")
            continue
        label = "查体" if row["类型"] == "体检" else row["类型"]
        try:
            category = Category.parse(label)
        except ValueError:
            sheet.report("unknown-category", row.number, "类型", repr(row["类型"]), "检验 检查 病理 or 查体")
            continue
        names = (row["名称"], *split_terms(row["同义词"]))
        concepts.append(
            Concept(row["名称"], Kind.TEST, zh=names, category=category, parents=tuple(split_terms(row["上位词"])))
        )
    if sheet.findings:
        raise CaseError(sheet.findings)
    return concepts


def read_diag_table(path: Path) -> dict[str, dict[str, list[Target]]]:
    """Accepted names by case file out of ``diag_table.xlsx``: ``{file stem: {"诊断": […], "治疗": […]}}``."""
    columns = ("数据文件名称", "疾病名称", "同义词", "治疗方案名称", "治疗方案同义词")
    sheet = _read_sheet(path, columns)
    tables: dict[str, dict[str, list[Target]]] = {}
    current: dict[str, list[Target]] | None = None
    for row in sheet.rows:
        if row["数据文件名称"]:
            current = tables.setdefault(Path(row["数据文件名称"]).stem, {"诊断": [], "治疗": []})
        if current is None:
            sheet.report("no-file", row.number, "数据文件名称", "an empty cell", "the name of a case file")
            break
        for label, name, aliases in (
            ("诊断", row["疾病名称"], row["同义词"]),
            ("治疗", row["治疗方案名称"], row["治疗方案同义词"]),
        ):
            if name:
                current[label].append(Target(name=name, aliases=tuple(split_terms(aliases))))
    if sheet.findings:
        raise CaseError(sheet.findings)
    return tables
