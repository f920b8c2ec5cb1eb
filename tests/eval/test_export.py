"""Exports open in Excel as what was written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from conftest import RIGHT, ROOT, SmallRun, python
from hypothesis import given
from hypothesis import strategies as st

from eval import workbook
from eval.judgements import Judgement, Judgements
from eval.scores import DIALOGUE
from eval.workbook import CELL, cell_text, write_workbook
from sp_sim.errors import InputError, StorageError

ASKS = "=1+1\n有尿痛吗？\x07"


@pytest.fixture(scope="module")
def run(small_run: SmallRun) -> Path:
    """A run on two cases, one of them with words that a workbook could take for something else."""
    return small_run("run", {"a": [ASKS, RIGHT], "b": ["+" + "很长" * 20_000, RIGHT]}, "ab")


def rows(sheet) -> list[dict[str, object]]:  # type: ignore[no-untyped-def]
    header, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(header, line, strict=True)) for line in lines]


def test_a_run_becomes_a_workbook(run: Path, tmp_path: Path) -> None:
    done = python("-m", "eval", "export", run, "--xlsx", tmp_path / "new" / "run.xlsx")
    assert done.returncode == 0, done.stderr
    book = openpyxl.load_workbook(tmp_path / "new" / "run.xlsx")
    assert book.sheetnames == ["summary", "scores", "transcripts", "evidence"]
    summary = json.loads((run / "summary.json").read_text("utf-8"))["metrics"]
    for row, metric in zip(rows(book["summary"]), DIALOGUE, strict=True):
        assert (row["指标"], row["mean 均值"], row["scored 已评分"]) == (metric.chinese, summary[metric]["mean"], 2)
    lines = [json.loads(line) for line in (run / "scores.jsonl").read_text("utf-8").splitlines()]
    assert [row["case"] for row in rows(book["scores"])] == ["a", "b"]
    for row, line in zip(rows(book["scores"]), lines, strict=True):
        for metric in DIALOGUE:
            assert row[metric.value] == pytest.approx(line["scores"][metric]["value"])
    assert len(rows(book["evidence"])) == sum(len(s["evidence"]) for line in lines for s in line["scores"].values())
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(8 <= column.width <= 60 for column in sheet.column_dimensions.values() if column.min)


def test_transcripts_are_what_was_said(run: Path, tmp_path: Path) -> None:
    assert python("-m", "eval", "export", run, "--xlsx", tmp_path / "run.xlsx").returncode == 0
    sheet = openpyxl.load_workbook(tmp_path / "run.xlsx")["transcripts"]
    told = rows(sheet)
    assert [(row["case"], row["round"]) for row in told] == [("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 1), ("b", 2)]
    opening, first, last = told[:3]
    assert opening["patient"] == "医生，我这几天尿里有血。"
    assert first["doctor"] == ASKS.replace("\x07", "\ufffd")
    assert "specific 症状/尿痛" in str(first["read"])
    assert (first["points"], last["read"], last["points"]) == (2, "concludes", 0)
    (said,) = [cell for cell in sheet[3] if cell.value == first["doctor"]]
    assert (said.data_type, said.alignment.wrap_text) == ("s", True)
    long = str(told[4]["doctor"])
    assert len(long) <= CELL
    assert long.endswith(("很 … [cut: 40,001 characters in all]", "长 … [cut: 40,001 characters in all]"))


def test_marks_are_exported(run: Path, tmp_path: Path) -> None:
    assert python("-m", "eval", "export", run, "--judgements", tmp_path / "none.csv").returncode == 0
    assert (tmp_path / "none.csv").read_text("utf-8-sig").strip() == ",".join(Judgement.model_fields)
    store = Judgements(run.parent)
    given = {"run": run.name, "case_id": "a", "trial": 1, "judge": "李"}
    store.put(Judgement(**given, subject="reading/1", verdict="wrong", comment='=HYPERLINK("x")\n两行'))
    store.put(Judgement(**given, subject="rating/global", rating=4))
    store.put(Judgement(**given | {"run": "another"}, subject="rating/global", rating=1))
    for name in ("marks.csv", "marks.xlsx"):
        assert "2 marks" in python("-m", "eval", "export", run, "--judgements", tmp_path / name).stdout
    read = list(csv.DictReader(io.StringIO((tmp_path / "marks.csv").read_text("utf-8-sig"), newline="")))
    assert [(row["subject"], row["verdict"], row["rating"]) for row in read] == [
        ("rating/global", "", "4"), ("reading/1", "wrong", "")
    ]  # fmt: skip
    assert read[1]["comment"] == '=HYPERLINK("x")\n两行'
    python("-m", "eval", "export", run, "--xlsx", tmp_path / "run.xlsx")
    for file in ("marks.xlsx", "run.xlsx"):
        sheet = openpyxl.load_workbook(tmp_path / file)["judgements"]
        assert [row["rating"] for row in rows(sheet)] == [4, None]
        (comment,) = [cell for cell in sheet[3] if str(cell.value).startswith("=")]
        assert (comment.data_type, comment.value) == ("s", '=HYPERLINK("x")\n两行')


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ([], "expected --xlsx FILE or --judgements FILE"),
        (["--xlsx", "x.csv"], "expected .xlsx"),
        (["--judgements", "x.md"], "expected .csv or .xlsx"),
        (["--xlsx", "/proc/none/x.xlsx"], "cannot write"),
        (["--judgements", "/proc/none/x.csv"], "cannot write"),
    ],
)
def test_mistakes_are_one_line(run: Path, args: list[str], expected: str) -> None:
    done = python("-m", "eval", "export", run, *args)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert expected in done.stderr
    assert not (ROOT / "x.csv").exists()


def test_no_run_is_a_mistake(tmp_path: Path) -> None:
    assert python("-m", "eval", "export", tmp_path, "--xlsx", tmp_path / "x.xlsx").returncode == 2
    assert not (tmp_path / "x.xlsx").exists()


@given(st.text(st.characters(), max_size=50))
def test_any_text_survives_or_is_replaced(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.mktemp("text") / "t.xlsx"
    write_workbook(file, {"t": [{"a": text, "b": 1}]})
    cell = openpyxl.load_workbook(file)["t"]["A2"]
    assert cell.value == (cell_text(text) or None)
    assert cell.value is None or cell.data_type == "s"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@SUM(1)", "#N/A", "12", "2024-01-01", "TRUE", " a ", "a\r\nb"])
def test_texts_stay_texts(tmp_path: Path, text: str) -> None:
    write_workbook(tmp_path / "t.xlsx", {"t": [{"a": text}]})
    cell = openpyxl.load_workbook(tmp_path / "t.xlsx")["t"]["A2"]
    assert (cell.data_type, cell.value) == ("s", text.replace("\r\n", "\n"))


@pytest.mark.parametrize("character", ["a", "肾", "\U00020000"])
def test_long_texts_are_cut_with_a_mark(character: str) -> None:
    units = len(character.encode("utf-16-le")) // 2
    whole = character * (CELL // units)
    assert cell_text(whole) == whole
    cut = cell_text(whole + character)
    assert cut.endswith(f"{character} … [cut: {len(whole) + 1:,} characters in all]")
    assert CELL - 1 <= len(cut.encode("utf-16-le")) // 2 <= CELL


def test_what_is_beyond_a_sheet_goes_on_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS", 4)
    write_workbook(tmp_path / "t.xlsx", {"t": ({"a": i} for i in range(7)), "none": []})
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert [[row["a"] for row in rows(sheet)] for sheet in book] == [[0, 1, 2], [3, 4, 5], [6]]
    assert book.sheetnames == ["t", "t 2", "t 3"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").mkdir()
    with pytest.raises(StorageError, match="cannot write"):
        write_workbook(tmp_path / "t.xlsx", {"t": [{"a": 1}]})
    assert [path.name for path in tmp_path.iterdir()] == ["t.xlsx"]


def test_rows_that_break_off_leave_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[dict[str, int]]:
        yield {"a": 1}
        raise InputError("broken")

    with pytest.raises(InputError, match="broken"):
        write_workbook(tmp_path / "t.xlsx", {"t": broken()})
    assert list(tmp_path.iterdir()) == []
