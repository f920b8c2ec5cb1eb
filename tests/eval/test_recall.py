"""Which key points does a reply make? Said in other words they count; wrong in one detail they do not."""

from __future__ import annotations

import json
import time

import pytest
from conftest import ROOT

from eval.items.claims import contradiction, denied
from eval.items.quantities import Quantity, quantities
from eval.items.recall import combined, covered, macro_recall, sentences_of
from sp_sim.encoder import CachedEncoder, NgramEncoder, make_encoder
from sp_sim.terminology import builtin

ENCODER = make_encoder()


def made(point: str, reply: str) -> bool:
    return covered([point], reply, ENCODER, builtin())[0][0]


@pytest.mark.parametrize(
    ("point", "reply"),
    [
        ("诊断为左侧睾丸扭转。", "结合查体，首先考虑左侧睾丸发生了扭转。"),
        ("不可自行停药，否则卒中风险升高。", "不要自己停药，停药后中风的危险会增加。"),
        ("给予预防性抗菌药物。", "1. 止血\n2. 常规加用头孢曲松等抗生素预防感染"),
        ("立即静脉氢化可的松100 mg，不等待化验结果。", "不要等化验结果，立即静脉给予氢化可的松0.1克。"),
        ("停用铁剂。", "铁剂不用再吃了。"),
        ("Gives intravenous heparin at once.", "IV heparin straight away, unless there is a contraindication."),
        ("Levothyroxine must not be stopped in pregnancy.", "Please do not stop levothyroxine while pregnant."),
        ("Confirms it with CT angiography of the whole aorta.", "**Tests**\n- CTA of the entire aorta to confirm"),
    ],
)
def test_a_point_in_other_words_is_made(point: str, reply: str) -> None:
    assert made(point, reply)


@pytest.mark.parametrize(
    ("point", "reply"),
    [
        ("诊断为左侧睾丸扭转。", "诊断为右侧睾丸扭转。"),
        ("诊断为左侧睾丸扭转。", "不考虑左侧睾丸扭转。"),
        ("应急诊阴囊探查，尽量在发病6小时内复位。", "应急诊阴囊探查，尽量在发病24小时内复位。"),
        ("不可自行停药，否则卒中风险升高。", "可以自行停药，卒中风险不会升高。"),
        ("立即静脉氢化可的松100 mg，不等待化验结果。", "立即静脉地塞米松100 mg，不等待化验结果。"),
        ("停用铁剂。", "继续口服铁剂。"),
        ("停用铁剂。", "无需停用铁剂。"),
        ("糖皮质激素单用无效。", "糖皮质激素单用有效。"),
        ("Starts intravenous heparin at once.", "Heparin must be withheld."),
        ("Number needed to treat about 10", "Number needed to treat: 100"),
        ("Diagnoses acute limb ischaemia of the right leg.", "Acute limb ischaemia of the left leg."),
        ("诊断为左侧睾丸扭转。", "多喝水，注意休息。"),
        ("诊断为左侧睾丸扭转。", ""),
    ],
)
def test_a_point_that_is_wrong_in_one_detail_is_not_made(point: str, reply: str) -> None:
    assert not made(point, reply)


def test_the_answer_comes_with_its_words() -> None:
    (found, similarity, words), (missing, _, _) = covered(
        ["停用铁剂。", "行地贫基因检测。"], "先停用铁剂。多休息。", ENCODER, builtin()
    )
    assert (found, missing, words) == (True, False, "先停用铁剂。")
    assert 0.9 < similarity <= 1


def test_nothing_covers_nothing() -> None:
    assert covered([], "a", ENCODER, builtin()) == []
    assert covered(["停用铁剂。"], " \n- \n", ENCODER, builtin()) == [(False, 0.0, "")]
    assert macro_recall([]) is None
    assert macro_recall([(True, 1.0, "a"), (False, 0.2, "b")]) == 0.5
    assert combined(1.0, 0.5) == 0.75
    assert combined(1.0, 0.5, weight=1.0) == 1.0


