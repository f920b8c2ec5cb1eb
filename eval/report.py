"""``report.html``: a run as one page that opens without a server and fetches nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.journal import RunInfo, ScoreLine
from eval.scores import Metric
from sp_sim.record import CaseRecord
from sp_sim.transcript import Transcript

_TEMPLATES = Path(__file__).resolve().parent / "templates"


def render_report(
    info: RunInfo,
    summary: Mapping[str, Any],
    lines: Sequence[ScoreLine],
    transcripts: Sequence[Transcript],
    records: Sequence[CaseRecord],
) -> str:
    """The page. Everything that a model wrote is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    by_id = {record.id: record for record in records}
    dialogues = [(line, t, by_id[line.case]) for line, t in zip(lines, transcripts, strict=True)]
    template = environment.get_template("report.html")
    return template.render(info=info, summary=summary, metrics=list(Metric), dialogues=dialogues, number=number)


def number(value: float | None) -> str:
    """A score as it is shown everywhere: two decimals, a dash where there is none."""
    return "–" if value is None else f"{value:.2f}"
