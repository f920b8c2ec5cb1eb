"""The table at the end of a run, and a run under way in a few lines."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from eval.scores import Metric

Table = list[dict[str, Any]]
"""Rows with the same columns; a number that does not exist is None."""


def console(width: int = 120) -> Console:
    """A console for tables, of that width where it is no terminal."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else width)


def number(value: float | None) -> str:
    """A score as it is shown everywhere: two decimals, a dash where there is none."""
    return "–" if value is None else f"{value:.2f}"


def rounded(value: float | None) -> float | None:
    """A number as tables hold it, without the noise of its last digits."""
    return None if value is None else round(value, 6)


def shown_metrics(summary: Mapping[str, Any]) -> list[Metric]:
    """The metrics of a run that apply to any of its exercises; the six of a dialogue always."""
    from eval.scores import DIALOGUE, Metric

    applying = {name: found["not_applicable"] < summary["dialogues"] for name, found in summary["metrics"].items()}
    return [metric for name, applies in applying.items() if (metric := Metric(name)) in DIALOGUE or applies]


def print_summary(summary: Mapping[str, Any], out: Path) -> None:
    """The six metrics with intervals and counts, what was spent, how the simulator read."""
    from rich.markup import escape
    from rich.table import Table

    from eval.breakdown import tables
    from eval.scores import Status

    table = Table(title=escape(f"{summary['doctor']} · {summary['task']}"))
    table.add_column("metric")
    for name in ("mean", "95 % CI", "scored", "n/a", "unscored", "failed", "failures as 0"):
        table.add_column(name, justify="right", no_wrap=True)
    for metric in shown_metrics(summary):
        values = summary["metrics"][metric.value]
        interval = "–" if values["ci95"] is None else "–".join(number(bound) for bound in values["ci95"])
        counts = [str(values[status.value]) for status in Status]
        table.add_row(
            f"{metric.value.replace('_', ' ')} {metric.chinese}",
            number(values["mean"]),
            interval,
            *counts,
            number(values["mean_failures_as_0"]),
        )
    to = console()
    to.print(table)
    rounds = number(summary["rounds"]["mean"])
    stops = ", ".join(f"{count} {reason}" for reason, count in summary["stop_reasons"].items() if count)
    to.print(f"{summary['cases']} cases, {summary['dialogues']} dialogues ({stops}), {rounds} rounds on average")
    if summary["unfinished"]:
        to.print(f"{summary['unfinished']} dialogues are unfinished and not in these numbers")
    costs = summary.get("cost", {})
    for role, tokens in summary["tokens"].items():
        if tokens["calls"]:
            cost = costs.get("by_role", {}).get(role)
            spent = f"{tokens['prompt_tokens']} + {tokens['completion_tokens']} tokens"
            told = [f"{tokens['calls']} calls, {spent}, {tokens.get('seconds', 0):.0f} s"]
            to.print(f"{role}: {', '.join(told + ([f'cost {cost:.4f}'] if cost else []))}")
    if costs.get("total"):
        shares = (("per_case", "a case"), ("per_concluded", "a concluded dialogue"))
        told = [f"{costs[name]:.4f} {words}" for name, words in shares if costs[name] is not None]
        to.print(f"cost: {costs['total']:.4f}; {', '.join(told)}")
    for title, rows in tables(summary).items():
        if title != "by department":  # of many cases that is long; the report and compare have it
            print_rows(title, with_intervals(rows))
    _print_hazards(summary.get("hazards", {}), to)
    _print_audit(summary.get("audit", {}), to)
    if summary["failed"]:
        to.print("failed dialogues are not in the means; see failures as 0 and the reasons in scores.jsonl")
    to.print(f"run folder: {out}", soft_wrap=True, markup=False)


def _print_hazards(hazards: Mapping[str, Any], to: Console) -> None:
    """How many conclusions were unsafe, in one line; nothing where no case has a hazard."""
    if hazards.get("dialogues"):
        kinds = {kind.replace("_", " "): found for kind, found in hazards.items() if isinstance(found, Mapping)}
        told = [f"{kind} {found['flagged']} of {found['hazards']}" for kind, found in kinds.items()]
        to.print(f"hazards: {hazards['flagged']} of {hazards['dialogues']} conclusions flagged; {', '.join(told)}")


_AUDIT = {
    "turns_without_ask": "turns without an ask",
    "asks_by_meaning": "asks read by meaning",
    "asks_absent": "asks not on record",
    "asks_repeated": "repeats",
    "leak_attempts": "attempts at the script",
    "reader_fallbacks": "reader fallbacks",
    "voice_rejected": "rewordings rejected",
    "judge_invalid": "invalid verdicts",
}


def _print_audit(audit: Mapping[str, int], to: Console) -> None:
    """How the simulator read the run, in one line: a bad score may be a bad reading."""
    counts = [f"{audit[name]} {words}" for name, words in _AUDIT.items() if audit.get(name)]
    if audit:
        to.print(f"reading: {audit['turns']} turns, {audit['asks']} asks; {', '.join(counts) or 'nothing of note'}")


def print_rows(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """A table of rows with the same columns; nothing where there is none."""
    from rich.markup import escape
    from rich.table import Table

    if not rows:
        return
    table = Table(title=title)
    for column, value in rows[0].items():
        table.add_column(column.replace("_", " "), justify="right" if isinstance(value, int | float) else "left")
    for row in rows:
        table.add_row(*(number(v) if isinstance(v, float | None) else escape(str(v)) for v in row.values()))
    console(160).print(table)


def with_intervals(table: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows to be shown: a value and its bounds (``NAME low``, ``NAME high``) in one column, with two decimals."""
    rows = []
    for row in table:
        shown: dict[str, Any] = {}
        for name, value in row.items():
            if f"{name} low" in row:
                low, high = row[f"{name} low"], row[f"{name} high"]
                shown[name] = number(value) + ("" if low is None else f" ({number(low)}–{number(high)})")
            elif not name.endswith((" low", " high")) or name.rpartition(" ")[0] not in row:
                shown[name] = value
        rows.append(shown)
    return rows


def print_under_way(run: Path) -> None:
    """How far a run is that has no summary yet, out of its journal."""
    from eval.finish import models_of, prices_of
    from eval.folder import is_being_written, read_info
    from eval.journal import EndLine, Key, StartLine, TurnLine, read_lines
    from eval.live import in_words
    from eval.meter import Meter

    info = read_info(run)
    meter = Meter(models_of(info), prices_of(info))
    rounds: dict[Key, int | None] = {}
    """Of each dialogue that began; None where it ended."""
    for line in read_lines(run):
        meter.add(line)
        if isinstance(line, TurnLine):
            rounds[line.case, line.trial] = line.round
        elif isinstance(line, StartLine | EndLine):
            rounds[line.case, line.trial] = 0 if isinstance(line, StartLine) else None
    ended = sum(at is None for at in rounds.values())
    total = info.forked["dialogues"] if info.forked else len(info.cases) * info.execution.get("trials", 1)
    print(f"{info.doctor} · {info.task}: {ended} of {total} dialogues ended, {in_words(meter, 0)}")
    for (case, trial), at in rounds.items():
        if at is not None:
            print(f"  under way: {case}, trial {trial}, round {at}")
    if not is_being_written(run):
        print(f"nobody is writing it; go on with --resume {run}")