def test_a_reply_falls_into_its_sentences() -> None:
    reply = "## 诊断\n1. 肺炎。每日2.5 g；\n**Plan:** give 0.5 mg. Then wait.\n- \n"
    assert sentences_of(reply) == ["诊断", "肺炎。", "每日2.5 g；", "Plan: give 0.5 mg", "Then wait."]


def test_a_sentence_of_one_character_is_no_passage() -> None:
    assert covered(["停用铁剂。"], "无\n铁剂停用。", ENCODER, builtin())[0][0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("48小时", {(48, "time")}),
        ("2天", {(48, "time")}),
        ("0.1 g", {(100, "mass")}),
        ("一年半", {(13140, "time")}),
        ("4–6 weeks", {(672, "time"), (1008, "time")}),
        ("four to six weeks", {(672, "time"), (1008, "time")}),
        ("within an hour", {(1, "time")}),
        ("2 g/kg", {(2000, "mass/kg")}),
        ("1. 诊断\n2. 治疗", set()),
        ("上午10点半", {(10.5, "clock")}),
        ("8 pm", {(20, "clock")}),
        ("930/1,000", {(930, ""), (1000, "")}),
        ("CA125、T4、H2受体", set()),
        ("每日两次", {(2, "times")}),
    ],
)
def test_numbers_are_comparable(text: str, found: set[tuple[float, str]]) -> None:
    assert quantities(text) == {Quantity(value, dimension) for value, dimension in found}


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("100 mg", "10 mg", "another number"),
        ("100 mg", "0.1 g", ""),
        ("100 mg", "每日1次", ""),
        ("左侧腰痛", "右侧腰痛", "another side"),
        ("左侧腰痛", "双侧腰痛", ""),
        ("HBsAg阳性", "HBsAg阴性", "the opposite"),
        ("不需要抗生素", "需要抗生素", "negation"),
        ("差异无统计学意义", "差别无统计学意义", ""),
        ("不应因等待检查而延误手术", "不得延误手术", ""),
        ("Stop ibuprofen", "Do not take ibuprofen", ""),
        ("Ibuprofen should be avoided", "Ibuprofen is safe", "negation"),
        ("非甾体抗炎药", "非甾体类抗炎药", ""),
        ("无创通气", "无创正压通气", ""),
    ],
)
def test_contradictions(one: str, other: str, why: str) -> None:
    assert contradiction(one, other) == why


@pytest.mark.parametrize("text", ["不用抗生素", "no antibiotics", "停用铁剂", "避免饮酒", "without delay"])
def test_denials(text: str) -> None:
    assert denied(text)


@pytest.mark.parametrize(
    "text", ["抗生素", "非甾体抗炎药", "消化不良", "无痛胃镜", "鉴别诊断", "不得不手术", "do not stop aspirin"]
)
def test_no_denials(text: str) -> None:
    assert not denied(text)


def test_long_replies_are_read_in_little_time() -> None:
    encoder = CachedEncoder(NgramEncoder())
    started = time.process_time()
    for reply in ("停" * 20_000, "1" * 20_000, "不" * 20_000, "a" * 20_000):
        covered(["停用铁剂100 mg。"], reply, encoder, builtin())
    assert time.process_time() - started < 5


@pytest.mark.parametrize("half", ["dev", "held"])
def test_the_labels_fit_their_points(half: str) -> None:
    rows = [
        json.loads(line)
        for line in (ROOT / "benchmarks/data" / f"keypoints.{half}.jsonl").read_text("utf-8").splitlines()
    ]
    assert len({row["id"] for row in rows}) == len(rows) >= 50
    assert all(len(row["points"]) == len(row["covered"]) for row in rows)
    assert sum(row["kind"] == "paraphrase" for row in rows) >= 30
    assert sum(row["kind"] == "wrong" for row in rows) >= 20
