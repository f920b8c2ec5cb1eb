"""What is asked of a doctor, and what the answer is worth: the tasks, and the exercises that a run is made of.

A run does one task on many exercises. A case is consulted (``diag``), answered at once from all that is known
(``qa``) or worked up (``reason``); items are answered (``items``). All are played as dialogues: a question is a
dialogue of one round, so journal, resume, budgets, report and comparison are the same for all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from agents.casting import PatientModels, Troupe
from agents.examiner import Examiner
from eval.hazards import Flag
from eval.journal import JudgeLine, Key
from eval.scores import Metric, Score
from eval.taxonomy import Fault, fault_of_reply
from sp_sim.encoder import CachedEncoder
from sp_sim.errors import InputError
from sp_sim.model import ChatModel
from sp_sim.record import Hazard, Language
from sp_sim.roles import IntentRecognizer, Patient
from sp_sim.transcript import Transcript, Turn

if TYPE_CHECKING:
    from eval.simulation import Setup


class Exercise(Protocol):
    """What a doctor is measured on once, a case or an item, and the file that it was read from.

    ``content`` is all that the measuring depends on, as text: what its hash is made of.
    """

    @property
    def id(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def case_type(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def language(self) -> Language: ...
    @property
    def content(self) -> str: ...


Judged = Mapping[str, JudgeLine]
"""What models said of one conclusion, by what they were asked; empty where none was."""


@dataclass(frozen=True)
class Judges:
    """The models that are asked about conclusions; None: rules do it."""

    judge: ChatModel | None
    extractor: ChatModel | None

    def __bool__(self) -> bool:
        return bool(self.judge or self.extractor)


class Task:
    """One kind of task, made of the settings of a run. Here: one question, one answer, nobody to ask back.

    ``metrics`` are all that it can score, in the order in which they are shown; ``troupe`` are the doctors made for
    it, and how a chat model is briefed; ``lost`` labels lost points by metric where the reply as a whole tells no more.
    """

    metrics: ClassVar[Sequence[Metric]]
    troupe: Troupe
    lost: ClassVar[Mapping[Metric, Fault]] = {}

    def __init__(self, setup: Setup) -> None:
        self.setup = setup

    def presentations(self, exercise: Any) -> int:
        """In how many ways the exercise is put; trial n puts it in the n-th of them, over and over."""
        return 1

    def opening(self, exercise: Any, trial: int) -> str:
        """What the doctor is told first."""
        raise NotImplementedError

    def max_rounds(self, exercise: Any) -> int:
        """The limit of rounds."""
        return 1

    def patient_side(
        self, exercise: Any, encoder: CachedEncoder, models: PatientModels
    ) -> tuple[IntentRecognizer, Patient]:
        """Who hears the doctor, and who answers."""
        examiner = Examiner()
        return examiner, examiner

    def credit(self, exercise: Any, turns: Sequence[Turn]) -> Mapping[str, int]:
        """The points that the last of these turns earned, by fact."""
        return {}

    async def judge(
        self, models: Judges, key: Key, exercise: Any, conclusion: str, done: frozenset[str]
    ) -> AsyncIterator[JudgeLine]:
        """Asks the run's models about a conclusion whatever ``done`` does not name yet."""
        return
        yield

    def score(self, exercise: Any, transcript: Transcript, judged: Judged) -> Mapping[Metric, Score]:
        """All metrics of the task; where the run has a judge, by what it said."""
        raise NotImplementedError

    def faults(
        self, exercise: Any, transcript: Transcript, scores: Mapping[Metric, Score], judged: Judged
    ) -> Mapping[Metric, Fault]:
        """The label of the lost points of each metric; of those of other metrics none is counted."""
        whole = fault_of_reply(transcript.conclusion or "", exercise.language)
        return {metric: whole or fault for metric, fault in self.lost.items()}

    def observe(self, exercise: Any, transcript: Transcript, scores: Mapping[Metric, Score]) -> None:
        """Takes note of a scored dialogue, for ``summary``."""

    def summary(self) -> dict[str, Any]:
        """What only all dialogues that were observed show; stands in ``summary.json`` beside the metrics."""
        return {}

    def hazards(self, exercise: Any) -> Sequence[Hazard]:
        """What a conclusion must not contradict."""
        return ()

    def flags(self, exercise: Any, transcript: Transcript) -> tuple[Flag, ...]:
        """Where the conclusion does; apart from the scores."""
        return ()

    def view(self, exercise: Any, transcript: Transcript) -> dict[str, Any]:
        """What a view of the dialogue shows of the exercise (see ``eval.replay``)."""
        return {
            "question": True,
            "expected_rounds": 1,
            "checklist": [],
            "credit": [{} for _ in transcript.turns],
            "order": [],
        }

    def load(self, paths: Sequence[Path]) -> tuple[Sequence[Any], Sequence[object]]:
        """The exercises in files and folders, and warnings. Raises ``InputError`` for what cannot be read."""
        from sp_sim.library import load

        return load(paths)


_TASKS = {
    "diag": "eval.tasks.dialogue:Dialogue",
    "qa": "eval.tasks.clinical_qa:ClinicalQA",
    "reason": "eval.tasks.reasoning:Reasoning",
    "items": "eval.tasks.items:Items",
}


def task_of(setup: Setup) -> Task:
    """The task that the settings name."""
    return _class_of(setup.task)(setup)


def metrics_of(task: str) -> Sequence[Metric]:
    """The metrics of a task, by its name as ``run.json`` has it."""
    return _class_of(task).metrics


def _class_of(name: str) -> type[Task]:
    if name not in _TASKS:
        raise InputError(f"task: got {name!r}, expected one of {', '.join(_TASKS)}")
    module, _, found = _TASKS[name].partition(":")
    task: type[Task] = getattr(import_module(module), found)
    return task
