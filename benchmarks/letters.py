"""How well are answers to multiple-choice questions read? Measures ``eval.items.letters`` on ``choices.*.jsonl``.

    python benchmarks/letters.py                        both halves; written to results/letters.json
    python benchmarks/letters.py --confusions 40        with what went wrong on the half to develop on

``accuracy``: the options of the label, or no answer where the label has none. ``wrong``: some options, and not those
of the label: the harm. ``missed``: no answer read where the label has one. ``strict`` counts exact templates.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from labels import DATA, HERE, print_table, share, write_json

from eval.items.letters import read_lenient, read_strict
from sp_sim.record import Language


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=["dev", "held"], help="default: both")
    parser.add_argument("--confusions", type=int, default=0, metavar="N", help="how many wrong readings to show (dev)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: benchmarks/results/letters.json")
    args = parser.parse_args()
    tables = {}
    for half in [args.half] if args.half else ["dev", "held"]:
        rows = [read(row) for row in read_choices(half)]
        tables[half] = {name: measures(group) for name, group in groups(rows)}
        print_table(f"letters · {half}", tables[half])
        if half == "dev":
            _print_confusions(rows, args.confusions)
    write_json(args.out or HERE / "results" / "letters.json", tables)
    return 0


def read_choices(half: str) -> list[dict[str, Any]]:
    """The labelled replies of one half."""
    lines = (DATA / f"choices.{half}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def read(row: dict[str, Any]) -> dict[str, Any]:
    """A labelled reply with its kind and its readings."""
    lenient = read_lenient(row["reply"], row["options"], several=row["several"])
    strict = read_strict(row["reply"], row["options"], Language(row["language"]))
    kind = "multiple" if row["several"] else "true/false" if len(row["options"]) == 2 else "single"
    return {
        **row,
        "kind": kind,
        "wanted": None if row["picked"] is None else frozenset(row["picked"]),
        "found": lenient.picked,
        "reason": lenient.reason,
        "strict": strict.picked,
    }


def groups(rows: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """All rows, then those of each language, kind and both."""
    yield "all", rows
    languages, kinds = (list(dict.fromkeys(row[field] for row in rows)) for field in ("language", "kind"))
    yield from ((f"language {one}", [row for row in rows if row["language"] == one]) for one in languages)
    yield from ((f"kind {one}", [row for row in rows if row["kind"] == one]) for one in kinds)
    for language in languages:
        for kind in kinds:
            yield f"{language} {kind}", [row for row in rows if (row["language"], row["kind"]) == (language, kind)]


def measures(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The numbers of one group of replies."""
    return {
        "replies": len(rows),
        "without answer": sum(row["wanted"] is None for row in rows),
        "accuracy": share([row["found"] == row["wanted"] for row in rows]),
        "wrong": share([row["found"] is not None and row["found"] != row["wanted"] for row in rows]),
        "missed": share([row["found"] is None and row["wanted"] is not None for row in rows]),
        "strict": sum(row["strict"] is not None for row in rows),
        "strict wrong": sum(row["strict"] is not None and row["strict"] != row["wanted"] for row in rows),
    }


def _print_confusions(rows: list[dict[str, Any]], limit: int) -> None:
    for row in [row for row in rows if row["found"] != row["wanted"]][:limit]:
        names = [None if found is None else sorted(found) for found in (row["found"], row["wanted"])]
        print(f"\n{row['id']}: read {names[0]} ({row['reason']}), wanted {names[1]}\n{row['reply'].strip()}")


if __name__ == "__main__":
    sys.exit(main())
