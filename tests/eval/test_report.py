"""The report in a real browser: what a clinician sees, can do with the keyboard, and cannot be harmed by."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, SMALL_CASE

pytestmark = pytest.mark.browser
RIGHT = "诊断：膀胱癌；不考虑左肾积水。治疗方案：膀胱根治性切除术；回肠通道术。"
HOSTILE = [
    "<script>document.title='owned'</script></script><img src=x onerror=\"document.title='owned'\">",
    "{{ 7*7 }} {% raw %} ${alert(1)} <!-- --> ]]> &lt;b&gt;",
    "\u202eאבג مرحبا \u2066rtl\u2069 👩‍⚕️🏥 \u2028\u2029 \\u003c",
    "痛" * 100_000,
]


def python(*args: object) -> None:
    subprocess.run([sys.executable, *map(str, args)], check=True, cwd=ROOT, timeout=120, capture_output=True)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two departments; one right conclusion, one hostile doctor, one that leaves."""
    folder = tmp_path_factory.mktemp("report")
    cases = []
    for name, department in (("right", "泌尿外科"), ("hostile", "泌尿外科"), ("silent", "内科")):
        cases.append(folder / f"{name}.yaml")
        text = SMALL_CASE.replace("id: small", f"id: {name}").replace(
            "department: 泌尿外科", f"department: {department}"
        )
        cases[-1].write_text(text, "utf-8")
    script = {"right": ["有尿痛吗？", "做过尿常规、CTU吗？", RIGHT], "hostile": HOSTILE, "silent": ["您好"]}
    (folder / "script.json").write_text(json.dumps(script), "utf-8")
    out = folder / "run"
    python(
        "eval_diag.py",
        "--doctor",
        f"script:{folder / 'script.json'}",
        "--encoder",
        "ngram",
        "--out",
        out,
        "--cases",
        *cases,
    )
    return out


Open = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, run: Path) -> Iterator[Open]:
    """Opens the report; fails on any script error, and on anything fetched."""
    contexts = []
    wrong: list[str] = []

    def open_report(
        where: str = "", locale: str = "zh-CN", width: int = 1280, scheme: str = "light", path: Path = run
    ) -> Any:
        context = browser.new_context(locale=locale, viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith("file:") else None)
        page.goto(f"file://{path / 'report.html'}{where}")
        return page

    yield open_report
    for context in contexts:
        context.close()
    assert wrong == []


def shown(page: Any) -> list[str]:
    return [row.get_attribute("data-case") for row in page.locator("#table tbody tr").all() if row.is_visible()]


def test_dialogues_are_filtered_and_sorted(opened: Open) -> None:
    page = opened()
    assert shown(page) == ["right", "hostile", "silent"]
    page.get_by_role("combobox", name="科室").select_option("内科")
    assert shown(page) == ["silent"]
    assert page.locator("#shown").inner_text() == "1 / 3"
    page.get_by_role("combobox", name="科室").select_option("")
    page.get_by_label("结果").select_option("right")
    assert shown(page) == ["right"]
    page.get_by_label("结果").select_option("")
    page.get_by_label("病例").fill("SI")
    assert shown(page) == ["silent"]
    page.get_by_label("病例").fill("")
    rounds = page.get_by_role("columnheader", name="轮次")
    rounds.get_by_role("button").click()
    assert shown(page) == ["silent", "right", "hostile"]
    rounds.get_by_role("button").click()
    assert shown(page) == ["hostile", "right", "silent"]
    assert rounds.get_attribute("aria-sort") == "descending"


def test_a_dialogue_is_replayed_with_the_keyboard(opened: Open) -> None:
    page = opened()
    page.get_by_role("link", name="right").click()
    side = page.locator(".side")
    page.locator("#panel-title", has_text="right #1 · 泌尿外科").wait_for()
    assert page.locator(".turn:visible").count() == 3
    assert [mark.inner_text() for mark in page.locator("mark").all()] == [
        "膀胱癌",
        "左肾积水",
        "膀胱根治性切除术",
        "回肠通道术",
    ]
    assert page.locator("mark.missed").all_inner_texts() == ["左肾积水"]
    assert "✗ 左肾积水: named, but denied or advised against" in side.inner_text()
    page.keyboard.press("Home")
    assert page.locator(".turn:visible").count() == 0
    assert "信息 0 / " in side.inner_text()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.locator(".turn:visible").count() == 2
    assert page.url.endswith("#right/1/2")
    assert "☑ CTU 2/2 (2)" in side.inner_text()
    assert "☐ PET-CT 0/2" in side.inner_text()
    assert "结论" not in side.inner_text()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press(" ")
    page.locator(".turn >> nth=2").wait_for(state="visible")
    page.get_by_role("button", name="关闭").click()
    page.locator("#panel").wait_for(state="hidden")


