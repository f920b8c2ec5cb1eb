"""``report.html``: a run as one page that opens without a server and fetches nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.folder import RunInfo, ScoreLine
from eval.scores import Metric
from eval.table import number
from sp_sim.record import CaseRecord
from sp_sim.transcript import Transcript

_TEMPLATES = Path(__file__).resolve().parent / "templates"


def render_report(
    info: RunInfo, summary: Mapping[str, Any], dialogues: Sequence[tuple[ScoreLine, Transcript, CaseRecord]]
) -> Iterator[str]:
    """The page, in parts. Everything that a model wrote is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    template = environment.get_template("report.html")
    return template.generate(info=info, summary=summary, metrics=list(Metric), dialogues=dialogues, number=number)
