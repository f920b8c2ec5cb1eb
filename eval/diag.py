"""The multi-turn diagnostic dialogue: command line, progress, table."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.options import add_run_options
from sp_sim.console import EXIT_DONE, EXIT_FAILED_DIALOGUES, guarded

if TYPE_CHECKING:
    from rich.console import Console

    from agents.casting import PatientModels
    from eval.runner import Progress
    from sp_sim.model import ChatModel

_SIMULATOR_TOKENS = 1024
"""Limit of tokens of one answer of a simulator's model; a reading of a long turn takes about 400."""
_ROOT = Path(__file__).resolve().parent.parent


def main(argv: Sequence[str] | None = None) -> int:
    """Runs ``eval_diag.py``; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="eval_diag.py",
        description="Measure a doctor in dialogues with standardized patients: six scores with their evidence.",
    )
    add_run_options(parser, _ROOT / "cases")
    return guarded(lambda: _main(parser.parse_args(argv)))


def _main(args: argparse.Namespace) -> int:
    from agents.casting import ModelOptions, recruit
    from eval.runner import Plan, default_folder, run
    from sp_sim.encoder import make_encoder
    from sp_sim.library import load

    cases, warnings = load(args.cases)
    for finding in warnings:
        print(f"warning: {finding}", file=sys.stderr)
    called = {
        name: getattr(args, name)
        for name in ("base_url", "timeout", "max_retries", "temperature", "max_tokens", "seed")
    }
    human = args.doctor == "human"
    models, judge = simulator_models(args)
    plan = Plan(
        task="diag",
        doctor=args.doctor,
        recruit=recruit(args.doctor, ModelOptions(**called)),
        cases=cases,
        encoder=make_encoder(args.encoder, args.base_url),
        models=models,
        judge=judge,
        config=called if args.doctor.startswith("openai:") else {},
        trials=args.trials,
        concurrency=1 if human else args.concurrency,
        max_rounds=args.max_rounds,
    )
    out = args.out or default_folder(Path("runs"), plan.task, plan.doctor)
    with _progress(len(cases) * plan.trials, shown=not human) as progress:
        summary = run(plan, out, progress)
    print_summary(summary, out)
    return EXIT_FAILED_DIALOGUES if summary["failed"] else EXIT_DONE


def simulator_models(args: argparse.Namespace) -> tuple[PatientModels, ChatModel | None]:
    """The chat models that read turns, reword replies and judge conclusions, where the options name any."""
    from agents.casting import ModelOptions, PatientModels, chat_model

    options = ModelOptions(
        base_url=args.simulator_base_url or args.base_url,
        api_key=os.environ.get("SP_SIM_API_KEY"),
        timeout=args.timeout,
        max_retries=args.max_retries,
        temperature=0.0,
        max_tokens=_SIMULATOR_TOKENS,
    )

    def made(option: str, none: str) -> ChatModel | None:
        spec = getattr(args, option)
        return None if spec == none else chat_model(f"--{option}", spec, options)

    return PatientModels(reader=made("reader", "local"), voice=made("voice", "verbatim")), made("judge", "rules")


@contextmanager
def _progress(total: int, shown: bool) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from eval.runner import Progress
    from sp_sim.transcript import StopReason, Transcript

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[turns]} turns, {task.fields[failed]} failed"),
    )
    with Bar(*columns, console=Console(stderr=True), disable=not shown) as bar:
        task = bar.add_task("dialogues", total=total, turns=0, failed=0)

        def on_turn() -> None:
            bar.update(task, turns=bar.tasks[task].fields["turns"] + 1)

        def on_end(transcript: Transcript) -> None:
            failed = bar.tasks[task].fields["failed"] + (transcript.stop is StopReason.FAILED)
            bar.update(task, advance=1, failed=failed)

        yield Progress(on_turn, on_end)


def print_summary(summary: Mapping[str, Any], out: Path) -> None:
    """The table at the end of a run."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from eval.report import number
    from eval.scores import Metric, Status

    table = Table(title=escape(f"{summary['doctor']} · {summary['task']}"))
    table.add_column("metric")
    for name in ("mean", "95 % CI", "scored", "n/a", "unscored", "failed", "failures as 0"):
        table.add_column(name, justify="right", no_wrap=True)
    for metric in Metric:
        values = summary["metrics"][metric.value]
        interval = "–" if values["ci95"] is None else "–".join(number(bound) for bound in values["ci95"])
        counts = [str(values[status.value]) for status in Status]
        table.add_row(
            f"{metric.value.replace('_', ' ')} {metric.chinese}",
            number(values["mean"]),
            interval,
            *counts,
            number(values["mean_failures_as_0"]),
        )
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(table)
    rounds = number(summary["rounds"]["mean"])
    stops = ", ".join(f"{count} {reason}" for reason, count in summary["stop_reasons"].items() if count)
    console.print(f"{summary['cases']} cases, {summary['dialogues']} dialogues ({stops}), {rounds} rounds on average")
    if summary["unfinished"]:
        console.print(f"{summary['unfinished']} dialogues are unfinished and not in these numbers")
    for role, tokens in summary["tokens"].items():
        if tokens["calls"]:
            spent = f"{tokens['prompt_tokens']} + {tokens['completion_tokens']} tokens"
            console.print(f"{role}: {tokens['calls']} calls, {spent}")
    print_audit(summary.get("audit", {}), console)
    if summary["failed"]:
        console.print("failed dialogues are not in the means; see failures as 0 and the reasons in scores.jsonl")
    console.print(f"run folder: {out}", soft_wrap=True, markup=False)


_AUDIT = {
    "turns_without_ask": "turns without an ask",
    "asks_by_meaning": "asks read by meaning",
    "asks_absent": "asks not on record",
    "asks_repeated": "repeats",
    "leak_attempts": "attempts at the script",
    "reader_fallbacks": "reader fallbacks",
    "voice_rejected": "rewordings rejected",
    "judge_invalid": "invalid verdicts",
}


def print_audit(audit: Mapping[str, int], console: Console) -> None:
    """How the simulator read the run, in one line: a bad score may be a bad reading."""
    counts = [f"{audit[name]} {words}" for name, words in _AUDIT.items() if audit.get(name)]
    if audit:
        console.print(
            f"reading: {audit['turns']} turns, {audit['asks']} asks; {', '.join(counts) or 'nothing of note'}"
        )
