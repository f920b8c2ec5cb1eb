"""``report.html``: a run as one page that opens without a server and fetches nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.folder import RunInfo
from eval.identity import instrument
from eval.scores import Metric
from eval.table import number

TEMPLATES = Path(__file__).resolve().parent / "templates"


def render_report(
    info: RunInfo,
    summary: Mapping[str, Any],
    views: Sequence[Mapping[str, Any]],
    lines: Sequence[Mapping[str, Any]] = (),
) -> Iterator[str]:
    """The page, in parts. Everything that a model wrote is escaped.

    ``views`` are dialogues (see ``eval.replay``); ``lines`` are drawn across the bars: a ``name``, and ``means`` by
    metric (None where there is none).
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    page = environment.get_template("report.html")
    fixed = {"metrics": list(Metric), "number": number, "instrument": instrument(info)}
    return page.generate(info=info, summary=summary, views=views, lines=lines, **fixed)
