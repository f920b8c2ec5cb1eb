"""Clinical diagnostic reasoning: the command line of ``eval_reason.py``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from eval.options import add_context_option, add_run_options
from eval.script import run_script


def main(argv: Sequence[str] | None = None) -> int:
    """Runs ``eval_reason.py``; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="eval_reason.py",
        description="Measure a doctor in diagnostic reasoning: which tests would it order for what the patient tells?",
    )
    add_run_options(parser)
    add_context_option(parser, "complaint, symptoms and histories")
    parser.set_defaults(task="reason", tasks=["reason"])
    return run_script(parser, argv)
