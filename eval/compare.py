"""Runs side by side: paired differences by case, what changed and why, and the table of many runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.folder import RunInfo, read_info, read_scores, read_summary
from eval.identity import instrument, instrument_differences
from eval.scores import Evidence, Metric
from eval.statistics import bootstrap_interval, detectable_difference, none_of, pass_hat
from eval.table import Table, rounded
from eval.task import metrics_of
from eval.workbook import write_workbook
from sp_sim.errors import InputError


@dataclass
class _Values:
    """What one case came to in one metric: a value a trial, and the points and words of each item of the evidence."""

    values: list[float] = field(default_factory=list)
    points: dict[str, list[float]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    details: dict[str, list[float]] = field(default_factory=dict)

    @property
    def mean(self) -> float:
        return sum(self.values) / len(self.values)


@dataclass(frozen=True)
class Run:
    """A finished run, with its scores by metric and case. Only values that are scored are in it."""

    name: str
    info: RunInfo
    summary: Mapping[str, Any]
    scores: Mapping[Metric, Mapping[str, _Values]]


def read_run(path: Path) -> Run:
    """Reads a run folder. Raises ``InputError`` where it holds no finished run."""
    info = read_info(path)
    scores: dict[Metric, dict[str, _Values]] = {metric: {} for metric in metrics_of(info.task)}
    for line in read_scores(path):
        for metric, score in line.scores.items():
            if score.value is None:
                continue
            values = scores[metric].setdefault(line.case, _Values())
            values.values.append(score.value)
            for item, evidence in _items(metric, score.evidence):
                values.points.setdefault(item, []).append(evidence.points or 0.0)
                values.reasons[item] = evidence.reason
            for name, detail in score.details.items():
                if detail is not None:
                    values.details.setdefault(name, []).append(detail)
    return Run(path.name, info, read_summary(path), scores)


def _items(metric: Metric, evidence: Iterable[Evidence]) -> Iterator[tuple[str, Evidence]]:
    """The evidence by what it is on: a fact, a pair of tests, a target."""
    for piece in evidence:
        if metric in (Metric.STANDARDIZATION, Metric.APPLICABILITY):
            yield piece.text if metric is Metric.STANDARDIZATION else "rounds", piece
        else:
            yield piece.text if piece.reason == "never asked for" else piece.reason.partition(": ")[0], piece


def warnings(runs: Sequence[Run]) -> list[str]:
    """Why the numbers of some runs are not those of the first one's instrument."""
    first = runs[0]
    return [
        f"{run.name} was measured otherwise than {first.name}: {'; '.join(found)}"
        for run in runs[1:]
        if (found := instrument_differences(first.info, run.info))
    ]


def metric_differences(base: Run, other: Run) -> Table:
    """Per metric: both means over the cases that both runs scored, their difference with its 95 % interval.

    The interval resamples cases; ``detectable`` is the smallest true difference that so many cases would show (see
    ``eval.statistics``). ``unpaired`` counts cases that only one of the runs scored.
    """
    rows = []
    for metric, one, two in _shared(base, other):
        row = _paired(metric.value, {c: one[c].mean for c in one}, {c: two[c].mean for c in two})
        rows.append({"base": base.name, "run": other.name, "metric": metric.value, **row})
    return rows


def _shared(base: Run, other: Run) -> Iterator[tuple[Metric, Mapping[str, _Values], Mapping[str, _Values]]]:
    """The metrics that both runs have, with what each case came to; those that apply to no case left out."""
    for metric in base.scores:
        if metric in other.scores and (base.scores[metric] or other.scores[metric]):
            yield metric, base.scores[metric], other.scores[metric]


