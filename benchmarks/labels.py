"""The labelled turns and answers of ``benchmarks/data``, and the tables that both benchmarks print."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"
CASES = HERE.parent / "cases"


def read_labels(half: str, what: str) -> list[dict[str, Any]]:
    """The labels of one half (``dev`` or ``held``): ``what`` is ``turns`` or ``answers``; in order of file and line."""
    paths = sorted((DATA / half).glob(f"*.{what}.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines() if line.strip()]


@dataclass
class Counts:
    """True and false positives and false negatives of a set-valued answer, summed over turns."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    def add(self, found: Iterable[str], wanted: Iterable[str]) -> None:
        found, wanted = set(found), set(wanted)
        self.right += len(found & wanted)
        self.extra += len(found - wanted)
        self.missed += len(wanted - found)

    @property
    def precision(self) -> float | None:
        return _ratio(self.right, self.right + self.extra)

    @property
    def recall(self) -> float | None:
        return _ratio(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        return _ratio(2 * self.right, 2 * self.right + self.extra + self.missed)


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def share(hits: Sequence[bool]) -> float | None:
    """The share of true values; None of none."""
    return _ratio(sum(hits), len(hits))


def groups(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """All rows, then those of each language, style and kind."""
    yield "all", list(rows)
    for field in ("language", "style", "kind"):
        for value in dict.fromkeys(row.get(field, "") for row in rows):
            if value:
                yield f"{field} {value}", [row for row in rows if row.get(field) == value]


def print_table(title: str, table: Mapping[str, Mapping[str, Any]]) -> None:
    """One row a group, one column a number."""
    from rich.console import Console
    from rich.table import Table

    shown = Table(title=title)
    shown.add_column("", no_wrap=True, min_width=20)
    for name in next(iter(table.values())):
        shown.add_column(name, justify="right", no_wrap=True)
    for name, values in table.items():
        shown.add_row(name, *(_shown(value) for value in values.values()))
    Console(width=160).print(shown)


def _shown(value: float | int | None) -> str:
    return "–" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"


def write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"written: {path}")
