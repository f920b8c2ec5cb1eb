from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agents.casting import Sampling, recruit
from agents.doctors.baseline import BaselineDoctor
from agents.doctors.chat import ChatDoctor, doctor_prompt
from agents.doctors.oracle import OracleDoctor
from agents.doctors.scripted import CallableDoctor, HumanDoctor, read_script
from sp_sim.errors import InputError, ModelError
from sp_sim.library import LoadedCase
from sp_sim.model import Endpoint, ScriptedChatModel
from sp_sim.record import CaseRecord, Language
from sp_sim.terminology import builtin
from sp_sim.transcript import Message


def heard(*texts: str) -> list[Message]:
    return [Message(speaker="doctor" if i % 2 else "patient", text=text) for i, text in enumerate(texts)]


async def test_the_baseline_is_blind_deterministic_and_concludes() -> None:
    conversation = ["医生，我尿血，不疼，有血块。"]
    doctor = BaselineDoctor(builtin(), Language.ZH)
    while not conversation[-1].startswith("诊断："):
        said = await doctor.reply(heard(*conversation))
        assert said == await BaselineDoctor(builtin(), Language.ZH).reply(heard(*conversation))
        conversation += [
            said.text,
            "膀胱镜的结果：膀胱内见菜花样肿物，病理示尿路上皮癌。" if "膀胱镜" in said.text else "没有。",
        ]
        if said.text.startswith("诊断："):
            break
        assert len(conversation) < 40
    asked = conversation[1::2]
    assert any("手术" in text and "过敏" in text for text in asked)
    assert re.search("膀胱.*癌", asked[-1])
    assert "治疗方案：" in asked[-1]


async def test_the_baseline_speaks_english() -> None:
    doctor = BaselineDoctor(builtin(), Language.EN)
    turns = ["Doctor, I have blood in my urine."]
    for _ in range(12):
        said = (await doctor.reply(heard(*turns))).text
        assert said.isascii(), said
        turns += [said, "No."]
    assert turns[-2].startswith("Diagnosis: ")


async def test_the_oracle_follows_the_reference(record: CaseRecord) -> None:
    doctor = OracleDoctor(record)
    lines = []
    while not lines or not lines[-1].startswith("诊断："):
        lines.append((await doctor.reply(heard(*["x"] * (2 * len(lines) + 1)))).text)
    assert len(lines) <= record.reference.expected_rounds
    first = {
        token: next(i for i, line in enumerate(lines) if f"{token}？" in line) for token in ("尿常规", "CTU", "PET-CT")
    }
    assert first["尿常规"] < first["CTU"] < first["PET-CT"]


async def test_a_chat_model_is_asked_as_the_doctor() -> None:
    model = ScriptedChatModel(["  有尿痛吗？\n"])
    said = await ChatDoctor(model, doctor_prompt("doctor", Language.ZH)).reply(heard("尿血", "多久了？", "五天"))
    assert said.text == "有尿痛吗？"
    assert said.usage.calls == 1
    assert [(m.role, m.content) for m in model.requests[0][1:]] == [
        ("user", "尿血"),
        ("assistant", "多久了？"),
        ("user", "五天"),
    ]
    assert model.requests[0][0].role == "system"


@pytest.mark.parametrize("reply", ["", 7, ["x"]])
async def test_a_callable_must_return_words(reply: Any) -> None:
    with pytest.raises(ModelError, match="expected text"):
        await CallableDoctor(lambda messages: reply).reply(heard("x"))


async def test_a_person_is_asked_again_and_may_leave(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["", "  有尿痛吗 ", "/quit"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(typed))
    said = await HumanDoctor().reply(heard("尿血"))
    assert said is not None
    assert said.text == "有尿痛吗"
    assert "尿血" in capsys.readouterr().out
    assert await HumanDoctor().reply(heard("尿血", "x", "y")) is None


def test_scripts(tmp_path: Path) -> None:
    for name, content, expected in (
        ("a.txt", "一\n\n 二 \n", {"*": ["一", "二"]}),
        ("b.json", '["一", "多行\\n二"]', {"*": ["一", "多行\n二"]}),
        ("c.json", '{"small": ["一"]}', {"small": ["一"]}),
    ):
        (tmp_path / name).write_text(content, "utf-8")
        assert read_script(tmp_path / name) == expected


@pytest.mark.parametrize("content", ["{", "7", '{"a": "b"}', "[1]"])
def test_a_broken_script_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content, "utf-8")
    with pytest.raises(InputError, match="expected a JSON list"):
        read_script(tmp_path / "a.json")


@pytest.mark.parametrize("spec", ["", "baseline:x", "script:", "openai:", "python:os", "python:os:nothing", "oracle:1"])
def test_unknown_doctors_are_refused(spec: str) -> None:
    with pytest.raises(InputError, match="--doctor"):
        recruit(spec, Endpoint, Sampling())


async def test_any_python_callable_is_a_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: LoadedCase
) -> None:
    (tmp_path / "my_doctors.py").write_text(
        "class Doctor:\n    async def reply(self, messages):\n        return messages[-1].text\n"
        "def function():\n    return lambda messages: 'hello'\n",
        "utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    messages: Sequence[Message] = heard("尿血")
    for factory, expected in (("Doctor", "尿血"), ("function", "hello")):
        said = await recruit(f"python:my_doctors:{factory}", Endpoint, Sampling())(case, 1).reply(messages)
        assert said is not None
        assert said.text == expected
