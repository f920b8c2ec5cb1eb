"""From the scores of all dialogues to the numbers of a run."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from eval.folder import ScoreLine
from eval.journal import JudgeLine, is_invalid
from eval.meter import Prices, costs_of
from eval.scores import Metric, Status
from eval.statistics import bootstrap_interval
from eval.task import Exercise
from eval.taxonomy import Fault, distribution
from sp_sim.record import Hazard, HazardKind
from sp_sim.transcript import AskKind, Role, StopReason, Transcript, Usage


class Tally:
    """Takes the dialogues of a run one by one and keeps of each no more than its numbers."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics
        self._rows: list[tuple[str, int, StopReason, int, tuple[tuple[float | None, Status], ...]]] = []
        self._groups: dict[str, dict[str, set[str]]] = {"case_type": {}, "department": {}, "language": {}}
        self._audit: Counter[str] = Counter()
        self._faults: Counter[Fault] = Counter()
        self._hazards: Counter[str] = Counter()

    def add(
        self,
        case: Exercise,
        line: ScoreLine,
        transcript: Transcript,
        judged: Sequence[JudgeLine],
        hazards: Sequence[Hazard] = (),
    ) -> None:
        """``hazards``: what the conclusion of the dialogue was held against."""
        scores = tuple((line.scores[metric].value, line.scores[metric].status) for metric in self._metrics)
        self._rows.append((line.case, line.trial, line.stop_reason, line.rounds, scores))
        for by, found in self._groups.items():
            found.setdefault(str(getattr(case, by)), set()).add(case.id)
        self._audit.update(audit(transcript, judged))
        self._faults.update(e.fault for score in line.scores.values() for e in score.evidence if e.fault)
        if hazards and line.stop_reason is StopReason.CONCLUDED:
            self._hazards.update(_hazard_counts(hazards, line))

    def summary(
        self, unfinished: int, spent: Mapping[Role, Usage], models: Mapping[str, str], prices: Prices
    ) -> dict[str, Any]:
        """The numbers of ``summary.json``.

        A mean is over ``scored`` values only, null where there is none; ``mean_failures_as_0`` counts each failed
        dialogue as 0. ``ci95`` is null for fewer than two cases. ``rounds.mean`` leaves failed dialogues out. Tokens
        and costs are all that was spent, also on dialogues that failed or are unfinished; a cost is null where a
        model that was called has no price. ``hazards`` counts concluded dialogues on cases that have any and those of
        them with a flag, and by kind the hazards and those that were run into.
        """
        stops = Counter(stop for _, _, stop, _, _ in self._rows)
        rounds = [rounds for _, _, stop, rounds, _ in self._rows if stop is not StopReason.FAILED]
        cases = len({case for case, *_ in self._rows})
        costs = costs_of(spent, models, prices)
        total = None if None in costs.values() else round(sum(cost or 0.0 for cost in costs.values()), 6)
        return {
            "cases": cases,
            "dialogues": len(self._rows),
            "concluded": stops[StopReason.CONCLUDED],
            "failed": stops[StopReason.FAILED],
            "unfinished": unfinished,
            "stop_reasons": {reason.value: stops[reason] for reason in StopReason},
            "metrics": {metric.value: self._aggregate(i) for i, metric in enumerate(self._metrics)},
            "by": {
                by: {name: self._of_group(cases) for name, cases in sorted(found.items())}
                for by, found in self._groups.items()
                if len(found) > 1
            },
            "rounds": {"mean": _mean(rounds)},
            "tokens": {role.value: usage.model_dump() for role, usage in spent.items()},
            "cost": {
                "total": total,
                "by_role": {role.value: cost for role, cost in costs.items()},
                "per_case": _share(total, cases),
                "per_concluded": _share(total, stops[StopReason.CONCLUDED]),
            },
            "errors": distribution(self._faults),
            "hazards": {
                "dialogues": self._hazards["dialogues"],
                "flagged": self._hazards["flagged"],
                **{
                    kind.value: {"hazards": self._hazards[kind], "flagged": self._hazards[f"{kind} flagged"]}
                    for kind in HazardKind
                    if self._hazards[kind]
                },
            },
            "audit": dict(self._audit),
        }

    def _of_group(self, cases: Set[str]) -> dict[str, Any]:
        """Cases, and mean, interval and number of each metric that has a value in a group of cases."""
        found = {metric.value: self._aggregate(i, cases) for i, metric in enumerate(self._metrics)}
        kept = ("mean", "ci95", "scored")
        shown = {name: {key: of[key] for key in kept} for name, of in found.items() if of["scored"]}
        return {"cases": len(cases), "metrics": shown}

    def _aggregate(self, i: int, among: Set[str] | None = None) -> dict[str, Any]:
        """Mean, interval and counts of one metric, over all cases or some."""
        by_case: dict[str, list[float]] = {}
        statuses: Counter[Status] = Counter()
        for case, _, _, _, scores in self._rows:
            if among is not None and case not in among:
                continue
            value, status = scores[i]
            statuses[status] += 1
            if value is not None:
                by_case.setdefault(case, []).append(value)
        values = [value for group in by_case.values() for value in group]
        interval = bootstrap_interval(by_case)
        return {
            "mean": _mean(values),
            "ci95": None if interval is None else [round(bound, 6) for bound in interval],
            **{status.value: statuses[status] for status in Status},
            "mean_failures_as_0": _mean(values + [0.0] * statuses[Status.FAILED]),
        }

    def csv(self) -> Iterator[str]:
        """A row a dialogue: case, trial, stop reason, rounds, the six values (empty where none) and statuses."""
        lines = io.StringIO()
        table = csv.writer(lines, lineterminator="\n")
        statuses = (f"{metric}_status" for metric in self._metrics)
        table.writerow(["case", "trial", "stop_reason", "rounds", *self._metrics, *statuses])
        for case, trial, stop, rounds, scores in self._rows:
            values = ["" if value is None else f"{value:.6f}" for value, _ in scores]
            table.writerow([case, trial, stop.value, rounds, *values, *(status.value for _, status in scores)])
        yield lines.getvalue()


def audit(transcript: Transcript, judged: Sequence[JudgeLine]) -> dict[str, int]:
    """The simulator's own doubts: how the turns of a dialogue were read, in counts."""
    turns = transcript.turns
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
        "judge_invalid": sum(is_invalid(line) for line in judged),
    }


def _hazard_counts(hazards: Sequence[Hazard], line: ScoreLine) -> Counter[str]:
    """One dialogue, its hazards by kind, and those that have a flag."""
    hit = {(flag.kind, flag.because) for flag in line.flags}
    counts = Counter({"dialogues": 1, "flagged": int(bool(hit))})
    for hazard in hazards:
        counts[hazard.kind] += 1
        counts[f"{hazard.kind} flagged"] += (hazard.kind, hazard.because) in hit
    return counts


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 6) if values else None


def _share(total: float | None, parts: int) -> float | None:
    return None if total is None or not parts else round(total / parts, 6)
