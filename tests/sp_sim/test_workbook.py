from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sp_sim import casefile, library, workbook
from sp_sim.errors import CaseError
from sp_sim.lint import lint
from sp_sim.record import CaseRecord, Category, Sex
from sp_sim.text import split_terms

HEADER = list(workbook.COLUMNS)
ROWS: list[list[str]] = [
    ["首发问题", "", "医生，我尿血", "", "患者首发问题，重要得分项", "", ""],
    ["患者意图", "", "积极治疗", "", "", "", ""],
    ["预计轮次", "", "8轮", "", "", "", "过程相关"],
    ["年龄", "", "61岁", "", "", "", ""],
    ["性别", "", "男", "", "得分项", "", ""],
    ["诊断", "核心诊断", "膀胱恶性肿瘤", "T2", "一级指标", "膀胱癌、膀胱肿瘤", "诊断相关"],
    ["诊断", "次要诊断", "左肾积水", "", "", "", ""],
    ["确诊疾病的反问的关键要素和正确顺序", "", "", "", "", "", ""],
    ["症状", "尿痛", "", "无", "重要得分项", "", "诊断相关"],
    ["检查", "CTU", "占位 32mm", "2周前", "重要得分项", "", ""],
    ["检查", "CTU", "占位 41mm", "3天前", "重要得分项", "", ""],
    ["正确顺序", "", "尿痛>CTU", "", "", "", "过程相关"],
    ["治疗", "", "膀胱根治性切除术", "推荐微创", "", "全膀胱切除术", "治疗相关"],
    ["风险", "危急值", "血红蛋白 51g/L", "尿痛、高血压", "膀胱根治性切除术、输血", "华法林", "安全"],
    ["治疗方案的关键要素", "", "", "", "", "", ""],
    ["一般情况", "", "精神可", "", "得分项", "一般情况", ""],
    ["既往病史", "高血压", "阳性", "20年", "得分项", "慢性病史", ""],
]


def save(path: Path, rows: list[list[Any]], header: list[str] | None = None, title: str = "病例") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in [header or HEADER, *rows]:
        sheet.append(row)
    book.save(path)
    return path


def cells(path: Path) -> list[list[str]]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]


def test_a_workbook_is_read(tmp_path: Path) -> None:
    case, findings = workbook.read_case(save(tmp_path / "a.xlsx", ROWS))
    assert findings == []
    assert (case.id, case.patient.age_years, case.patient.sex) == ("a", 61, Sex.MALE)
    assert [(f.id, case.weight(f.id)) for f in case.patient.facts] == [
        ("症状/尿痛", 2), ("检查/CTU", 2), ("检查/CTU#2", 2), ("一般情况/", 1), ("既往病史/高血压", 1)
    ]  # fmt: skip
    assert case.patient.facts[0].negative
    assert case.reference.order == (("尿痛",), ("CTU",))
    (hazard,) = case.reference.hazards
    assert (hazard.kind, hazard.facts, hazard.never) == ("critical_value", ("尿痛", "高血压"), ("华法林",))
    assert hazard.must == ("膀胱根治性切除术", "输血")
    assert case.reference.core_diagnosis.names == ("膀胱恶性肿瘤", "膀胱癌", "膀胱肿瘤")


def test_workbook_record_workbook_keeps_every_cell(tmp_path: Path) -> None:
    before = save(tmp_path / "a.xlsx", ROWS)
    case, _ = workbook.read_case(before)
    after = tmp_path / "b.xlsx"
    after.write_bytes(workbook.write_case(case))
    assert cells(after) == cells(before)


