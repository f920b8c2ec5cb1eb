"""Agreement of scores with clinicians: formulas against published examples, tables against marks known by hand."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from conftest import RIGHT, WRONG, SmallRun, python
from hypothesis import given
from hypothesis import strategies as st

from eval.agreement import Judged, agreement, pairs_of_ratings, to_rating
from eval.judgements import Judgement, Judgements
from eval.statistics import Ratings, bootstrap_statistic, cohen_kappa, icc_2_1, weighted_kappa

SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
"""Shrout and Fleiss (1979), table 2: six targets, four judges."""

COHEN = np.array(
    [(i, j) for i, row in enumerate([(88, 14, 18), (10, 40, 10), (2, 6, 12)]) for j, n in enumerate(row) for _ in range(n)],
    float,
)  # fmt: skip
"""Cohen (1968), table 1: 200 patients, three diagnoses, two judges."""

PAIRS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=3, max_size=30).map(
    lambda pairs: np.array(pairs, float)
)
DIAGNOSIS = "diagnostic_logicality"


def test_the_formulas_give_the_published_numbers() -> None:
    assert icc_2_1(SHROUT_FLEISS) == pytest.approx(0.29, abs=0.005)
    assert cohen_kappa(COHEN) == pytest.approx(0.492, abs=0.0005)
    weights = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])
    weighted = weighted_kappa(COHEN, lambda one, two: weights[one.astype(int), two.astype(int)])
    assert weighted == pytest.approx(0.348, abs=0.0005)


@given(PAIRS)
def test_agreement_is_bounded_and_symmetric_or_does_not_exist(pairs: Ratings) -> None:
    n = len(pairs)
    least = {cohen_kappa: -1.0, weighted_kappa: -1.0, icc_2_1: -n / (n - 2)}
    for statistic, bound in least.items():
        value = statistic(pairs)
        if value is None:
            assert len(np.unique(pairs)) == 1
        else:
            assert bound - 1e-9 <= value <= 1 + 1e-9
            assert statistic(pairs[:, ::-1]) == pytest.approx(value)
            assert statistic(pairs[::-1] * 2 + 3) == pytest.approx(value)  # neither order nor scale matters


@given(PAIRS)
def test_the_same_ratings_agree_perfectly_and_quadratic_kappa_is_its_closed_form(pairs: Ratings) -> None:
    same = pairs[:, [0, 0]]
    varies = len(np.unique(same)) > 1
    for statistic in (cohen_kappa, weighted_kappa, icc_2_1):
        assert statistic(same) == (pytest.approx(1) if varies else None)
    one, two = pairs.T
    spread = one.var() + two.var() + (one.mean() - two.mean()) ** 2
    if spread:
        assert weighted_kappa(pairs) == pytest.approx(1 - ((one - two) ** 2).mean() / spread)


def test_what_does_not_exist_is_none() -> None:
    for statistic in (cohen_kappa, weighted_kappa, icc_2_1):
        assert statistic(np.array([[1.0, 2.0]])) is None
        assert statistic(np.array([[3.0, 3.0], [3.0, 3.0]])) is None
    assert icc_2_1(np.array([[1.0, 2.0], [2.0, 1.0]])) is None  # all that varies cancels out
    assert cohen_kappa(np.array([[1.0, 0.0], [1.0, 0.0]])) == 0


def test_the_bootstrap_keeps_dialogues_together() -> None:
    def mean(rows: Ratings) -> float:
        return float(rows.mean())

    assert bootstrap_statistic({"a": [[1.0]] * 5}, mean) is None
    assert bootstrap_statistic({"a": [[1.0]], "b": []}, mean) is None
    low, high = bootstrap_statistic({"a": [[0.0]] * 50, "b": [[1.0]] * 50}, mean) or (None, None)
    assert (low, high) == (0, 1)  # of 100 rows apart it would be 0.4 to 0.6
    assert bootstrap_statistic({"a": [[1, 1]], "b": [[0, 0]]}, cohen_kappa) is None  # half of the resamples have none
    many = {str(i): [[i % 2, i % 2], [i % 3 == 0, i % 2]] for i in range(30)}
    found = bootstrap_statistic(many, cohen_kappa)
    assert found == bootstrap_statistic(dict(reversed(many.items())), cohen_kappa)
    assert found
    assert found[0] < (cohen_kappa(np.array([row for rows in many.values() for row in rows], float)) or 0) < found[1]


@pytest.mark.parametrize(
    ("value", "rating"), [(0, 1), (0.124, 1), (0.125, 2), (0.375, 3), (0.5, 3), (0.875, 5), (1, 5)]
)
def test_a_value_becomes_a_rating_rounded_half_up(value: float, rating: int) -> None:
    assert to_rating(value) == rating


@pytest.fixture(scope="module")
def run(small_run: SmallRun) -> Path:
    """A run on four cases, of which c gets no diagnosis; without marks."""
    return small_run("run", {"*": ["有尿痛吗？", RIGHT], "c": ["有尿痛吗？", WRONG]}, "abcd")


@pytest.fixture
def put(run: Path):  # type: ignore[no-untyped-def]
    """Stores a mark on the run; afterwards the run has none."""

    def put(case: str, judge: str, subject: str, mark: str | int, comment: str = "") -> None:
        said = {"rating": mark} if isinstance(mark, int) else {"verdict": mark}
        judgement = {"run": run.name, "case_id": case, "trial": 1, "judge": judge, "subject": subject, **said}
        Judgements(run.parent).put(Judgement.model_validate(judgement | {"comment": comment}))

    yield put
    for file in run.parent.glob("judgements.sqlite*"):
        file.unlink()


def row(table, **wanted: object):  # type: ignore[no-untyped-def]
    (found,) = [row for row in table if all(row[name] == value for name, value in wanted.items())]
    return found


def test_shares_of_right_marks(run: Path, put) -> None:  # type: ignore[no-untyped-def]
    for case in "abcd":
        put(case, "李", "reading/1", "wrong" if case == "a" else "right")
        put(case, "Wu", f"score/{DIAGNOSIS}", "right")
    put("a", "Wu", "reading/1", "right")
    put("b", "Wu", "reading/2", "wrong")
    put("b", "Wu", "reading/2", "")  # taken back
    table = agreement(run)["marks"]
    all_of_them = row(table, what="readings", clinician="all clinicians")
    assert (all_of_them["judged"], all_of_them["right"], all_of_them["share"]) == (5, 4, 0.8)
    assert all_of_them["share low"] < 0.8 < all_of_them["share high"] == 1
    assert row(table, what="readings", clinician="李")["share"] == 0.75
    one = row(table, what="readings", clinician="Wu")
    assert (one["share"], one["share low"]) == (1, None)  # one dialogue
    assert row(table, what=f"score/{DIAGNOSIS}", clinician="Wu")["share low"] == 1


def test_ratings_against_the_scores(run: Path, put) -> None:  # type: ignore[no-untyped-def]
    for case, like, unlike in (("a", 5, 1), ("b", 5, 1), ("c", 1, 5), ("d", 5, 1)):
        put(case, "like", f"rating/{DIAGNOSIS}", like)
        put(case, "unlike", f"rating/{DIAGNOSIS}", unlike)
        put(case, "like", "rating/clinical_applicability", 4)  # RAE gives all of them 1
        put(case, "like", "rating/global", 3)
    table = agreement(run)["ratings"]
    like = row(table, what=DIAGNOSIS, clinician="like")
    assert (like["weighted kappa"], like["ICC"], like["RAE minus clinician"], like["ratings"]) == (1, 1, 0, 4)
    assert row(table, what=DIAGNOSIS, clinician="unlike")["RAE minus clinician"] == 2  # 4, 4, -4, 4
    both = row(table, what=DIAGNOSIS, clinician="all clinicians")
    by_hand = np.array([[5, 5], [5, 5], [1, 1], [5, 5], [5, 1], [5, 1], [1, 5], [5, 1]], float)
    assert (both["weighted kappa"], both["ICC"]) == (
        pytest.approx(weighted_kappa(by_hand), abs=1e-6), pytest.approx(icc_2_1(by_hand), abs=1e-6)
    )  # fmt: skip
    assert both["ratings"] == 8
    other = row(table, what="clinical_applicability", clinician="like")
    assert (other["weighted kappa"], other["ICC"], other["RAE minus clinician"]) == (None, None, 1)
    assert row(table, what="all six", clinician="like")["ratings"] == 8
    values = [json.loads(line)["scores"] for line in (run / "scores.jsonl").read_text("utf-8").splitlines()]
    means = [np.mean([score["value"] for score in scores.values()]) for scores in values]
    expected = np.mean([to_rating(float(mean)) - 3 for mean in means])
    assert row(table, what="global", clinician="like")["RAE minus clinician"] == pytest.approx(expected)


def test_clinicians_with_each_other_and_what_they_disagree_on(run: Path, put) -> None:  # type: ignore[no-untyped-def]
    for case, one, two in (
        ("a", "right", "right"),
        ("b", "wrong", "wrong"),
        ("c", "right", "wrong"),
        ("d", "right", "right"),
    ):
        put(case, "A", "reading/1", one)
        put(case, "B", "reading/1", two, "=问的是尿频" if case == "c" else "")
        put(case, "A", "rating/global", 3)
    put("d", "A", "reading/2", "right")  # B did not judge it
    put("c", "B", "rating/global", 5)
    put("d", "C", f"score/{DIAGNOSIS}", "right")
    tables = agreement(run)
    (pair,) = tables["pairs_marks"]
    assert (pair["first"], pair["second"], pair["both judged"], pair["same"]) == ("A", "B", 4, 0.75)
    assert pair["kappa"] == 0.5  # observed 0.75, by chance 0.5
    (rated,) = tables["pairs_ratings"]
    assert (rated["both judged"], rated["same"], rated["weighted kappa"], rated["ICC"]) == (1, 0, None, None)
    told = tables["disagreements"]
    assert [(row["case"], row["subject"]) for row in told] == [
        ("b", "reading/1"),
        ("c", "rating/global"),
        ("c", "reading/1"),
    ]
    assert (told[2]["mark of A"], told[2]["mark of B"], told[2]["comment of B"]) == ("right", "wrong", "=问的是尿频")
    assert told[2]["mark of C"] == ""
    assert "尿痛 → specific 症状/尿痛" in told[2]["read"]
    assert (told[1]["mark of A"], told[1]["mark of B"], told[1]["RAE as rating"]) == (
        "3",
        "5",
        to_rating(told[1]["RAE"]),
    )


def test_one_dialogue_gives_no_interval_and_nothing_is_nan(run: Path, put, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for judge in "AB":
        put("a", judge, "reading/1", "right")
        put("a", judge, "rating/global", 3)
        put("a", judge, f"rating/{DIAGNOSIS}", 2)
    tables = agreement(run)
    json.dumps(tables, allow_nan=False)
    for table, names in (
        ("ratings", ("weighted kappa", "ICC")),
        ("pairs_marks", ("kappa",)),
        ("pairs_ratings", ("ICC",)),
    ):
        assert tables[table]
        for name in names:
            assert {found[key] for found in tables[table] for key in (name, f"{name} low")} == {None}


def test_the_command_prints_and_saves(run: Path, put, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    nobody = python("-m", "eval", "agreement", run)
    assert (nobody.returncode, "no marks of clinicians" in nobody.stderr) == (2, True)
    for case in "abcd":
        put(case, "A", "reading/1", "wrong" if case == "a" else "right", "=1+1\x07")
        put(case, "A", f"rating/{DIAGNOSIS}", 4)
    shown = python("-m", "eval", "agreement", run, "--save", tmp_path / "a.xlsx")
    assert shown.returncode == 0, shown.stderr
    assert "0.75 (" in shown.stdout
    assert "nan" not in shown.stdout.lower()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["marks", "ratings", "disagreements"]
    (comment,) = [c for c in book["disagreements"][2] if c.value and str(c.value).startswith("=")]
    assert (comment.data_type, comment.value) == ("s", "=1+1\ufffd")
    assert python("-m", "eval", "agreement", run, "--save", tmp_path / "a.csv").returncode == 0
    rows = list(csv.DictReader((tmp_path / "a.marks.csv").read_text("utf-8").splitlines()))
    assert rows[0]["share"] == "0.75"
    assert python("-m", "eval", "agreement", run.parent).returncode == 2


def test_intervals_are_over_dialogues_that_vary(tmp_path: Path) -> None:
    marks = [(f"{i}", judge, 1 + (i * step) % 5) for i in range(30) for judge, step in (("A", 1), ("B", 1), ("C", 2))]
    said = [
        Judgement(run="r", case_id=case, trial=1, judge=judge, subject="rating/global", rating=rating)
        for case, judge, rating in marks
    ]
    table = pairs_of_ratings(Judged(said, said, {}, None))  # type: ignore[arg-type]
    same, other = row(table, first="A", second="B"), row(table, first="A", second="C")
    for name in ("weighted kappa", "ICC"):
        assert (same[name], same[f"{name} low"], same[f"{name} high"]) == (1, 1, 1)
        assert -1 < other[f"{name} low"] < other[name] < other[f"{name} high"] < 1
    assert (other["both judged"], other["same"]) == (30, 0.2)
