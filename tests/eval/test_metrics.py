from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.folder import ScoreLine
from eval.metrics import Credit, credits, score_dialogue, standardization
from eval.scores import DIALOGUE, Metric, Score, Status
from eval.statistics import bootstrap_interval
from eval.summary import Tally
from sp_sim.library import LoadedCase
from sp_sim.record import CaseRecord, Mark, Phase
from sp_sim.terminology import builtin
from sp_sim.transcript import Ask, AskKind, Reading, StopReason, Transcript, Turn

CONCLUSION = "诊断：膀胱癌，左肾积水。治疗方案：膀胱根治性切除术、回肠通道术。"


def turn(number: int, *asks: tuple[AskKind, Sequence[str]], doctor: str = "？", concluding: bool = False) -> Turn:
    read = tuple(Ask(category=facts[0].split("/")[0] if facts else "检查", mention=str(i), kind=kind, facts=tuple(facts))  # type: ignore[arg-type]
                 for i, (kind, facts) in enumerate(asks))  # fmt: skip
    return Turn(round=number, doctor=doctor, patient="", reading=Reading(concluding=concluding, asks=read))


def transcript(*turns: Turn, stop: StopReason = StopReason.CONCLUDED, failure: str = "") -> Transcript:
    return Transcript(case="small", trial=1, opening="", turns=turns, stop=stop, failure=failure)


def scores(record: CaseRecord, *turns: Turn, stop: StopReason = StopReason.CONCLUDED) -> dict[Metric, Score]:
    return score_dialogue(transcript(*turns, stop=stop), record, builtin())


S, G, R, O = AskKind.SPECIFIC, AskKind.TERM_GROUP, AskKind.REPEAT, AskKind.OPEN  # noqa: E741


def points(record: CaseRecord, *turns: Turn) -> dict[str, int]:
    return {fact: credit.points for fact, credit in credits(turns, record).items()}


def test_a_fact_earns_its_weight_once(record: CaseRecord) -> None:
    assert points(record, turn(1, (S, ["检查/CTU", "检查/CTU#2"])), turn(2, (R, ["检查/CTU"]))) == {
        "检查/CTU": 2,
        "检查/CTU#2": 2,
    }


def test_a_group_of_the_terminology_and_an_open_question_earn_at_most_one(record: CaseRecord) -> None:
    earned = points(
        record, turn(1, (G, ["检查/CTU", "用药史/氨氯地平"]), (O, ["症状/肉眼血尿"])), turn(2, (S, ["检查/CTU"]))
    )
    assert earned == {"检查/CTU": 1, "用药史/氨氯地平": 1, "症状/肉眼血尿": 1}


def test_completeness_is_credit_over_weight(record: CaseRecord) -> None:
    total = sum(mark.weight for mark in record.reference.marks.values())
    score = scores(record, turn(1, (S, ["症状/肉眼血尿"])), turn(2, (G, ["检验/尿常规"])))[Metric.COMPLETENESS]
    assert score.value == pytest.approx(3 / total)
    assert score.details["症状"] == pytest.approx(2 / 5)
    assert score.details["treatment"] == 0
    earned = {e.reason.split(":")[0]: (e.round, e.points) for e in score.evidence if e.round}
    assert earned == {"症状/肉眼血尿": (1, 2), "检验/尿常规": (2, 1)}
    assert len(score.evidence) == len(record.patient.facts)


