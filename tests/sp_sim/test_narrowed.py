"""Near misses that the terminology has no name for, and complaints told as region and quality."""

import pytest

from sp_sim.complaints import complaints
from sp_sim.narrowed import accounted, complement, narrowing
from sp_sim.terminology import builtin
from sp_sim.text import canonical


def _narrowed(text: str, name: str) -> list[tuple[str, ...]]:
    start = text.index(name)
    return list(narrowing(text, start, start + len(name), builtin()))


def test_words_before_a_test_narrow_it() -> None:
    assert _narrowed("was transvaginal ultrasound done", "ultrasound") == [("transvaginal",)]
    assert _narrowed("have you had recent ultrasound", "ultrasound") == []
    assert "leg" in _narrowed("pulse in leg", "pulse")[0]


def test_in_chinese_a_latin_word_narrows_an_abbreviation() -> None:
    assert _narrowed("抗 hbc igm查了吗", "igm") == [("hbc",)]


def test_a_word_is_accounted_for_by_its_stem() -> None:
    assert accounted(("contrasted",), "ct with contrast")
    assert not accounted(("arterial",), "venous blood gas")


@pytest.mark.parametrize(
    ("text", "whole", "words"),
    [
        ("any family history of fabry disease?", "family history", ("fabry",)),
        ("any family history of illness?", "family history", ()),
        ("allergic to peaches?", "allergic to", ("peaches",)),
    ],
)
def test_what_a_whole_history_is_narrowed_to(text: str, whole: str, words: tuple[str, ...]) -> None:
    start = text.index(whole)
    assert complement(text, start, start + len(whole)) == words


@pytest.mark.parametrize(
    ("words", "concept", "side"),
    [
        ("Any pain in your shoulder tip?", "肩痛", ""),
        ("Are your ankles ever swollen?", "下肢水肿", ""),
        ("Does your left knee hurt?", "膝关节疼痛", "左"),
    ],
)
def test_a_region_and_what_is_wrong_with_it_are_a_complaint(words: str, concept: str, side: str) -> None:
    text = canonical(words).text
    found = list(complaints(text, builtin(), builtin().lexicon.spans(text)))
    assert [(span.value.concept.name, span.value.side) for span in found] == [(concept, side)]
