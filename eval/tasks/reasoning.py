"""Clinical diagnostic reasoning (``eval_reason.py``): which tests would the doctor order for what the patient tells?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from agents.casting import PatientModels, Subject, Troupe, patient_side
from agents.doctors.answering import OrderingBaseline
from agents.doctors.oracle import question
from agents.doctors.scripted import ScriptedDoctor
from agents.examiner import Examiner
from agents.intent import LocalRecognizer
from eval.metrics import failed
from eval.scores import Evidence, Metric, Score, Status
from eval.task import Judged, Task
from eval.tasks.vignette import vignette
from eval.taxonomy import Fault
from sp_sim.encoder import CachedEncoder
from sp_sim.library import LoadedCase
from sp_sim.record import TESTS, Category, Fact
from sp_sim.roles import Doctor, IntentRecognizer, Patient
from sp_sim.terminology import builtin
from sp_sim.transcript import Ask, AskKind, Reading, StopReason, Transcript

_TOLD = frozenset(Category) - TESTS
"""What the patient tells: symptoms and histories."""

_LOST = {Metric.TEST_RECALL: Fault.OMISSION, Metric.SYMPTOM_RECALL: Fault.OMISSION}


def _baseline(case: Subject, trial: int) -> Doctor:
    return OrderingBaseline(builtin(), case.language)


def _oracle(case: LoadedCase, trial: int) -> Doctor:
    record = case.record
    wanted = [fact for fact in record.patient.facts if fact.category in {*TESTS, Category.SYMPTOM}]
    return ScriptedDoctor([question(wanted, record.language)])


class Reasoning(Task):
    """Complaint, symptoms and histories (or with context ``q`` the complaint alone); the doctor lists tests.

    With context ``q`` it lists the symptoms to ask about, too. Names are read by the patient's own reader, so that
    one that is less precise than recorded, or a group, counts as it does in a dialogue.
    """

    metrics = (
        Metric.TEST_RECALL, Metric.TEST_PRECISION, Metric.TEST_F1,
        Metric.WEIGHTED_RECALL, Metric.WEIGHTED_PRECISION, Metric.WEIGHTED_F1, Metric.SYMPTOM_RECALL,
    )  # fmt: skip
    lost = _LOST
    troupe = Troupe("reason", {"baseline": _baseline, "oracle": _oracle})

    def opening(self, exercise: LoadedCase, trial: int) -> str:
        return vignette(exercise.record, _TOLD if self.setup.context == "full" else ())

    def patient_side(
        self, exercise: LoadedCase, encoder: CachedEncoder, models: PatientModels
    ) -> tuple[IntentRecognizer, Patient]:
        recognizer, _ = patient_side(exercise, encoder)
        assert isinstance(recognizer, LocalRecognizer)
        return _ListReader(recognizer), Examiner()

    def score(self, exercise: LoadedCase, transcript: Transcript, judged: Judged) -> Mapping[Metric, Score]:
        if transcript.stop is StopReason.FAILED:
            return failed(self.metrics, transcript)
        asks = [ask for turn in transcript.turns for ask in turn.reading.asks]
        record = exercise.record
        tests = [fact for fact in record.patient.facts if fact.category in TESTS]
        named = [ask for ask in asks if ask.category in TESTS and ask.kind is not AskKind.REPORTS]
        weights = {fact.id: record.weight(fact.id) for fact in tests}
        recall, weighted_recall = _recall(tests, dict.fromkeys(weights, 1), asks), _recall(tests, weights, asks)
        precision, useful = _precision(named, weights), _precision(named, {f for f, w in weights.items() if w})
        symptoms = [fact for fact in record.patient.facts if fact.category is Category.SYMPTOM]
        asked = _recall(symptoms, dict.fromkeys((fact.id for fact in symptoms), 1), asks)
        if self.setup.context == "full":
            asked = Score.without_value(Status.NOT_APPLICABLE, "the symptoms are told")
        return {
            Metric.TEST_RECALL: recall,
            Metric.TEST_PRECISION: precision,
            Metric.TEST_F1: f1(precision, recall),
            Metric.WEIGHTED_RECALL: weighted_recall,
            Metric.WEIGHTED_PRECISION: useful,
            Metric.WEIGHTED_F1: f1(useful, weighted_recall),
            Metric.SYMPTOM_RECALL: asked,
        }


class _ListReader:
    """Reads one answer for all that it names, and ends the dialogue."""

    def __init__(self, recognizer: LocalRecognizer) -> None:
        self._recognizer = recognizer

    async def read(self, utterance: str, told: frozenset[str]) -> Reading:
        return Reading(concluding=True, asks=self._recognizer.named(utterance))


def _recall(facts: Sequence[Fact], weights: Mapping[str, int], asks: Sequence[Ask]) -> Score:
    """Weight of the facts that were named ÷ weight of all; an item in several rows counts with each of them."""
    total = sum(weights[fact.id] for fact in facts)
    if not total:
        return Score.without_value(Status.NOT_APPLICABLE, "the record has nothing of the kind")
    by = {fact: ask.mention for ask in reversed(asks) for fact in ask.facts}
    evidence = tuple(
        Evidence(
            round=int(fact.id in by),
            text=by.get(fact.id, fact.id),
            reason=fact.id if fact.id in by else "not named",
            points=float(weights[fact.id] * (fact.id in by)),
        )
        for fact in facts
        if weights[fact.id]
    )
    got = sum(weights[fact.id] for fact in facts if fact.id in by)
    return Score(value=got / total, status=Status.SCORED, evidence=evidence, details={"named": got, "of": total})


def _precision(named: Sequence[Ask], right: Collection[str]) -> Score:
    """Tests named that bring up one of the ``right`` facts ÷ all tests named; 0 where none is named."""
    hits = {(ask.category, ask.mention): any(fact in right for fact in ask.facts) for ask in named}
    evidence = tuple(
        Evidence(round=1, text=mention, reason="on record" if hit else "not on record", points=float(hit))
        for (_, mention), hit in hits.items()
    )
    value = sum(hits.values()) / len(hits) if hits else 0.0
    return Score(value=value, status=Status.SCORED, evidence=evidence, details={"named": float(len(hits))})


def f1(precision: Score, recall: Score) -> Score:
    """The harmonic mean of precision and recall (van Rijsbergen); 0 where both are."""
    if precision.value is None or recall.value is None:
        return Score.without_value(Status.NOT_APPLICABLE, "precision or recall does not apply")
    total = precision.value + recall.value
    value = 2 * precision.value * recall.value / total if total else 0.0
    reason = f"precision {precision.value:.2f}, recall {recall.value:.2f}"
    return Score(value=value, status=Status.SCORED, evidence=(Evidence(round=1, text="", reason=reason),))
