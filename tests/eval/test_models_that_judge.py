"""Judge and extractor over real HTTP, in whole runs: what they are asked, what they cost, what a rescore keeps."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from scripts import lines, run, summary
from werkzeug import Request, Response

Write = Callable[[Sequence[str]], str]
RATED = dict.fromkeys(("correctness", "completeness", "reasoning", "safety", "clarity"), 4)


class Models:
    """An endpoint whose models judge, rate, extract and label; ``asked`` holds what each was given."""

    def __init__(self, httpserver: HTTPServer, labels: str = "causal reasoning") -> None:
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.labels = labels
        httpserver.expect_request("/v1/chat/completions").respond_with_handler(self._answer)
        self.url = httpserver.url_for("/v1")

    def _answer(self, request: Request) -> Response:
        payload = request.get_json()
        told = json.loads(payload["messages"][1]["content"])
        if "lost_points" in told:
            kind, said = (
                "labels",
                {"labels": [{"point": p["point"], "error": self.labels} for p in told["lost_points"]]},
            )
        elif "targets" in told:
            kind = "verdicts"
            said = {"verdicts": [_verdict(target["target"], told["conclusion"]) for target in told["targets"]]}
        elif "keys" in told:
            kind, said = "pairs", {"pairs": [{"key": "诊断", "values": ["肾囊肿"]}]}
        else:
            kind, said = "rating", RATED | {"error": "omission"}
        self.asked.append((kind, payload["model"], told))
        body = {
            "choices": [{"message": {"content": json.dumps(said, ensure_ascii=False)}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 2},
        }
        return Response(json.dumps(body), content_type="application/json")

    def judging(self, doctor: str) -> tuple[str, ...]:
        """Options of a run in which a scripted doctor is judged by these models."""
        return ("--doctor", doctor, "--judge", "llm:j", "--base-url", self.url)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [told for asked, _, told in self.asked if asked == kind]


def _verdict(target: str, conclusion: str) -> dict[str, str]:
    found = target in conclusion
    return {"target": target, "verdict": "asserted" if found else "not_found", "quote": target if found else ""}


def faults(run: Path) -> dict[str, list[str]]:
    """The labels of the lost points, by metric."""
    (line,) = lines(run / "scores.jsonl")
    found = {name: [e["fault"] for e in score["evidence"] if e["fault"]] for name, score in line["scores"].items()}
    return {name: labels for name, labels in found.items() if labels}


@pytest.mark.parametrize("script", ["eval_diag.py", "eval_qa.py"])
def test_a_missed_diagnosis_is_labelled_by_the_judge(
    script: str, case_file: Path, tmp_path: Path, httpserver: HTTPServer, write_script: Write
) -> None:
    models = Models(httpserver)
    said = ["诊断：膀胱结石。治疗方案：膀胱根治性切除术。"]
    said = ["有尿痛吗？", *said] if script == "eval_diag.py" else said
    out = tmp_path / "run"
    args = ("--cases", case_file, *models.judging(write_script(said)))
    done = run(*args, "--out", out, script=script, env={"OPENAI_API_KEY": "k"})
    assert done.returncode == 0, done.stderr
    (asked,) = models.of("labels")
    assert asked["answer"] == said[-1]
    assert any("有尿痛吗" in text for text in asked["told"]) == (script == "eval_diag.py")
    assert all(point["lost"].startswith("diagnostic_logicality: ") for point in asked["lost_points"])
    labels = faults(out)
    assert set(labels["diagnostic_logicality"]) == {"causal reasoning"}
    assert set(labels["treatment_logicality"]) == {"omission"}
    assert summary(out)["errors"]["labels"]["unlabelled"]["count"] == 0
    assert summary(out)["tokens"]["judge"]["calls"] == 3
    assert run("rescore", out, script="eval").returncode == 0
    assert faults(out) == labels
    assert len(models.asked) == 3


def test_what_was_judged_is_not_asked_again_after_a_crash(
    case_file: Path, tmp_path: Path, httpserver: HTTPServer, write_script: Write
) -> None:
    """The journal cut right after the verdicts: only the labels are asked for, and rest on the verdicts that stand."""
    models = Models(httpserver)
    out = tmp_path / "run"
    args = ("--cases", case_file, *models.judging(write_script(["诊断：膀胱结石。"])))
    assert run(*args, "--out", out, script="eval_qa.py", env={"OPENAI_API_KEY": "k"}).returncode == 0
    journal, labels = out / "journal.jsonl", faults(out)
    kept = [line for line in journal.read_text("utf-8").splitlines(True) if '"type":"faults"' not in line]
    journal.write_text("".join(line for line in kept if '"type":"end"' not in line), "utf-8")
    models.asked.clear()
    assert run("--resume", out, script="eval_qa.py", env={"OPENAI_API_KEY": "k"}).returncode == 0
    assert [kind for kind, _, _ in models.asked] == ["labels"]
    assert faults(out) == labels


def test_a_wrong_choice_is_labelled_and_a_right_one_asked_nothing(
    tmp_path: Path, httpserver: HTTPServer, write_script: Write
) -> None:
    models = Models(httpserver, labels="hallucination")
    item = {
        "case_type": "单选题",
        "question": "最可能的诊断是？",
        "option": {"A": "肾癌", "B": "肾囊肿"},
        "answer": "B",
    }
    data = tmp_path / "choice.jsonl"
    data.write_text(json.dumps(item, ensure_ascii=False), "utf-8")
    for reply, expected in (
        ("正确答案是：A", ["hallucination"]),
        ("正确答案是：B", []),
        ("两个都有可能。", ["unanswered"]),
    ):
        models.asked.clear()
        out = tmp_path / reply
        args = ("--data", data, *models.judging(write_script([reply])))
        done = run(*args, "--out", out, script="eval_qa.py", env={"OPENAI_API_KEY": "k"})
        assert done.returncode == 0, done.stderr
        assert faults(out).get("lenient_accuracy", []) == expected
        assert len(models.of("labels")) == len(models.asked) == (expected == ["hallucination"])


def test_an_invalid_label_leaves_the_point_unlabelled_and_is_counted(
    case_file: Path, tmp_path: Path, httpserver: HTTPServer, write_script: Write
) -> None:
    models = Models(httpserver, labels="laziness")
    out = tmp_path / "run"
    args = ("--cases", case_file, *models.judging(write_script(["诊断：膀胱结石。"])))
    assert run(*args, "--out", out, script="eval_qa.py", env={"OPENAI_API_KEY": "k"}).returncode == 0
    assert set(faults(out)["diagnostic_logicality"]) == {"unlabelled"}
    assert len(models.of("labels")) == 2  # asked again once
    assert summary(out)["audit"]["judge_invalid"] == 1


def test_an_extractor_finds_pairs_in_prose_and_has_a_role_and_a_price_of_its_own(
    tmp_path: Path, httpserver: HTTPServer, write_script: Write
) -> None:
    models = Models(httpserver)
    item = {"id": "o", "question": "诊断是什么？", "answer": "诊断：肾囊肿", "key_values": {"诊断": ["肾囊肿"]}}
    data = tmp_path / "open.jsonl"
    data.write_text(json.dumps(item, ensure_ascii=False), "utf-8")
    prose = "从超声看，考虑是肾囊肿，定期复查就行。"
    args = (
        "--data",
        data,
        "--doctor",
        write_script([prose]),
        "--base-url",
        models.url,
        "--price",
        "x=1,1",
        "--price",
        "j=2,2",
    )
    out = tmp_path / "run"
    done = run(*args, "--extractor", "llm:x", "--judge", "llm:j", "--judge-repeats", "1", "--out", out,
               script="eval_qa.py", env={"OPENAI_API_KEY": "k"})  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert Counter((kind, model) for kind, model, _ in models.asked) == {("pairs", "x"): 1, ("rating", "j"): 1}
    found = summary(out)
    assert found["metrics"]["key_f1"]["mean"] == 1
    assert found["cost"]["by_role"]["extractor"] * 2 == found["cost"]["by_role"]["judge"] > 0
    by_rules = tmp_path / "rules"
    assert run(*args, "--out", by_rules, script="eval_qa.py", env={"OPENAI_API_KEY": "k"}).returncode == 0
    assert summary(by_rules)["metrics"]["key_f1"]["mean"] == 0
    assert run("rescore", out, script="eval").returncode == 0
    assert summary(out)["metrics"] == found["metrics"]
    assert len(models.asked) == 2
