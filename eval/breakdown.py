"""What stands in a summary beside the metrics, as tables: for the terminal and the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from eval.scores import Metric

Rows = list[dict[str, Any]]
CHINESE = {
    "by case type": "按题型",
    "by department": "按科室",
    "by language": "按语言",
    "safety": "安全：漏报与误报",
    "orders of options": "选项换序",
    "places of options": "选项位置",
    "errors": "失分原因",
}
"""The titles of the tables in Chinese."""
_BY = {"case_type": "case type", "department": "department", "language": "language"}


def tables(summary: Mapping[str, Any]) -> dict[str, Rows]:
    """Tables by title: means by part, safety by kind, orders of options, errors, hazards. Only those with a row.

    A number from 0 to 1 is a float; ``NAME low`` and ``NAME high`` are the bounds of its 95 % interval.
    """
    found = {f"by {name}": list(_by(summary, by)) for by, name in _BY.items()}
    found["safety"] = [_safety(kind, of) for kind, of in summary.get("safety", {}).items()]
    found["orders of options"] = list(_orders(summary.get("rotations", {})))
    found["places of options"] = [
        {"place": place, "picked": counted["picked"], "right": counted["right"]}
        for place, counted in summary.get("positions", {}).items()
    ]
    errors = summary.get("errors", {})
    found["errors"] = [
        {"error": label, "lost points": of["count"], "share of labelled": of["share"], "MedBench 3.0": of["published"]}
        for label, of in errors.get("labels", {}).items()
        if of["count"] or of["published"] is not None
    ] * bool(errors.get("lost_points"))
    return {title: rows for title, rows in found.items() if rows}


def _by(summary: Mapping[str, Any], by: str) -> Iterator[dict[str, Any]]:
    groups = summary.get("by", {}).get(by, {})
    metrics = [m for m in Metric if any(m.value in of["metrics"] for of in groups.values())]
    for part, of in groups.items():
        row: dict[str, Any] = {_BY[by]: part or "–", "cases": of["cases"]}
        for metric in metrics:
            row |= _with_bounds(metric.value.replace("_", " "), of["metrics"].get(metric.value))
        yield row


def _safety(kind: str, of: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"kind": kind}
    for name, words in (("missed", "missed"), ("false_alarm", "false alarms"), ("unanswered", "unanswered")):
        row |= {f"{words} of": of.get(name, {}).get("items", 0)} | _with_bounds(words, of.get(name))
    return row


def _orders(rotations: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if not rotations:
        return
    yield {"right": "plain accuracy", **_with_bounds("share", rotations["accuracy"]), "items": rotations["items"]}
    every = rotations["right_in_every_order"]
    yield {"right": "in every order", **_with_bounds("share", every), "items": every["items"]}
    for k, of in rotations["right_in_at_least"].items():
        yield {"right": f"in at least {k}", **_with_bounds("share", of), "items": of["items"]}
    robustness = {"mean": rotations["robustness"], "ci95": None}
    yield {"right": "robustness (every ÷ plain)", **_with_bounds("share", robustness), "items": rotations["items"]}


def _with_bounds(name: str, of: Mapping[str, Any] | None) -> dict[str, Any]:
    low, high = (of and of["ci95"]) or (None, None)
    return {name: of["mean"] if of else None, f"{name} low": low, f"{name} high": high}
