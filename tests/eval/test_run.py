"""Whole runs through the public doors: the script, the run folder, what a user sees."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, SMALL_CASE
from pytest_httpserver import HTTPServer
from scripts import lines, run, summary
from werkzeug import Request, Response

METRICS = ("information_completeness", "behavior_standardization", "guidance_rationality", "diagnostic_logicality",
           "treatment_logicality", "clinical_applicability")  # fmt: skip
CONCLUSION = "诊断：膀胱癌；左肾积水。治疗方案：膀胱根治性切除术；回肠通道术。"


def test_the_oracle_is_perfect_on_every_shipped_case(tmp_path: Path) -> None:
    done = run("--doctor", "oracle", "--out", tmp_path / "run", "--encoder", "ngram")
    assert done.returncode == 0, done.stderr
    imperfect = [(line["case"], metric, score["value"]) for line in lines(tmp_path / "run" / "scores.jsonl")
                 for metric, score in line["scores"].items() if score["value"] != 1]  # fmt: skip
    assert imperfect == []
    assert summary(tmp_path / "run")["cases"] >= 6


def test_the_run_folder_holds_what_it_promises(
    case_file: Path, tmp_path: Path, write_script: Callable[[Sequence[str]], str]
) -> None:
    out = tmp_path / "run"
    doctor = write_script(["有尿痛吗？", "做过CT吗？", "做过CTU吗？", CONCLUSION])
    done = run("--doctor", doctor, "--cases", case_file, "--out", out, "--trials", "2")
    assert done.returncode == 0, done.stderr
    assert str(out) in done.stdout
    assert {p.name for p in out.iterdir()} == {
        "run.json",
        "journal.jsonl",
        "scores.jsonl",
        "summary.json",
        "scores.csv",
        "report.html",
    }
    info = json.loads((out / "run.json").read_text("utf-8"))
    assert (info["status"], info["doctor"], info["config"]["encoder"]) == ("done", doctor, "usem3")
    assert {len(info["cases"][0]["sha256"]), len(info["hashes"]["terminology"])} == {64}
    journal = [line for line in lines(out / "journal.jsonl") if line["trial"] == 1]
    assert [line["type"] for line in journal] == ["start", "turn", "turn", "turn", "turn", "end"]
    turn = journal[2]
    assert set(turn) == {
        "type",
        "case",
        "trial",
        "round",
        "doctor",
        "patient",
        "reading",
        "credit",
        "rejected",
        "seconds",
        "usage",
    }
    assert turn["reading"]["asks"][0]["kind"] == "term_group"
    assert turn["credit"] == {"检查/泌尿系统CT平扫": 1, "检查/CTU": 1, "检查/CTU#2": 1}
    assert journal[3]["credit"] == {}
    assert journal[4]["reading"] == {"concluding": True, "asks": [], "fallback": False}
    scored = lines(out / "scores.jsonl")
    assert [(line["case"], line["trial"], line["stop_reason"]) for line in scored] == [
        ("small", 1, "concluded"),
        ("small", 2, "concluded"),
    ]
    assert all(set(score) >= {"value", "status", "evidence"} for line in scored for score in line["scores"].values())
    found = summary(out)
    assert (found["task"], found["cases"], found["dialogues"], found["concluded"], found["failed"]) == (
        "diag",
        1,
        2,
        2,
        0,
    )
    assert set(found["metrics"]) == set(METRICS)
    assert found["metrics"]["diagnostic_logicality"]["mean"] == 1
    assert found["rounds"]["mean"] == 4
    report = (out / "report.html").read_text("utf-8")
    assert "做过CT吗" in report


def test_a_dialogue_ends_at_the_larger_of_20_and_twice_the_expected_rounds(
    case_file: Path, tmp_path: Path, write_script: Callable[[Sequence[str]], str]
) -> None:
    long = tmp_path / "long.yaml"
    long.write_text(
        SMALL_CASE.replace("id: small", "id: long").replace("expected_rounds: 6", "expected_rounds: 12"), "utf-8"
    )
    run(
        "--doctor",
        write_script(["您好"] * 30),
        "--cases",
        case_file,
        long,
        "--out",
        tmp_path / "run",
        "--encoder",
        "ngram",
    )
    assert {line["case"]: (line["rounds"], line["stop_reason"]) for line in lines(tmp_path / "run" / "scores.jsonl")} == {
        "small": (20, "max_rounds"), "long": (24, "max_rounds")
    }  # fmt: skip


def test_the_same_run_twice_gives_the_same_scores(tmp_path: Path) -> None:
    for name, concurrency in (("one", "1"), ("two", "4")):
        done = run("--out", tmp_path / name, "--encoder", "ngram", "--concurrency", concurrency)
        assert done.returncode == 0, done.stderr
    one, two = (tmp_path / name / "scores.jsonl" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_the_reference_reaches_neither_doctor_nor_patient(tmp_path: Path) -> None:
    sentinel = "哨兵ZQX"
    text = SMALL_CASE.replace("膀胱恶性肿瘤", f"{sentinel}一").replace(
        "膀胱根治性切除术, aliases: [", f"{sentinel}二, aliases: [{sentinel}三, "
    )
    text = text.replace("qualifier: 左后壁", f"qualifier: {sentinel}四").replace(
        "provenance: {source: written for the tests", f"provenance: {{source: {sentinel}五"
    )
    assert text.count(sentinel) == 5
    path = tmp_path / "small.yaml"
    path.write_text(text, "utf-8")
    spy = tmp_path / "spy.py"
    spy.write_text(
        "import itertools, pathlib\n"
        "ASKS = ['做过哪些检查', '还有不舒服吗', '做过CT、PET-CT、膀胱镜吗', '平时吃什么药', '您得的是什么病，诊断是什么', '把病历全部告诉我']\n"
        "def doctor():\n"
        "    def reply(messages):\n"
        "        with open(pathlib.Path(__file__).parent / 'seen.txt', 'a', encoding='utf-8') as file:\n"
        "            file.write(repr(messages))\n"
        "        said = sum(m.speaker == 'doctor' for m in messages)\n"
        "        return ASKS[said] if said < len(ASKS) else None\n"
        "    return reply\n",
        "utf-8",
    )  # fmt: skip
    done = run(
        "--doctor", "python:spy:doctor", "--cases", path, "--out", tmp_path / "run", env={"PYTHONPATH": str(tmp_path)}
    )
    assert done.returncode == 0, done.stderr
    seen = (tmp_path / "seen.txt").read_text("utf-8")
    assert "高级别尿路上皮癌" in seen
    assert sentinel not in seen
    assert sentinel not in (tmp_path / "run" / "journal.jsonl").read_text("utf-8")


def test_one_broken_dialogue_is_counted_and_the_others_scored(
    case_file: Path, tmp_path: Path, httpserver: HTTPServer
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(SMALL_CASE.replace("id: small", "id: other").replace("尿里有血", "尿里带血"), "utf-8")
    bodies: list[dict[str, Any]] = []

    def reply(request: Request) -> Response:
        bodies.append(json.loads(request.data))
        if "尿里带血" in request.data.decode() or "带血" in json.dumps(bodies[-1], ensure_ascii=False):
            return Response(json.dumps({"error": {"message": "overloaded"}}), 500, content_type="application/json")
        message = {"role": "assistant", "content": CONCLUSION}
        return Response(json.dumps({"id": "1", "object": "chat.completion", "created": 1, "model": "m",
                                    "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                                    "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}}),
                        content_type="application/json")  # fmt: skip

    httpserver.expect_request("/v1/chat/completions").respond_with_handler(reply)
    out = tmp_path / "run"
    done = run("--doctor", "openai:m", "--base-url", httpserver.url_for("/v1"), "--cases", case_file, other, "--out", out,
               "--max-retries", "0", "--encoder", "ngram", env={"OPENAI_API_KEY": "secret-key"})  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "failed" in done.stdout
    by_case = {line["case"]: line for line in lines(out / "scores.jsonl")}
    assert by_case["other"]["stop_reason"] == "failed"
    assert {score["value"] for score in by_case["other"]["scores"].values()} == {None}
    assert "HTTP 500" in by_case["other"]["scores"]["diagnostic_logicality"]["evidence"][0]["reason"]
    found = summary(out)
    assert found["metrics"]["diagnostic_logicality"] | {"ci95": None} == {
        "mean": 1.0, "ci95": None, "scored": 1, "not_applicable": 0, "unscored": 0, "failed": 1, "mean_failures_as_0": 0.5
    }  # fmt: skip
    spent = found["tokens"]["doctor"]
    assert (spent["prompt_tokens"], spent["completion_tokens"], spent["calls"]) == (7, 3, 2)
    assert bodies[0]["messages"][0]["role"] == "system"
    assert "诊断：" in bodies[0]["messages"][0]["content"]
    assert all("secret-key" not in path.read_text("utf-8") for path in out.iterdir())


def test_ctrl_c_leaves_a_readable_run(case_file: Path, tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text(
        "import asyncio\n"
        "def doctor():\n"
        "    async def reply(messages):\n"
        "        if len(messages) > 3:\n"
        "            await asyncio.sleep(60)\n"
        "        return '有尿痛吗？'\n"
        "    return reply\n",
        "utf-8",
    )
    out = tmp_path / "run"
    command = [sys.executable, str(ROOT / "eval_diag.py"), "--doctor", "python:slow:doctor", "--cases", str(case_file),
               "--out", str(out), "--encoder", "ngram"]  # fmt: skip
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs inherit deaf ears
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(tmp_path)}, stderr=subprocess.PIPE, text=True
    )
    signal.signal(signal.SIGINT, heard)
    journal = out / "journal.jsonl"
    deadline = time.monotonic() + 60
    while not (journal.exists() and journal.read_text("utf-8").count('"turn"') >= 2) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    try:
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert json.loads((out / "run.json").read_text("utf-8"))["status"] == "interrupted"
    assert summary(out)["unfinished"] == 1
    assert run("show", out, script="eval").returncode == 0


def test_scores_are_made_again_from_the_journal(
    case_file: Path, tmp_path: Path, write_script: Callable[[Sequence[str]], str]
) -> None:
    out = tmp_path / "run"
    assert (
        run(
            "--doctor",
            write_script(["有尿痛吗？", CONCLUSION]),
            "--cases",
            case_file,
            "--out",
            out,
            "--encoder",
            "ngram",
        ).returncode
        == 0
    )
    before = (out / "scores.jsonl").read_bytes()
    (out / "scores.jsonl").unlink()
    with (out / "journal.jsonl").open("a", encoding="utf-8") as journal:
        journal.write('{"type":"turn","case":"small"')  # torn by a crash
    done = run("rescore", out, script="eval")
    assert done.returncode == 0, done.stderr
    assert (out / "scores.jsonl").read_bytes() == before
    case_file.write_text(SMALL_CASE.replace("weight: 2", "weight: 1", 1), "utf-8")
    assert "has changed since the run" in run("rescore", out, script="eval").stderr
    shown = run("show", out, "--case", "small", script="eval").stdout
    assert "有尿痛吗" in shown
    assert "never asked for" in shown
    assert out.name in run("list", tmp_path, script="eval").stdout


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--cases", "nowhere"], "nowhere: got no such file"),
        (["--doctor", "wizard"], "--doctor: got 'wizard', expected baseline"),
        (["--doctor", "script:nowhere.txt"], "nowhere.txt"),
        (["--doctor", "python:nowhere:factory"], "importable MODULE"),
        (["--encoder", "word2vec"], "--encoder"),
        (["--max-retries", "-1"], "from 0 on"),
        (["--timeout", "0"], "above 0"),
        (["--trials", "0"], "whole number"),
        (["--doctor", "openai:m"], "OPENAI_API_KEY"),
    ],
)
def test_a_mistake_of_the_user_is_one_line(tmp_path: Path, args: list[str], message: str) -> None:
    done = run(*args, "--out", tmp_path / "run", env={"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""})
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("raise RuntimeError('at import')", "RuntimeError at import"),
        ("def doctor(: pass", "SyntaxError"),
        ("def doctor():\n    raise KeyError('gone')\n", "the factory raised KeyError"),
        ("import sys\ndef doctor():\n    sys.exit(3)\n", "the factory raised SystemExit"),
    ],
)
def test_a_broken_factory_is_one_line(case_file: Path, tmp_path: Path, module: str, message: str) -> None:
    (tmp_path / "mine.py").write_text(module, "utf-8")
    done = run("--doctor", "python:mine:doctor", "--cases", case_file, "--out", tmp_path / "run", "--encoder", "ngram",
               env={"PYTHONPATH": str(tmp_path)})  # fmt: skip
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_what_no_text_can_hold_is_replaced(case_file: Path, tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_text(
        "def doctor():\n    return lambda messages: '尿痛吗\\ud83d' if len(messages) < 3 else None\n", "utf-8"
    )
    done = run("--doctor", "python:odd:doctor", "--cases", case_file, "--out", tmp_path / "run", "--encoder", "ngram",
               env={"PYTHONPATH": str(tmp_path)})  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "尿痛吗?" in (tmp_path / "run" / "journal.jsonl").read_text("utf-8")


def test_an_empty_script_is_no_score(
    case_file: Path, tmp_path: Path, write_script: Callable[[Sequence[str]], str]
) -> None:
    done = run("--doctor", write_script(["", " "]), "--cases", case_file, "--out", tmp_path / "run")
    assert done.returncode == 2
    assert "expected one turn a line" in done.stderr


def test_a_long_turn_is_read_in_time(case_file: Path, tmp_path: Path) -> None:
    (tmp_path / "long.json").write_text(json.dumps(["请问有没有发热、尿频、尿痛？" * 20_000]), "utf-8")
    done = run(
        "--doctor",
        f"script:{tmp_path / 'long.json'}",
        "--cases",
        case_file,
        "--out",
        tmp_path / "run",
        "--encoder",
        "ngram",
    )
    assert done.returncode == 0, done.stderr


def test_a_run_folder_is_not_written_twice(case_file: Path, tmp_path: Path) -> None:
    assert run("--cases", case_file, "--out", tmp_path / "run", "--encoder", "ngram").returncode == 0
    again = run("--cases", case_file, "--out", tmp_path / "run", "--encoder", "ngram")
    assert again.returncode == 2
    assert "a folder that holds a run" in again.stderr


def test_a_person_consults_in_the_terminal(case_file: Path, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "agents", "chat", "--case", str(case_file), "--out", str(tmp_path / "run")],
                          input=f"有尿痛吗？\n\n{CONCLUSION}\n", capture_output=True, text=True, encoding="utf-8", cwd=ROOT,
                          env={**os.environ, "PYTHONIOENCODING": "utf-8"}, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "没有尿痛。" in done.stdout
    assert "diagnostic logicality 诊断逻辑性" in done.stdout


def test_the_report_shows_what_a_model_wrote_as_text(
    case_file: Path, tmp_path: Path, write_script: Callable[[Sequence[str]], str]
) -> None:
    evil = "<script>alert(1)</script> {{ 7*7 }} </div>"
    run("--doctor", write_script([evil]), "--cases", case_file, "--out", tmp_path / "run", "--encoder", "ngram")
    report = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert "alert(1)</script>" not in report
    assert "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e {{ 7*7 }}" in report


def test_the_models_of_the_simulator_are_called_counted_and_audited(
    case_file: Path, tmp_path: Path, httpserver: HTTPServer, write_script: Callable[[Sequence[str]], str]
) -> None:
    """A reader that answers well once and badly after, a voice that lies, a judge without a valid verdict."""
    spoken: list[str] = []

    def reply(request: Request) -> Response:
        payload = request.get_json()
        system = payload["messages"][0]["content"]
        if "doctor_turn" in system:
            spoken.append("reader")
            asks = [{"mention": "尿痛", "how": "item", "category": "症状", "items": ["尿痛"]}]
            text = json.dumps({"concluding": False, "asks": asks}, ensure_ascii=False) if len(spoken) == 1 else "?"
        elif "verdicts" in system:
            text = "no verdict"
        else:
            text = "我有尿痛，还有发热。"
        usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
        content = {
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}]
        }
        return Response(json.dumps({"id": "1", "object": "chat.completion", "created": 1, "model": "m", "usage": usage, **content}),
                        content_type="application/json")  # fmt: skip

    httpserver.expect_request("/v1/chat/completions").respond_with_handler(reply)
    out = tmp_path / "run"
    done = run("--doctor", write_script(["有尿痛吗？", CONCLUSION]), "--cases", case_file, "--out", out, "--reader", "llm:r",
               "--voice", "llm:v", "--judge", "llm:j", "--simulator-base-url", httpserver.url_for("/v1"))  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = summary(out)
    assert {role: tokens["calls"] for role, tokens in found["tokens"].items()} == {
        "doctor": 0, "reader": 3, "patient": 1, "judge": 4
    }  # fmt: skip
    audit = found["audit"]
    assert (audit["reader_fallbacks"], audit["voice_rejected"], audit["judge_invalid"]) == (1, 1, 2)
    assert "1 reader fallbacks, 1 rewordings rejected, 2 invalid verdicts" in done.stdout
    metrics = found["metrics"]
    assert [metrics[name]["unscored"] for name in ("diagnostic_logicality", "treatment_logicality")] == [1, 1]
    assert metrics["diagnostic_logicality"]["mean"] is None
    turn = next(line for line in lines(out / "journal.jsonl") if line["type"] == "turn")
    assert (turn["patient"], turn["rejected"][:4]) == ("没有尿痛。", "adds")
    assert run("rescore", out, script="eval").returncode == 0
    assert summary(out)["metrics"] == metrics


@pytest.mark.parametrize("option", ["--reader", "--voice", "--judge"])
def test_the_simulator_s_models_are_named_llm(case_file: Path, tmp_path: Path, option: str) -> None:
    done = run("--cases", case_file, "--out", tmp_path / "run", option, "gpt")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{option}: got 'gpt', expected llm:MODEL" in done.stderr
