"""The multi-turn diagnostic dialogue (``eval_diag.py``): a case is consulted, six scores."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from agents.casting import CONSULTING, PatientModels, patient_side
from eval.hazards import Flag, flags
from eval.journal import JudgeLine, JudgementLine, Key
from eval.judge import judge_targets
from eval.metrics import Credit, credits, score_dialogue
from eval.scores import DIALOGUE, Metric, Score
from eval.task import Judged, Judges, Task
from eval.taxonomy import Fault
from sp_sim.encoder import CachedEncoder
from sp_sim.library import LoadedCase
from sp_sim.record import Hazard, facts_of_token
from sp_sim.roles import IntentRecognizer, Patient
from sp_sim.transcript import Transcript, Turn

MIN_ROUNDS = 20
CONCLUSION_LOST = {Metric.DIAGNOSIS: Fault.UNLABELLED, Metric.TREATMENT: Fault.OMISSION}
"""A treatment that is not given is left out; why a diagnosis was missed no rule can tell."""


class Dialogue(Task):
    """A consultation of a standardized patient, of at most the larger of 20 and twice the expected rounds."""

    metrics = DIALOGUE
    troupe = CONSULTING
    lost = CONCLUSION_LOST

    def opening(self, exercise: LoadedCase, trial: int) -> str:
        return exercise.record.patient.opening

    def max_rounds(self, exercise: LoadedCase) -> int:
        return self.setup.max_rounds or max(MIN_ROUNDS, 2 * exercise.record.reference.expected_rounds)

    def patient_side(
        self, exercise: LoadedCase, encoder: CachedEncoder, models: PatientModels
    ) -> tuple[IntentRecognizer, Patient]:
        return patient_side(exercise, encoder, models)

    def credit(self, exercise: LoadedCase, turns: Sequence[Turn]) -> Mapping[str, int]:
        return credit_of(turns[-1].round, credits(turns, exercise.record))

    def judge(
        self, models: Judges, key: Key, exercise: LoadedCase, conclusion: str, done: frozenset[str]
    ) -> AsyncIterator[JudgeLine]:
        return judge_targets(models.judge, key, exercise.record, conclusion, done)

    def score(self, exercise: LoadedCase, transcript: Transcript, judged: Judged) -> Mapping[Metric, Score]:
        found = verdicts(judged) if self.setup.judge != "rules" else None
        return score_dialogue(transcript, exercise.record, exercise.terminology, found)

    def faults(
        self, exercise: LoadedCase, transcript: Transcript, scores: Mapping[Metric, Score], judged: Judged
    ) -> Mapping[Metric, Fault]:
        return {**super().faults(exercise, transcript, scores, judged), Metric.COMPLETENESS: Fault.OMISSION}

    def hazards(self, exercise: LoadedCase) -> Sequence[Hazard]:
        return exercise.record.reference.hazards

    def flags(self, exercise: LoadedCase, transcript: Transcript) -> tuple[Flag, ...]:
        return flags_of(exercise, transcript)

    def view(self, exercise: LoadedCase, transcript: Transcript) -> dict[str, Any]:
        """``checklist``: the facts with weight in the order of the record; ``credit``: what each turn earned, by fact;
        ``order``: the tiers of the inquiry, each token with the round that first asked for it (None: never)."""
        record = exercise.record
        earned = credits(transcript.turns, record)
        reference, facts = record.reference, record.patient.facts

        def asked(token: str) -> int | None:
            return min((earned[f.id].round for f in facts_of_token(token, facts) if f.id in earned), default=None)

        return {
            "question": False,
            "expected_rounds": reference.expected_rounds,
            "checklist": [
                {
                    "id": fact.id,
                    "name": fact.name,
                    "category": fact.category.value,
                    "phase": reference.marks[fact.id].phase.value,
                    "weight": record.weight(fact.id),
                }
                for fact in facts
                if record.weight(fact.id)
            ],
            "credit": [credit_of(turn.round, earned) for turn in transcript.turns],
            "order": [[{"token": token, "round": asked(token)} for token in tier] for tier in reference.order],
        }


def credit_of(number: int, earned: Mapping[str, Credit]) -> dict[str, int]:
    """What one round earned, by fact."""
    return {fact: credit.points for fact, credit in earned.items() if credit.round == number}


def flags_of(exercise: LoadedCase, transcript: Transcript) -> tuple[Flag, ...]:
    """The flags of a dialogue's conclusion; none where it has none."""
    conclusion = transcript.conclusion
    return () if conclusion is None else flags(conclusion, exercise.record, exercise.terminology)


def verdicts(judged: Judged) -> dict[str, Any]:
    """The matches of a judge, by purpose."""
    return {name: line.matches for name, line in judged.items() if isinstance(line, JudgementLine)}
