"""Items (``eval_qa.py --data``): questions with options, free answers, recorded consultations; safety among them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from agents.casting import PatientModels, Subject, Troupe
from agents.doctors.choosing import ChoosingBaseline
from agents.doctors.scripted import ScriptedDoctor
from agents.examiner import RecordedPatient
from eval.items.asking import answer_of, asked, example, order, orders
from eval.items.choice import ChoiceTally, score_choice
from eval.items.extraction import extract_with
from eval.items.files import load_items
from eval.items.item import Item
from eval.items.open import score_open
from eval.items.recording import score_recording
from eval.journal import ExtractionLine, JudgeLine, Key, RatingLine
from eval.metrics import failed
from eval.rating import main_error, rate, score_rating
from eval.scores import Metric, Score, Status
from eval.task import Judged, Judges, Task
from eval.taxonomy import Fault, fault_of_reply
from sp_sim.encoder import CachedEncoder, make_encoder
from sp_sim.errors import InputError
from sp_sim.roles import Doctor, IntentRecognizer, Patient
from sp_sim.terminology import builtin
from sp_sim.transcript import StopReason, Transcript

RECORDED = "recorded"
"""The doctor of a recorded consultation: says what it said."""


def _baseline(item: Subject, trial: int) -> Doctor:
    return ChoosingBaseline(item.language)


def _recorded(item: Item, trial: int) -> Doctor:
    return ScriptedDoctor([line.text for line in item.consultation if line.speaker == "doctor"])


class Items(Task):
    """One answer to each item; which metrics apply depends on what the item holds (see ``eval.items``)."""

    metrics = (
        Metric.LENIENT, Metric.STRICT, Metric.FORMAT, Metric.SAFETY,
        Metric.MACRO_RECALL, Metric.SENTENCE_SIMILARITY, Metric.BERTSCORE, Metric.RECALL_AND_SIMILARITY,
        Metric.KEY_PRECISION, Metric.KEY_RECALL, Metric.KEY_F1,
        Metric.COVERAGE, Metric.ENTITY_RECALL, Metric.JUDGED,
    )  # fmt: skip

    @cached_property
    def troupe(self) -> Troupe:  # type: ignore[override]
        return Troupe("items", {"baseline": _baseline, "oracle": self._oracle, RECORDED: _recorded})

    def _oracle(self, item: Item, trial: int) -> Doctor:
        return ScriptedDoctor([answer_of(item, self._order(item, trial))])

    def _order(self, item: Item, trial: int) -> tuple[int, ...]:
        return order(item, self.setup.rotations, trial)

    @cached_property
    def _encoder(self) -> CachedEncoder:
        return make_encoder(self.setup.encoder, self.setup.base_url)

    def presentations(self, exercise: Item) -> int:
        return orders(exercise, self.setup.rotations)

    def opening(self, exercise: Item, trial: int) -> str:
        if exercise.consultation:
            first = exercise.consultation[0]
            return first.text if first.speaker == "patient" else ""
        return asked(exercise, self._order(exercise, trial))

    def max_rounds(self, exercise: Item) -> int:
        return sum(line.speaker == "doctor" for line in exercise.consultation) or 1

    def patient_side(
        self, exercise: Item, encoder: CachedEncoder, models: PatientModels
    ) -> tuple[IntentRecognizer, Patient]:
        if not exercise.consultation:
            return super().patient_side(exercise, encoder, models)
        patient = RecordedPatient([(line.speaker, line.text) for line in exercise.consultation])
        return patient, patient

    def score(self, exercise: Item, transcript: Transcript, judged: Judged) -> Mapping[Metric, Score]:
        if transcript.stop is StopReason.FAILED:
            return failed(self.metrics, transcript)
        scores = dict.fromkeys(self.metrics, Score.without_value(Status.NOT_APPLICABLE, "not for this kind of item"))
        if exercise.consultation:
            return scores | score_recording(exercise, transcript, builtin(), self._encoder)
        reply = transcript.conclusion or ""
        if exercise.options:
            return scores | score_choice(exercise, self._order(exercise, transcript.trial), reply)
        values = self._values(judged)
        scores |= score_open(exercise, reply, builtin(), self._encoder, self.setup.recall_weight, values)
        if exercise.key_values and self.setup.extractor != "rules" and values is None:
            invalid = Score.without_value(Status.UNSCORED, "the extractor gave nothing valid")
            scores |= dict.fromkeys((Metric.KEY_PRECISION, Metric.KEY_RECALL, Metric.KEY_F1), invalid)
        if self.setup.judge != "rules":
            rating = judged.get("rating")
            scores[Metric.JUDGED] = score_rating(rating if isinstance(rating, RatingLine) else None)
        return scores

    async def judge(
        self, models: Judges, key: Key, exercise: Item, conclusion: str, done: frozenset[str]
    ) -> AsyncIterator[JudgeLine]:
        """Ratings of free answers and what is extracted from them; options need neither."""
        if models.judge and not exercise.options and "rating" not in done:
            reference = {"answer": exercise.answer, "points": exercise.key_points}
            question = asked(exercise, ())
            yield await rate(models.judge, key, question, reference, conclusion, self.setup.judge_repeats)
        if models.extractor and exercise.key_values and "extraction" not in done:
            started = time.perf_counter()
            values, usage = await extract_with(models.extractor, conclusion, list(exercise.key_values))
            yield ExtractionLine(
                case=key[0],
                trial=key[1],
                extractor=models.extractor.name,
                values=values,
                usage=usage.taking(time.perf_counter() - started),
            )

    def faults(
        self, exercise: Item, transcript: Transcript, scores: Mapping[Metric, Score], judged: Judged
    ) -> Mapping[Metric, Fault]:
        """The answer to a question with options is one point, its form another; of a free answer each point is one."""
        whole = fault_of_reply(transcript.conclusion or "", exercise.language)
        if exercise.options:
            if not scores[Metric.LENIENT].details["answered"]:
                return {Metric.LENIENT: whole or Fault.UNANSWERED}
            return {Metric.LENIENT: whole or Fault.UNLABELLED, Metric.FORMAT: Fault.FORMAT}
        named = Metric.MACRO_RECALL if exercise.key_points else Metric.KEY_RECALL
        rating = judged.get("rating")
        found = main_error(rating) if isinstance(rating, RatingLine) else None
        return {named: whole or found or Fault.OMISSION, Metric.COVERAGE: Fault.OMISSION}

    @cached_property
    def _tally(self) -> ChoiceTally:
        return ChoiceTally()

    def observe(self, exercise: Item, transcript: Transcript, scores: Mapping[Metric, Score]) -> None:
        if exercise.options:
            self._tally.add(exercise, scores)

    def summary(self) -> dict[str, Any]:
        return self._tally.summary()

    def _values(self, judged: Judged) -> Mapping[str, Sequence[str]] | None:
        """What the run's extractor found; None where it found nothing valid, or rules are to find it."""
        line = judged.get("extraction")
        return line.values if self.setup.extractor != "rules" and isinstance(line, ExtractionLine) else None

    def view(self, exercise: Item, transcript: Transcript) -> dict[str, Any]:
        return super().view(exercise, transcript) | {
            "question": not exercise.consultation,
            "expected_rounds": self.max_rounds(exercise),
        }

    def load(self, paths: Sequence[Path]) -> tuple[Sequence[Item], Sequence[object]]:
        items, warnings = load_items(paths, self.setup.format)
        for item in items:
            if bool(item.consultation) != (self.setup.doctor == RECORDED):
                got = "a recorded consultation" if item.consultation else "a question"
                expected = f"--doctor {RECORDED}" if item.consultation else "a doctor to answer it"
                raise InputError(
                    f"{item.path}:{item.line}: got {got} with --doctor {self.setup.doctor}, expected {expected}"
                )
        return with_examples(items, self.setup.shots), warnings


def with_examples(items: Sequence[Item], shots: int) -> list[Item]:
    """The items, each with the first ``shots`` of its kind and language as examples, which are not asked themselves."""
    kinds: dict[tuple[object, ...], list[Item]] = {}
    for item in items:
        kinds.setdefault((item.case_type, item.language), []).append(item)
    if too_few := next((name for name, found in kinds.items() if len(found) <= shots), None):
        raise InputError(f"--shots {shots}: got {len(kinds[too_few])} items of {too_few[0]!r}, expected more than that")
    return [
        item.model_copy(update={"examples": tuple(example(one) for one in found[:shots])})
        for found in kinds.values()
        for item in found[shots:]
    ]
