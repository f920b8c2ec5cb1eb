"""The clinicians' page in a real browser, and what it refuses."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from conftest import RIGHT, ROOT, SmallRun

from eval.finish import dialogues
from eval.folder import RunInfo
from eval.judgements import Judgement, Judgements
from sp_sim.library import load

pytest.importorskip("starlette")
from eval.web.shelf import blinded, key_of

pytestmark = pytest.mark.browser
FIRST = "第 1 轮的解读 reading of round 1"
EVIL = "<script>document.title='owned'</script><b>x</b>"


@pytest.fixture(scope="module")
def runs(small_run: SmallRun) -> Path:
    """A folder with two finished runs on one case, and the case."""
    good = small_run("good", {"*": ["有尿痛吗？", RIGHT]}, ["small"])
    small_run("bad", {"*": [EVIL, "诊断：感冒。"]}, ["small"])
    return good.parent


Start = Callable[..., tuple[str, subprocess.Popen[str]]]


@pytest.fixture
def start(runs: Path) -> Iterator[Start]:
    processes = []

    def serve(*args: str) -> tuple[str, subprocess.Popen[str]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "eval", "serve", str(runs), "--port", "0", "--cases", str(runs / "small.yaml"), *args],
            stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"})  # fmt: skip
        processes.append(process)
        assert process.stdout
        return process.stdout.readline().strip(), process

    yield serve
    for process in processes:
        process.kill()
        process.communicate()


def is_wrong(message: Any) -> bool:
    return message.type == "error" and "status of 503" not in message.text


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page as a new person; fails on any script error."""
    contexts = []
    wrong: list[str] = []

    def open_page(url: str, width: int = 1280, scheme: str = "light") -> Any:
        context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if is_wrong(message) else None)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def test_two_clinicians_judge_one_dialogue(start: Start, visit: Callable[..., Any], runs: Path) -> None:
    url, process = start()
    page = visit(url)
    page.get_by_role("link", name="good", exact=True).click()
    page.get_by_role("link", name="small", exact=True).click()
    address = page.url
    people = {"王医生": page, "Dr Lee": visit(address)}
    for name, who in people.items():
        who.get_by_label("您的姓名").fill(name)
        who.get_by_label("您的姓名").press("Tab")
    one, two = people.values()
    one.get_by_role("button", name=f"{FIRST}: 正确 right").click()
    two.get_by_role("button", name=f"{FIRST}: 错误 wrong").click()
    two.get_by_label(f"{FIRST}: 意见 comment").fill("他问的是排尿痛 =1+1")
    two.get_by_label(f"{FIRST}: 意见 comment").press("Tab")
    one.get_by_role("button", name="诊断逻辑性 diagnostic logicality: 正确 right").click()
    one.get_by_role("button", name="总体印象 global rating: 4").click()
    one.get_by_text("已保存：rating/global").wait_for()
    two.get_by_text("已保存：reading/1").wait_for()
    process.kill()
    process.wait()
    found = {
        (mark.judge, mark.subject): (mark.verdict, mark.rating, mark.comment) for mark in Judgements(runs).of("good")
    }
    assert found == {
        ("王医生", "reading/1"): ("right", None, ""),
        ("王医生", "score/diagnostic_logicality"): ("right", None, ""),
        ("王医生", "rating/global"): ("", 4, ""),
        ("Dr Lee", "reading/1"): ("wrong", None, "他问的是排尿痛 =1+1"),
    }
    again = visit(start()[0] + address.split("/", 3)[3])
    again.get_by_label("您的姓名").fill("王医生")
    again.get_by_label("您的姓名").press("Tab")
    pressed = again.get_by_role("button", name="总体印象 global rating: 4")
    again.wait_for_function("node => node.getAttribute('aria-pressed') === 'true'", arg=pressed.element_handle())


