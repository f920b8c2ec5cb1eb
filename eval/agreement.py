"""How far the automatic scores (RAE) agree with clinicians, and clinicians with each other, on one run.

All of it is made of the marks that ``eval.judgements`` holds on the run, its scores and its journal. Intervals are
95 % percentile bootstraps over dialogues, so that the marks of one dialogue stay together. A number that does not exist
is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import floor
from os.path import abspath
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from eval.export import what_was_read
from eval.folder import read_info, read_scores
from eval.journal import Journal, Key
from eval.judgements import FILE, Judgement, Judgements
from eval.scores import DIALOGUE, Metric, Score
from eval.statistics import (
    Ratings,
    Statistic,
    bootstrap_interval,
    bootstrap_statistic,
    cohen_kappa,
    icc_2_1,
    weighted_kappa,
)
from eval.table import Table, rounded
from sp_sim.errors import InputError
from sp_sim.transcript import Turn

ALL = "all clinicians"
"""The row in which every mark of every clinician counts once."""

ALL_SIX, GLOBAL = "all six", "global"

T = TypeVar("T")

Pairs = Mapping[str, Sequence[tuple[float, float]]]
"""By dialogue, what two raters gave the same things."""


@dataclass(frozen=True)
class Judged:
    """A run as RAE and clinicians judged it. ``marks`` are those that count, without the ones that were taken back."""

    marks: Sequence[Judgement]
    said: Sequence[Judgement]
    scores: Mapping[Key, Mapping[Metric, Score]]
    journal: Journal

    @property
    def clinicians(self) -> list[str]:
        return sorted({mark.judge for mark in self.marks})

    def value(self, key: Key, what: str) -> float | None:
        """RAE's value of a metric, or for ``global`` the mean of those metrics of the dialogue that have a value."""
        scores = self.scores.get(key, {})
        if what == GLOBAL:
            values = [score.value for score in scores.values() if score.value is not None]
            return sum(values) / len(values) if values else None
        return next((score.value for metric, score in scores.items() if metric.value == what), None)


def read_judged(run: Path) -> Judged:
    """Reads a finished run and the marks on it. Raises ``InputError`` where it is none or nobody has judged it."""
    run = Path(abspath(run))
    read_info(run)
    said = Judgements(run.parent).of(run=run.name)
    marks = [mark for mark in said if _number(mark) is not None]
    if not marks:
        raise InputError(f"{run}: got no marks of clinicians on this run in {run.parent / FILE}, expected some")
    return Judged(marks, said, {(line.case, line.trial): line.scores for line in read_scores(run)}, Journal(run))


def agreement(run: Path) -> dict[str, Table]:
    """All tables on a run, by name. Raises ``InputError`` where nobody has judged it."""
    judged = read_judged(run)
    return {
        "marks": shares(judged),
        "ratings": ratings(judged),
        "pairs_marks": pairs_of_marks(judged),
        "pairs_ratings": pairs_of_ratings(judged),
        "disagreements": disagreements(judged),
    }


def to_rating(value: float) -> int:
    """A value from 0 to 1 as a rating from 1 to 5: 1 + 4 · value, rounded half up."""
    return floor(1 + 4 * value + 0.5 + 1e-9)


def shares(judged: Judged) -> Table:
    """The share of judged readings, and of the judged scores of each metric, that clinicians marked right."""
    rows = []
    for what in ("readings", *(f"score/{metric.value}" for metric in DIALOGUE)):
        on = [m for m in judged.marks if m.subject == what or (what == "readings" and m.subject.startswith("reading/"))]
        for clinician, marks in _by_clinician(on):
            right = _grouped((mark, float(mark.verdict == "right")) for mark in marks)
            count = sum(mark.verdict == "right" for mark in marks)
            row = {"what": what, "clinician": clinician, "judged": len(marks), "dialogues": len(right), "right": count}
            rows.append(row | _ranged("share", count / len(marks), bootstrap_interval(right)))
    return rows


def ratings(judged: Judged) -> Table:
    """RAE against the ratings of clinicians, by metric, all six together, and the global rating.

    A value of RAE counts as ``to_rating`` has it; dialogues without a value are left out. In the row of all clinicians
    each rating is a pair with RAE's. ``RAE minus clinician`` is in points of the scale from 1 to 5.
    """
    rows = []
    for what in (*(metric.value for metric in DIALOGUE), ALL_SIX, GLOBAL):
        names = list(DIALOGUE) if what == ALL_SIX else [what]
        found = [
            (mark, (float(to_rating(value)), float(mark.rating)))
            for mark in judged.marks
            for name in names
            if mark.subject == f"rating/{name}" and mark.rating is not None
            if (value := judged.value((mark.case_id, mark.trial), name)) is not None
        ]
        values = {id(mark): pair for mark, pair in found}
        for clinician, marks in _by_clinician([mark for mark, _ in found]):
            pairs = _grouped((mark, values[id(mark)]) for mark in marks)
            apart = {key: [one - two for one, two in group] for key, group in pairs.items()}
            row = {"what": what, "clinician": clinician, "ratings": len(marks), "dialogues": len(pairs)}
            mean = sum(map(sum, apart.values())) / len(marks)
            row |= _ranged("RAE minus clinician", mean, bootstrap_interval(apart))
            rows.append(row | _statistic("weighted kappa", pairs, weighted_kappa) | _statistic("ICC", pairs, icc_2_1))
    return rows


