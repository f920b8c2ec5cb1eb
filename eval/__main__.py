"""Work on runs: ``python -m eval``; ``--help`` lists the commands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.options import above_zero
from eval.scores import Metric
from sp_sim.console import EXIT_DONE, EXIT_FAILED_DIALOGUES, guarded
from sp_sim.errors import InputError

if TYPE_CHECKING:
    from sp_sim.library import LoadedCase

_ROOT = Path(__file__).resolve().parent.parent
_ROWS_SHOWN = 40


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval", description="Work on runs.")
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="the runs of a folder, a line each")
    listing.add_argument("runs", nargs="?", type=Path, default=Path("runs"), metavar="RUNS")
    show = commands.add_parser("show", help="the table of a run, or one of its dialogues with the evidence")
    show.add_argument("run", type=Path, metavar="RUN")
    show.add_argument("--case", metavar="ID", help="this dialogue, turn by turn")
    show.add_argument("--trial", type=int, default=1, metavar="N")
    replay = commands.add_parser("replay", help="a dialogue turn by turn: what was said, read and earned")
    replay.add_argument("run", type=Path, metavar="RUN")
    replay.add_argument("--case", required=True, metavar="ID")
    replay.add_argument("--trial", type=int, default=1, metavar="N")
    replay.add_argument("--speed", type=above_zero, metavar="X", help="turns a second (default: the Enter key goes on)")
    report = commands.add_parser("report", help="write report.html of a run anew, with other runs drawn into it")
    report.add_argument("run", type=Path, metavar="RUN")
    report.add_argument("--against", nargs="+", type=Path, default=[], metavar="RUN", help="their means become lines")
    rescore = commands.add_parser("rescore", help="score a run anew from its journal, without calling a model")
    rescore.add_argument("run", type=Path, metavar="RUN")
    rescore.add_argument("--cases", nargs="+", type=Path, metavar="PATH", help="where the cases are now")
    compare = commands.add_parser("compare", help="paired differences of runs on the same cases, and what changed")
    compare.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="the first one is the base")
    compare.add_argument(
        "--pass",
        dest="passing",
        type=_passing,
        default=(Metric.DIAGNOSIS, 1.0),
        metavar="METRIC=MIN",
        help="what passes a trial, for pass^k (default: diagnostic_logicality=1)",
    )
    board = commands.add_parser("leaderboard", help="many runs in one table, those of one instrument together")
    board.add_argument("runs", nargs="*", type=Path, default=[Path("runs")], metavar="RUNS")
    board.add_argument(
        "--by", type=Metric, choices=list(Metric), default=Metric.DIAGNOSIS, metavar="METRIC", help="what to sort by"
    )
    serve = commands.add_parser("serve", help="the page of clinicians: replay, compare, judge, consult (extra web)")
    serve.add_argument("runs", nargs="?", type=Path, default=Path("runs"), metavar="RUNS")
    serve.add_argument("--host", default="127.0.0.1", help="where to listen (default: this machine only)")
    serve.add_argument("--port", type=int, default=8080)
    serve.add_argument("--token", default="", help="what the address must carry (default: one is made where needed)")
    serve.add_argument("--cases", nargs="+", type=Path, default=[_ROOT / "cases"], metavar="PATH")
    agree = commands.add_parser("agreement", help="the scores of a run against clinicians, and these with each other")
    agree.add_argument("run", type=Path, metavar="RUN")
    export = commands.add_parser("export", help="a run as a workbook, or clinicians' marks on it")
    export.add_argument("run", type=Path, metavar="RUN")
    export.add_argument("--xlsx", type=Path, metavar="FILE", help="summary, scores, transcripts, evidence and marks")
    export.add_argument("--judgements", type=Path, metavar="FILE", help="the marks alone: .csv or .xlsx")
    for command in (replay, report):
        command.add_argument("--cases", nargs="+", type=Path, metavar="PATH", help="where the cases are now")
    for command in (compare, board, agree):
        command.add_argument("--save", type=Path, metavar="FILE", help="also write the tables: .md, .csv or .xlsx")
    calibrate = commands.add_parser("calibrate", help="does each metric find the flaw that it is there for?")
    calibrate.add_argument("cases", nargs="*", type=Path, default=[_ROOT / "cases"], metavar="PATH")
    calibrate.add_argument("--encoder", default="auto", metavar="SPEC")
    args = parser.parse_args(argv)
    act = {
        "list": _list,
        "show": _show,
        "replay": _replay,
        "report": _report,
        "serve": _serve,
        "rescore": _rescore,
        "compare": _compare,
        "leaderboard": _leaderboard,
        "agreement": _agreement,
        "export": _export,
        "calibrate": _calibrate,
    }
    return guarded(lambda: act[args.command](args))


def _passing(text: str) -> tuple[Metric, float]:
    """METRIC=MIN, for argparse."""
    name, _, least = text.partition("=")
    try:
        return Metric(name), float(least)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"got {text!r}, expected METRIC=MIN, METRIC of {', '.join(Metric)}") from error


def _list(args: argparse.Namespace) -> int:
    from eval.folder import read_info, read_summary
    from eval.table import number

    if not args.runs.is_dir():
        raise InputError(f"{args.runs}: got no such folder, expected a folder of runs")
    for path in sorted(p.parent for p in args.runs.glob("*/run.json")):
        try:
            info = read_info(path)
            summary = read_summary(path) if (path / "summary.json").exists() else None
        except InputError as error:
            print(f"{path.name}  {error}", file=sys.stderr)
            continue
        told = [path.name, info.task, info.doctor, info.status]
        if summary:
            told.append(f"{summary['concluded']}/{summary['dialogues']} concluded, {summary['failed']} failed")
            told.append(" ".join(number(summary["metrics"][metric]["mean"]) for metric in Metric))
        print("  ".join(told))
    return EXIT_DONE


def _show(args: argparse.Namespace) -> int:
    from eval.folder import read_info, read_summary
    from eval.table import print_summary, print_under_way

    if args.case is None:
        info = read_info(args.run)
        if info.status == "running":
            print_under_way(args.run)
        else:
            print_summary(read_summary(args.run), args.run)
        print(f"status: {info.status}" + (f" by {info.stopped_by}" if info.stopped_by else ""))
        return EXIT_DONE
    return _show_dialogue(args.run, args.case, args.trial)


def _show_dialogue(run: Path, case: str, trial: int) -> int:
    from eval.folder import read_scores
    from eval.journal import Journal
    from eval.table import number

    journal = Journal(run)
    ended = journal.ended()
    if (case, trial) not in ended:
        known = ", ".join(dict.fromkeys(case for case, _ in ended))
        raise InputError(f"{run}: got no finished dialogue {case!r}, trial {trial}; expected one of {known}")
    found = journal.transcript((case, trial))
    print(f"{found.case}, trial {found.trial}: {found.stop.value} {found.failure}\n\n患者 patient: {found.opening}")
    for turn in found.turns:
        print(f"\n{turn.round} 医生 doctor: {turn.doctor}")
        for ask in turn.reading.asks:
            print(f"    {ask.mention} → {ask.kind.value} {' '.join(ask.facts)}")
        print("    concludes" if turn.reading.concluding else f"  患者 patient: {turn.patient}")
    line = next((s for s in read_scores(run) if (s.case, s.trial) == (case, trial)), None)
    for metric, score in (line.scores if line else {}).items():
        print(f"\n{metric.value} {metric.chinese}: {number(score.value)} ({score.status.value})")
        for item in score.evidence:
            print(f"    {f'round {item.round}' if item.round else '–'}: {item.text} – {item.reason}")
    return EXIT_DONE


def _replay(args: argparse.Namespace) -> int:
    from time import sleep

    from eval.finish import dialogues
    from eval.replay import play
    from eval.table import console

    def pause() -> None:
        if args.speed:
            sleep(1 / args.speed)
        elif sys.stdin.isatty():
            input()

    (dialogue,) = dialogues(args.run, _cases_of(args), [(args.case, args.trial)])
    play(dialogue, console().print, pause)
    return EXIT_DONE


def _report(args: argparse.Namespace) -> int:
    from eval.finish import write_report
    from eval.folder import read_summary

    lines = [(path.name, read_summary(path)) for path in args.against]
    print(f"written: {write_report(args.run, _cases_of(args), lines)}")
    return EXIT_DONE


def _serve(args: argparse.Namespace) -> int:
    try:
        from eval.web.server import serve
    except ImportError as error:
        raise InputError(f"serve: needs {error.name}; install it with pip install '.[web]'") from error
    from sp_sim.library import load

    if not args.runs.is_dir():
        raise InputError(f"{args.runs}: got no such folder, expected a folder of runs")
    cases, _ = load(args.cases)
    serve(args.runs, cases, args.host, args.port, args.token)
    return EXIT_DONE


def _cases_of(args: argparse.Namespace) -> list[LoadedCase]:
    """The cases of a run, where it found them or where ``--cases`` says that they are now."""
    from eval.folder import read_info
    from sp_sim.library import load

    cases, _ = load(args.cases or [Path(case["path"]) for case in read_info(args.run).cases])
    return cases


def _rescore(args: argparse.Namespace) -> int:
    from eval.finish import finish
    from eval.folder import RunFolder, read_info
    from eval.identity import case_hash, scoring_hash
    from eval.table import print_summary

    info, cases = read_info(args.run), _cases_of(args)
    hashes = {case["id"]: case["sha256"] for case in info.cases}
    scored_with = {**info.hashes, "scoring": scoring_hash()}
    for case in cases:
        now = case_hash(case.record)
        if now != hashes.get(case.record.id, now):
            print(f"warning: {case.path}: the case has changed since the run", file=sys.stderr)
            scored_with[f"case {case.record.id}"] = now
    summary = finish(RunFolder(args.run), info.model_copy(update={"hashes": scored_with}), cases)
    print_summary(summary, args.run)
    return EXIT_FAILED_DIALOGUES if summary["failed"] else EXIT_DONE


def _compare(args: argparse.Namespace) -> int:
    from eval.compare import breakdown, changes, metric_differences, passing, read_run, warnings
    from eval.table import print_rows

    if len(args.runs) < 2:
        raise InputError("compare: got one run, expected two or more")
    base, *others = runs = [read_run(path) for path in args.runs]
    for warning in warnings(runs):
        print(f"warning: {warning}", file=sys.stderr)
    tables = {
        "metrics": [row for run in others for row in metric_differences(base, run)],
        "breakdown": [row for run in others for row in breakdown(base, run)],
        "changes": [row for run in others for row in changes(base, run)],
        "pass^k": passing(runs, *args.passing),
    }
    left_out = {"base", "unpaired"}
    for name, table in tables.items():
        told = [row for row in table if name != "breakdown" or (row["cases"] > 1 and (row["better"] or row["worse"]))]
        print_rows(name, [{key: row[key] for key in row if key not in left_out} for row in told[:_ROWS_SHOWN]])
        if len(table) > min(len(told), _ROWS_SHOWN):
            print(f"{name}: {min(len(told), _ROWS_SHOWN)} of {len(table)} rows are shown; --save FILE writes all")
    if not tables["changes"]:
        print("no case differs")
    return _saved(tables, args.save)


def _leaderboard(args: argparse.Namespace) -> int:
    from eval.compare import leaderboard
    from eval.table import print_rows

    rows, warned = leaderboard(args.runs, args.by)
    for warning in warned:
        print(f"warning: {warning}", file=sys.stderr)
    shown = ["instrument", "run", "doctor", *Metric, "dialogues", "failed", "cost per case"]
    print_rows(f"by {args.by.value}", [{name: row[name] for name in shown} for row in rows])
    return _saved({"leaderboard": rows}, args.save)


def _agreement(args: argparse.Namespace) -> int:
    from eval.agreement import agreement
    from eval.table import print_rows, with_intervals

    tables = agreement(args.run)
    for name, table in tables.items():
        shown = [{key: row[key] for key in row if key not in ("doctor", "RAE as rating")} for row in table]
        print_rows(name.replace("_", " "), with_intervals(shown[:_ROWS_SHOWN]))
        if len(table) > _ROWS_SHOWN:
            print(f"{name}: {_ROWS_SHOWN} of {len(table)} rows are shown; --save FILE writes all")
    return _saved(tables, args.save)


def _export(args: argparse.Namespace) -> int:
    from eval.export import export_judgements, export_run

    if not args.xlsx and not args.judgements:
        raise InputError("export: got nothing to write, expected --xlsx FILE or --judgements FILE")
    if args.xlsx:
        export_run(args.run, args.xlsx)
        print(f"written: {args.xlsx}")
    if args.judgements:
        print(f"written: {args.judgements}, {export_judgements(args.run, args.judgements)} marks")
    return EXIT_DONE


def _saved(tables: Mapping[str, Any], file: Path | None) -> int:
    from eval.compare import save

    for path in save(tables, file) if file else ():
        print(f"written: {path}")
    return EXIT_DONE


def _calibrate(args: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table

    from eval.calibrate import EXPECTED, calibrate
    from eval.table import number
    from sp_sim.encoder import make_encoder
    from sp_sim.library import load

    cases, _ = load(args.cases)
    result = calibrate(cases, make_encoder(args.encoder))
    table = Table(title="flaw × metric: mean and expectation (= unchanged, < lower, 0 nothing left, ~ may fall)")
    table.add_column("doctor")
    table.add_column("cases", justify="right")
    for metric in Metric:
        table.add_column(metric.value.replace("_", " "), justify="right")
    for flaw, expected in EXPECTED.items():
        cells = [f"{number(result.means[flaw][metric])} {expected[metric].value}" for metric in Metric]
        table.add_row(flaw, str(result.cases[flaw]), *cells)
    Console(width=None if sys.stdout.isatty() else 140).print(table)
    for violation in result.violations:
        print(f"violation: {violation}")
    print(f"{len(cases)} cases, {len(result.violations)} violations of the table of expectations")
    return 1 if result.violations else EXIT_DONE


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(main())