def test_a_person_consults_to_the_end(start: Start, visit: Callable[..., Any], runs: Path) -> None:
    page = visit(start()[0] + "consult")
    page.get_by_label("您的姓名").fill("李四")
    page.get_by_role("button", name="开始").click()
    page.get_by_text("医生，我这几天尿里有血。").wait_for()
    for words, reply in (("有尿痛吗？", "没有尿痛。"), ("做过CTU吗？", "膀胱占位41mm")):
        page.get_by_label("医生").fill(words)
        page.get_by_role("button", name="说").click()
        page.get_by_text(reply).wait_for()
    page.get_by_label("医生").fill(RIGHT)
    page.get_by_role("button", name="说").click()
    page.get_by_role("link", name="查看评分与回放").click()
    page.locator(".side", has_text="诊断逻辑性").wait_for()
    (path,) = runs.glob("*-human_*")
    summary = json.loads((path / "summary.json").read_text("utf-8"))
    assert (summary["doctor"], summary["concluded"]) == ("human:李四", 1)
    assert summary["metrics"]["diagnostic_logicality"]["mean"] == 1


def test_two_doctors_side_by_side_and_blinded(start: Start, visit: Callable[..., Any]) -> None:
    url, _ = start()
    page = visit(url)
    page.get_by_role("link", name="盲评").click()
    page.wait_for_url("**/?blind")
    assert "good" not in page.content()
    page.goto(f"{url}run/{key_of(Path('good'))}/small/1?blind")
    assert "script:" not in page.content()
    page.get_by_role("link", name=key_of(Path("bad"))[:6]).click()
    page.wait_for_url("**/compare/**")
    assert page.locator(".said.doctor").count() == 4
    assert page.get_by_role("heading", name="A", exact=True).is_visible()
    assert "script:" not in page.content()
    assert "owned" not in page.title()
    assert EVIL in page.locator("main").inner_text()
    page.keyboard.press("Home")
    assert page.locator(".said.doctor:visible").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_keep_nobody_out(start: Start, visit: Callable[..., Any], width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    url, _ = start()
    page = visit(url, width, scheme)
    run = page.get_by_role("link", name="good", exact=True).get_attribute("href")
    for where in ("", run[1:], f"{run[1:]}/small/1", "consult"):
        page.goto(url + where)
        script = (Path(sys.modules[axe.Axe.__module__].__file__).parent / "axe.min.js").read_text("utf-8")
        page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
        page.reload()
        page.evaluate(script)
        found = page.evaluate("axe.run()")["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where


def status(url: str, data: bytes | None = None, **headers: str) -> int:
    request = Request(url, data, {name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urlopen(request, timeout=10) as reply:
            return int(reply.status)
    except HTTPError as error:
        return error.code


def test_what_the_page_refuses(start: Start, runs: Path) -> None:
    url, _ = start()
    own, json_type = url.rstrip("/"), "application/json"
    with urlopen(url) as reply:
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        key = reply.read().decode().split("/run/")[1][:16]
    good = json.dumps(
        {"key": key, "case_id": "small", "trial": 1, "judge": "x", "subject": "rating/global", "rating": 3}
    ).encode()
    judge = own + "/api/judge"
    before = len(Judgements(runs).of())
    assert status(judge, good, content_type=json_type) == 403  # no origin
    assert status(judge, good, content_type=json_type, origin="http://evil.example") == 403
    assert status(judge, good, content_type="text/plain", origin=own) == 415
    assert status(judge, b"x" * 300_000, content_type=json_type, origin=own) == 413
    for bad in (
        b"[]",
        b"{",
        good.replace(b": 3", b": 6"),
        good.replace(b"rating/global", b"../../x"),
        good.replace(b'"x"', b'"  "'),
    ):
        assert status(judge, bad, content_type=json_type, origin=own) == 400
    assert status(judge, b'{"key": "nowhere"}', content_type=json_type, origin=own) == 404
    assert len(Judgements(runs).of()) == before
    assert status(judge, good, content_type=json_type, origin=own) == 200
    assert status(url, host="evil.example") == 400
    for path in ("run/..%2f..%2fetc", "run/good", "static/../app.py", "static/%2e%2e/app.py", "replay/..%2ffolder.py"):
        assert status(url + path) == 404, path


def test_a_page_for_others_needs_its_token(start: Start) -> None:
    address, _ = start("--host", "0.0.0.0")
    url, _, query = address.replace("0.0.0.0", "127.0.0.1").partition("?")
    assert len(query.removeprefix("token=")) > 20
    assert status(url) == 403
    assert status(url + "?token=guessed") == 403
    assert status(url, cookie=query.replace("token", "sp_sim_token")) == 200


def test_judgements_of_many_writers_are_all_kept(tmp_path: Path) -> None:
    def write(judge: int) -> None:
        store = Judgements(tmp_path)
        for n in range(1, 21):
            store.put(
                Judgement(run="r", case_id="c", trial=1, judge=str(judge), subject=f"reading/{n}", verdict="right")
            )
            store.put(
                Judgement(run="r", case_id="c", trial=1, judge=str(judge), subject=f"reading/{n}", verdict="wrong")
            )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert {mark.verdict for mark in Judgements(tmp_path).of()} == {"wrong"}
    assert len(Judgements(tmp_path).of()) == 160
    with sqlite3.connect(tmp_path / "judgements.sqlite") as connection:
        assert connection.execute("select count(*) from history").fetchone() == (320,)


def test_a_taken_address_is_one_line(start: Start, runs: Path) -> None:
    url, process = start()
    port = url.rstrip("/").rpartition(":")[2]
    done = subprocess.run([sys.executable, "-m", "eval", "serve", str(runs), "--port", port, "--cases", str(runs / "small.yaml")],
                          capture_output=True, text=True, cwd=ROOT, timeout=60)  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    process.send_signal(signal.SIGINT)
    process.wait(20)


def test_a_consultation_outlives_page_and_server(start: Start, visit: Callable[..., Any], runs: Path) -> None:
    url, process = start()
    page = visit(url + "consult")
    page.get_by_label("您的姓名").fill("赵 六")
    page.get_by_role("button", name="开始").click()
    page.get_by_label("医生").fill("有尿痛吗？")
    page.get_by_role("button", name="说").click()
    page.get_by_text("没有尿痛。").wait_for()
    before = {path: (path / "journal.jsonl").read_bytes() for path in runs.glob("*-human_赵*")}
    process.kill()
    process.wait()
    again = visit(start()[0] + "consult")
    again.get_by_label("您的姓名").fill("赵 六")
    again.get_by_label("您的姓名").press("Tab")
    again.get_by_text("1 轮").wait_for()
    again.get_by_role("button", name="继续").click()
    again.get_by_text("没有尿痛。").wait_for()
    again.on("dialog", lambda dialog: dialog.accept())
    again.reload()
    again.get_by_text("没有尿痛。").wait_for()
    again.get_by_label("医生").fill(RIGHT)
    again.get_by_role("button", name="说").click()
    again.get_by_role("link", name="查看评分与回放").wait_for()
    ((path, journal),) = before.items()
    assert (path / "journal.jsonl").read_bytes().startswith(journal)
    summary = json.loads((path / "summary.json").read_text("utf-8"))
    assert (summary["concluded"], summary["rounds"]["mean"]) == (1, 2)


def post(url: str, where: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    own = url.rstrip("/")
    request = Request(f"{own}/{where}", json.dumps(body).encode(), {"content-type": "application/json", "origin": own})
    try:
        with urlopen(request, timeout=30) as reply:
            return reply.status, json.load(reply)
    except HTTPError as error:
        return error.code, json.load(error)


def test_the_same_words_sent_twice_are_one_turn(start: Start, runs: Path) -> None:
    url, _ = start()
    assert post(url, "api/consult", {"name": " ", "case": "small"})[0] == 400
    assert post(url, "api/consult", {"name": "x", "case": "none"})[0] == 404
    _, begun = post(url, "api/consult", {"name": "n" * 100, "case": "small"})
    where = f"api/consult/{begun['key']}"
    first = {"text": "有尿痛吗？", "round": 1}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: post(url, where, first), range(4)))
    assert answers == [(200, {"patient": "没有尿痛。", "round": 1, "ended": False})] * 4
    code, told = post(url, where, {"text": "发热吗？", "round": 1})
    assert (code, "another window" in told["error"]) == (404, True)
    assert post(url, where, {"leave": True, "round": 2})[1]["ended"] is True
    assert post(url, where, {"text": "还在吗？", "round": 2})[1]["ended"] is True
    (path,) = runs.glob("*-human_nnn*")
    assert json.loads((path / "summary.json").read_text("utf-8"))["stop_reasons"]["doctor_left"] == 1


def test_marks_that_could_not_be_saved_are_kept_and_tried_again(
    start: Start, visit: Callable[..., Any], runs: Path
) -> None:
    url, _ = start()
    page = visit(f"{url}run/{key_of(Path('bad'))}/small/1")
    page.get_by_label("您的姓名").fill("孙  医生 ")
    page.route("**/api/judge", lambda route: route.fulfill(status=503, body="down"))
    page.get_by_label(f"{FIRST}: 意见 comment").fill("漏读")
    page.get_by_role("button", name=f"{FIRST}: 错误 wrong").click()
    page.get_by_text("1 个标记未保存：503").wait_for()
    assert page.get_by_label(f"{FIRST}: 意见 comment").input_value() == "漏读"
    page.unroute("**/api/judge")
    page.get_by_role("button", name="再试").click()
    page.get_by_text("已保存：reading/1").wait_for()
    (mark,) = Judgements(runs).of("bad", judge="孙 医生")
    assert (mark.subject, mark.verdict, mark.comment) == ("reading/1", "wrong", "漏读")
    page.goto(f"{url}run/{key_of(Path('bad'))}")
    page.locator(".marks", has_text="1").wait_for()


def test_marks_are_downloaded_without_names_where_blinded(start: Start, runs: Path) -> None:
    url, _ = start("--blind")
    mark = {"case_id": "small", "trial": 1, "judge": "周", "subject": "rating/global", "rating": 3}
    assert post(url, "api/judge", mark | {"key": key_of(Path("good"))}) == (200, {"subject": "rating/global"})
    for where in ("marks.csv", f"marks/{key_of(Path('good'))}.csv"):
        with urlopen(url + where) as reply:
            text = reply.read().decode("utf-8-sig")
            assert "attachment" in reply.headers["content-disposition"]
        assert f"{key_of(Path('good'))[:6]},small,1,周,rating/global,,3" in text
        assert "good" not in text
    with urlopen(url + "marks.xlsx") as reply:
        assert reply.read(2) == b"PK"
    assert status(url + "marks.pdf") == 404


def test_a_blinded_server_tells_no_name(start: Start, runs: Path) -> None:
    url, _ = start("--blind")
    key = key_of(Path("good"))
    broken = runs / "secret-model"
    broken.mkdir()
    (broken / "run.json").write_text('{"schema_version": 0}', "utf-8")
    try:
        addresses = ["", f"run/{key}", f"run/{key}/small/1", f"run/{key_of(broken)}", f"run/{key}/none/1",
                     f"compare/{key}/{key_of(Path('bad'))}/small/1", f"api/judgements/{key}?judge=x"]  # fmt: skip
        for where in addresses:
            try:
                with urlopen(url + where) as reply:
                    text = reply.read().decode()
            except HTTPError as error:
                text = error.read().decode()
            for name in ("good", "secret-model", "script:", str(runs)):
                assert name not in text, where
        with urlopen(url) as reply:
            assert "无法读取" in reply.read().decode()
    finally:
        (broken / "run.json").unlink()
        broken.rmdir()


def test_a_replay_shows_the_scores_that_stand_in_the_run(runs: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(runs / "good", run)
    line = json.loads((run / "scores.jsonl").read_text("utf-8"))
    line["scores"]["treatment_logicality"]["value"] = 0.125
    (run / "scores.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    (view,) = dialogues(run, load([runs / "small.yaml"])[0])
    assert {score["metric"]: score["value"] for score in view["scores"]}["treatment_logicality"] == 0.125


def test_the_name_of_a_model_is_hidden_in_what_it_says() -> None:
    info = RunInfo(task="diag", doctor="openai:lab/MedX-7b", started="", config={}, cases=(), hashes={}, versions={})
    said = {"doctor": "我是medx-7B，您好", "patient": "MedX-7bb", "asks": [{"mention": "a", "facts": ["MedX-7b"]}]}
    hidden = blinded({"case": "c", "turns": [said], "failure": "MedX-7b: no connection"}, info)
    assert hidden["turns"][0]["doctor"] == "我是█████，您好"
    assert hidden["turns"][0]["patient"] == "MedX-7bb"
    assert hidden["turns"][0]["asks"][0]["facts"] == ["MedX-7b"]
    assert hidden["failure"] == "failed"