def pairs_of_marks(judged: Judged) -> Table:
    """Cohen's κ of every two clinicians on the readings and scores that both marked right or wrong."""
    return _by_pair([mark for mark in judged.marks if not mark.subject.startswith("rating/")], {"kappa": cohen_kappa})


def pairs_of_ratings(judged: Judged) -> Table:
    """Quadratic-weighted κ and ICC(2,1) of every two clinicians on what both rated, all metrics and the global one."""
    marks = [mark for mark in judged.marks if mark.subject.startswith("rating/")]
    return _by_pair(marks, {"weighted kappa": weighted_kappa, "ICC": icc_2_1})


def _by_pair(marks: Sequence[Judgement], statistics: Mapping[str, Statistic]) -> Table:
    given: dict[str, dict[tuple[str, int, str], Judgement]] = {}
    for mark in marks:
        given.setdefault(mark.judge, {})[mark.case_id, mark.trial, mark.subject] = mark
    rows = []
    for first, second in combinations(sorted(given), 2):
        both = [thing for thing in given[first] if thing in given[second]]
        if not both:
            continue
        found = ((given[first][thing], given[second][thing]) for thing in both)
        pairs = _grouped((one, (_number(one) or 0.0, _number(two) or 0.0)) for one, two in found)
        same = {key: [float(one == two) for one, two in group] for key, group in pairs.items()}
        row: dict[str, Any] = {"first": first, "second": second, "both judged": len(both), "dialogues": len(pairs)}
        row |= _ranged("same", sum(map(sum, same.values())) / len(both), bootstrap_interval(same))
        for name, statistic in statistics.items():
            row |= _statistic(name, pairs, statistic)
        rows.append(row)
    return rows


def disagreements(judged: Judged) -> Table:
    """A row a thing on which clinicians differ, or that one of them marked wrong: what RAE gave and what each says."""
    things: dict[tuple[str, int, str], dict[str, Judgement]] = {}
    for mark in judged.said:
        things.setdefault((mark.case_id, mark.trial, mark.subject), {})[mark.judge] = mark
    turns: dict[Key, dict[int, Turn]] = {}
    rows = []
    for (case, trial, subject), given in sorted(things.items(), key=lambda item: _in_order(*item[0])):
        numbers = {number for mark in given.values() if (number := _number(mark)) is not None}
        if len(numbers) < 2 and 0 not in numbers:
            continue
        key, (kind, _, what) = (case, trial), subject.partition("/")
        if kind == "reading" and key not in turns:
            turns[key] = {turn.round: turn for turn in judged.journal.turns(key)}
        turn = turns[key].get(int(what)) if kind == "reading" else None
        value = judged.value(key, what) if kind != "reading" else None
        row: dict[str, Any] = {"case": case, "trial": trial, "subject": subject, "RAE": rounded(value)}
        row["RAE as rating"] = None if value is None or kind != "rating" else to_rating(value)
        row |= {"doctor": turn.doctor if turn else "", "read": what_was_read(turn.reading) if turn else ""}
        for clinician in judged.clinicians:
            said = given.get(clinician)
            row[f"mark of {clinician}"] = "" if said is None else said.verdict or str(said.rating or "")
            row[f"comment of {clinician}"] = said.comment if said else ""
        rows.append(row)
    return rows


def _in_order(case: str, trial: int, subject: str) -> tuple[str, int, str, int]:
    kind, _, what = subject.partition("/")
    return (case, trial, kind, int(what)) if what.isdecimal() else (case, trial, subject, 0)


def _number(mark: Judgement) -> float | None:
    """A mark as a number: a rating, or 1 for right and 0 for wrong; None where it was taken back."""
    if mark.subject.startswith("rating/"):
        return mark.rating
    return float(mark.verdict == "right") if mark.verdict else None


def _by_clinician(marks: Sequence[Judgement]) -> list[tuple[str, list[Judgement]]]:
    """The marks of all clinicians and then those of each; nothing where there is none."""
    names = sorted({mark.judge for mark in marks})
    each = [(name, [mark for mark in marks if mark.judge == name]) for name in names]
    return [(ALL, list(marks)), *each] if marks else []


def _grouped(values: Iterable[tuple[Judgement, T]]) -> dict[str, list[T]]:
    """Values by the dialogue that was marked."""
    groups: dict[str, list[T]] = {}
    for mark, value in values:
        groups.setdefault(f"{mark.case_id}\n{mark.trial}", []).append(value)
    return groups


def _statistic(name: str, pairs: Pairs, statistic: Statistic) -> dict[str, float | None]:
    """A statistic of two raters with its interval; None for fewer than two dialogues or a rater who does not vary.

    With such a rater the formulas give 0 whatever the other says, which tells nothing of their agreement.
    """

    def varied(rows: Ratings) -> float | None:
        return statistic(rows) if (rows != rows[0]).any(axis=0).all() else None

    rows: Ratings = np.array([pair for group in pairs.values() for pair in group], dtype=float)
    value = varied(rows) if len(pairs) > 1 else None
    return _ranged(name, value, None if value is None else bootstrap_statistic(pairs, varied))


def _ranged(name: str, value: float | None, interval: tuple[float, float] | None) -> dict[str, float | None]:
    low, high = interval or (None, None)
    return {name: rounded(value), f"{name} low": rounded(low), f"{name} high": rounded(high)}
