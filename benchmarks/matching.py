"""How well are conclusions judged? Measures answer matching on the labelled answers of ``benchmarks/data``.

    python benchmarks/matching.py --half held           the half that is looked at only to report
    python benchmarks/matching.py --confusions 40       the half to develop on, with what went wrong

Accuracy is over single decisions: is this listed diagnosis (treatment) of the case asserted by this answer?
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from labels import CASES, HERE, Counts, groups, print_table, read_labels, share, write_json

from agents.casting import chat_model
from eval.assertion import Purpose
from eval.judge import Judge
from eval.matching import Match, TargetMatcher
from sp_sim.library import load
from sp_sim.model import Endpoint


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=["dev", "held"], default="dev")
    parser.add_argument("--judge", default="rules", metavar="SPEC", help="rules (default) or llm:MODEL")
    parser.add_argument("--base-url", metavar="URL", help="the endpoint of --judge llm:MODEL")
    parser.add_argument("--confusions", type=int, default=0, metavar="N", help="how many wrong answers to show")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: benchmarks/results/matching-<half>.json")
    args = parser.parse_args()
    endpoint = partial(Endpoint, base_url=args.base_url)
    judge = None if args.judge == "rules" else Judge(chat_model("--judge", args.judge, endpoint))
    rows = asyncio.run(match_all(read_labels(args.half, "answers"), judge))
    table = {name: measures(group) for name, group in groups(rows)}
    print_table(f"matching · {args.half} · {args.judge}", table)
    _print_confusions(rows, args.confusions)
    write_json(args.out or HERE / "results" / f"matching-{args.half}.json", {"judge": args.judge, "table": table})
    return 0


async def match_all(labels: list[dict[str, Any]], judge: Judge | None = None) -> list[dict[str, Any]]:
    """Each labelled answer with the names that are taken to be asserted; without those a judge gave no verdict on."""
    loaded, _ = load([CASES])
    cases = {case.record.id: case for case in loaded}
    rows = []
    for label in labels:
        case = cases[label["case"]]
        matcher = TargetMatcher(case.terminology)
        found, targets = {}, {}
        for purpose, listed in (
            (Purpose.DIAGNOSIS, case.record.reference.diagnoses),
            (Purpose.TREATMENT, case.record.reference.treatments),
        ):
            matches: Sequence[Match] | None = matcher.match(label["answer"], listed, purpose)
            if judge:
                matches, _ = await judge.match(label["answer"], listed, purpose)
            if matches is None:
                break
            found[purpose] = {m.target for m in matches if m.asserted}
            targets[purpose] = [target.name for target in listed]
        if len(found) < len(Purpose):
            continue
        language = case.record.language.value
        core = case.record.reference.core_diagnosis.name
        rows.append({**label, "language": language, "found": found, "targets": targets, "core": core})
    return rows


def measures(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The numbers of one group of answers."""
    numbers: dict[str, Any] = {"answers": len(rows)}
    for purpose, field in ((Purpose.DIAGNOSIS, "diagnoses"), (Purpose.TREATMENT, "treatments")):
        counts = Counts()
        decisions = []
        for row in rows:
            counts.add(row["found"][purpose], row[field])
            decisions += [(name in row["found"][purpose]) == (name in row[field]) for name in row["targets"][purpose]]
        numbers |= {f"{purpose.value} accuracy": share(decisions), "P": counts.precision, "R": counts.recall}
        if purpose is Purpose.DIAGNOSIS:
            core = [(row["core"] in row["found"][purpose]) == (row["core"] in row[field]) for row in rows]
            numbers = {**numbers, "dP": numbers.pop("P"), "dR": numbers.pop("R"), "core": share(core)}
    return numbers


def _print_confusions(rows: list[dict[str, Any]], limit: int) -> None:
    wrong = []
    for row in rows if limit > 0 else ():
        marks = []
        for purpose, field in ((Purpose.DIAGNOSIS, "diagnoses"), (Purpose.TREATMENT, "treatments")):
            marks += [f"+{name}" for name in sorted(row["found"][purpose] - set(row[field]))]
            marks += [f"-{name}" for name in sorted(set(row[field]) - row["found"][purpose])]
        if marks:
            wrong.append((row, marks))
    random.Random(0).shuffle(wrong)
    for row, marks in wrong[:limit]:
        print(f"\n{row['id']} {row['kind']}: {row['answer'].strip()}\n   {'  '.join(marks)}")


if __name__ == "__main__":
    sys.exit(main())