@pytest.mark.parametrize(
    ("rounds", "value", "asked_pairs"),
    [
        (
            {"检验/尿常规": 1, "检查/泌尿系统CT平扫": 1, "检查/CTU": 2, "手术史/阑尾切除术": 3, "检查/PET-CT": 3},
            1.0,
            1.0,
        ),
        (
            {"检验/尿常规": 3, "检查/泌尿系统CT平扫": 3, "检查/CTU": 2, "手术史/阑尾切除术": 1, "检查/PET-CT": 1},
            0.0,
            0.0,
        ),
        (
            {"检验/尿常规": 1, "检查/泌尿系统CT平扫": 1, "检查/CTU": 1, "手术史/阑尾切除术": 1, "检查/PET-CT": 1},
            0.5,
            0.5,
        ),
        ({"检验/尿常规": 1, "检查/CTU": 2}, 1 / 8, 1.0),
        ({"检查/CTU#2": 2, "检查/CTU": 3, "检查/PET-CT": 3}, 1 / 8, 1.0),
        ({}, 0.0, None),
    ],
)
def test_order_of_inquiry(record: CaseRecord, rounds: dict[str, int], value: float, asked_pairs: float | None) -> None:
    earned = {fact: Credit(fact, at, 1, "", S) for fact, at in rounds.items()}
    score = standardization(earned, record)
    assert (score.value, score.details["asked_pairs"], score.details["pairs"]) == (value, asked_pairs, 8)


@given(st.lists(st.one_of(st.none(), st.integers(1, 6)), min_size=5, max_size=5))
def test_reversing_an_inquiry_mirrors_the_order_score(rounds: list[int | None]) -> None:
    facts = ["检验/尿常规", "检查/泌尿系统CT平扫", "检查/CTU", "手术史/阑尾切除术", "检查/PET-CT"]
    record = _small_record()

    def value(times: list[int | None]) -> tuple[float, float]:
        score = standardization({f: Credit(f, t, 1, "", S) for f, t in zip(facts, times, strict=True) if t}, record)
        assert score.value is not None
        return score.value, score.details["pairs_asked"] or 0.0

    (one, asked), (other, _) = value(rounds), value([t and 7 - t for t in rounds])
    assert 0 <= one <= 1
    assert one + other == pytest.approx(asked / 8)


def _small_record() -> CaseRecord:
    import tempfile
    from pathlib import Path

    from conftest import SMALL_CASE

    from sp_sim import casefile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.yaml"
        path.write_text(SMALL_CASE, "utf-8")
        return casefile.read_case(path)


def test_no_order_is_not_applicable(record: CaseRecord) -> None:
    bare = record.model_copy(update={"reference": record.reference.model_copy(update={"order": ()})})
    score = scores(bare, turn(1, (S, ["症状/尿痛"])))[Metric.STANDARDIZATION]
    assert (score.status, score.value) == (Status.NOT_APPLICABLE, None)


def test_guidance_counts_the_key_tests(record: CaseRecord) -> None:
    asked = turn(1, (S, ["检查/CTU", "检查/CTU#2"]), (G, ["检验/尿常规", "检验/血常规"]), (AskKind.ABSENT, []))
    score = scores(record, asked)[Metric.GUIDANCE]
    assert score.value == pytest.approx(3 / 6)
    assert score.details["precision"] == pytest.approx(2 / 3)


def test_a_key_test_of_the_treatment_phase_is_no_guidance(record: CaseRecord) -> None:
    marks = dict(record.reference.marks)
    marks["检验/血常规"] = Mark(weight=2, phase=Phase.TREATMENT)
    heavier = record.model_copy(update={"reference": record.reference.model_copy(update={"marks": marks})})
    assert scores(heavier, turn(1, (S, ["检查/CTU", "检查/CTU#2"])))[Metric.GUIDANCE].value == pytest.approx(2 / 6)


def test_asking_for_reports_names_no_test(record: CaseRecord) -> None:
    details = scores(record, turn(1, (S, ["检查/PET-CT"]), (AskKind.REPORTS, [])))[Metric.GUIDANCE].details
    assert details == {"precision": 1.0, "tests_named": 1.0}


def test_the_best_ask_of_a_round_counts(record: CaseRecord) -> None:
    assert points(record, turn(1, (G, ["检查/CTU"]), (S, ["检查/CTU"]))) == {"检查/CTU": 2}


