"""Calibration: does each metric fall for the flaw that it is there to find, and for no other?

The oracle and doctors with one known flaw each consult every case. A table of expectations says which metric each flaw
lowers and which it leaves alone; what does not hold is a finding about the metric, the rules, or the case.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from agents.casting import patient_side
from agents.doctors.flawed import FLAWS
from agents.doctors.oracle import OracleDoctor
from agents.doctors.scripted import ScriptedDoctor
from eval.metrics import score_dialogue
from eval.scores import DIALOGUE, Metric, Score
from eval.tasks.dialogue import MIN_ROUNDS
from sp_sim.dialogue import consult
from sp_sim.encoder import CachedEncoder
from sp_sim.library import LoadedCase
from sp_sim.roles import Cast, Doctor
from sp_sim.transcript import Transcript

TOLERANCE = 0.011
"""How far a metric may move and still count as unchanged."""
ORACLE = "oracle"


class Effect(StrEnum):
    """What a flaw does to a metric, compared with the oracle on the same case."""

    SAME = "="  # unchanged on every case
    LOWER = "<"  # lower on every case where the metric applies
    NONE = "0"  # nothing left on any case
    FREE = "~"  # may fall, depending on the case; never rises


_C, _B, _G, _D, _T, _A = DIALOGUE
_S, _L, _N, _F = Effect


def _effects(*effects: Effect) -> Mapping[Metric, Effect]:
    return dict(zip(DIALOGUE, effects, strict=True))


EXPECTED: Mapping[str, Mapping[Metric, Effect]] = {
    # completeness, order of inquiry, guidance, diagnosis, treatment, rounds
    ORACLE: _effects(_S, _S, _S, _S, _S, _S),
    "asks no tests": _effects(_L, _F, _N, _S, _S, _S),
    "reverse order": _effects(_S, _L, _S, _S, _S, _S),
    "vague": _effects(_L, _L, _F, _S, _S, _S),
    "shotgun": _effects(_S, _L, _S, _S, _S, _S),
    "repeats itself": _effects(_S, _S, _S, _S, _S, _F),
    "wrong diagnosis": _effects(_S, _S, _S, _N, _S, _S),
    "wrong side": _effects(_S, _S, _S, _N, _S, _S),
    "no treatment": _effects(_S, _S, _S, _S, _N, _S),
    "twice the rounds": _effects(_S, _S, _S, _S, _S, _L),
    "never concludes": _effects(_S, _S, _S, _N, _N, _N),
    "concludes at once": _effects(_N, _N, _N, _S, _S, _S),
    "asks for the diagnosis": _effects(_N, _N, _N, _N, _N, _S),
    "asks nothing": _effects(_N, _N, _N, _N, _N, _S),
}


@dataclass
class Calibration:
    """Means by flaw and metric (None: applies to no case), and what went against expectation, a line each."""

    means: dict[str, dict[Metric, float | None]] = field(default_factory=dict)
    cases: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


def calibrate(cases: Sequence[LoadedCase], encoder: CachedEncoder) -> Calibration:
    """Runs the oracle and every flawed doctor on every case and holds the scores against the table."""
    return asyncio.run(_calibrate(cases, encoder))


async def _calibrate(cases: Sequence[LoadedCase], encoder: CachedEncoder) -> Calibration:
    values: dict[str, dict[Metric, list[float]]] = {flaw: {m: [] for m in DIALOGUE} for flaw in EXPECTED}
    result = Calibration(cases=dict.fromkeys(EXPECTED, 0))
    for case in cases:
        oracle = await _scores(case, OracleDoctor(case.record), encoder)
        for flaw, expected in EXPECTED.items():
            lines = FLAWS[flaw](case.record) if flaw != ORACLE else []
            if flaw != ORACLE and not lines:
                continue
            scores = oracle if flaw == ORACLE else await _scores(case, ScriptedDoctor(lines), encoder)
            result.cases[flaw] += 1
            for metric, effect in expected.items():
                best, found = oracle[metric].value, scores[metric].value
                if best is None or found is None:
                    continue
                values[flaw][metric].append(found)
                wanted = 1.0 if flaw == ORACLE else best
                if not _holds(effect, wanted, found):
                    result.violations.append(
                        f"{case.record.id}: {flaw}: {metric.value} is {found:.2f}, expected {effect.value} {wanted:.2f}"
                    )
    result.means = {
        flaw: {metric: sum(found) / len(found) if found else None for metric, found in by_metric.items()}
        for flaw, by_metric in values.items()
    }
    return result


def _holds(effect: Effect, best: float, found: float) -> bool:
    return {
        Effect.SAME: abs(found - best) <= TOLERANCE,
        Effect.LOWER: found < best - TOLERANCE,
        Effect.NONE: found <= TOLERANCE,
        Effect.FREE: found <= best + TOLERANCE,
    }[effect]


async def _scores(case: LoadedCase, doctor: Doctor, encoder: CachedEncoder) -> Mapping[Metric, Score]:
    record = case.record
    recognizer, patient = patient_side(case, encoder)
    rounds = max(MIN_ROUNDS, 2 * record.reference.expected_rounds)
    outcome = await consult(Cast(doctor, recognizer, patient, record.patient.opening, rounds))
    transcript = Transcript(
        case=record.id, trial=1, opening=record.patient.opening, turns=outcome.turns, stop=outcome.stop
    )
    return score_dialogue(transcript, record, case.terminology)
