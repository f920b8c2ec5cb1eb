from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from sp_sim.encoder import CachedEncoder, EmbeddedEncoder, NgramEncoder, make_encoder
from sp_sim.errors import InputError
from sp_sim.meaning import fingerprint, fit, read, stored_fingerprint
from sp_sim.record import Language
from sp_sim.terminology import Kind, Lexicon, builtin, longest, same_sort
from sp_sim.text import canonical, key

TERMS = builtin()


def resolved(name: str) -> str:
    term = TERMS.resolve(name)
    return "" if term is None else term.concept.name


def test_it_is_wide_enough() -> None:
    counts = Counter(concept.kind for concept in TERMS.concepts)
    assert counts[Kind.TEST] >= 350
    assert counts[Kind.SYMPTOM] >= 250
    assert counts[Kind.DRUG] >= 150
    assert counts[Kind.DIAGNOSIS] >= 200
    assert counts[Kind.TREATMENT] >= 150


def test_every_parent_and_panel_exists() -> None:
    for concept in TERMS.concepts:
        for name in (*concept.parents, *concept.panels):
            assert any(same_sort(other, concept) for other in TERMS.named(name)), (concept.name, name)


def test_no_name_means_two_things_of_a_kind() -> None:
    for kind in Kind:
        names = [
            (key(name), c.name) for c in TERMS.of_kind(kind) for names in (c.zh, c.en) for name in set(map(key, names))
        ]
        for (name, one), (other_name, other) in pairwise(sorted(set(names))):
            assert name != other_name, f"{kind}: {name} is {one} and {other}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("尿培养", "尿常规"), ("肾功能", "心功能"), ("膀胱镜", "胃镜"), ("PET-CT", "CT"), ("血常规", "尿常规"), ("MRU", "CTU"),
        ("动脉血气", "静脉血气"), ("膀胱部分切除术", "膀胱根治性切除术"), ("尿频", "夜尿"), ("血尿", "血精"), ("氨氯地平", "氯沙坦"),
    ],
)  # fmt: skip
def test_near_misses_are_apart(one: str, other: str) -> None:
    assert resolved(one)
    assert resolved(other)
    assert resolved(one) != resolved(other)


@pytest.mark.parametrize(
    ("special", "general", "is_kind"),
    [
        ("CTU", "CT", True), ("胸部CT平扫", "CT", True), ("PET-CT", "CT", False), ("血常规", "验血", True),
        ("尿常规", "验血", False), ("心电图", "超声", False), ("缬沙坦", "降压药", True), ("阿司匹林", "降压药", False),
    ],
)  # fmt: skip
def test_kinds(special: str, general: str, is_kind: bool) -> None:
    one, other = TERMS.resolve(special), TERMS.resolve(general)
    assert one is not None
    assert other is not None
    assert TERMS.is_kind_of(one.concept, other.concept) is is_kind


@pytest.mark.parametrize(
    ("name", "concept", "regions", "side"),
    [
        ("胸部CT平扫", "平扫CT", {"胸部"}, ""),
        ("泌尿系统B超", "超声", {"泌尿系"}, ""),
        ("前列腺MRI平扫+增强", "增强MRI", {"前列腺"}, ""),
        ("左肾CT", "CT", {"肾脏"}, "左"),
        ("左侧腰痛", "腰痛", set(), "左"),
    ],
)
def test_names_are_composed(name: str, concept: str, regions: set[str], side: str) -> None:
    term = TERMS.resolve(name)
    assert term is not None
    assert (term.concept.name, set(term.regions), term.side) == (concept, regions, side)


def test_an_unknown_name_resolves_to_nothing() -> None:
    assert TERMS.resolve("星座运势") is None


def test_latin_names_are_found_at_word_boundaries_only() -> None:
    lexicon = Lexicon([("CT", 1), ("PET-CT", 2)])
    found = longest(lexicon.spans(canonical("The doctor did a PET/CT, no CT; PETCT").text))
    assert [span.value for span in found] == [2, 1, 2]


def test_the_shipped_meaning_model_is_of_this_terminology() -> None:
    assert stored_fingerprint("usem3") == fingerprint(TERMS), "run python -m sp_sim fit"


def test_the_embedded_encoder_knows_meaning_and_repeats_itself() -> None:
    encoder = EmbeddedEncoder()
    one, alone = encoder.encode(["嗓子不舒服", "咽喉难受", "膀胱镜"]), encoder.encode(["嗓子不舒服"])
    np.testing.assert_array_equal(one[0], alone[0])
    assert one[0] @ one[1] > one[0] @ one[2]


def test_words_that_name_nothing_mean_what_their_like_mean() -> None:
    model = read(Language.ZH, "usem3")
    assert model is not None
    asked = EmbeddedEncoder().encode(["夜里要爬起来尿好几趟", "谢谢您的配合"])
    likely = model.likely(asked[0])
    assert likely[0][0] == "夜尿增多"
    assert sum(share for _, share in likely) == pytest.approx(1, abs=1e-3)
    assert model.likely(asked[1])[0][0] == "—"


def test_a_fitted_model_tells_its_classes_apart() -> None:
    pairs = [
        (f"{word}{tail}", word)
        for word in ("咳嗽", "头晕", "尿频")
        for tail in ("吗", "多久了", "厉害不厉害", "好些没")
    ]
    model = fit({Language.ZH: pairs}, CachedEncoder(NgramEncoder()))[Language.ZH]
    assert [model.likely(v)[0][0] for v in NgramEncoder().encode(["老咳嗽", "总头晕", "还尿频"])] == [
        "咳嗽",
        "头晕",
        "尿频",
    ]


def test_encoders_give_unit_vectors_and_keep_them() -> None:
    encoder = NgramEncoder()
    cached = CachedEncoder(encoder)
    vectors = cached.encode(["尿痛", "尿频", "尿痛"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(vectors[0], vectors[2])
    assert vectors[0] @ vectors[1] < 1


@pytest.mark.parametrize("spec", ["st", "openai:", "word2vec", "usem3:x"])
def test_unknown_encoders_are_refused(spec: str) -> None:
    with pytest.raises(InputError, match="--encoder"):
        make_encoder(spec)


def test_names_in_a_language() -> None:
    ct = TERMS.find("CT尿路造影")
    assert ct is not None
    assert ct.called(Language.EN).isascii()