def _paired(what: str, one: Mapping[str, float], two: Mapping[str, float]) -> dict[str, Any]:
    both = sorted(set(one) & set(two))
    differences = {case: two[case] - one[case] for case in both}
    interval = bootstrap_interval({case: [difference] for case, difference in differences.items()})
    better = sum(difference > 1e-9 for difference in differences.values())
    worse = sum(difference < -1e-9 for difference in differences.values())
    same = len(both) >= 2 and not better and not worse
    return {
        "cases": len(both),
        "mean of base": _mean(one[case] for case in both),
        "mean of run": _mean(two[case] for case in both),
        "difference": _mean(differences.values()),
        "low": interval and round(interval[0], 6),
        "high": interval and round(interval[1], 6),
        "better": better,
        "worse": worse,
        "detectable": rounded(None if same else detectable_difference(list(differences.values()))),
        "note": f"no case differs; at most {none_of(len(both)):.1%} of such cases would (95 %)" if same else "",
        "unpaired": len(set(one) ^ set(two)),
    }


def breakdown(base: Run, other: Run) -> Table:
    """The paired differences of every metric by department, case type and language.

    In dialogues those of information completeness by category of facts, too.
    """
    rows = []
    for by in ("department", "case_type", "language"):
        groups = {case["id"]: case.get(by, "") for case in base.info.cases}
        parts = dict.fromkeys(groups.values())
        if by != "department" and len(parts) < 2:
            continue
        for metric, one, two in _shared(base, other):
            for part in parts:
                inside = [{c: run[c].mean for c in run if groups.get(c) == part} for run in (one, two)]
                if inside[0] or inside[1]:
                    told = {"by": by, "part": part, "metric": metric.value}
                    rows.append({"base": base.name, "run": other.name, **told, **_paired(part, *inside)})
    one, two = (run.scores.get(Metric.COMPLETENESS, {}) for run in (base, other))
    names = dict.fromkeys(name for values in one.values() for name in values.details)
    for name in names:
        shares = [
            {c: sum(v.details[name]) / len(v.details[name]) for c, v in run.items() if name in v.details}
            for run in (one, two)
        ]
        told = {"by": "category", "part": name, "metric": Metric.COMPLETENESS.value}
        rows.append({"base": base.name, "run": other.name, **told, **_paired(name, *shares)})
    return rows


def changes(base: Run, other: Run) -> Table:
    """Every case and metric that differs, with the items that gained or lost points and why."""
    rows = []
    for metric, one, two in _shared(base, other):
        for case in sorted(set(one) & set(two)):
            a, b = one[case], two[case]
            if abs(a.mean - b.mean) > 1e-9:
                rows.append(
                    {
                        "base": base.name,
                        "run": other.name,
                        "case": case,
                        "metric": metric.value,
                        "value of base": round(a.mean, 4),
                        "value of run": round(b.mean, 4),
                        "why": "; ".join(_why(a, b)),
                    }
                )
    return rows


def _why(one: _Values, two: _Values) -> Iterator[str]:
    for item in dict.fromkeys([*one.points, *two.points]):
        before, after = (_mean(values.points.get(item, [0.0])) or 0.0 for values in (one, two))
        if abs(before - after) > 1e-9:
            yield f"{item} {before:g} → {after:g} ({two.reasons.get(item, 'not in it')})"


def passing(runs: Sequence[Run], metric: Metric | None, least: float) -> Table:
    """pass^k of each run: how probably k trials of one case all come to at least so much in a metric.

    Without a metric, in the main one of the first run's task.

    Trials without a value (failed ones) are left out, not counted as not passed.
    """
    rows = []
    metric = metric or main_metric(runs[0].scores)
    for run in runs:
        outcomes = [[value >= least for value in of.values] for of in run.scores.get(metric, {}).values()]
        for k in range(1, max(map(len, outcomes), default=0) + 1):
            share, cases = pass_hat(outcomes, k)
            rows.append(
                {
                    "run": run.name,
                    "passes": f"{metric.value} ≥ {least:g}",
                    "k": k,
                    "pass^k": rounded(share),
                    "cases": cases,
                }
            )
    return rows


def main_metric(of: Iterable[Metric]) -> Metric:
    """The metric of a task that is looked at first: the diagnosis where there is one, else its first."""
    metrics = list(of)
    return Metric.DIAGNOSIS if Metric.DIAGNOSIS in metrics else metrics[0]


