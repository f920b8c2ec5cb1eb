"""The reworded reply, and the guard that keeps it to the record."""

from __future__ import annotations

import pytest

from agents.intent import LocalRecognizer
from agents.patient import VerbatimPatient
from agents.voice import VoicedPatient, unfaithful
from sp_sim.errors import ModelError
from sp_sim.library import LoadedCase
from sp_sim.model import ScriptedChatModel
from sp_sim.terminology import builtin

LEXICON = builtin().lexicon


@pytest.mark.parametrize(
    ("verbatim", "reworded"),
    [
        ("肉眼血尿（5天），尿是红的，有血块。", "医生，我这肉眼血尿有5天了，尿是红的，里头还有血块呢。"),
        ("没有尿痛。", "小便倒是没有尿痛。"),
        ("氨氯地平（5年）。", "我一直吃氨氯地平，吃了五年了。"),
        ("左侧腰痛（2天），左腰有点胀。", "这两天左边腰痛，左腰有点胀。"),
        ("No dysuria.", "Well, there's no dysuria, doctor."),
        ("Fever (3 days), up to 39 at night.", "I've had a fever for three days, up to 39 at night."),
    ],
)
def test_other_words_for_the_same(verbatim: str, reworded: str) -> None:
    assert unfaithful(verbatim, reworded, LEXICON) == ""


@pytest.mark.parametrize(
    ("verbatim", "reworded", "why"),
    [
        ("肉眼血尿（5天）。", "我血尿有6天了。", "numbers"),
        ("肉眼血尿（5天）。", "我有肉眼血尿。", "numbers"),
        ("没有尿痛。", "我有尿痛。", "turns round"),
        ("尿痛。", "没有尿痛。", "turns round"),
        ("左侧腰痛。", "右边腰痛。", "sides"),
        ("高血压。", "我有高血压和糖尿病。", "adds"),
        ("高血压，糖尿病。", "我有高血压。", "drops"),
        ("尿常规阴性。", "尿常规阳性。", "signs"),
        ("高血压。", "", "nothing said"),
        ("高血压。", "我有高血压，" + "说来话长，" * 40, "longer"),
        ("No fever.", "I have had a fever.", "turns round"),
        ("Left flank pain.", "I have right flank pain.", "sides"),
    ],
)
def test_what_is_no_rewording(verbatim: str, reworded: str, why: str) -> None:
    assert why in unfaithful(verbatim, reworded, LEXICON)


@pytest.mark.parametrize(
    ("reply", "text", "rejected"),
    [
        ("大夫，我没有尿痛。", "大夫，我没有尿痛。", ""),
        ("大夫，我有尿痛。", "没有尿痛。", "turns round: 尿痛"),
        (ModelError("m: timed out"), "没有尿痛。", "no rewording: m: timed out"),
    ],
)
async def test_a_bad_rewording_is_thrown_away(
    case: LoadedCase, recognizer: LocalRecognizer, reply: str | Exception, text: str, rejected: str
) -> None:
    patient = case.record.patient
    voiced = VoicedPatient(VerbatimPatient(patient), ScriptedChatModel([reply]), patient, LEXICON)
    said = await voiced.answer(recognizer.read_now("尿痛吗"), frozenset())
    assert (said.text, said.rejected) == (text, rejected)


async def test_reports_are_read_out_and_never_reworded(case: LoadedCase, recognizer: LocalRecognizer) -> None:
    patient = case.record.patient
    model = ScriptedChatModel(["嗯，没有尿痛。"])
    voiced = VoicedPatient(VerbatimPatient(patient), model, patient, LEXICON)
    said = await voiced.answer(recognizer.read_now("尿痛吗？尿常规呢？"), frozenset())
    assert said.text.startswith("嗯，没有尿痛。")
    assert "红细胞 90/HP↑" in said.text
    assert "90/HP" not in model.requests[0][-1].content
    silent = ScriptedChatModel([])
    only_report = VoicedPatient(VerbatimPatient(patient), silent, patient, LEXICON)
    await only_report.answer(recognizer.read_now("尿常规呢？"), frozenset())
    assert silent.requests == []
