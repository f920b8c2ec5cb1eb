"""Single-turn clinical QA: the command line of ``eval_qa.py``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from eval.options import add_context_option, add_run_options
from eval.script import run_script


def main(argv: Sequence[str] | None = None) -> int:
    """Runs ``eval_qa.py``; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="eval_qa.py",
        description="Measure a doctor in single-turn clinical QA: all of a case at once, one answer.",
    )
    add_run_options(parser)
    add_context_option(parser, "all of its facts")
    parser.set_defaults(task="qa")
    return run_script(parser, argv)