WORDS = st.text(st.sampled_from("尿痛CTU无血癌5mm=+-（）\n 'a。"), min_size=1, max_size=8).map(str.strip).filter(bool)
TERMS = st.lists(
    st.text(st.sampled_from("尿癌CTu-"), min_size=1, max_size=5).filter(lambda t: split_terms(t) == [t]), max_size=3
)
FACT_ROWS = st.tuples(
    st.sampled_from(list(Category)), st.one_of(st.just(""), WORDS), WORDS, st.one_of(st.just(""), WORDS),
    st.sampled_from(["", "得分项", "重要得分项", "备注"]), TERMS, st.sampled_from(["", "诊断相关"]),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(diagnostic=st.lists(FACT_ROWS, max_size=6), treatment=st.lists(FACT_ROWS, max_size=6), names=TERMS)
def test_round_trips(tmp_path: Path, diagnostic: list[Any], treatment: list[Any], names: list[str]) -> None:
    """Workbook → record → workbook by cell, and record → workbook → record, and → YAML → record."""

    def rows(facts: list[Any]) -> list[list[str]]:
        return [
            [c.value, i, f, q, note, "、".join(dict.fromkeys(terms)), topic] for c, i, f, q, note, terms, topic in facts
        ]

    unique = "、".join(dict.fromkeys(names))
    content = [*ROWS[:5], ["诊断", "核心诊断", "膀胱癌", "", "", unique, ""], ROWS[7], *rows(diagnostic), ROWS[12],
               *([["风险", "禁忌", "出血", "", unique, unique, ""]] if unique else []), ROWS[14], *rows(treatment)]  # fmt: skip
    content = [row for row in content if row[0] != "正确顺序"]
    before = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate([HEADER, *content], 1):
        for column, text in enumerate(row, 1):
            if text:
                sheet.cell(number, column).value = text
                sheet.cell(number, column).data_type = "s"
    book.save(before)
    case, findings = workbook.read_case(before)
    assert [finding.code for finding in findings] == ["no-order"]
    after = tmp_path / "b" / "a.xlsx"
    after.parent.mkdir(exist_ok=True)
    after.write_bytes(workbook.write_case(case))
    assert cells(after) == cells(before)
    assert workbook.read_case(after)[0] == case
    yaml = tmp_path / "a.yaml"
    yaml.write_text(casefile.write_case(case), "utf-8")
    assert casefile.read_case(yaml) == case


@pytest.mark.parametrize("path", sorted(library.SHIPPED.rglob("[a-z]*-[a-z]*.yaml")), ids=lambda p: p.stem)
def test_shipped_cases_survive_the_workbook(path: Path, tmp_path: Path) -> None:
    case = casefile.read_case(path)
    book = tmp_path / f"{case.id}.xlsx"
    book.write_bytes(workbook.write_case(case))
    back, _ = workbook.read_case(book)
    assert back.patient.model_copy(update={"speaker": case.patient.speaker, "language": case.language}) == case.patient
    assert back.reference == case.reference


def with_row(label: str, column: str, text: Any) -> list[list[Any]]:
    rows: list[list[Any]] = [list(row) for row in ROWS]
    next(row for row in rows if row[0] == label)[HEADER.index(column)] = text
    return rows


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        (with_row("症状", "类目大项", "占卜"), ["row 10", "column 类目大项", "'占卜'", "症状"]),
        (with_row("正确顺序", "结果", "尿痛>胃镜"), ["row 13", "column 结果", "'胃镜'", "类目子项"]),
        (with_row("正确顺序", "结果", "尿痛>>CTU"), ["row 13", "''"]),
        (with_row("预计轮次", "结果", "若干轮"), ["row 4", "column 结果", "若干轮", "10轮"]),
        (with_row("预计轮次", "结果", "0轮"), ["row 4", "0轮"]),
        (with_row("年龄", "结果", "老年"), ["row 5", "老年"]),
        (with_row("性别", "结果", "不详"), ["row 6", "不详", "男"]),
        (with_row("检查", "结果", "=A1&B1"), ["row 11", "column C", "=A1&B1", "value"]),
        ([row for row in ROWS if row[0] != "诊断"], ["诊断"]),
        ([row for row in ROWS if row[0] != "首发问题"], ["首发问题"]),
        ([row for row in ROWS if row[0] != "预计轮次"], ["预计轮次", "10轮"]),
        ([*ROWS, ROWS[0]], ["row 19", "second row 首发问题"]),
        (with_row("风险", "类目子项", "危险"), ["row 15", "column 类目子项", "'危险'", "过敏"]),
        (with_row("风险", "约束", "尿痛、胃镜"), ["row 15", "column 约束", "'胃镜'"]),
        (with_row("风险", "结果", ""), ["row 15", "column 结果", "one line"]),
        ([[*r[:4], "", "", ""] if r[0] == "风险" else r for r in ROWS], ["row 15", "column 上位词", "备注"]),
        (with_row("诊断", "结果", ""), []),
    ],
)
def test_a_broken_workbook_gets_one_line(tmp_path: Path, rows: list[list[Any]], parts: list[str]) -> None:
    path = save(tmp_path / "broken.xlsx", rows)
    if not parts:
        assert workbook.read_case(path)[0].reference.core_diagnosis.name == "核心诊断"
        return
    with pytest.raises(CaseError) as caught:
        workbook.read_case(path)
    message = str(caught.value)
    for part in (str(path), "sheet '病例'", "expected", *parts):
        assert part in message
    assert "\n" not in message


def test_no_order_is_a_warning_and_no_score(tmp_path: Path) -> None:
    case, findings = workbook.read_case(save(tmp_path / "a.xlsx", [row for row in ROWS if row[0] != "正确顺序"]))
    assert case.reference.order == ()
    assert "正确顺序" in str(findings[0])


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [row[:2] + row[3:] for row in ROWS], HEADER[:2] + HEADER[3:])
    with pytest.raises(CaseError, match=r"a\.xlsx: sheet '病例', row 1, column 结果: got no such column"):
        workbook.read_case(path)


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (b"no zip at all", "not a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        (None, "zip file that is not a workbook"),
    ],
)
def test_files_that_are_no_workbook(tmp_path: Path, content: bytes | None, got: str) -> None:
    path = tmp_path / "a.xlsx"
    if content is None:
        import zipfile

        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.txt", "a")
    else:
        path.write_bytes(content)
    with pytest.raises(CaseError, match=got):
        workbook.read_case(path)


