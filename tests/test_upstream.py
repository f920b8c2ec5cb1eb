"""The published SP workbook with its two tables, through the public doors. Set SP_SIM_DATA to run these."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from sp_sim import library
from sp_sim.record import Phase, Sex

pytestmark = pytest.mark.upstream


def test_the_workbook_is_read_whole(upstream: Path) -> None:
    (case,), warnings = library.load([upstream / "test_case.xlsx"])
    record, marks = case.record, case.record.reference.marks
    diagnostic = [m for m in marks.values() if m.phase is Phase.DIAGNOSTIC and m.weight]
    assert (len(diagnostic), sum(m.weight for m in marks.values())) == (14, 53)
    assert [len(tier) for tier in record.reference.order] == [3, 1, 3]
    assert (record.patient.age_years, record.patient.sex) == (73, Sex.MALE)
    assert [finding.code for finding in warnings] == ["swapped"]
    assert sum(fact.item == "CTU" for fact in record.patient.facts) == 2


def test_the_oracle_is_perfect(upstream: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "eval_diag.py"), "--doctor", "oracle", "--cases", str(upstream / "test_case.xlsx"),
               "--out", str(tmp_path / "run")]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stderr
    (line,) = (tmp_path / "run" / "scores.jsonl").read_text("utf-8").splitlines()
    scores = json.loads(line)["scores"]
    assert {name: score["value"] for name, score in scores.items()} == dict.fromkeys(scores, 1.0)
    standardization = scores["behavior_standardization"]
    assert standardization["details"]["pairs"] == 15


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    folder = Path(os.environ.get("SP_SIM_DATA", "/nowhere")) / "upstream"
    if not folder.is_dir():
        pytest.skip("SP_SIM_DATA does not name a folder that holds upstream/")
    asked = ["你做过CT吗", "做过胃镜吗", "有发热吗", "小便的时候疼不疼", "做过哪些检查", "一般情况怎么样", "胃口和睡眠怎么样",
             "BNP查过吗", "排除膀胱癌，考虑前列腺增生，建议口服坦索罗辛治疗。"]  # fmt: skip
    lines = "\n".join(json.dumps({"id": text, "utterance": text}, ensure_ascii=False) for text in asked)
    command = [sys.executable, "-m", "agents", "parse", "--case", str(folder / "test_case.xlsx")]
    done = subprocess.run(command, input=lines.encode(), capture_output=True, cwd=ROOT, timeout=120, check=True)
    return {answer["id"]: answer for answer in map(json.loads, done.stdout.decode().splitlines())}


@pytest.mark.parametrize(
    ("utterance", "items"),
    [
        ("你做过CT吗", ["泌尿系统CT平扫", "CTU", "胸部CT平扫"]),
        ("做过胃镜吗", []),
        ("有发热吗", []),
        ("小便的时候疼不疼", ["尿痛"]),
        ("做过哪些检查", []),
        ("一般情况怎么样", ["一般情况"]),
        ("胃口和睡眠怎么样", ["一般情况"]),
        ("BNP查过吗", ["B垫钠尿肽"]),
    ],
)
def test_asks(answers: dict[str, dict[str, Any]], utterance: str, items: list[str]) -> None:
    assert (answers[utterance]["items"], answers[utterance]["concluding"]) == (items, False)


def test_excluding_a_disease_does_not_diagnose_it(upstream: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("你做过CT吗\n做过哪些检查\n排除膀胱癌，考虑前列腺增生，建议口服坦索罗辛治疗。\n", "utf-8")
    command = [sys.executable, str(ROOT / "eval_diag.py"), "--doctor", f"script:{script}", "--cases",
               str(upstream / "test_case.xlsx"), "--out", str(tmp_path / "run")]  # fmt: skip
    subprocess.run(command, capture_output=True, cwd=ROOT, timeout=120, check=True)
    line = json.loads((tmp_path / "run" / "scores.jsonl").read_text("utf-8"))
    assert line["stop_reason"] == "concluded"
    diagnosis = line["scores"]["diagnostic_logicality"]
    assert (diagnosis["value"], "denied" in diagnosis["evidence"][0]["reason"]) == (0, True)
    turns = [
        json.loads(t) for t in (tmp_path / "run" / "journal.jsonl").read_text("utf-8").splitlines() if '"turn"' in t
    ]
    assert set(turns[0]["credit"].values()) == {1}
    assert not any("PET" in fact for fact in turns[0]["credit"])
    assert turns[1]["patient"] == "做过的不止一项，您想问哪一项？"