def leaderboard(paths: Sequence[Path], by: Metric | None = None) -> tuple[Table, list[str]]:
    """The runs of some folders, best first by one metric, those of one instrument together; and warnings.

    Without ``by``, by the main metric of the task. Unfinished runs, and those of another task than the first one's,
    are named in the warnings and left out.
    """
    found: list[tuple[Path, RunInfo, dict[str, Any]]] = []
    warned: list[str] = []
    for path in run_folders(paths):
        try:
            entry = (path, read_info(path), read_summary(path))
        except InputError as error:
            warned.append(str(error))
            continue
        if found and entry[1].task != found[0][1].task:
            warned.append(f"{path}: left out, a run of the task {entry[1].task} and not {found[0][1].task}")
        else:
            found.append(entry)
    if not found:
        return [], warned
    by = by or main_metric(map(Metric, found[0][2]["metrics"]))
    if by.value not in found[0][2]["metrics"]:
        raise InputError(f"--by {by.value}: got no metric of the task {found[0][1].task}")
    groups: dict[str, list[tuple[Path, RunInfo, dict[str, Any]]]] = {}
    for entry in found:
        groups.setdefault(instrument(entry[1]), []).append(entry)
    order = sorted(groups, key=lambda key: -len(groups[key]))
    for key in order[1:]:
        different = instrument_differences(groups[order[0]][0][1], groups[key][0][1])
        warned.append(f"instrument {key} is not {order[0]}, compare no numbers across them: {'; '.join(different)}")
    rows = []
    for key in order:
        best_first = sorted(groups[key], key=lambda entry: -(entry[2]["metrics"][by.value]["mean"] or 0.0))
        rows += [_standing(key, *entry) for entry in best_first]
    return rows, warned


def _standing(key: str, path: Path, info: RunInfo, summary: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"instrument": key, "run": path.name, "doctor": info.doctor, "status": info.status}
    for metric, values in summary["metrics"].items():
        low, high = values["ci95"] or (None, None)
        row |= {metric: values["mean"], f"{metric} low": low, f"{metric} high": high}
    cost = summary.get("cost", {})
    counted = {name: summary[name] for name in ("cases", "dialogues", "concluded", "failed", "unfinished")}
    return row | counted | {"cost per case": cost.get("per_case"), "cost": cost.get("total")}


def run_folders(paths: Iterable[Path]) -> list[Path]:
    """The run folders that are named, or stand in the folders that are. Raises ``InputError`` for none."""
    found: list[Path] = []
    for path in paths:
        inside = [path] if (path / "run.json").exists() else sorted(p.parent for p in path.glob("*/run.json"))
        if not inside:
            raise InputError(f"{path}: got no run, expected a run folder or a folder of runs")
        found += inside
    return found


def save(tables: Mapping[str, Table], file: Path) -> list[Path]:
    """Writes tables by the ending of the file: one Markdown file, one workbook with a sheet each, a CSV file each."""
    import pandas as pd

    from sp_sim.errors import StorageError

    filled = {name: table for name, table in tables.items() if table}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".md":
            file.write_text("\n".join(f"## {name}\n\n{_markdown(tables[name])}" for name in filled), "utf-8")
            return [file]
        if file.suffix == ".xlsx":
            write_workbook(file, tables)
            return [file]
        if file.suffix == ".csv":
            written = {name: file.with_suffix(f".{name}.csv") for name in filled}
            for name, path in written.items():
                pd.DataFrame(filled[name]).to_csv(path, index=False)
            return list(written.values())
    except OSError as error:
        raise StorageError(f"--save {file}: cannot write: {error.strerror or error}") from error
    raise InputError(f"--save {file}: got the ending {file.suffix!r}, expected .md, .csv or .xlsx")


def _markdown(table: Table) -> str:
    def cell(value: Any) -> str:
        text = "–" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
        return text.replace("|", "\\|").replace("\n", " ")

    rows = [list(table[0]), ["---"] * len(table[0]), *([cell(value) for value in row.values()] for row in table)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _mean(values: Iterable[float]) -> float | None:
    values = list(values)
    return rounded(sum(values) / len(values)) if values else None