def test_an_empty_sheet_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(CaseError, match=r"sheet 'Sheet'.*empty sheet"):
        workbook.read_case(tmp_path / "a.xlsx")


def test_age_and_sex_are_put_right(tmp_path: Path) -> None:
    rows = with_row("年龄", "结果", "女")
    next(row for row in rows if row[0] == "性别")[2] = "73岁"
    case, findings = workbook.read_case(save(tmp_path / "a.xlsx", rows))
    assert (case.patient.age, case.patient.sex) == ("73岁", Sex.FEMALE)
    assert [finding.code for finding in findings] == ["swapped"]


def test_lint_reports_all_findings_of_a_folder(tmp_path: Path) -> None:
    rows = with_row("预计轮次", "结果", "若干轮")
    next(row for row in rows if row[0] == "症状")[0] = "占卜"
    save(tmp_path / "one.xlsx", rows)
    save(tmp_path / "two.xlsx", with_row("年龄", "结果", "老年"))
    (tmp_path / "three.yaml").write_text("schema: 1\n", "utf-8")
    codes = {(Path(f.file).name, f.code) for f in lint([tmp_path])}
    assert {
        ("one.xlsx", "rounds"),
        ("one.xlsx", "unknown-category"),
        ("two.xlsx", "age"),
        ("three.yaml", "missing"),
    } <= codes


def test_tables_beside_a_workbook_are_read(tmp_path: Path) -> None:
    save(
        tmp_path / "a.xlsx",
        [row if row[0] != "检查" else ["检查", "超级造影", *row[2:]] for row in ROWS if row[0] != "正确顺序"],
    )
    save(
        tmp_path / "word_table.xlsx",
        [["检查", "超级造影", "增强CT", "SZY、超造"]],
        ["类型", "名称", "上位词", "同义词"],
    )
    save(tmp_path / "diag_table.xlsx",
         [["a.xlsx", "膀胱恶性肿瘤", "膀胱CA", "膀胱根治性切除术", "RC"], ["", "", "", "回肠通道术", ""]],
         ["数据文件名称", "疾病名称", "同义词", "治疗方案名称", "治疗方案同义词"])  # fmt: skip
    (case,), _ = library.load([tmp_path])
    term = case.terminology.resolve("SZY")
    ct = case.terminology.find("CT")
    assert term is not None
    assert ct is not None
    assert term.concept.name == "超级造影"
    assert case.terminology.is_kind_of(term.concept, ct)
    assert "膀胱CA" in case.record.reference.core_diagnosis.names
    assert "RC" in case.record.reference.treatments[0].names


def test_tables_one_level_up_serve_a_renamed_workbook(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    rows = [row for row in ROWS if row[1] != "次要诊断"]
    save(tmp_path / "cases" / "renamed.xlsx", rows)
    save(tmp_path / "diag_table.xlsx",
         [["other.xlsx", "膀胱恶性肿瘤", "甲癌", "经尿道电切", ""], ["02.xlsx", "膀胱恶性肿瘤", "乙癌", "膀胱根治性切除术", "RC"]],
         ["数据文件名称", "疾病名称", "同义词", "治疗方案名称", "治疗方案同义词"])  # fmt: skip
    (case,), _ = library.load([tmp_path / "cases"])
    names = case.record.reference.core_diagnosis.names
    assert "乙癌" in names
    assert "甲癌" not in names
    assert "RC" in case.record.reference.treatments[0].names


def test_a_category_merged_over_rows_holds_for_each(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [["", *row[1:]] if i == 10 else row for i, row in enumerate(ROWS)])
    book = openpyxl.load_workbook(path)
    book.worksheets[0].merge_cells("A11:A12")
    book.save(path)
    case, _ = workbook.read_case(path)
    assert [fact.id for fact in case.patient.facts][1:3] == ["检查/CTU", "检查/CTU#2"]


@pytest.mark.parametrize(
    ("note", "weight"), [("重要得分项", 2), ("得分项", 1), ("非得分项", 0), ("首发，重要得分项", 2), ("", 0)]
)
def test_weights(tmp_path: Path, note: str, weight: int) -> None:
    case, _ = workbook.read_case(save(tmp_path / "a.xlsx", with_row("症状", "备注", note)))
    assert case.weight("症状/尿痛") == weight


def test_a_name_that_the_format_cannot_carry_is_refused(record: CaseRecord) -> None:
    facts = (record.patient.facts[0].model_copy(update={"item": "a>b"}), *record.patient.facts[1:])
    odd = record.model_copy(update={"patient": record.patient.model_copy(update={"facts": facts}),
                                    "reference": record.reference.model_copy(update={"order": (("a>b",), ("CTU",))})})  # fmt: skip
    with pytest.raises(CaseError, match="with = or >"):
        workbook.write_case(odd)
