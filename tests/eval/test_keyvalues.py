"""Pairs of an answer against those of the model answer: what counts as the same, and what must not."""

from __future__ import annotations

import pytest

from eval.items.calibration import Purpose, measure, threshold
from eval.items.families import family
from eval.items.keyvalues import PairScores, align_keys, bare_name, score_pairs
from sp_sim.encoder import CachedEncoder, make_encoder
from sp_sim.record import Language
from sp_sim.terminology import builtin

ENCODER = make_encoder()


def score(found: dict[str, list[str]], gold: dict[str, list[str]], encoder: CachedEncoder = ENCODER) -> PairScores:
    return score_pairs(found, gold, builtin(), encoder)


def matches(value: str, said: str, key: str = "治疗") -> bool:
    return bool(score({key: [said]}, {key: [value]}).wanted[0].matched)


def test_an_answer_scores_what_it_says() -> None:
    gold = {"诊断": ["睾丸扭转"], "鉴别诊断": ["附睾炎", "嵌顿疝"], "检查": ["彩色多普勒超声"]}
    found = {
        "初步诊断": ["左侧睾丸扭转"],
        "辅助检查": ["阴囊彩超", "尿常规"],
        "需鉴别": ["急性附睾炎"],
        "预后": ["良好"],
    }
    result = score(found, gold)
    assert (result.pairs.precision, result.pairs.recall) == (3 / 5, 3 / 4)
    assert (result.keys.precision, result.keys.recall) == (3 / 4, 1)
    assert {one.value: one.matched for one in result.wanted} == {
        "睾丸扭转": "左侧睾丸扭转",
        "附睾炎": "急性附睾炎",
        "嵌顿疝": "",
        "彩色多普勒超声": "阴囊彩超",
    }
    assert [one.value for one in result.found if not one.right] == ["尿常规", "良好"]


def test_the_model_answer_itself_is_perfect_and_nothing_scores_nothing() -> None:
    gold = {"diagnosis": ["aortic dissection"], "avoid": ["heparin"], "fever threshold": ["38 °C"]}
    full, none, idle = score(gold, gold), score({}, gold), score({"诊断": ["肺炎"]}, {})  # type: ignore[arg-type]
    assert (full.pairs.f1, full.keys.f1) == (1, 1)
    assert (none.pairs.precision, none.pairs.recall, none.pairs.f1) == (None, 0, 0)
    assert (idle.pairs.precision, idle.pairs.recall, idle.pairs.f1) == (0, None, None)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("头孢曲松", "头孢曲松 2 g 静滴 每日1次"),
        ("抗菌药物", "头孢曲松"),
        ("彩色多普勒超声", "阴囊彩超"),
        ("氢化可的松100 mg", "氢化可的松（0.1 g）静脉推注"),
        ("附睾炎", "急性附睾炎"),
        ("48小时内手术", "2天内手术"),
        ("esmolol", "IV beta-blocker (esmolol)"),
        ("antiplatelet drugs", "aspirin"),
        ("不需要抗生素", "无需使用抗生素"),
    ],
)
def test_the_same_thing_in_other_words(value: str, said: str) -> None:
    assert matches(value, said)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("左侧睾丸扭转", "右侧睾丸扭转"),
        ("氢化可的松100 mg", "氢化可的松10 mg"),
        ("氢化可的松100 mg", "氢化可的松"),
        ("头孢曲松", "不用头孢曲松"),
        ("不需要抗生素", "抗生素"),
        ("附睾炎", "睾丸炎"),
        ("急性附睾炎", "附睾炎"),
        ("缺铁性贫血", "再生障碍性贫血"),
        ("头孢曲松", "头孢他啶"),
        ("胸部CT", "腹部CT"),
        ("stool culture", "urine culture"),
        ("20 mg每日1次", "20 mg每日2次"),
    ],
)
def test_what_only_looks_alike(value: str, said: str) -> None:
    assert not matches(value, said)


def test_a_denial_says_nothing_further_under_a_key_that_denies() -> None:
    assert matches("布洛芬", "不要用布洛芬", "避免合用")
    assert not matches("布洛芬", "不要用布洛芬", "药物")


def test_a_value_under_another_key_does_not_count() -> None:
    result = score({"鉴别诊断": ["睾丸扭转"]}, {"诊断": ["睾丸扭转"], "鉴别诊断": ["附睾炎"]})
    assert (result.pairs.recall, result.keys.recall) == (0, 0.5)


def test_each_gold_value_is_matched_once_and_the_nearest_wins() -> None:
    result = score({"检查": ["肾功能", "肾功能检查"]}, {"检查": ["肾功能"]})
    assert (result.pairs.precision, result.pairs.recall) == (0.5, 1)
    two = score(
        {"诊断": ["食管胃底静脉曲张破裂出血伴失血性休克"]}, {"诊断": ["食管胃底静脉曲张破裂出血", "失血性休克"]}
    )
    assert two.pairs.recall == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("诊断", "临床诊断"),
        ("诊断", "Impression"),
        ("检查", "Further investigations"),
        ("治疗", "处理"),
        ("treatment", "Management plan"),
        ("鉴别诊断", "Differential diagnosis"),
        ("药物", "medication"),
        ("诊断", "诊断结果：".rstrip("：")),
        ("治疗", "治疗与处理"),
    ],
)
def test_headings_of_one_family(one: str, other: str) -> None:
    assert family(one) == family(other) != ""


def test_keys_that_mean_different_things_are_kept_apart() -> None:
    assert family("鉴别诊断") != family("诊断")
    assert align_keys(["药物治疗", "鉴别诊断"], ["治疗", "诊断"], ENCODER) == {"药物治疗": "治疗", "鉴别诊断": ""}
    assert align_keys(["药物治疗", "治疗"], ["治疗", "药物"], ENCODER) == {"药物治疗": "药物", "治疗": "治疗"}


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("每日20 mg元素锌", "元素锌"),
        ("阿莫西林（0.5 g）", "阿莫西林"),
        ("20 mg每日1次", ""),
        ("维生素D", "维生素D"),
        ("Rutherford class IIa", "Rutherford class IIa"),
    ],
)
def test_the_name_within_a_value(value: str, name: str) -> None:
    assert bare_name(value) == name


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("language", Language)
def test_the_thresholds_on_file_are_those_that_are_measured(purpose: Purpose, language: Language) -> None:
    assert threshold(ENCODER, purpose, language) == pytest.approx(measure(ENCODER, purpose, language), abs=0.003)


def test_values_without_a_name_match_by_meaning() -> None:
    assert matches("把患肢垫高", "抬高患侧的腿", "建议")
    assert not matches("把患肢垫高", "多喝水", "建议")
