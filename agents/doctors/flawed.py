"""Doctors with one known flaw each, made from the oracle: what a metric does to them shows what it measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agents.doctors.oracle import conclusion, plan, question
from sp_sim.record import TESTS, CaseRecord, Fact, Language

_ZH = {
    "vague": ["还有哪里不舒服？", "做过CT吗？", "做过超声吗？", "验过血吗？", "验过尿吗？", "查体怎么样？"],
    "small talk": ["好的，我知道了。", "请您放心。"],
    "leak": ["您得的是什么病？"],
    "wrong": ["带状疱疹", "急性阑尾炎"],
    "unknown": ["诊断：病因未明。\n治疗方案：对症治疗。"],
}
_EN = {
    "vague": [
        "Any other symptoms?",
        "Any CT?",
        "Any ultrasound?",
        "Any blood tests?",
        "Any urine tests?",
        "Physical examination?",
    ],
    "small talk": ["I see.", "Please do not worry."],
    "leak": ["What is your diagnosis?"],
    "wrong": ["herpes zoster", "acute appendicitis"],
    "unknown": ["Diagnosis: cause unknown.\nTreatment plan: symptomatic treatment."],
}
_SWAPPED = {"左": "右", "右": "左", "left": "right", "right": "left", "Left": "Right", "Right": "Left"}


def _words(case: CaseRecord) -> Mapping[str, list[str]]:
    return _EN if case.language is Language.EN else _ZH


def _asked(case: CaseRecord, turns: Sequence[Sequence[Fact]] | None = None) -> list[str]:
    return [question(turn, case.language) for turn in (plan(case) if turns is None else turns)]


def _no_tests(case: CaseRecord) -> list[str]:
    turns = [[fact for fact in turn if fact.category not in TESTS] for turn in plan(case)]
    return [*_asked(case, [turn for turn in turns if turn]), conclusion(case)]


def _reverse(case: CaseRecord) -> list[str]:
    return [*_asked(case, plan(case)[::-1]), conclusion(case)]


def _vague(case: CaseRecord) -> list[str]:
    return [*_words(case)["vague"], conclusion(case)]


def _shotgun(case: CaseRecord) -> list[str]:
    return [question([fact for turn in plan(case) for fact in turn], case.language), conclusion(case)]


def _repeats(case: CaseRecord) -> list[str]:
    return [*(line for line in _asked(case) for _ in range(2)), conclusion(case)]


def _wrong_diagnosis(case: CaseRecord) -> list[str]:
    listed = " ".join(name for target in case.reference.diagnoses for name in target.names)
    wrong = next(name for name in _words(case)["wrong"] if name not in listed)
    return [*_asked(case), conclusion(case, diagnoses=[wrong])]


def _wrong_side(case: CaseRecord) -> list[str]:
    names = [target.name for target in case.reference.diagnoses]
    swapped = [_swap(name) for name in names]
    core = case.reference.core_diagnosis.name
    return [*_asked(case), conclusion(case, diagnoses=swapped)] if _swap(core) != core else []


def _swap(name: str) -> str:
    for side, other in _SWAPPED.items():
        if side in name:
            return name.replace(side, other)
    return name


def _no_treatment(case: CaseRecord) -> list[str]:
    return [*_asked(case), conclusion(case, treatments=[])]


def _slow(case: CaseRecord) -> list[str]:
    lines = _asked(case)
    spare = 2 * case.reference.expected_rounds - len(lines) - 1
    return [*lines, *[_words(case)["small talk"][0]] * spare, conclusion(case)]


def _never_concludes(case: CaseRecord) -> list[str]:
    return _asked(case)


def _at_once(case: CaseRecord) -> list[str]:
    return [conclusion(case)]


def _asks_the_patient(case: CaseRecord) -> list[str]:
    return [*_words(case)["leak"] * 3, *_words(case)["unknown"]]


def _talks(case: CaseRecord) -> list[str]:
    return [*_words(case)["small talk"], *_words(case)["unknown"]]


FLAWS: Mapping[str, Callable[[CaseRecord], list[str]]] = {
    "asks no tests": _no_tests,
    "reverse order": _reverse,
    "vague": _vague,
    "shotgun": _shotgun,
    "repeats itself": _repeats,
    "wrong diagnosis": _wrong_diagnosis,
    "wrong side": _wrong_side,
    "no treatment": _no_treatment,
    "twice the rounds": _slow,
    "never concludes": _never_concludes,
    "concludes at once": _at_once,
    "asks for the diagnosis": _asks_the_patient,
    "asks nothing": _talks,
}
"""The lines of each flawed doctor for a case; none where the flaw cannot be shown on it (no side to mistake)."""
