"""Runs that survive: killed, resumed, forked, out of money, out of disk, on several workers, with a broken endpoint."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from conftest import ROOT, SMALL_CASE

CONCLUSION = "诊断：膀胱癌；左肾积水。治疗方案：膀胱根治性切除术；回肠通道术。"
ENV = {**os.environ, "PYTHONIOENCODING": "utf-8", "OPENAI_API_KEY": "k"}


def command(*args: object) -> list[str]:
    return [sys.executable, str(ROOT / "eval_diag.py"), *map(str, args)]


def run(*args: object, env: dict[str, str] | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*args), capture_output=True, text=True, encoding="utf-8", cwd=ROOT,
                          env={**ENV, **(env or {})}, timeout=300, **options)  # fmt: skip


def evaluate(*args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "eval", *map(str, args)], capture_output=True, text=True,
                          encoding="utf-8", cwd=ROOT, env=ENV, timeout=120)  # fmt: skip


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def info(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "run.json").read_text("utf-8"))
    return found


@pytest.fixture
def stub() -> Iterator[Callable[..., str]]:
    """Starts stub endpoints that conclude in the tenth round; gives their address."""
    processes = []

    def start(latency: float = 0.0, fault_rate: float = 0.0) -> str:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "benchmarks" / "stub.py"), "--latency", str(latency), "--fault-rate", str(fault_rate)],
            stdout=subprocess.PIPE, text=True)  # fmt: skip
        processes.append(process)
        assert process.stdout
        return process.stdout.readline().strip()

    yield start
    for process in processes:
        process.terminate()
        process.communicate()


@pytest.fixture
def cases(tmp_path: Path) -> list[Path]:
    paths = []
    for name in "abcd":
        path = tmp_path / f"{name}.yaml"
        path.write_text(SMALL_CASE.replace("id: small", f"id: {name}"), "utf-8")
        paths.append(path)
    return paths


def plan(url: str, cases: Sequence[Path], *more: object) -> list[object]:
    return ["--doctor", "openai:stub", "--base-url", url, "--encoder", "ngram", "--quiet", *more, "--cases", *cases]


def kill_midway(args: list[object], out: Path, turns: int) -> None:
    """Starts a run and kills it when its journal holds so many more turns."""
    journal = out / "journal.jsonl"

    def size() -> int:
        return journal.read_bytes().count(b'"type":"turn"') if journal.exists() else 0

    wanted, deadline = size() + turns, time.monotonic() + 60
    process = subprocess.Popen(command(*args), cwd=ROOT, env=ENV)
    while size() < wanted and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.wait()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_goes_on_from_its_last_complete_turn(
    tmp_path: Path, stub: Callable[..., str], cases: list[Path], workers: int
) -> None:
    url, out = stub(latency=0.05), tmp_path / "killed"
    args = plan(url, cases, "--workers", workers)
    assert run(*args, "--out", tmp_path / "calm").returncode == 0
    kill_midway([*args, "--out", out], out, 5)
    with (out / "journal.jsonl").open("a", encoding="utf-8") as journal:
        journal.write('{"type":"turn","case":"a"')  # torn by the crash
    assert info(out)["status"] == "running"
    shown = evaluate("show", out)
    assert "of 4 dialogues ended" in shown.stdout
    assert "nobody is writing it; go on with --resume" in shown.stdout
    kill_midway(["--resume", out, "--quiet"], out, 12)
    done = run("--resume", out, "--quiet")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert (out / "scores.jsonl").read_bytes() == (tmp_path / "calm" / "scores.jsonl").read_bytes()
    turns = [
        (line["case"], line["trial"], line["round"]) for line in lines(out / "journal.jsonl") if line["type"] == "turn"
    ]
    assert len(turns) == len(set(turns)) == 40
    again = (out / "journal.jsonl").read_bytes()
    assert run("--resume", out, "--quiet").returncode == 0
    assert (out / "journal.jsonl").read_bytes() == again


def test_a_run_that_differs_is_not_resumed_unless_forced(
    tmp_path: Path, case_file: Path, write_script: Callable[[Sequence[str]], str]
) -> None:
    out = tmp_path / "run"
    doctor = write_script(["有尿痛吗？", CONCLUSION])
    assert run("--doctor", doctor, "--cases", case_file, "--out", out, "--encoder", "ngram").returncode == 0
    write_script(["有尿痛吗？", "做过CTU吗？", CONCLUSION])
    case_file.write_text(SMALL_CASE.replace("weight: 2", "weight: 1", 1), "utf-8")
    refused = run("--resume", out, "--max-rounds", "7")
    assert refused.returncode == 2
    for difference in ("config max_rounds: none → 7", "case small: ", "doctor code: "):
        assert difference in refused.stderr
    assert "--force" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert run("--resume", out, "--max-rounds", "7", "--force").returncode == 0
    assert [difference.split(":")[0] for difference in info(out)["forced"]] == [
        "config max_rounds", "case small", "doctor code"
    ]  # fmt: skip


def test_failed_dialogues_go_on_where_they_failed(tmp_path: Path, cases: list[Path]) -> None:
    (tmp_path / "moody.py").write_text(
        "import pathlib\n"
        "WELL = pathlib.Path(__file__).parent / 'well'\n"
        "def doctor():\n"
        "    def reply(messages):\n"
        "        said = sum(m.speaker == 'doctor' for m in messages)\n"
        "        if said == 2 and not WELL.exists():\n"
        "            raise RuntimeError('out of order')\n"
        f"        return ['有尿痛吗？', '做过CTU吗？', '{CONCLUSION}'][said]\n"
        "    return reply\n",
        "utf-8",
    )
    out, env = tmp_path / "run", {"PYTHONPATH": str(tmp_path)}
    first = run("--doctor", "python:moody:doctor", "--cases", *cases, "--out", out, "--encoder", "ngram", env=env)
    assert first.returncode == 1
    (tmp_path / "well").touch()
    assert run("--resume", out, env=env).returncode == 1
    done = run("--resume", out, "--retry-failed", env=env)
    assert done.returncode == 0, done.stderr
    assert {line["stop_reason"] for line in lines(out / "scores.jsonl")} == {"concluded"}
    rounds = [line["round"] for line in lines(out / "journal.jsonl") if line["type"] == "turn" and line["case"] == "a"]
    assert rounds == [1, 2, 3]


def test_another_doctor_takes_over(
    tmp_path: Path, cases: list[Path], write_script: Callable[[Sequence[str]], str]
) -> None:
    source, out = tmp_path / "run", tmp_path / "fork"
    asks = ["有尿痛吗？", "做过CTU吗？", "做过CT吗？"]
    (tmp_path / "a.json").write_text(
        json.dumps({"*": [*asks, CONCLUSION], "d": [asks[0], CONCLUSION]}, ensure_ascii=False), "utf-8"
    )
    assert run("--doctor", f"script:{tmp_path / 'a.json'}", "--cases", *cases, "--out", source).returncode == 0
    other = write_script(["不会说出来", "也不会", "诊断：膀胱结石。"])
    done = run("--fork", source, "--at", "3", "--doctor", other, "--out", out)
    assert done.returncode == 0, done.stderr
    assert info(out)["forked"] == {"run": str(source), "at": 3, "dialogues": 3, "left_out": 1}
    turns = [line for line in lines(out / "journal.jsonl") if line["type"] == "turn" and line["case"] == "b"]
    assert [turn["doctor"] for turn in turns] == [asks[0], asks[1], "诊断：膀胱结石。"]
    assert turns[0]["usage"] == {}
    assert turns[0]["credit"] == {"症状/尿痛": 2}
    scores = {line["case"]: line["scores"]["diagnostic_logicality"]["value"] for line in lines(out / "scores.jsonl")}
    assert scores == {"a": 0, "b": 0, "c": 0}
    assert run("--resume", out).returncode == 0
    for args, message in (
        (["--fork", source, "--at", "9", "--doctor", other], "no dialogue that reaches"),
        (["--fork", source], "expected both"),
    ):
        refused = run(*args, "--out", tmp_path / "none")
        assert (refused.returncode, message in refused.stderr) == (2, True)


def test_a_spent_budget_stops_the_run_and_a_larger_one_goes_on(
    tmp_path: Path, stub: Callable[..., str], cases: list[Path]
) -> None:
    url, out = stub(), tmp_path / "run"  # a call is 400 + 40 tokens
    args = plan(url, cases, "--concurrency", 2, "--price", "stub=10,100", "--out", out)
    stopped = run(*args, "--max-cost", "0.1")
    assert stopped.returncode == 3, stopped.stderr
    assert "stopped by --max-cost 0.1: spent 0.1" in stopped.stderr
    assert (info(out)["status"], info(out)["stopped_by"][:10]) == ("stopped", "--max-cost")
    spent = sum(line["type"] == "turn" for line in lines(out / "journal.jsonl"))
    assert 13 <= spent <= 14  # 0.008 a turn, and the one under way in the other dialogue
    done = run("--resume", out, "--max-cost", "9")
    assert done.returncode == 0, done.stderr
    found = json.loads((out / "summary.json").read_text("utf-8"))
    roles = {"doctor": 0.32, "reader": 0.0, "patient": 0.0}
    assert found["cost"] == {"total": 0.32, "by_role": roles, "per_case": 0.08, "per_concluded": 0.08}
    assert "cost: 0.3200; 0.0800 a case" in evaluate("show", out).stdout
    assert run(*plan(url, cases, "--max-tokens", 900, "--out", tmp_path / "few")).returncode == 3
    for args, message in (
        (["--max-cost", "1"], "--max-cost: got no price of stub"),
        (["--price", "stub=1"], "expected input and output"),
        (["--price", "nowhere.yaml"], "nowhere.yaml"),
    ):
        refused = run(*plan(url, cases, *args, "--out", tmp_path / "none"))
        assert (refused.returncode, message in refused.stderr) == (2, True), refused.stderr


def test_a_cost_is_unknown_where_a_price_is(tmp_path: Path, stub: Callable[..., str], cases: list[Path]) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text("other: [1, 2]\n", "utf-8")
    out = tmp_path / "run"
    assert run(*plan(stub(), cases[:1], "--price", prices, "--out", out)).returncode == 0
    assert json.loads((out / "summary.json").read_text("utf-8"))["cost"]["total"] is None


def test_faults_change_no_score(tmp_path: Path, stub: Callable[..., str], cases: list[Path]) -> None:
    args = ["--trials", 4, "--concurrency", 16, "--timeout", 1]
    assert run(*plan(stub(), cases, *args, "--out", tmp_path / "calm")).returncode == 0
    url = stub(fault_rate=0.3)
    faulty = run(*plan(url, cases, *args, "--max-retries", 2, "--out", tmp_path / "faulty"))
    assert faulty.returncode == 1, faulty.stderr
    with urlopen(url) as reply:
        assert len(json.load(reply)) >= 8  # nearly every kind of fault came up
    calm, found = (
        {(s["case"], s["trial"]): s for s in lines(tmp_path / name / "scores.jsonl")} for name in ("calm", "faulty")
    )
    failed = {key for key, line in found.items() if line["stop_reason"] == "failed"}
    assert len(found) == 16
    assert 0 < len(failed) < 16
    assert all(found[key] == calm[key] for key in found.keys() - failed)
    assert all(score["value"] is None for key in failed for score in found[key]["scores"].values())
    assert json.loads((tmp_path / "faulty" / "summary.json").read_text("utf-8"))["failed"] == len(failed)


@pytest.mark.parametrize("more", [["--workers", 2], pytest.param(["--ray", "--workers", 2], marks=pytest.mark.ray)])
def test_a_worker_that_dies_loses_nothing(tmp_path: Path, cases: list[Path], more: list[object]) -> None:
    if "--ray" in more:
        pytest.importorskip("ray")
    (tmp_path / "mortal.py").write_text(
        "import os, pathlib, signal\n"
        "def doctor():\n"
        "    def reply(messages):\n"
        "        said = sum(m.speaker == 'doctor' for m in messages)\n"
        "        dead = pathlib.Path(__file__).parent / 'dead'\n"
        "        if said == 2 and not dead.exists():\n"
        "            dead.touch()\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        f"        return ['有尿痛吗？', '做过CTU吗？', '{CONCLUSION}'][said]\n"
        "    return reply\n",
        "utf-8",
    )
    env = {"PYTHONPATH": str(tmp_path)}
    args = ["--doctor", "python:mortal:doctor", "--cases", *cases, "--trials", 3, "--encoder", "ngram", "--quiet"]
    done = run(*args, *more, "--out", tmp_path / "many", env=env)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "dead").exists()
    assert run(*args, "--out", tmp_path / "one", env=env).returncode == 0
    assert (tmp_path / "many" / "scores.jsonl").read_bytes() == (tmp_path / "one" / "scores.jsonl").read_bytes()
    turns = [
        (s["case"], s["trial"], s["round"]) for s in lines(tmp_path / "many" / "journal.jsonl") if s["type"] == "turn"
    ]
    assert len(turns) == len(set(turns)) == 36


def test_a_dialogue_that_kills_every_worker_is_failed(tmp_path: Path, cases: list[Path]) -> None:
    (tmp_path / "deadly.py").write_text(
        "import os\ndef doctor():\n    return lambda messages: os._exit(9) if len(messages) > 2 else '有尿痛吗？'\n",
        "utf-8",
    )
    out = tmp_path / "run"
    done = run("--doctor", "python:deadly:doctor", "--cases", cases[0], "--workers", 2, "--encoder", "ngram", "--out", out,
               env={"PYTHONPATH": str(tmp_path)})  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "died 3 times" in (out / "scores.jsonl").read_text("utf-8")


def test_a_full_disk_stops_with_one_line_and_can_be_resumed(
    tmp_path: Path, stub: Callable[..., str], cases: list[Path]
) -> None:
    out = tmp_path / "run"

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8000, 8000))

    full = run(*plan(stub(), cases, "--out", out), preexec_fn=small_files)
    assert full.returncode == 2
    assert full.stderr.count("\n") == 1
    assert "cannot write the journal" in full.stderr
    raw = (out / "journal.jsonl").read_bytes()
    assert raw.endswith(b"\n")
    assert lines(out / "journal.jsonl")
    done = run("--resume", out)
    assert done.returncode == 0, done.stderr
    turns = [(s["case"], s["round"]) for s in lines(out / "journal.jsonl") if s["type"] == "turn"]
    assert len(turns) == len(set(turns)) == 40


def test_an_unwritable_folder_is_one_line(tmp_path: Path, case_file: Path) -> None:
    (tmp_path / "file").touch()
    done = run("--cases", case_file, "--out", tmp_path / "file" / "run", "--encoder", "ngram")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "cannot write the run folder" in done.stderr


def test_a_run_is_written_by_one_process(tmp_path: Path, stub: Callable[..., str], cases: list[Path]) -> None:
    out = tmp_path / "run"
    process = subprocess.Popen(command(*plan(stub(latency=1), cases, "--out", out)), cwd=ROOT, env=ENV)
    while not (out / "journal.jsonl").exists():
        time.sleep(0.05)
    second = run("--resume", out)
    shown = evaluate("show", out)
    process.send_signal(signal.SIGINT)
    process.wait()
    assert (second.returncode, "another process is writing this run" in second.stderr) == (2, True)
    assert "0 of 4 dialogues ended" in shown.stdout
    assert "nobody" not in shown.stdout


def test_a_dialogue_that_takes_too_long_is_failed(tmp_path: Path, stub: Callable[..., str], cases: list[Path]) -> None:
    out = tmp_path / "run"
    done = run(*plan(stub(latency=0.4), cases[:1], "--dialogue-timeout", 1, "--out", out))
    assert done.returncode == 1, done.stderr
    end = lines(out / "journal.jsonl")[-1]
    assert (end["stop_reason"], end["failure"]) == ("failed", "the dialogue took longer than 1 s")


def test_a_run_tells_a_log_what_it_does(tmp_path: Path, stub: Callable[..., str], cases: list[Path]) -> None:
    args = [arg for arg in plan(stub(), cases, "--json", "--out", tmp_path / "run") if arg != "--quiet"]
    done = run(*args)
    summary = json.loads(done.stdout)
    assert (summary["dialogues"], summary["concluded"]) == (4, 4)
    states = [json.loads(line) for line in done.stderr.splitlines()]
    last = {name: states[-1][name] for name in ("ended", "total", "failed", "turns", "tokens", "cost")}
    assert last == {"ended": 4, "total": 4, "failed": 0, "turns": 40, "tokens": 17600, "cost": None}


def test_trials_pass_seeds_on(tmp_path: Path, case_file: Path) -> None:
    from agents.casting import Sampling, recruit
    from sp_sim.library import load_one
    from sp_sim.model import Endpoint

    case, _ = load_one(case_file)
    maker = recruit("openai:m", lambda: Endpoint(base_url="http://127.0.0.1:9/v1"), Sampling(seed=7))
    seeds = [maker(case, trial)._model._options["seed"] for trial in (1, 2, 3)]  # type: ignore[attr-defined]
    assert seeds == [7, 8, 9]
