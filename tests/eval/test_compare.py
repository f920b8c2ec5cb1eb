"""Comparisons show what differs, exactly, and say so where nothing does."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from conftest import RIGHT, WRONG, SmallRun, python

from eval.compare import breakdown, changes, metric_differences, passing, read_run, save
from eval.scores import Metric
from eval.statistics import detectable_difference, none_of, pass_hat


@pytest.fixture(scope="module")
def runs(small_run: SmallRun) -> dict[str, Path]:
    """Three runs on five cases: twice the same, and one with another conclusion in one case."""
    first = ["有尿痛吗？"]
    return {
        name: small_run(name, {"*": [*first, RIGHT], "c": [*first, special]}, "abcde", "--trials", 2)
        for name, special in (("one", RIGHT), ("same", RIGHT), ("other", WRONG))
    }


def by_metric(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["metric"]: row for row in rows}


def test_identical_runs_differ_by_zero_with_an_interval_that_says_so(runs: dict[str, Path]) -> None:
    one, same = read_run(runs["one"]), read_run(runs["same"])
    for row in metric_differences(one, same):
        assert (row["cases"], row["difference"], row["low"], row["high"], row["better"], row["worse"]) == (
            5,
            0,
            0,
            0,
            0,
            0,
        )
        assert row["note"] == "no case differs; at most 45.1% of such cases would (95 %)"
        assert row["detectable"] is None
    assert changes(one, same) == []
    shown = python("-m", "eval", "compare", runs["one"], runs["same"])
    assert "no case differs" in shown.stdout
    assert "warning" not in shown.stderr


def test_one_known_difference_is_exactly_what_is_shown(runs: dict[str, Path]) -> None:
    one, other = read_run(runs["one"]), read_run(runs["other"])
    rows = by_metric(metric_differences(one, other))
    changed = {name for name, row in rows.items() if row["worse"] or row["better"]}
    assert changed == {"diagnostic_logicality"}
    row = rows["diagnostic_logicality"]
    assert (row["mean of base"], row["mean of run"], row["difference"], row["worse"]) == (1, 0.8, -0.2, 1)
    assert row["low"] < -0.2 < row["high"] == 0
    assert row["detectable"] == pytest.approx(2.802 * np.std([0, 0, -1, 0, 0], ddof=1) / math.sqrt(5), abs=1e-6)
    (change,) = changes(one, other)
    assert (change["case"], change["metric"], change["value of base"], change["value of run"]) == (
        "c", "diagnostic_logicality", 1, 0
    )  # fmt: skip
    assert "膀胱恶性肿瘤 1 → 0 (膀胱恶性肿瘤: not named)" in change["why"]
    assert "左肾积水 1 → 0" in change["why"]


def test_departments_and_categories_are_broken_down(runs: dict[str, Path]) -> None:
    rows = breakdown(read_run(runs["one"]), read_run(runs["other"]))
    assert {row["part"] for row in rows if row["by"] == "department"} == {"泌尿外科"}
    symptoms = next(row for row in rows if row["part"] == "症状")
    assert symptoms["mean of base"] == symptoms["mean of run"] == 0.4  # 尿痛 of 2+2+1 points


def test_pass_k_counts_cases_that_always_pass(runs: dict[str, Path]) -> None:
    rows = passing([read_run(runs["other"])], Metric.DIAGNOSIS, 1.0)
    assert [(row["k"], row["pass^k"], row["cases"]) for row in rows] == [(1, 0.8, 5), (2, 0.8, 5)]


def test_the_leaderboard_keeps_instruments_apart(runs: dict[str, Path], tmp_path: Path) -> None:
    board = python("-m", "eval", "leaderboard", *runs.values(), "--save", tmp_path / "board.csv")
    assert board.returncode == 0, board.stderr
    assert board.stderr == ""
    text = (tmp_path / "board.leaderboard.csv").read_text("utf-8")
    assert [line.split(",")[1] for line in text.splitlines()[1:]] == ["one", "same", "other"]
    other = tmp_path / "shorter"
    script = json.loads((runs["one"] / "run.json").read_text("utf-8"))["doctor"]
    case = runs["one"].parent / "a.yaml"
    args = ["--doctor", script, "--encoder", "ngram", "--max-rounds", 1, "--out", other, "--cases", case]
    assert python("eval_diag.py", *args).returncode == 0
    warned = python("-m", "eval", "leaderboard", runs["one"], runs["same"], other).stderr
    assert "compare no numbers across them: config max_rounds: none → 1; case b" in warned
    compared = python("-m", "eval", "compare", runs["one"], other)
    assert "warning: shorter was measured otherwise than one" in compared.stderr


def test_tables_are_written_as_markdown_workbook_and_csv(runs: dict[str, Path], tmp_path: Path) -> None:
    for ending in ("md", "xlsx", "csv"):
        assert (
            python("-m", "eval", "compare", runs["one"], runs["other"], "--save", tmp_path / f"c.{ending}").returncode
            == 0
        )
    assert "| c | diagnostic_logicality | 1.000 | 0.000 |" in (tmp_path / "c.md").read_text("utf-8")
    book = openpyxl.load_workbook(tmp_path / "c.xlsx")
    assert book.sheetnames == ["metrics", "breakdown", "changes", "pass^k"]
    assert book["changes"]["C2"].value == "c"
    assert (tmp_path / "c.changes.csv").exists()
    wrong = python("-m", "eval", "compare", runs["one"], runs["other"], "--save", tmp_path / "c.pdf")
    assert (wrong.returncode, "expected .md, .csv or .xlsx" in wrong.stderr) == (2, True)
    assert python("-m", "eval", "compare", runs["one"]).returncode == 2


def test_markdown_cells_stay_in_their_row(tmp_path: Path) -> None:
    (written,) = save({"t": [{"a": "x|y\nz", "b": None}]}, tmp_path / "t.md")
    assert written.read_text("utf-8").splitlines()[-1] == "| x\\|y z | – |"


def test_pass_hat_is_the_share_of_draws_that_all_pass() -> None:
    assert pass_hat([[True, True, False, True], [False] * 4], 2) == (0.25, 2)  # 3 of 6 pairs, and none
    assert pass_hat([[True], [True, True]], 2) == (1.0, 1)
    assert pass_hat([[True]], 2) == (None, 0)


def test_what_a_comparison_cannot_tell() -> None:
    assert detectable_difference([0.1]) is None
    assert detectable_difference([0.0, 1.0]) == pytest.approx(2.802 * math.sqrt(0.5) / math.sqrt(2))
    assert none_of(59) == pytest.approx(0.05, abs=0.001)
