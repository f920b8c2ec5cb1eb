"""What the evaluation scripts do with their command lines: a plan, a run, a table, an exit code."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from eval.options import settings_of
from sp_sim.console import EXIT_DONE, EXIT_FAILED_DIALOGUES, EXIT_STOPPED, guarded
from sp_sim.errors import InputError

if TYPE_CHECKING:
    from eval.runner import Engine, Plan


def run_script(parser: argparse.ArgumentParser, argv: Sequence[str] | None) -> int:
    """Runs an evaluation script whose options are those of ``parser``; returns its exit code.

    Options named as the settings of ``Setup`` are the settings of the run. Defaults of the parser are ``task``, and
    ``tasks``: those whose runs the script can go on with.
    """
    args = parser.parse_args(argv)
    return guarded(lambda: _run(parser, args, argv))


def _run(parser: argparse.ArgumentParser, args: argparse.Namespace, argv: Sequence[str] | None) -> int:
    from eval.folder import read_info
    from eval.live import json_lines, progress_bar, silence
    from eval.table import print_summary

    if (args.fork is None) != (args.at is None):
        raise InputError("--fork: got one of --fork RUN and --at ROUND, expected both")
    if args.resume and args.out:
        raise InputError(f"--out {args.out}: got --resume too, expected one; a resumed run goes on in its own folder")
    if source := args.resume or args.fork:
        info = read_info(source)
        if info.task not in args.tasks:
            raise InputError(f"{source}: got a run of the task {info.task}, expected {' or '.join(args.tasks)}")
        settings = settings_of(info)
        if args.fork:
            del settings["doctor"]
        parser.set_defaults(**settings)
        args = parser.parse_args(argv)
    plan = _plan(args)
    out = args.resume or args.out or default_folder(Path("runs"), plan.setup.task, plan.setup.doctor)
    engine = _engine(args, plan, out)
    view = silence if args.quiet or args.doctor == "human" else json_lines if args.json else progress_bar
    try:
        with view(engine.total) as watch:
            summary = engine.run(watch)
    except KeyboardInterrupt:
        print(f"go on with: python {parser.prog} --resume {out}", file=sys.stderr)
        raise
    if args.json:
        print(json.dumps(summary, ensure_ascii=False))
    elif not args.quiet:
        print_summary(summary, out)
    if engine.stopped_by:
        print(f"stopped by {engine.stopped_by}; go on with --resume {out} and a larger budget", file=sys.stderr)
        return EXIT_STOPPED
    return EXIT_FAILED_DIALOGUES if summary["failed"] else EXIT_DONE


def _engine(args: argparse.Namespace, plan: Plan, out: Path) -> Engine:
    """A new run, a resumed one or a fork."""
    from eval.runner import forked, new_run, resumed

    if args.resume:
        return resumed(plan, out, retry_failed=args.retry_failed, force=args.force)
    return forked(plan, args.fork, args.at, out) if args.fork else new_run(plan, out)


def default_folder(root: Path, task: str, doctor: str) -> Path:
    """``root/<time>-<task>-<doctor>``, with a number behind it where that is taken."""
    safe = "".join(c if c.isalnum() or c in "-._" else "_" for c in doctor)[:60]
    base = f"{datetime.now():%Y%m%d-%H%M%S}-{task}-{safe}"
    names = (root / (base if i == 1 else f"{base}-{i}") for i in range(1, 10_000))
    return next(path for path in names if not path.exists())


def _plan(args: argparse.Namespace) -> Plan:
    """What the command line asks for."""
    from eval.meter import Budget, read_prices
    from eval.runner import Plan
    from eval.simulation import Setup
    from eval.task import task_of

    setup = Setup(**{name: value for name, value in vars(args).items() if name in Setup.model_fields})
    cases, warnings = task_of(setup).load(args.cases)
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    return Plan(
        setup=setup,
        cases=cases,
        trials=args.trials,
        concurrency=1 if args.doctor == "human" else args.concurrency,
        workers=args.workers,
        ray=args.ray,
        prices=read_prices(args.price),
        budget=Budget(max_cost=args.max_cost, max_tokens=args.max_tokens),
    )
