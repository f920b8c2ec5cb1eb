"""Does a text assert a concept? Small and adversarial: each line pins one way to be wrong."""

from __future__ import annotations

import pytest

from eval.assertion import Purpose, Verdict
from eval.matching import TargetMatcher
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


KIDNEY_STONE = Target(name="左肾铸型结石", aliases=("左肾鹿角形结石",))
HYDRONEPHROSIS = Target(name="左肾积水")
KIDNEY_CANCER = Target(name="左肾癌", aliases=("左肾恶性肿瘤",))


@pytest.mark.parametrize(
    ("target", "conclusion", "verdict"),
    [
        (KIDNEY_STONE, "左边肾里长了一块珊瑚枝杈样的大石头，把肾盏都塞满了。", Verdict.ASSERTED),
        (KIDNEY_STONE, "左边肾里有一块小石头。", Verdict.NOT_FOUND),
        (KIDNEY_STONE, "右边肾里长了一块珊瑚样的大石头。", Verdict.NOT_FOUND),
        (HYDRONEPHROSIS, "尿下不来，把左侧肾盂撑大了，存了些水。", Verdict.ASSERTED),
        (HYDRONEPHROSIS, "左侧输尿管有石头，肾没有撑大。", Verdict.NOT_FOUND),
        (KIDNEY_CANCER, "左边这个肾上长的是恶性的瘤子。", Verdict.ASSERTED),
        (KIDNEY_CANCER, "左边膀胱上长的是恶性的瘤子。", Verdict.NOT_FOUND),
        (KIDNEY_CANCER, "左肾盂尿路上皮癌。", Verdict.NOT_FOUND),
    ],
)
def test_a_diagnosis_in_other_words_has_all_its_elements(target: Target, conclusion: str, verdict: Verdict) -> None:
    (match,) = MATCHER.match(conclusion, [target], Purpose.DIAGNOSIS)
    assert match.verdict is verdict


@pytest.mark.parametrize(
    ("name", "conclusion", "asserted"),
    [
        ("甲状腺癌", "细针穿刺报良性，甲状腺癌不必担心。诊断：结节性甲状腺肿。", False),
        ("急性胆囊炎", "最初怀疑急性胆囊炎，后来的MRCP推翻了它；最终诊断为胆总管结石。", False),
        ("抑郁症", "家里有人得抑郁症，但您本人不是，诊断为失眠症。", False),
        ("尿路感染", "尿常规干净，尿路感染的话白细胞会高。诊断：间质性膀胱炎。", False),
        ("meningitis", "Meningitis seemed possible at first; the CSF says otherwise. Diagnosis: influenza.", False),
        ("lupus", "If you had lupus, your ANA would be positive. Diagnosis: fibromyalgia.", False),
        ("缺铁性贫血", "诊断：子宫肌瘤。合并缺铁性贫血，血红蛋白82。", True),
        ("低钾血症", "诊断：原发性醛固酮增多症。同时存在低钾血症，不严重，口服补钾。", True),
        ("急性肾盂肾炎", "根据您的描述，没有腹膜炎体征，我认为是急性肾盂肾炎。治疗：左氧氟沙星。", True),
        ("anaemia", "**Diagnosis**\n1. Hypothyroidism\n2. Mild anaemia, not requiring transfusion", True),
        ("gout", "I have no doubt this is gout.", True),
        ("pulmonary embolism", "The scan rules out dissection and confirms pulmonary embolism.", True),
    ],
)
def test_beside_a_stated_diagnosis_a_doubted_one_is_none(name: str, conclusion: str, asserted: bool) -> None:
    (match,) = MATCHER.match(conclusion, [Target(name=name)], Purpose.DIAGNOSIS)
    assert match.asserted is asserted


@pytest.mark.parametrize(
    ("name", "conclusion", "asserted"),
    [
        ("左侧卵巢囊肿蒂扭转", "考虑左侧卵巢囊肿的蒂部发生扭转，急诊手术。", True),
        ("左侧卵巢囊肿蒂扭转", "没有卵巢囊肿的蒂发生扭转的证据。", False),
        ("左侧卵巢囊肿蒂扭转", "右侧卵巢的囊肿，其蒂部发生了扭转。", False),
        ("左侧卵巢囊肿蒂扭转", "左侧卵巢囊肿破裂。", False),
        ("甲状腺乳头状癌", "甲状腺里的这个癌是乳头状的类型。", True),
        ("甲状腺乳头状癌", "乳腺里的这个癌是乳头状的类型。", False),
        ("视网膜中央静脉阻塞", "视网膜的中央那根静脉被阻塞了。", True),
        ("视网膜中央静脉阻塞", "视网膜的中央那根动脉被阻塞了。", False),
        ("急性化脓性中耳炎", "慢性的中耳化脓。", False),
        ("posterior circulation stroke", "This is a stroke in the posterior circulation.", True),
        ("posterior circulation stroke", "There is no stroke in the posterior circulation.", False),
    ],
)
def test_a_diagnosis_may_be_told_in_the_words_of_its_name(name: str, conclusion: str, asserted: bool) -> None:
    (match,) = MATCHER.match(conclusion, [Target(name=name)], Purpose.DIAGNOSIS)
    assert match.asserted is asserted


@pytest.mark.parametrize(
    ("name", "conclusion", "asserted"),
    [
        ("α受体阻滞剂治疗", "坦索罗辛0.2mg每晚一次。", True),
        ("α受体阻滞剂治疗", "坦索罗辛就不用了。", False),
        ("静脉抗感染治疗", "头孢曲松2g静滴。", True),
        ("静脉抗感染治疗", "左氧氟沙星片口服。", False),
        ("根治性膀胱切除术", "把膀胱整个拿掉。", True),
        ("根治性膀胱切除术", "把右肾整个拿掉。", False),
        ("戒烟", "从今天起烟一根都别再碰。", True),
        ("术前停用利伐沙班", "利伐沙班照常吃，不用停。", False),
        ("膀胱镜随访", "以后每三个月回来用镜子看一次膀胱。", True),
        ("外阴皮肤护理", "诊断：膀胱阴道瘘、外阴皮炎。", False),
        ("静脉质子泵抑制剂", "口服奥美拉唑。", False),
        ("体外冲击波碎石", "避开体外冲击波碎石。", False),
        ("体外冲击波碎石", "体外冲击波碎石应避免使用。", False),
        ("shock wave lithotripsy", "Ureteroscopy, avoiding shock wave lithotripsy.", False),
        ("shock wave lithotripsy", "Shock wave lithotripsy should be avoided.", False),
    ],
)
def test_a_treatment_in_other_words_is_one_that_is_done(name: str, conclusion: str, asserted: bool) -> None:
    (match,) = MATCHER.match(conclusion, [Target(name=name)], Purpose.TREATMENT)
    assert match.asserted is asserted
