"""Answers to multiple-choice questions: each row pins one way in which a reply was, or would be, misread."""

from __future__ import annotations

import json
import time

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from eval.items.letters import read_lenient, read_strict
from sp_sim.record import Language

ZH = ("阿司匹林", "氯吡格雷", "华法林", "肝素", "替格瑞洛")
EN = ("Aspirin", "Clopidogrel", "Warfarin", "Heparin", "Ticagrelor")


def letters(reply: str, options: tuple[str, ...], several: bool = False) -> str | None:
    picked = read_lenient(reply, options, several=several).picked
    return None if picked is None else "".join("ABCDEFG"[i] for i in sorted(picked))


@pytest.mark.parametrize(
    ("reply", "language", "wanted"),
    [
        ("正确答案是：B", "zh", {1}),
        (" 正确答案是：Ａ，Ｃ。\n", "zh", {0, 2}),
        ("正确答案是:A、C", "zh", {0, 2}),
        ("正确答案是：AC", "zh", {0, 2}),
        ("the correct answer is: b", "en", {1}),
        ("The correct answer is: A, C.", "en", {0, 2}),
        ("答案是：B", "zh", None),
        ("正确答案是：B，因为……", "zh", None),
        ("好的。正确答案是：B", "zh", None),
        ("正确答案是：G", "zh", None),
        ("正确答案是：", "zh", None),
        ("**正确答案是：B**", "zh", None),
        ("The correct answer is: B", "zh", None),
        ("The correct answer is: A and C", "en", None),
        ("", "en", None),
    ],
)
def test_the_template_and_nothing_else(reply: str, language: str, wanted: set[int] | None) -> None:
    choice = read_strict(reply, ZH, Language(language))
    assert choice.picked == (None if wanted is None else frozenset(wanted))
    assert (choice.reason == "template") == (wanted is not None)


@pytest.mark.parametrize(
    "reply",
    [
        "正确答案是：C", "答案选C", "故选C。", "应选：C", "我的选择是(C)", "【答案】C\n【解析】A、B无效。", "Ｃ", "c", "选项C", "C. 华法林", "**C**", "【C】",
        "$\\boxed{\\text{C}}$", '{"answer": "C", "reason": "A、B、D均错误"}', "```json\n{\"答案\": [\"C\"]}\n```", "<think>答案是A？</think>\n答案：C",
        "A错误，B错误，D错误，C正确。", "不是A而是C", "排除A、B、D、E，选C", "我选A……不对，应为C", "答案是A。更正：答案是C", "很多同学会误选A，正确的是C。",
        "若肾功能正常可选A，但本例应选C。", "华法林", "答案是华法林。", "应用华法林，而不是阿司匹林或肝素。", "“正确答案是：C”", "答案：C\n\n问题：下一题\n答案：D",
        "A. 阿司匹林\nB. 氯吡格雷\nC. 华法林\nD. 肝素\nE. 替格瑞洛\n\n答案：C", "作为AI，我不能代替医生，但正确答案是：C", "首先排除A。因此答案是B？不，综上，答案是C。",
        "正确答案：C\n正确答案：C", "| 选项 | 判断 |\n|---|---|\n| A | ✗ |\n| C | ✓ |\n\n综上选C", "选C，B项错误", "答案是C，A和B为抗血小板药",
    ],
)  # fmt: skip
def test_one_choice_in_chinese(reply: str) -> None:
    assert letters(reply, ZH) == "C"


@pytest.mark.parametrize(
    "reply",
    [
        "The correct answer is: C", "Answer: (C) Warfarin", "I'd go with C.", "The correct option is C", "**C**", "c)", "Choose C, not A.",
        "Option A is wrong because it is an antiplatelet. Option B is wrong, too. So C.", "Therefore, option C is correct.", "C is the best choice.",
        "At first I thought A. Actually, the answer is C.", "Wait, it should be C.", "\\boxed{C}", "<answer>C</answer>", "#### C", "Warfarin",
        "A carries no benefit. B neither. The answer, in my opinion, is C.", "If she were bleeding, A would be right. She is not, so the answer is C.",
        "We can eliminate A, B and D, leaving C.", "C is correct.\nA. Aspirin: wrong.\nB. Clopidogrel: wrong.", "The drug of choice is warfarin (C), not aspirin (A).",
        "In the requested format:\n\nThe answer is C", "Correct answer: C. Warfarin\n\nWhy not A? It is an antiplatelet.",
    ],
)  # fmt: skip
def test_one_choice_in_english(reply: str) -> None:
    assert letters(reply, EN) == "C"


