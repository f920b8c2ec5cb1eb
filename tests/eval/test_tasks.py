"""Single-turn QA and diagnostic reasoning on cases, through the scripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from scripts import lines, run, summary

from eval.tasks.vignette import vignette
from sp_sim.record import CaseRecord, Category

Write = Callable[[Sequence[str]], str]


def values(out: Path, at: int = 0) -> dict[str, Any]:
    return {name: score["value"] for name, score in lines(out / "scores.jsonl")[at]["scores"].items()}


def opening(out: Path) -> str:
    return str(next(line["opening"] for line in lines(out / "journal.jsonl") if line["type"] == "start"))


def test_one_answer_is_scored_as_a_conclusion_is(case_file: Path, tmp_path: Path, write_script: Write) -> None:
    doctor = write_script(["诊断：膀胱癌，右肾积水。治疗方案：不做回肠膀胱术，行膀胱根治性切除术。还需要做CT吗？"])
    done = run("--doctor", doctor, "--cases", case_file, "--out", tmp_path / "run", script="eval_qa.py")
    assert done.returncode == 0, done.stderr
    assert values(tmp_path / "run") == {"diagnostic_logicality": 1, "treatment_logicality": 0.5}
    found = summary(tmp_path / "run")
    assert (found["task"], found["rounds"]["mean"], found["concluded"]) == ("qa", 1, 1)
    assert found["errors"]["labels"]["omission"]["count"] == 1
    assert "红细胞 90/HP↑（昨天）" in opening(tmp_path / "run")


def test_the_context_may_be_the_complaint_alone(case_file: Path, tmp_path: Path) -> None:
    for script in ("eval_qa.py", "eval_reason.py"):
        out = tmp_path / script
        done = run("--cases", case_file, "--context", "q", "--out", out, "--quiet", script=script)
        assert done.returncode == 0, done.stderr
        assert opening(out) == "患者：男，62岁。\n主诉：医生，我这几天尿里有血。"


def test_a_vignette_tells_nothing_of_the_reference(record: CaseRecord) -> None:
    secret = record.reference.model_copy(update={"diagnoses": (), "treatments": (), "order": (("哨兵",),), "marks": {}})
    told = vignette(record, tuple(Category))
    assert told == vignette(record.model_copy(update={"reference": secret}), tuple(Category))
    assert "膀胱恶性肿瘤" not in told
    assert "膀胱镜" in told


def test_tests_are_counted_by_what_they_are(case_file: Path, tmp_path: Path, write_script: Write) -> None:
    """On record: 尿常规 CT×1 CTU×2 PET-CT 膀胱镜 血常规, weights 2 2 4 2 2 1 of 13; 胃镜 and MRI are not."""
    out = tmp_path / "run"
    doctor = write_script(["1. 尿常规：了解血尿程度；2. **CTU**；3. 胃镜；4. 盆腔MRI 5. 血常规"])
    done = run("--doctor", doctor, "--cases", case_file, "--out", out, script="eval_reason.py")
    assert done.returncode == 0, done.stderr
    found = values(out)
    assert found["test_recall"] == pytest.approx(4 / 7)
    assert found["weighted_test_recall"] == pytest.approx(7 / 13)
    assert found["test_precision"] == found["weighted_test_precision"] == pytest.approx(3 / 5)
    assert found["test_f1"] == pytest.approx(2 * (4 / 7) * 0.6 / (4 / 7 + 0.6))
    assert found["symptom_recall"] is None
    told = opening(out)
    assert "尿痛：无" in told
    assert "尿常规" not in told


def test_symptoms_count_where_they_are_not_told(case_file: Path, tmp_path: Path, write_script: Write) -> None:
    doctor = write_script(["尿常规。想问：有没有尿痛？有没有发热？"])
    args = ("--doctor", doctor, "--context", "q", "--cases", case_file, "--out", tmp_path / "run")
    assert run(*args, script="eval_reason.py").returncode == 0
    assert values(tmp_path / "run")["symptom_recall"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("script", ["eval_qa.py", "eval_reason.py"])
def test_the_oracle_misses_nothing_and_the_baseline_runs_without_a_key(script: str, tmp_path: Path) -> None:
    assert run("--doctor", "oracle", "--out", tmp_path / "oracle", "--quiet", script=script).returncode == 0
    means = summary(tmp_path / "oracle")["metrics"]
    assert {name: found["mean"] for name, found in means.items() if found["scored"] and "weighted" not in name} == {
        name: 1 for name, found in means.items() if found["scored"] and "weighted" not in name
    }
    done = run("--out", tmp_path / "baseline", script=script)
    assert done.returncode == 0, done.stderr
    assert summary(tmp_path / "baseline")["metrics"].keys() == means.keys()


def test_a_run_goes_on_with_the_script_that_made_it(case_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert run("--cases", case_file, "--context", "q", "--out", out, "--quiet", script="eval_qa.py").returncode == 0
    wrong = run("--resume", out)
    assert wrong.returncode == 2
    assert wrong.stderr == f"error: {out}: got a run of the task qa, expected diag\n"
    before = (out / "scores.jsonl").read_bytes()
    again = run("--resume", out, "--trials", "2", "--force", script="eval_qa.py")
    assert again.returncode == 0, again.stderr
    assert json.loads((out / "run.json").read_text("utf-8"))["config"]["context"] == "q"
    assert [line["trial"] for line in lines(out / "scores.jsonl")] == [1, 2]
    assert (out / "scores.jsonl").read_bytes().startswith(before)
    rescored = run("rescore", out, script="eval")
    assert rescored.returncode == 0, rescored.stderr
    assert (out / "scores.jsonl").read_bytes().startswith(before)
