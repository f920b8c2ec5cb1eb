"""The judge: typed verdicts, checked; an invalid one is no score."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eval.assertion import Purpose, Verdict
from eval.judge import Judge
from eval.metrics import score_dialogue
from eval.scores import Metric, Status
from sp_sim.library import LoadedCase
from sp_sim.model import ScriptedChatModel
from sp_sim.transcript import Reading, StopReason, Transcript, Turn

SAID = "考虑膀胱恶性肿瘤，未见左肾积水。"


def verdicts(*found: tuple[str, str, str]) -> str:
    return json.dumps({"verdicts": [dict(zip(("target", "verdict", "quote"), f, strict=True)) for f in found]})


GOOD = verdicts(("膀胱恶性肿瘤", "asserted", "考虑膀胱恶性肿瘤"), ("左肾积水", "negated", "未见左肾积水"))


async def test_verdicts_are_taken_with_their_words(case: LoadedCase) -> None:
    targets = case.record.reference.diagnoses
    matches, usage = await Judge(ScriptedChatModel([GOOD])).match(SAID, targets, Purpose.DIAGNOSIS)
    assert matches is not None
    assert [(m.verdict, m.text, m.span) for m in matches] == [
        (Verdict.ASSERTED, "考虑膀胱恶性肿瘤", (0, 8)),
        (Verdict.NEGATED, "未见左肾积水", (9, 15)),
    ]
    assert usage.calls == 1


@pytest.mark.parametrize(
    "bad",
    [
        "asserted, I think",
        verdicts(("膀胱恶性肿瘤", "asserted", "考虑膀胱恶性肿瘤")),
        verdicts(("膀胱恶性肿瘤", "asserted", "没有说过"), ("左肾积水", "not_found", "")),
        verdicts(("膀胱恶性肿瘤", "maybe", "考虑膀胱恶性肿瘤"), ("左肾积水", "not_found", "")),
        verdicts(("膀胱恶性肿瘤", "asserted", ""), ("左肾积水", "not_found", "")),
    ],
)
async def test_an_invalid_verdict_is_asked_for_again_and_then_is_none(case: LoadedCase, bad: str) -> None:
    targets = case.record.reference.diagnoses
    matches, _ = await Judge(ScriptedChatModel([bad, GOOD])).match(SAID, targets, Purpose.DIAGNOSIS)
    assert matches is not None
    matches, usage = await Judge(ScriptedChatModel([bad, bad])).match(SAID, targets, Purpose.DIAGNOSIS)
    assert (matches, usage.calls) == (None, 2)


@pytest.mark.parametrize(("judged", "status"), [(True, Status.SCORED), (False, Status.UNSCORED)])
async def test_no_verdict_is_no_score(case: LoadedCase, judged: bool, status: Status) -> None:
    targets: Any = case.record.reference.diagnoses
    matches, _ = await Judge(ScriptedChatModel([GOOD])).match(SAID, targets, Purpose.DIAGNOSIS)
    turn = Turn(round=1, doctor=SAID, patient="", reading=Reading(concluding=True))
    transcript = Transcript(case="small", trial=1, opening="", turns=(turn,), stop=StopReason.CONCLUDED)
    said = {Purpose.DIAGNOSIS: matches if judged else None, Purpose.TREATMENT: None}
    scores = score_dialogue(transcript, case.record, case.terminology, said)
    assert (scores[Metric.DIAGNOSIS].status, scores[Metric.TREATMENT].status) == (status, Status.UNSCORED)
    assert scores[Metric.DIAGNOSIS].value == (1.0 if judged else None)
