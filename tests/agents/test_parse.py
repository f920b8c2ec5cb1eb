from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from conftest import ROOT


def parse(case_file: Path, stdin: bytes) -> list[dict[str, Any]]:
    done = subprocess.run([sys.executable, "-m", "agents", "parse", "--case", str(case_file), "--encoder", "ngram"],
                          input=stdin, capture_output=True, cwd=ROOT, timeout=60)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def test_parse_answers_line_by_line(case_file: Path) -> None:
    requests: list[dict[str, Any]] = [
        {"id": 1, "utterance": "你做过CT吗"},
        {"id": "b", "utterance": "做过胃镜吗", "asked_before": []},
        {"id": 3, "utterance": "还有哪里不舒服", "asked_before": ["肉眼血尿"]},
        {"id": 4, "utterance": "CTU再说一遍？", "asked_before": ["CTU"]},
        {"id": 5, "utterance": "诊断：膀胱癌。治疗方案：膀胱根治性切除术。"},
        {"id": 6, "utterance": ""},
    ]
    answers = parse(case_file, "\n".join(json.dumps(r, ensure_ascii=False) for r in requests).encode())
    assert answers == [
        {"id": 1, "concluding": False, "categories": ["检查"], "items": ["泌尿系统CT平扫", "CTU"]},
        {"id": "b", "concluding": False, "categories": ["检查"], "items": []},
        {"id": 3, "concluding": False, "categories": ["症状"], "items": ["左侧腰痛"]},
        {"id": 4, "concluding": False, "categories": ["检查"], "items": ["CTU"]},
        {"id": 5, "concluding": True, "categories": [], "items": []},
        {"id": 6, "concluding": False, "categories": [], "items": []},
    ]


def test_garbage_gets_an_error_object_and_stops_nothing(case_file: Path) -> None:
    garbage = [b"not json", b"[1]", b'{"id": 7}', b"\xff\xfe", b'{"id": 8, "utterance": "x", "asked_before": "CTU"}', b"",
               '{"id": 9, "utterance": "尿痛吗"}'.encode()]  # fmt: skip
    answers = parse(case_file, b"\n".join(garbage))
    assert [("error" in answer, answer["id"]) for answer in answers] == [
        (True, None), (True, None), (True, 7), (True, None), (True, 8), (False, 9)
    ]  # fmt: skip
    assert answers[-1]["items"] == ["尿痛"]
