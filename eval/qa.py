"""Single-turn QA, on cases and on files of items: the command line of ``eval_qa.py``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.options import add_context_option, add_run_options, at_least_zero, positive, share
from eval.script import run_script


def main(argv: Sequence[str] | None = None) -> int:
    """Runs ``eval_qa.py``; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="eval_qa.py",
        description="Measure a doctor in single-turn QA: one answer to all of a case, or to each item of a file.",
    )
    add_run_options(parser)
    add_context_option(parser, "all of its facts")
    items = parser.add_argument_group("items (questions with options, free answers, recorded consultations)")
    items.add_argument(
        "--data",
        nargs="+",
        type=Path,
        action=_Data,
        metavar="PATH",
        help="files or folders of items, in place of cases",
    )
    items.add_argument(
        "--format",
        choices=["auto", "unimedical", "medbench", "jsonl"],
        default="auto",
        help="their format (default auto)",
    )
    items.add_argument(
        "--rotations",
        nargs="?",
        const="all",
        default="1",
        metavar="N",
        help="put the options in N orders, in all rotations (no number), or in all permutations (up to 5 options)",
    )
    items.add_argument(
        "--shots", type=at_least_zero, default=0, metavar="N", help="show the first N items of a kind before the others"
    )
    items.add_argument(
        "--recall-weight",
        type=share,
        default=0.5,
        metavar="W",
        help="weight of recall beside similarity in their combination (default 0.5)",
    )
    items.add_argument(
        "--judge-repeats",
        type=positive,
        default=3,
        metavar="K",
        help="ratings of each free answer by the judge (default 3)",
    )
    parser.set_defaults(task="qa", tasks=["qa", "items"])
    return run_script(parser, argv)


class _Data(argparse.Action):
    """Items in place of cases: another task."""

    def __call__(self, parser: object, namespace: argparse.Namespace, values: Any, option: object = None) -> None:
        namespace.cases, namespace.task = values, "items"