@pytest.mark.parametrize(
    "reply",
    [
        "", " \n\t", "我不知道", "作为AI语言模型，我无法提供医疗建议，请咨询医生。", "I cannot provide medical advice.", "答案是A或B", "Either A or B.", "A、C",
        "答案：A\n答案：B", "A and B are both correct.", "请按“正确答案是：A”的格式回答。", "输出格式为：正确答案是：A", 'Reply with "The correct answer is: A".',
        "For example: The correct answer is: A", "A?", "选A吗？", "A是错误的", "Option B is wrong.", "I don't think A is the answer.", "不选A", "妊娠选C，否则选A。",
        "A if she is pregnant; C if not.", "患者血型为B。", "She has hepatitis B.", "维生素C有助于铁吸收。", "C反应蛋白升高。", "B超和CTA均正常，T4升高。", "A patient should rest.",
        "Vitamin D and a B cell disorder", "A型血患者", "正确答案是：", "正确答案是：G", "不建议使用华法林。", "华法林和肝素都是抗凝药。", "<think>答案是A",
        "A. 阿司匹林\nB. 氯吡格雷\nC. 华法林\nD. 肝素\nE. 替格瑞洛", "The options are A, B, C, D and E.", "A、B、D均错误", "答案是A。不对，等等。",
    ],
)  # fmt: skip
def test_no_choice_is_read_where_none_is_made(reply: str) -> None:
    assert letters(reply, ZH) is None
    assert letters(reply, EN) is None


@pytest.mark.parametrize(
    "reply",
    [
        "正确答案是：A，C，D", "ACD", "A、C和D", "A C D", "A/C/D", "A, C, and D", "选ACD，不选B、E", "答案：A. 阿司匹林；C. 华法林；D. 肝素", "(A)(C)(D)",
        "A✓ B✗ C✓ D✓ E✗", "A正确，B错误，C正确，D正确，E错误。", "除B、E外均正确", "All except B and E.", "A. 阿司匹林\nC. 华法林\nD. 肝素", "- A\n- C\n- D",
        '{"answer": ["A", "C", "D"]}', "答案是A、B。更正：A、C、D", "The answer is A, C, D but not B or E.", "A is right, C is right, D is right; B and E are wrong.",
        "正确选项：\n\n**A. 阿司匹林** —— 理由\n\n**C. 华法林** —— 理由\n\n**D. 肝素** —— 理由\n\n错误选项：\n\n**B. 氯吡格雷** —— 理由",
        "阿司匹林、华法林、肝素", "✅ A\n❌ B\n✅ C\n✅ D\n❌ E", "1、A；2、C；3、D", "The correct answer is A, C, and D. B acts on platelets.",
    ],
)  # fmt: skip
def test_several_choices(reply: str) -> None:
    assert letters(reply, ZH, several=True) == "ACD"


