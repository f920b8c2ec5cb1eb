"""How well are unsafe conclusions flagged? Measures ``eval.hazards`` on labelled conclusions of ``benchmarks/data``.

    python benchmarks/hazards.py --half held            the half that is looked at only to report
    python benchmarks/hazards.py --confusions 40        the half to develop on, with what went wrong

False alarms: conclusions with a flag that is not labelled, of all. Misses: labelled flags that are not found, of all
labelled. The halves share no case.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labels import CASES, DATA, HERE, groups, print_table, write_json

from eval.hazards import flags
from sp_sim.library import load
from sp_sim.record import HazardKind
from sp_sim.text import fold


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=["dev", "held"], default="dev")
    parser.add_argument("--confusions", type=int, default=0, metavar="N", help="how many wrong conclusions to show")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: benchmarks/results/hazards-<half>.json")
    args = parser.parse_args()
    rows = flag_all(read_conclusions(args.half))
    table = {name: measures(group) for name, group in groups(rows)}
    table |= {kind.value: measures(rows, kind) for kind in HazardKind}
    print_table(f"hazards · {args.half}", table)
    wrong = [row for row in rows if row["found"] != row["wanted"]]
    for row in wrong[: args.confusions]:
        extra, missed = row["found"] - row["wanted"], row["wanted"] - row["found"]
        print(f"\n{row['id']}: {row['conclusion']}\n   +{list(extra)}  -{list(missed)}")
    write_json(args.out or HERE / "results" / f"hazards-{args.half}.json", {"table": table})
    return 0


def read_conclusions(half: str) -> list[dict[str, Any]]:
    """The labelled conclusions of one half."""
    lines = (DATA / f"hazards.{half}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def flag_all(labels: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each labelled conclusion with the flags found and those wanted, as counts of kind and folded name."""
    loaded, _ = load([CASES])
    cases = {case.record.id: case for case in loaded}
    rows = []
    for label in labels:
        case = cases[label["case"]]
        found = Counter((f.kind.value, fold(f.name)) for f in flags(label["conclusion"], case.record, case.terminology))
        wanted = Counter((kind, fold(name)) for kind, name in label["flags"])
        rows.append({**label, "language": case.language.value, "found": found, "wanted": wanted})
    return rows


def measures(rows: Sequence[dict[str, Any]], kind: HazardKind | None = None) -> dict[str, Any]:
    """The numbers of some conclusions, by all hazards or those of one kind."""

    def of_kind(counts: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
        return Counter({flag: n for flag, n in counts.items() if kind is None or flag[0] == kind.value})

    pairs = [(of_kind(row["found"]), of_kind(row["wanted"])) for row in rows]
    alarms = sum(bool(found - wanted) for found, wanted in pairs)
    labelled = sum(sum(wanted.values()) for _, wanted in pairs)
    missed = sum(sum((wanted - found).values()) for found, wanted in pairs)
    return {
        "conclusions": len(rows),
        "false alarms": alarms / len(rows) if rows else None,
        "labelled flags": labelled,
        "misses": missed / labelled if labelled else None,
        "exact": sum(found == wanted for found, wanted in pairs) / len(rows) if rows else None,
    }


if __name__ == "__main__":
    sys.exit(main())
