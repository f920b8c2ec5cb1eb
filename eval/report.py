"""``report.html``: a run as one page that opens without a server and fetches nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.breakdown import CHINESE, tables
from eval.folder import RunInfo
from eval.identity import instrument
from eval.scores import DIALOGUE
from eval.table import number, shown_metrics, with_intervals

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parent / "templates"
REFERENCE = Path(__file__).resolve().parent / "reference.json"
"""What the baseline scores on each shipped case, by the hash of the case; made by ``benchmarks/reference.py``."""


def reference_lines(info: RunInfo) -> list[dict[str, Any]]:
    """The baseline's means on the cases of a run, and the oracle's 1; none where one of the cases is not shipped."""
    known = json.loads(REFERENCE.read_text("utf-8"))
    if info.task != "diag" or not info.cases or any(case["sha256"] not in known for case in info.cases):
        return []
    values = {metric: [known[case["sha256"]][metric.value] for case in info.cases] for metric in DIALOGUE}
    given = {metric: [value for value in column if value is not None] for metric, column in values.items()}
    baseline = {m.value: sum(v) / len(v) if v else None for m, v in given.items()}
    return [{"name": "baseline", "means": baseline}, {"name": "oracle", "means": {m.value: 1.0 for m in DIALOGUE}}]


def environment(*folders: Path) -> Environment:
    """Where pages are made of templates: everything escaped, nothing undefined, JSON in its own characters."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined)
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return made


def table_row(
    case: str,
    trial: int,
    department: str,
    stop: str,
    rounds: int,
    values: Mapping[str, float | None],
    outcome: str,
    expected_rounds: int | None = None,
) -> dict[str, Any]:
    """A row of the table of dialogues; ``outcome`` is that of ``eval.replay``."""
    return {
        "case": case,
        "trial": trial,
        "department": department,
        "stop": stop,
        "rounds": rounds,
        "expected_rounds": expected_rounds,
        "values": values,
        "outcome": outcome,
    }


def render_report(
    info: RunInfo,
    summary: Mapping[str, Any],
    views: Sequence[Mapping[str, Any]],
    lines: Sequence[Mapping[str, Any]] = (),
) -> Iterator[str]:
    """The page, in parts. Everything that a model wrote is escaped.

    ``views`` are dialogues (see ``eval.replay``); ``lines`` are drawn across the bars: a ``name``, and ``means`` by
    metric (None where there is none). On shipped cases the baseline is the first of them.
    """
    page = environment(TEMPLATES).get_template("report.html")
    lines = [*reference_lines(info), *lines]
    rows = [
        table_row(
            view["case"],
            view["trial"],
            view["department"],
            view["stop"],
            len(view["turns"]),
            {score["metric"]: score["value"] for score in view["scores"]},
            view["outcome"],
            view["expected_rounds"],
        )
        for view in views
    ]
    parts = {title: with_intervals(found) for title, found in tables(summary).items()}
    fixed = {"metrics": shown_metrics(summary), "number": number, "instrument": instrument(info)}
    fixed |= {"tables": parts, "titles": CHINESE}
    return page.generate(info=info, summary=summary, views=views, rows=rows, lines=lines, **fixed)
