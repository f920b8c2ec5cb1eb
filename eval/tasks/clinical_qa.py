"""Single-turn clinical QA (``eval_qa.py``): all of a case at once, one answer, diagnosis and treatment."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from agents.casting import Subject, Troupe
from agents.doctors.answering import AnsweringBaseline
from agents.doctors.oracle import conclusion
from agents.doctors.scripted import ScriptedDoctor
from eval.hazards import Flag
from eval.journal import JudgeLine, Key
from eval.judge import judge_targets
from eval.metrics import failed, score_conclusion
from eval.scores import Metric, Score
from eval.task import Judged, Judges, Task
from eval.tasks.dialogue import CONCLUSION_LOST, flags_of, verdicts
from eval.tasks.vignette import vignette
from sp_sim.library import LoadedCase
from sp_sim.record import Category, Hazard
from sp_sim.roles import Doctor
from sp_sim.terminology import builtin
from sp_sim.transcript import StopReason, Transcript


def _baseline(case: Subject, trial: int) -> Doctor:
    return AnsweringBaseline(builtin(), case.language)


def _oracle(case: LoadedCase, trial: int) -> Doctor:
    return ScriptedDoctor([conclusion(case.record)])


class ClinicalQA(Task):
    """Complaint, symptoms and histories, tests and examination (or with context ``q`` the complaint alone); one answer.

    Scored for diagnosis and treatment as the conclusion of a dialogue is. Who is told the complaint alone, and cannot
    ask, is not held against the hazards.
    """

    metrics = (Metric.DIAGNOSIS, Metric.TREATMENT)
    lost = CONCLUSION_LOST
    troupe = Troupe("qa", {"baseline": _baseline, "oracle": _oracle})

    def opening(self, exercise: LoadedCase, trial: int) -> str:
        return vignette(exercise.record, tuple(Category) if self.setup.context == "full" else ())

    def judge(
        self, models: Judges, key: Key, exercise: LoadedCase, conclusion: str, done: frozenset[str]
    ) -> AsyncIterator[JudgeLine]:
        return judge_targets(models.judge, key, exercise.record, conclusion, done)

    def score(self, exercise: LoadedCase, transcript: Transcript, judged: Judged) -> Mapping[Metric, Score]:
        if transcript.stop is StopReason.FAILED:
            return failed(self.metrics, transcript)
        found = verdicts(judged) if self.setup.judge != "rules" else None
        return score_conclusion(transcript, exercise.record, exercise.terminology, found)

    def hazards(self, exercise: LoadedCase) -> Sequence[Hazard]:
        return exercise.record.reference.hazards if self.setup.context == "full" else ()

    def flags(self, exercise: LoadedCase, transcript: Transcript) -> tuple[Flag, ...]:
        return flags_of(exercise, transcript) if self.setup.context == "full" else ()
