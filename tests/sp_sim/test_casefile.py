from __future__ import annotations

from pathlib import Path

import pytest
from conftest import SMALL_CASE
from pydantic import ValidationError

from sp_sim import casefile
from sp_sim.errors import CaseError
from sp_sim.record import CaseRecord, age_in_years


def test_a_case_is_written_and_read_back(record: CaseRecord, tmp_path: Path) -> None:
    path = tmp_path / "again.yaml"
    path.write_text(casefile.write_case(record), "utf-8")
    assert casefile.read_case(path) == record


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        (
            "weight: 2}\n  - {category: 症状, item: 尿痛",
            "weight: 7}\n  - {category: 症状, item: 尿痛",
            ["line 14", "weight", "'7'"],
        ),
        ("category: 症状, item: 尿痛", "category: 占卜, item: 尿痛", ["line 15", "category", "占卜", "症状"]),
        ("[CTU]", "[胃镜]", ["reference.order", "胃镜"]),
        ("expected_rounds: 6", "expected_rounds: 若干", ["expected_rounds", "若干"]),
        ("  intent: 想尽快弄清楚", "  wish: 想尽快弄清楚", ["patient.wish"]),
        ("  age: 62岁", "  age: 老年", ["age", "老年", "73岁"]),
        ("  sex: male", "  sex: male\n  sex: female", ["line 12", "'sex' twice"]),
        ("aliases: [膀胱癌, 膀胱肿瘤]", "aliases: [膀胱癌、膀胱肿瘤]", ["aliases", "list separator"]),
        ("facts:", "facts: [", ["line"]),
        ("language: zh", "language: fr", ["language", "'fr'"]),
        ("schema: 1", "schema: 2", ["schema", "'2'"]),
    ],
)
def test_a_broken_case_gets_one_line(tmp_path: Path, old: str, new: str, parts: list[str]) -> None:
    assert old in SMALL_CASE
    path = tmp_path / "broken.yaml"
    path.write_text(SMALL_CASE.replace(old, new, 1), "utf-8")
    with pytest.raises(CaseError) as caught:
        casefile.read_case(path)
    for part in (str(path), "got", "expected", *parts):
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


HAZARD = """  hazards:
  - {kind: allergy, because: 青霉素过敏, facts: [青霉素过敏], never: [青霉素]}
"""


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("kind: allergy", "kind: danger", ["line 44", "hazards[0].kind", "danger"]),
        ("because: 青霉素过敏, ", "", ["hazards[0].because", "nothing"]),
        ("because: 青霉素过敏", 'because: "一\\n二"', ["hazards[0].because", "one line"]),
        ("facts: [青霉素过敏]", "facts: [头孢过敏]", ["line 44", "hazards[0].facts", "头孢过敏"]),
        (", never: [青霉素]", "", ["line 44", "hazards[0]", "never nor must"]),
        ("never: [青霉素]", "never: [青霉素、头孢]", ["hazards[0].never", "list separator"]),
        ("never: [青霉素]", "avoid: [青霉素]", ["hazards[0].avoid"]),
    ],
)
def test_a_broken_hazard_gets_one_line(tmp_path: Path, old: str, new: str, parts: list[str]) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(SMALL_CASE + HAZARD.replace(old, new, 1), "utf-8")
    with pytest.raises(CaseError) as caught:
        casefile.read_case(path)
    for part in parts:
        assert part in str(caught.value)


def test_hazards_are_written_and_read_back_and_leave_no_trace_where_there_are_none(
    record: CaseRecord, tmp_path: Path
) -> None:
    path = tmp_path / "hazard.yaml"
    path.write_text(SMALL_CASE + HAZARD, "utf-8")
    with_hazard = casefile.read_case(path)
    path.write_text(casefile.write_case(with_hazard), "utf-8")
    assert casefile.read_case(path) == with_hazard
    assert "青霉素过敏" in with_hazard.model_dump_json()
    assert "hazards" not in record.model_dump_json()


def test_scalars_stay_what_the_author_wrote(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(SMALL_CASE.replace("qualifier: 5天", "qualifier: no").replace("item: PET-CT", "item: 2024-01-01")
                    .replace("手术史, PET-CT", "手术史"), "utf-8")  # fmt: skip
    facts = casefile.read_case(path).patient.facts
    assert facts[0].qualifier == "no"
    assert "2024-01-01" in {fact.item for fact in facts}


def test_records_cannot_be_changed(record: CaseRecord) -> None:
    with pytest.raises(ValidationError):
        record.patient.opening = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("73岁", 73),
        ("8个月", 8 / 12),
        ("3岁6个月", 3.5),
        ("35", 35),
        ("35-year-old", 35),
        ("6 months old", 0.5),
        ("老年", None),
        ("", None),
    ],
)
def test_ages(text: str, years: float | None) -> None:
    assert age_in_years(text) == (None if years is None else pytest.approx(years))
