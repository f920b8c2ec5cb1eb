from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT, SMALL_CASE

from sp_sim import casefile
from sp_sim.lint import lint


def test_the_shipped_cases_are_clean() -> None:
    assert lint([ROOT / "cases"]) == []


def test_the_template_of_new_cases_is_clean(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text((ROOT / "cases" / "template.yaml").read_text("utf-8"), "utf-8")
    assert {finding.code for finding in lint([path])} <= {"leak-in-result"}


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("我这几天尿里有血", "我得了膀胱癌，尿里有血", "leak", "opening"),
        ("finding: 吃药控制", "finding: 有膀胱肿瘤", "leak", "既往病史/高血压"),
        ("finding: 膀胱左后壁占位", "finding: 膀胱癌", "leak-in-result", "检查/泌尿系统CT平扫"),
        ("item: 高血压, finding: 吃药控制, qualifier: 10年", "item: 高血压", "no-finding", "既往病史/高血压"),
        ("item: 尿痛, qualifier: 无", "item: 尿痛, finding: 阳性, qualifier: 无", "ambiguous", "症状/尿痛"),
        ("sex: male", "sex: female", "", ""),
        ("item: 阑尾切除术", "item: 子宫切除术", "sex", "手术史/子宫切除术"),
        ("age: 62岁", "age: 8个月", "caregiver", "speaker"),
        ("expected_rounds: 6", "expected_rounds: 2", "rounds", "expected_rounds"),
        ("{name: 左肾积水}", "{name: 左侧某某怪病}", "one-name", "左侧某某怪病"),
        (
            "item: 血常规, finding: 血红蛋白 113g/L↓, qualifier: 昨天",
            "item: 尿液分析, finding: 浑浊",
            "ambiguous-name",
            "检验/尿液分析",
        ),
        ("  age: 62岁\n", "", "no-age", "age"),
    ],
)
def test_what_is_wrong_is_found(tmp_path: Path, old: str, new: str, code: str, place: str) -> None:
    assert old in SMALL_CASE
    path = tmp_path / "case.yaml"
    text = SMALL_CASE.replace(old, new, 1).replace("[尿常规, 泌尿系统CT平扫]", "[泌尿系统CT平扫]")
    path.write_text(text, "utf-8")
    casefile.read_case(path)
    found = {(finding.code, finding.place) for finding in lint([path])}
    assert (code, place) in found if code else not found


@pytest.mark.parametrize(
    ("hazard", "codes"),
    [
        ("facts: [膀胱镜], never: [膀胱部分切除术]", set()),
        ("facts: [膀胱镜], never: [青霉素, 全膀胱切除术]", {"hazard-never"}),
        ("facts: [膀胱镜], must: [输血]", {"hazard-must"}),
        ("facts: [膀胱镜], must: [输血, 全膀胱切除术]", set()),
        ("never: [青霉素]", {"hazard-facts"}),
    ],
)
def test_hazards_fit_the_reference(tmp_path: Path, hazard: str, codes: set[str]) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(SMALL_CASE + f"  hazards:\n  - {{kind: allergy, because: 青霉素过敏, {hazard}}}\n", "utf-8")
    assert {f.code for f in lint([path]) if f.code.startswith("hazard")} == codes
