"""Does a text assert a concept? Small and adversarial: each line pins one way to be wrong."""

from __future__ import annotations

import pytest

from eval.matching import Purpose, TargetMatcher, Verdict
from sp_sim.record import Target
from sp_sim.terminology import builtin

MATCHER = TargetMatcher(builtin())
BLADDER = Target(name="膀胱恶性肿瘤", core=True, aliases=("膀胱癌", "膀胱肿瘤", "CAB"))
LEFT_STONE = Target(name="左输尿管结石", aliases=("左侧输尿管结石",))
CYSTITIS = Target(name="膀胱炎")
EN_STONE = Target(name="left ureteral stone", aliases=("left ureteric calculus",))


@pytest.mark.parametrize(
    ("target", "conclusion", "verdict"),
    [
        (BLADDER, "诊断：膀胱癌。", Verdict.ASSERTED),
        (BLADDER, "考虑膀胱恶性肿瘤（T2期），建议手术。", Verdict.ASSERTED),
        (BLADDER, "**诊断结果**：\n1. 膀胱肿瘤\n2. 左肾积水", Verdict.ASSERTED),
        (BLADDER, "您得的是CAB。", Verdict.ASSERTED),
        (BLADDER, "排除膀胱癌，考虑前列腺增生。", Verdict.NEGATED),
        (BLADDER, "目前不考虑膀胱癌。诊断：前列腺增生。", Verdict.NEGATED),
        (BLADDER, "膀胱癌的可能性不大，诊断前列腺增生。", Verdict.NEGATED),
        (BLADDER, "没有膀胱癌的证据，诊断为前列腺增生。", Verdict.NEGATED),
        (BLADDER, "诊断：前列腺增生。需与膀胱癌鉴别。", Verdict.DIFFERENTIAL),
        (BLADDER, "不能排除膀胱癌。", Verdict.DIFFERENTIAL),
        (BLADDER, "可能是膀胱癌或前列腺增生。", Verdict.DIFFERENTIAL),
        (BLADDER, "诊断：前列腺增生。鉴别诊断：膀胱癌、膀胱结石。", Verdict.DIFFERENTIAL),
        (BLADDER, "既往膀胱癌，现诊断为尿路感染。", Verdict.HISTORY),
        (BLADDER, "诊断：前列腺增生。", Verdict.NOT_FOUND),
        (BLADDER, "", Verdict.NOT_FOUND),
        (BLADDER, "先排除膀胱癌，最后结合病理，诊断为膀胱癌。", Verdict.ASSERTED),
        (LEFT_STONE, "诊断：左侧输尿管结石伴积水。", Verdict.ASSERTED),
        (LEFT_STONE, "诊断：输尿管结石（左）。", Verdict.ASSERTED),
        (LEFT_STONE, "诊断：右侧输尿管结石。", Verdict.WRONG_SIDE),
        (LEFT_STONE, "诊断：双侧输尿管结石。", Verdict.WRONG_SIDE),
        (LEFT_STONE, "左侧腰痛，诊断为输尿管结石。", Verdict.ASSERTED),
        (LEFT_STONE, "右侧腰痛，诊断为左输尿管结石。", Verdict.ASSERTED),
        (LEFT_STONE, "诊断：左输尿管上段结石。", Verdict.ASSERTED),
        (LEFT_STONE, "诊断：右输尿管上段结石。", Verdict.WRONG_SIDE),
        (LEFT_STONE, "诊断：带状疱疹。治疗：左输尿管结石取石术。", Verdict.NOT_FOUND),
        (LEFT_STONE, "诊断为左输尿管结石建议行手术治疗。", Verdict.ASSERTED),
        (LEFT_STONE, "诊断：右肾囊肿、左输尿管结石。", Verdict.ASSERTED),
        (LEFT_STONE, "诊断：急性阑尾炎\n鉴别诊断：\n1. 左侧输尿管结石", Verdict.DIFFERENTIAL),
        (LEFT_STONE, "不是阑尾炎而是左侧输尿管结石。", Verdict.ASSERTED),
        (LEFT_STONE, "CT未看到左侧输尿管结石，诊断为肾盂肾炎。", Verdict.NEGATED),
        (LEFT_STONE, "左侧输尿管结石合并感染可能性小。", Verdict.ASSERTED),
        (LEFT_STONE, "诊断：左输尿管结石？", Verdict.DIFFERENTIAL),
        (CYSTITIS, "诊断：间质性膀胱炎。", Verdict.NOT_FOUND),
        (EN_STONE, "Diagnosis: left ureteral stone.", Verdict.ASSERTED),
        (EN_STONE, "Diagnosis: right ureteral stone.", Verdict.WRONG_SIDE),
        (EN_STONE, "There is no evidence of a left ureteral stone. Diagnosis: cystitis.", Verdict.NEGATED),
        (EN_STONE, "Diagnosis: pyelonephritis. Differential includes left ureteral stone.", Verdict.DIFFERENTIAL),
        (EN_STONE, "History of left ureteral stone; now acute cystitis.", Verdict.HISTORY),
    ],
)
def test_diagnoses(target: Target, conclusion: str, verdict: Verdict) -> None:
    (match,) = MATCHER.match(conclusion, [target], Purpose.DIAGNOSIS)
    assert match.verdict is verdict
    if match.span:
        assert conclusion[match.span[0] : match.span[1]] == match.text


CYSTECTOMY = Target(name="膀胱根治性切除术", aliases=("根治性膀胱切除术", "全膀胱切除术"))


@pytest.mark.parametrize(
    ("conclusion", "verdict"),
    [
        ("治疗：膀胱根治性切除术。", Verdict.ASSERTED),
        ("建议行根治性膀胱切除+回肠通道术", Verdict.ASSERTED),
        ("治疗：TURBT。目前不建议全膀胱切除术。", Verdict.NEGATED),
        ("治疗：膀胱部分切除术。", Verdict.NOT_FOUND),
        ("可以选择全膀胱切除术或保膀胱治疗。", Verdict.ASSERTED),
        ("Radical cystectomy is recommended.", Verdict.ASSERTED),
        ("Radical cystectomy is not recommended; TURBT instead.", Verdict.NEGATED),
    ],
)
def test_treatments(conclusion: str, verdict: Verdict) -> None:
    (match,) = MATCHER.match(conclusion, [CYSTECTOMY], Purpose.TREATMENT)
    assert match.verdict is verdict
