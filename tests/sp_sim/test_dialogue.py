from __future__ import annotations

from collections.abc import Sequence

import pytest

from agents.casting import patient_side
from agents.doctors.scripted import CallableDoctor, ScriptedDoctor
from sp_sim.dialogue import consult
from sp_sim.encoder import CachedEncoder
from sp_sim.library import LoadedCase
from sp_sim.roles import Cast, Doctor
from sp_sim.transcript import AskKind, Message, StopReason, Turn

CONCLUSION = "诊断：膀胱癌。治疗方案：膀胱根治性切除术。"


def cast(case: LoadedCase, encoder: CachedEncoder, doctor: Doctor, seen: list[Turn], max_rounds: int = 20) -> Cast:
    recognizer, patient = patient_side(case, encoder)
    return Cast(doctor, recognizer, patient, case.record.patient.opening, max_rounds, seen.append)


async def test_a_dialogue_runs_to_its_conclusion(case: LoadedCase, encoder: CachedEncoder) -> None:
    seen: list[Turn] = []
    doctor = ScriptedDoctor(["有尿痛吗？", "做CTU了吗？", "CTU结果再说一遍？", CONCLUSION])
    outcome = await consult(cast(case, encoder, doctor, seen))
    assert outcome.stop is StopReason.CONCLUDED
    assert list(outcome.turns) == seen
    assert [turn.round for turn in seen] == [1, 2, 3, 4]
    assert [turn.patient for turn in seen][0::3] == ["没有尿痛。", ""]
    assert [turn.reading.asks[0].kind for turn in seen[:3]] == [AskKind.SPECIFIC, AskKind.SPECIFIC, AskKind.REPEAT]


@pytest.mark.parametrize(
    ("lines", "max_rounds", "stop", "rounds"),
    [
        (["您好"] * 50, 7, StopReason.MAX_ROUNDS, 7),
        (["您好"] * 300, 250, StopReason.MAX_ROUNDS, 250),
        (["您好", "有尿痛吗"], 7, StopReason.DOCTOR_LEFT, 2),
        ([], 7, StopReason.DOCTOR_LEFT, 0),
        ([CONCLUSION], 7, StopReason.CONCLUDED, 1),
        ([*["您好"] * 6, CONCLUSION], 7, StopReason.CONCLUDED, 7),
    ],
)
async def test_the_reason_to_stop_is_data(
    case: LoadedCase, encoder: CachedEncoder, lines: list[str], max_rounds: int, stop: StopReason, rounds: int
) -> None:
    outcome = await consult(cast(case, encoder, ScriptedDoctor(lines), [], max_rounds))
    assert (outcome.stop, len(outcome.turns)) == (stop, rounds)


async def test_a_broken_doctor_fails_the_dialogue_and_keeps_its_turns(case: LoadedCase, encoder: CachedEncoder) -> None:
    def doctor(messages: Sequence[Message]) -> str:
        if len(messages) > 2:
            raise RuntimeError("out of memory")
        return "有尿痛吗？"

    seen: list[Turn] = []
    outcome = await consult(cast(case, encoder, CallableDoctor(doctor), seen))
    assert (outcome.stop, outcome.failure) == (StopReason.FAILED, "the doctor raised RuntimeError: out of memory")
    assert len(outcome.turns) == len(seen) == 1


async def test_a_dialogue_goes_on_from_a_prefix(case: LoadedCase, encoder: CachedEncoder) -> None:
    lines = ["有尿痛吗？", "做CTU了吗？", "做过CT吗？", CONCLUSION]
    whole = await consult(cast(case, encoder, ScriptedDoctor(lines), []))
    rest: list[Turn] = []
    resumed = await consult(cast(case, encoder, ScriptedDoctor(lines), rest), whole.turns[:2])
    assert [turn.round for turn in rest] == [3, 4]
    assert [(t.doctor, t.patient, t.reading) for t in resumed.turns] == [
        (t.doctor, t.patient, t.reading) for t in whole.turns
    ]


async def test_the_doctor_sees_what_was_said_and_nothing_else(case: LoadedCase, encoder: CachedEncoder) -> None:
    views: list[tuple[Message, ...]] = []

    async def doctor(messages: Sequence[Message]) -> str | None:
        views.append(tuple(messages))
        return "有尿痛吗？" if len(messages) == 1 else None

    await consult(cast(case, encoder, CallableDoctor(doctor), []))
    opening = case.record.patient.opening
    assert [[(m.speaker, m.text) for m in view] for view in views] == [
        [("patient", opening)],
        [("patient", opening), ("doctor", "有尿痛吗？"), ("patient", "没有尿痛。")],
    ]
