from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sp_sim.text import canonical, clauses, fold, is_none, key, same_side, sentences, side_before, side_of, split_terms

TEXTS = st.text(st.sampled_from("左右侧肾尿痛疼小便的时候ＣＴct-/ 、，。？（）12.5①㎜ab \n"), max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＣＴ", "ct"), ("PET/CT", "pet-ct"), ("左侧 肾", "左肾"), ("小便的时候疼", "尿痛"), ("泌尿系彩超", "泌尿系统B超"),
        ("发烧", "发热"), ("X光", "x-ray"), ("headaches", "headache"), ("肚子疼", "腹痛"),
    ],
)  # fmt: skip
def test_the_same_thing_has_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("左肾", "右肾"), ("尿常规", "血常规"), ("PET-CT", "CT"), ("感觉异常", "异常"), ("ALT+", "ALT-")]
)
def test_different_things_have_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


@given(TEXTS)
def test_canonical_text_leads_back_to_its_source(source: str) -> None:
    text = canonical(source)
    assert len(text.origin) == len(text.text) + 1
    assert list(text.origin) == sorted(text.origin)
    assert text.original(0, len(text.text)) == source[text.origin[0] :]


CAPITALS_TELL = ["aids", "cap", "cat", "dr", "ed", "got", "met", "mg", "mr", "mrs", "ms", "oct", "pad", "pe", "pet", "rug", "sad", "tee", "vas"]  # fmt: skip


@pytest.mark.parametrize("word", CAPITALS_TELL)
def test_an_everyday_word_is_no_abbreviation(word: str) -> None:
    assert fold(word) == fold(word.capitalize()) != fold(word.upper())
    assert fold(word.upper()) == word


@given(TEXTS)
def test_width_and_case_do_not_matter(source: str) -> None:
    assume(not set(CAPITALS_TELL) & set(re.findall("[a-z0-9]+", fold(source))))
    wide = "".join("\u3000" if c == " " else chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in source.upper())
    assert fold(wide) == fold(source)


@given(TEXTS)
def test_sentences_and_clauses_lose_no_word(source: str) -> None:
    text = canonical(source).text
    kept = "".join(text[a:b] for start, end in sentences(text) for a, b in clauses(text, start, end))
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


def test_a_dash_between_spaces_parts_clauses_and_eponyms_lose_their_possessive() -> None:
    assert canonical("Asthma – do you have it").text == "asthma—do you have it"
    assert key("Rovsing's sign") == key("Rovsing sign")


@pytest.mark.parametrize(("text", "side"), [("左边那只脚麻", "左"), ("the left side of chest", "左"), ("脚麻", "")])
def test_a_side_is_stated_also_at_a_distance(text: str, side: str) -> None:
    words = canonical(text).text
    assert side_before(words, next(i for i in range(len(words)) if words.startswith(("脚", "chest"), i))) == side


def test_a_question_that_offers_both_answers_is_a_question() -> None:
    assert canonical("小便的时候疼不疼").text == "尿痛吗"
    assert canonical("有没有发烧").text == "有没有发热"


@pytest.mark.parametrize(
    ("cell", "terms"),
    [
        ("膀胱癌、膀胱肿瘤，CAB；UC", ["膀胱癌", "膀胱肿瘤", "CAB", "UC"]),
        ("左肾切除\n左半尿路切除术;PCN", ["左肾切除", "左半尿路切除术", "PCN"]),
        ("PET/CT、80/HP", ["PET/CT", "80/HP"]),
        ("心电图/心彩超", ["心电图", "心彩超"]),
        ("微创（腹腔镜、机器人）、开放", ["微创（腹腔镜、机器人）", "开放"]),
        ("、 ，", []),
        ("一(未关、二", ["一(未关", "二"]),
        ("一)、二（三、四）", ["一)", "二（三、四）"]),
    ],
)
def test_terms_of_a_cell(cell: str, terms: list[str]) -> None:
    assert split_terms(cell) == terms


def test_sides() -> None:
    assert [side_of(name) for name in ("左侧输尿管", "右肾", "双肾", "both", "right kidney", "膀胱")] == [
        "左", "右", "双", "", "右", ""
    ]  # fmt: skip
    assert same_side("左", "")
    assert same_side("双", "右")
    assert not same_side("左", "右")


def test_none_is_a_recorded_negative() -> None:
    assert is_none("无")
    assert is_none(" None ")
    assert not is_none("无痛")
