"""What is seen of a run while it goes: a progress bar, JSON lines for logs, or nothing."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from eval.journal import EndLine, Line
from eval.meter import Meter
from eval.runner import Watch

_LOG_EVERY = 5.0


@contextmanager
def progress_bar(total: int) -> Iterator[Watch]:
    """A bar on stderr: dialogues ended, time left, turns a second, tokens, cost, failures."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("dialogues"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[told]}"),
    )
    started = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=4) as bar:
        task = bar.add_task("", total=total, told="")

        def watch(line: Line, meter: Meter) -> None:
            bar.update(task, completed=meter.ended, told=in_words(meter, time.monotonic() - started))

        yield watch


@contextmanager
def json_lines(total: int) -> Iterator[Watch]:
    """A JSON object on stderr every few seconds, and one at the last line."""
    started = time.monotonic()
    last, before = -_LOG_EVERY, None

    def watch(line: Line, meter: Meter) -> None:
        nonlocal last, before
        before = meter.ended if before is None else before
        passed = time.monotonic() - started
        over = isinstance(line, EndLine) and meter.ended >= total
        if passed - last < _LOG_EVERY and not over:
            return
        last = passed
        ended = meter.ended - before
        state = {
            "ended": meter.ended,
            "total": total,
            "failed": meter.failed,
            "turns": meter.turns,
            "turns_per_second": round(meter.turns / passed, 2) if passed else None,
            "tokens": meter.tokens,
            "cost": meter.cost,
            "seconds": round(passed, 1),
            "seconds_left": round((total - meter.ended) * passed / ended, 1) if ended else None,
        }
        print(json.dumps(state), file=sys.stderr, flush=True)

    yield watch


@contextmanager
def silence(total: int) -> Iterator[Watch]:
    """Nothing."""
    yield lambda line, meter: None


def in_words(meter: Meter, seconds: float) -> str:
    """The state of a run in a few words."""
    rate = f"{meter.turns / seconds:.1f} turns/s" if seconds else f"{meter.turns} turns"
    told = [rate, f"{meter.failed} failed"]
    if meter.tokens:
        told.append(f"{meter.tokens} tokens")
    if meter.cost:
        told.append(f"cost {meter.cost:.4f}")
    return ", ".join(told)
