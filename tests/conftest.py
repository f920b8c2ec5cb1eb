"""Fixtures of all tests. Sockets are blocked except for loopback (see pyproject.toml)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from agents.casting import patient_side
from agents.intent import LocalRecognizer
from sp_sim import casefile
from sp_sim.encoder import CachedEncoder, NgramEncoder
from sp_sim.library import LoadedCase
from sp_sim.record import CaseRecord
from sp_sim.terminology import builtin

ROOT = Path(__file__).resolve().parent.parent

SMALL_CASE = """
schema: 1
id: small
language: zh
department: 泌尿外科
provenance: {source: written for the tests}
patient:
  opening: 医生，我这几天尿里有血。
  intent: 想尽快弄清楚
  age: 62岁
  sex: male
facts:
  diagnostic:
  - {category: 症状, item: 肉眼血尿, finding: 尿是红的，有血块, qualifier: 5天, weight: 2}
  - {category: 症状, item: 尿痛, qualifier: 无, weight: 2}
  - {category: 症状, item: 左侧腰痛, finding: 左腰有点胀, qualifier: 2天, weight: 1}
  - {category: 检验, item: 尿常规, finding: 红细胞 90/HP↑, qualifier: 昨天, groups: [术前化验], weight: 2}
  - {category: 检查, item: 泌尿系统CT平扫, finding: 膀胱左后壁占位, qualifier: 昨天, weight: 2}
  - {category: 检查, item: CTU, finding: 膀胱占位32mm, qualifier: 2周前, weight: 2}
  - {category: 检查, item: CTU, finding: 膀胱占位41mm, qualifier: 3天前, weight: 2}
  - {category: 检查, item: PET-CT, finding: 膀胱代谢增高, qualifier: 2天前, weight: 2}
  - {category: 病理, item: 膀胱镜, finding: 高级别尿路上皮癌, qualifier: 1天前, weight: 2}
  treatment:
  - {category: 手术史, item: 阑尾切除术, finding: 年轻时切的, qualifier: 30年前, weight: 1}
  - {category: 用药史, item: 氨氯地平, qualifier: 长期, weight: 1}
  - {category: 用药史, item: 二甲双胍, qualifier: 长期, weight: 1}
  - {category: 既往病史, item: 高血压, finding: 吃药控制, qualifier: 10年, weight: 1}
  - {category: 过敏史, item: 青霉素过敏, qualifier: 无, weight: 1}
  - {category: 一般情况, finding: 精神可，胃口好，睡眠好，大便如常, weight: 1}
  - {category: 检验, item: 血常规, finding: 血红蛋白 113g/L↓, qualifier: 昨天, groups: [术前化验], weight: 1}
reference:
  expected_rounds: 6
  order:
  - [尿常规, 泌尿系统CT平扫]
  - [CTU]
  - [手术史, PET-CT]
  diagnoses:
  - {name: 膀胱恶性肿瘤, core: true, qualifier: 左后壁, aliases: [膀胱癌, 膀胱肿瘤]}
  - {name: 左肾积水}
  treatments:
  - {name: 膀胱根治性切除术, aliases: [全膀胱切除术]}
  - {name: 回肠通道术, aliases: [回肠膀胱术]}
"""

RIGHT = "诊断：膀胱癌；左肾积水。治疗方案：膀胱根治性切除术；回肠通道术。"
WRONG = "诊断：膀胱结石。治疗方案：膀胱根治性切除术；回肠通道术。"


def python(*args: object) -> subprocess.CompletedProcess[str]:
    """Runs Python in the checkout, as a user does."""
    command = [sys.executable, *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=120)


SmallRun = Callable[..., Path]


@pytest.fixture(scope="module")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> SmallRun:
    """Makes runs of scripted doctors, in one folder: ``small_run(name, script, cases, *options)``.

    ``script`` is lists of turns by case (``*``: any); ``cases`` are copies of the small case under these ids.
    """
    folder = tmp_path_factory.mktemp("runs")

    def make(name: str, script: Mapping[str, Sequence[str]], cases: Iterable[str], *options: object) -> Path:
        files = {case: folder / f"{case}.yaml" for case in cases}
        for case, file in files.items():
            file.write_text(SMALL_CASE.replace("id: small", f"id: {case}"), "utf-8")
        turns = folder / f"{name}.json"
        turns.write_text(json.dumps(script, ensure_ascii=False), "utf-8")
        args = ["--doctor", f"script:{turns}", "--encoder", "ngram", "--quiet", "--out", folder / name]
        done = python("eval_diag.py", *args, *options, "--cases", *files.values())
        assert done.returncode == 0, done.stderr
        return folder / name

    return make


@pytest.fixture(scope="session")
def encoder() -> CachedEncoder:
    """An encoder without meaning: what a test asserts with it was found by name and rule."""
    return CachedEncoder(NgramEncoder())


@pytest.fixture
def case_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL_CASE, "utf-8")
    return path


@pytest.fixture
def record(case_file: Path) -> CaseRecord:
    return casefile.read_case(case_file)


@pytest.fixture
def case(record: CaseRecord, case_file: Path) -> LoadedCase:
    return LoadedCase(record, case_file, builtin())


@pytest.fixture
def recognizer(case: LoadedCase, encoder: CachedEncoder) -> LocalRecognizer:
    found, _ = patient_side(case, encoder)
    assert isinstance(found, LocalRecognizer)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium; the test says so where there is none."""
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = Path("/usr/bin/chromium")
    if not chromium.exists():
        pytest.skip("no /usr/bin/chromium")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu", *quiet])
        yield found
        found.close()


@pytest.fixture
def upstream() -> Path:
    """The folder of the published SP workbook; the test says so where it is absent."""
    folder = Path(os.environ.get("SP_SIM_DATA", "")) / "upstream"
    if not os.environ.get("SP_SIM_DATA") or not folder.is_dir():
        pytest.skip("SP_SIM_DATA does not name a folder that holds upstream/")
    return folder


@pytest.fixture
def write_script(tmp_path: Path) -> Callable[[Sequence[str]], str]:
    """Writes doctor turns to a file and gives back the ``--doctor`` value."""

    def write(lines: Sequence[str]) -> str:
        path = tmp_path / "script.txt"
        path.write_text("\n".join(lines), "utf-8")
        return f"script:{path}"

    return write