def test_a_link_leads_to_a_round(opened: Open) -> None:
    page = opened("#right/1/1", locale="en-US")
    assert page.locator(".turn:visible").count() == 1
    assert page.locator("output", has_text="1 / 3").is_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", name="Scores").is_visible()
    page.get_by_role("button", name="中文").click()
    page.get_by_role("heading", name="评分").first.wait_for()


def test_what_a_model_wrote_is_text(opened: Open) -> None:
    page = opened("#hostile/1")
    assert "owned" not in page.title()
    assert page.locator("#replay img, #replay script").count() == 0
    said = page.locator(".said.doctor").all()
    for i, text in enumerate(HOSTILE):
        assert said[i].evaluate("node => node.lastChild.data") == text.strip()
    assert said[3].bounding_box()["height"] < 600
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1280), ("en-US", 390)])
def test_nothing_serious_keeps_anybody_out(opened: Open, locale: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    for where in ("", "#right/1"):
        page = opened(where, locale=locale, width=width, scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = axe.Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == []


def test_five_hundred_dialogues_are_one_page(
    opened: Open, tmp_path: Path, write_script: Callable[[Sequence[str]], str]
) -> None:
    case = tmp_path / "small.yaml"
    case.write_text(SMALL_CASE, "utf-8")
    out = tmp_path / "run"
    python("eval_diag.py", "--doctor", write_script(["有尿痛吗？"] * 9 + [RIGHT]), "--encoder", "ngram", "--out", out, "--quiet",
           "--trials", 501, "--concurrency", 32, "--cases", case)  # fmt: skip
    assert (out / "report.html").stat().st_size < 20_000_000
    page = opened("#small/500/3", path=out)
    assert page.locator("#table tbody tr").count() == 500
    assert page.locator(".turn:visible").count() == 3
    assert "此处只显示前 500 个对话，共 501 个" in page.content()


def test_the_baseline_line_is_what_the_baseline_scores(tmp_path: Path) -> None:
    known = json.loads((ROOT / "eval" / "reference.json").read_text("utf-8"))
    cases = [
        ROOT / "cases" / name
        for name in ("urology/acute-cystitis.yaml", "general/neurology-stroke.yaml", "english/en-croup.yaml")
    ]
    python("eval_diag.py", "--out", tmp_path / "run", "--quiet", "--cases", *cases)
    info = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    hashes = {case["id"]: case["sha256"] for case in info["cases"]}
    for line in map(json.loads, (tmp_path / "run" / "scores.jsonl").read_text("utf-8").splitlines()):
        scores = {name: score["value"] for name, score in line["scores"].items()}
        assert known[hashes[line["case"]]] == scores, "run python benchmarks/reference.py"
    assert "<title>baseline 0." in (tmp_path / "run" / "report.html").read_text("utf-8")
    shipped = sum(path.parent.name != "terminology" for path in (ROOT / "cases").rglob("*/*.yaml"))
    assert len(known) == shipped


def test_a_dialogue_is_replayed_in_the_terminal(run: Path) -> None:
    command = [sys.executable, "-m", "eval", "replay", str(run), "--case"]
    options: dict[str, Any] = {"capture_output": True, "text": True, "encoding": "utf-8", "cwd": ROOT, "timeout": 60}
    shown = subprocess.run([*command, "right", "--speed", "1000"], **options)
    assert shown.returncode == 0, shown.stderr
    for words in (
        "尿痛 → specific: 尿痛 +2",
        "信息 information 2/",
        "结论 concludes",
        "✗ 左肾积水",
        "诊断逻辑性: 1.00",
    ):
        assert words in shown.stdout
    missing = subprocess.run([*command, "nobody"], **options)
    assert (missing.returncode, "expected one of right, hostile, silent" in missing.stderr) == (2, True)


def test_other_runs_are_drawn_into_the_bars(run: Path, tmp_path: Path) -> None:
    other = tmp_path / "other run"
    python("eval_diag.py", "--fork", run, "--at", 1, "--doctor", "oracle", "--out", other)
    python("-m", "eval", "report", run, "--against", other)
    text = (run / "report.html").read_text("utf-8")
    assert "<title>other run 1.00</title>" in text
    python("-m", "eval", "rescore", run)
