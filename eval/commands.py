"""What each command of ``python -m eval`` does with its options; each returns an exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.scores import DIALOGUE
from sp_sim.console import EXIT_DONE, EXIT_FAILED_DIALOGUES
from sp_sim.errors import InputError

if TYPE_CHECKING:
    from eval.task import Exercise

_ROWS_SHOWN = 40


def list_runs(args: argparse.Namespace) -> int:
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
            told.append(" ".join(number(found["mean"]) for found in summary["metrics"].values() if found["scored"]))
        print("  ".join(told))
    return EXIT_DONE


def show(args: argparse.Namespace) -> int:
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


def replay(args: argparse.Namespace) -> int:
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


def report(args: argparse.Namespace) -> int:
    from eval.finish import write_report
    from eval.folder import read_summary

    lines = [(path.name, read_summary(path)) for path in args.against]
    print(f"written: {write_report(args.run, _cases_of(args), lines)}")
    return EXIT_DONE


def serve(args: argparse.Namespace) -> int:
    try:
        from eval.web.server import serve
    except ImportError as error:
        raise InputError(f"serve: needs {error.name}; install it with pip install '.[web]'") from error
    from sp_sim.library import load

    if not args.runs.is_dir():
        raise InputError(f"{args.runs}: got no such folder, expected a folder of runs")
    cases, _ = load(args.cases)
    serve(args.runs, cases, args.host, args.port, args.token, args.blind)
    return EXIT_DONE


def _cases_of(args: argparse.Namespace) -> Sequence[Exercise]:
    """The exercises of a run, where it found them or where ``--cases`` says that they are now."""
    from eval.finish import task_of_run
    from eval.folder import read_info

    info = read_info(args.run)
    cases, _ = task_of_run(info).load(args.cases or list(dict.fromkeys(Path(case["path"]) for case in info.cases)))
    return cases


def rescore(args: argparse.Namespace) -> int:
    from eval.finish import finish
    from eval.folder import RunFolder, read_info
    from eval.identity import case_hash, scoring_hash
    from eval.table import print_summary

    info, cases = read_info(args.run), _cases_of(args)
    hashes = {case["id"]: case["sha256"] for case in info.cases}
    scored_with = {**info.hashes, "scoring": scoring_hash()}
    for case in cases:
        now = case_hash(case)
        if now != hashes.get(case.id, now):
            print(f"warning: {case.path}: {case.id} has changed since the run", file=sys.stderr)
            scored_with[f"case {case.id}"] = now
    summary = finish(RunFolder(args.run), info.model_copy(update={"hashes": scored_with}), cases)
    print_summary(summary, args.run)
    return EXIT_FAILED_DIALOGUES if summary["failed"] else EXIT_DONE


def compare(args: argparse.Namespace) -> int:
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


def leaderboard(args: argparse.Namespace) -> int:
    from eval.compare import leaderboard
    from eval.table import print_rows

    rows, warned = leaderboard(args.runs, args.by)
    for warning in warned:
        print(f"warning: {warning}", file=sys.stderr)
    left_out = ("status", "cases", "concluded", "unfinished", "cost")
    shown = [{k: v for k, v in row.items() if k not in left_out and not k.endswith((" low", " high"))} for row in rows]
    print_rows("leaderboard", shown)
    return _saved({"leaderboard": rows}, args.save)


def agreement(args: argparse.Namespace) -> int:
    from eval.agreement import agreement
    from eval.table import print_rows, with_intervals

    tables = agreement(args.run)
    for name, table in tables.items():
        shown = [{key: row[key] for key in row if key not in ("doctor", "RAE as rating")} for row in table]
        print_rows(name.replace("_", " "), with_intervals(shown[:_ROWS_SHOWN]))
        if len(table) > _ROWS_SHOWN:
            print(f"{name}: {_ROWS_SHOWN} of {len(table)} rows are shown; --save FILE writes all")
    return _saved(tables, args.save)


def export(args: argparse.Namespace) -> int:
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


def calibrate(args: argparse.Namespace) -> int:
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
    for metric in DIALOGUE:
        table.add_column(metric.value.replace("_", " "), justify="right")
    for flaw, expected in EXPECTED.items():
        cells = [f"{number(result.means[flaw][metric])} {expected[metric].value}" for metric in DIALOGUE]
        table.add_row(flaw, str(result.cases[flaw]), *cells)
    Console(width=None if sys.stdout.isatty() else 140).print(table)
    for violation in result.violations:
        print(f"violation: {violation}")
    print(f"{len(cases)} cases, {len(result.violations)} violations of the table of expectations")
    return 1 if result.violations else EXIT_DONE