def test_failed_dialogues_are_in_no_mean(case: LoadedCase) -> None:
    good = transcript(turn(1), turn(2, doctor=CONCLUSION, concluding=True))
    broken = transcript(turn(1), stop=StopReason.FAILED, failure="HTTP 500").model_copy(update={"case": "other"})
    tally = Tally(DIALOGUE)
    for t in (good, broken):
        scored = score_dialogue(t, case.record, builtin())
        line = ScoreLine(case=t.case, trial=1, stop_reason=t.stop, rounds=len(t.turns), scores=scored)
        tally.add(case, line, t, [])
    summary = tally.summary(unfinished=0, spent={}, models={}, prices={})
    assert (summary["rounds"]["mean"], summary["failed"], summary["concluded"]) == (2, 1, 1)
    assert summary["metrics"][Metric.DIAGNOSIS.value]["mean"] == 1
    assert summary["metrics"][Metric.DIAGNOSIS.value]["mean_failures_as_0"] == 0.5


def test_conclusions_are_scored_with_their_words(record: CaseRecord) -> None:
    result = scores(record, turn(1, doctor=CONCLUSION, concluding=True))
    assert (result[Metric.DIAGNOSIS].value, result[Metric.TREATMENT].value) == (1, 1)
    assert result[Metric.DIAGNOSIS].details == {"listed": 1}
    assert result[Metric.DIAGNOSIS].evidence[0].text == "膀胱癌"
    half = scores(record, turn(1, doctor="诊断：膀胱癌。治疗：膀胱部分切除术、回肠通道术。", concluding=True))
    assert (half[Metric.DIAGNOSIS].details["listed"], half[Metric.TREATMENT].value) == (0.5, 0.5)
    assert half[Metric.TREATMENT].details == {"any": 1}


@pytest.mark.parametrize(
    ("rounds", "stop", "value"),
    [(6, StopReason.CONCLUDED, 1.0), (1, StopReason.CONCLUDED, 1.0), (12, StopReason.CONCLUDED, 0.5),
     (3, StopReason.MAX_ROUNDS, 0.0), (3, StopReason.DOCTOR_LEFT, 0.0)],
)  # fmt: skip
def test_rounds(record: CaseRecord, rounds: int, stop: StopReason, value: float) -> None:
    result = scores(record, *(turn(i + 1) for i in range(rounds)), stop=stop)
    assert result[Metric.APPLICABILITY].value == value
    if stop is not StopReason.CONCLUDED:
        assert result[Metric.DIAGNOSIS].value == 0
        assert "no conclusion" in result[Metric.DIAGNOSIS].evidence[0].reason


def test_a_failed_dialogue_has_no_number(record: CaseRecord) -> None:
    failed = transcript(turn(1, (S, ["症状/尿痛"])), stop=StopReason.FAILED, failure="HTTP 500")
    for score in score_dialogue(failed, record, builtin()).values():
        assert (score.status, score.value, score.evidence[0].reason) == (Status.FAILED, None, "HTTP 500")


@pytest.mark.parametrize(
    ("value", "status"), [(None, Status.SCORED), (0.0, Status.FAILED), (1.5, Status.SCORED), (math.nan, Status.SCORED)]
)
def test_a_score_is_a_number_exactly_where_scored(value: float | None, status: Status) -> None:
    with pytest.raises(ValueError, match="value"):
        Score(value=value, status=status)


def test_intervals_resample_cases_with_their_repeats() -> None:
    rng = np.random.default_rng(1)
    cases = {str(i): [v, v, v] for i, v in enumerate(rng.integers(0, 2, 60).astype(float))}
    repeated = bootstrap_interval(cases)
    single = bootstrap_interval({case: values[:1] for case, values in cases.items()})
    assert repeated is not None
    assert repeated == single
    low, high = repeated
    mean = np.mean([v for values in cases.values() for v in values])
    half = 1.96 * math.sqrt(mean * (1 - mean) / 60)
    assert (low, high) == (pytest.approx(mean - half, abs=0.03), pytest.approx(mean + half, abs=0.03))


def test_intervals_do_not_depend_on_the_order_of_cases() -> None:
    cases = {"a": [0.0], "b": [1.0], "c": [0.5, 0.7]}
    assert bootstrap_interval(cases) == bootstrap_interval(dict(reversed(cases.items())))


def test_one_case_has_no_interval() -> None:
    assert bootstrap_interval({"a": [0.0, 1.0]}) is None
    assert bootstrap_interval({}) is None
