"""The multi-turn diagnostic dialogue: the command line of ``eval_diag.py``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from eval.options import add_run_options
from eval.script import run_script


def main(argv: Sequence[str] | None = None) -> int:
    """Runs ``eval_diag.py``; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="eval_diag.py",
        description="Measure a doctor in dialogues with standardized patients: six scores with their evidence.",
    )
    add_run_options(parser)
    parser.set_defaults(task="diag", tasks=["diag"])
    return run_script(parser, argv)