@pytest.mark.parametrize(
    "reply", ["A或B", "答案：AB 或 ABC", "A and B, possibly E.", "One of A, B and E.", "答案：A、B\n答案：C、D"]
)
def test_alternatives_are_no_answer_to_several_either(reply: str) -> None:
    assert letters(reply, ZH, several=True) is None


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        ("正确", True), ("对", True), ("√", True), ("True.", True), ("Yes, that is right.", True), ("该说法是正确的。", True), ("并非错误。判断为正确", True),
        ("This statement is correct.", True), ("错误", False), ("×", False), ("不正确。", False), ("该说法是错误的", False), ("This statement is false.", False),
        ("The statement is not true.", False), ("No. It is contraindicated.", False), ("错误，正确的做法是先止血。", False), ("这种说法不准确，故错误。", False),
        ("It is true that potassium is high, but the statement is false.", False), ("该说法部分正确", None), ("Whether it is true depends on the case.", None),
        ("对于该患者，需要评估。", None), ("无法判断该说法是否正确", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("words", [("正确", "错误"), ("错误", "正确"), ("True", "False"), ("否", "是")])
def test_true_and_false_in_any_words_and_order(reply: str, wanted: bool | None, words: tuple[str, str]) -> None:
    true = next(i for i, word in enumerate(words) if word in ("正确", "True", "是"))
    picked = read_lenient(reply, words, several=False).picked
    assert picked == (None if wanted is None else frozenset({true if wanted else 1 - true}))


def test_a_letter_with_the_words_of_another_option_is_no_answer() -> None:
    assert letters("答案：B. 华法林", ZH) is None
    assert letters("答案：A. 错误", ("正确", "错误")) is None


@pytest.mark.parametrize(
    ("reply", "options", "wanted"),
    [
        ("激素联合环磷酰胺", ("激素", "激素联合环磷酰胺", "环磷酰胺"), "B"),
        ("首选激素联合环磷酰胺，单用激素疗效差。", ("激素", "激素联合环磷酰胺", "环磷酰胺"), "B"),
        ("The answer is C. difficile toxin assay.", ("C. difficile toxin assay", "E. coli culture", "Abdominal CT"), "A"),
        ("首选B超", ("B超", "CT", "MRI"), "A"),
        ("选C反应蛋白", ("C反应蛋白", "降钙素原", "血沉"), "A"),
        ("Answer: ACE inhibitor", ("Beta-blocker", "Digoxin", "ACE inhibitor", "Diuretic", "Nitrate"), "C"),
        ("0.5mg", ("5 mg", "0.5 mg", "50 mg"), "B"),
        ("1.5 mg", ("5 mg", "0.5 mg", "50 mg"), None),
        ("A. 24-hour urine collection", ("24-hour urine collection", "Biopsy"), "A"),
        ("A biopsy is needed.", ("24-hour urine collection", "Biopsy"), "B"),
        ("B、C、D都对，选A", ("以上都是", "水肿", "血尿", "高血压"), "A"),
    ],
)  # fmt: skip
def test_the_words_of_options(reply: str, options: tuple[str, ...], wanted: str | None) -> None:
    assert letters(reply, options) == wanted


@pytest.mark.parametrize(
    "unit",
    ["A", "A,", "A、", "答案是A", "(", "{", '"', "[", "*", "A\n", "- A. 阿司匹林\n", "阿司匹林", "not ", "若", "<a ", "\\boxed{", "so B ", '{"answer":', "~~"],
)  # fmt: skip
def test_hostile_replies_take_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        started = time.process_time()
        read_lenient((unit * size)[:size], ZH, several=True)
        return time.process_time() - started

    assert seconds(50_000) < 20 * seconds(5_000) + 0.5


@given(st.text(st.sampled_from("ABCDE 答案是：选不或对错,，、.()\n*{}\"'阿司匹林=yn"), max_size=60), st.booleans())
def test_whatever_is_written_a_reading_is_of_the_options(reply: str, several: bool) -> None:
    picked = read_lenient(reply, ZH, several=several).picked
    assert picked is None or (picked <= set(range(5)) and picked and (several or len(picked) == 1))


def test_the_choice_says_what_it_rests_on() -> None:
    choice = read_lenient("分析略。综上，正确答案是B。", ZH, several=False)
    assert (choice.reason, choice.text) == ("stated", "正确答案是B")
    assert read_lenient("抱歉，我无法回答。", ZH, several=False).reason == "refusal"
    assert read_lenient("答案是A或B", ZH, several=False).reason == "two answers"


def test_the_labelled_replies_are_consistent() -> None:
    halves = {}
    for half in ("dev", "held"):
        lines = (ROOT / "benchmarks" / "data" / f"choices.{half}.jsonl").read_text("utf-8").splitlines()
        halves[half] = rows = [json.loads(line) for line in lines]
        assert len({row["id"] for row in rows}) == len(rows) >= 150
        for row in rows:
            picked = row["picked"]
            assert picked is None or (picked and max(picked) < len(row["options"])), row["id"]
            assert picked is None or row["several"] or len(picked) == 1, row["id"]
    items = [{row["id"].partition("-")[0] for row in rows} for rows in halves.values()]
    assert not items[0] & items[1]
    assert len(items[0] | items[1]) >= 40
