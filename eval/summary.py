"""From the scores of all dialogues to the numbers of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from eval.journal import JudgementLine, ScoreLine
from eval.scores import Metric, Status
from eval.statistics import bootstrap_interval
from sp_sim.transcript import AskKind, Role, StopReason, Transcript, Usage


def summarize(
    task: str,
    doctor: str,
    lines: Sequence[ScoreLine],
    transcripts: Sequence[Transcript],
    verdicts: Sequence[JudgementLine],
    seconds: float,
    unfinished: int = 0,
) -> dict[str, Any]:
    """The content of ``summary.json``.

    A mean is over ``scored`` values only, null where there is none; ``mean_failures_as_0`` counts each failed
    dialogue as 0. ``ci95`` is null for fewer than two cases. ``rounds.mean`` leaves failed dialogues out.
    """
    spent: dict[Role, Usage] = {Role.DOCTOR: Usage()}
    used = [pair for t in transcripts for pair in t.usage.items()] + [(Role.JUDGE, line.usage) for line in verdicts]
    for role, usage in used:
        spent[role] = spent.get(role, Usage()) + usage
    rounds = [line.rounds for line in lines if line.stop_reason is not StopReason.FAILED]
    stops = Counter(line.stop_reason for line in lines)
    return {
        "task": task,
        "doctor": doctor,
        "cases": len({line.case for line in lines}),
        "dialogues": len(lines),
        "concluded": stops[StopReason.CONCLUDED],
        "failed": stops[StopReason.FAILED],
        "unfinished": unfinished,
        "stop_reasons": {reason.value: stops[reason] for reason in StopReason},
        "metrics": {metric.value: aggregate(metric, lines) for metric in Metric},
        "rounds": {"mean": _mean(rounds)},
        "tokens": {role.value: usage.model_dump() for role, usage in spent.items()},
        "audit": audit(transcripts, verdicts),
        "seconds": round(seconds, 3),
    }


def audit(transcripts: Sequence[Transcript], verdicts: Sequence[JudgementLine]) -> dict[str, int]:
    """The simulator's own doubts: how the turns of a run were read, in counts."""
    turns = [turn for t in transcripts for turn in t.turns]
    asks = [ask for turn in turns for ask in turn.reading.asks]
    return {
        "turns": len(turns),
        "asks": len(asks),
        "turns_without_ask": sum(not turn.reading.asks and not turn.reading.concluding for turn in turns),
        "asks_by_meaning": sum(ask.confidence < 1 for ask in asks),
        "asks_absent": sum(ask.kind is AskKind.ABSENT for ask in asks),
        "asks_repeated": sum(ask.kind is AskKind.REPEAT for ask in asks),
        "leak_attempts": sum(ask.kind is AskKind.LEAK for ask in asks),
        "reader_fallbacks": sum(turn.reading.fallback for turn in turns),
        "voice_rejected": sum(bool(turn.rejected) for turn in turns),
        "judge_invalid": sum(line.matches is None for line in verdicts),
    }


def aggregate(metric: Metric, lines: Sequence[ScoreLine]) -> dict[str, Any]:
    """Mean, interval and counts of one metric."""
    by_case: dict[str, list[float]] = {}
    statuses: Counter[Status] = Counter()
    for line in lines:
        score = line.scores[metric]
        statuses[score.status] += 1
        if score.value is not None:
            by_case.setdefault(line.case, []).append(score.value)
    values = [value for group in by_case.values() for value in group]
    interval = bootstrap_interval(by_case)
    return {
        "mean": _mean(values),
        "ci95": None if interval is None else [round(bound, 6) for bound in interval],
        **{status.value: statuses[status] for status in Status},
        "mean_failures_as_0": _mean(values + [0.0] * statuses[Status.FAILED]),
    }


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 6) if values else None


def scores_csv(lines: Sequence[ScoreLine]) -> str:
    """A row a dialogue: case, trial, stop reason, rounds, the six values (empty where there is none) and statuses."""
    import pandas as pd

    columns = ["case", "trial", "stop_reason", "rounds", *Metric, *(f"{metric}_status" for metric in Metric)]
    rows = [
        [line.case, line.trial, line.stop_reason.value, line.rounds]
        + [line.scores[metric].value for metric in Metric]
        + [line.scores[metric].status.value for metric in Metric]
        for line in lines
    ]
    table: str = pd.DataFrame(rows, columns=columns).to_csv(index=False, float_format="%.6f")
    return table
