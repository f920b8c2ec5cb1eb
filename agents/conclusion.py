"""Does a turn conclude? It does where it delivers a diagnosis or a plan and waits for nothing.

Read sentence by sentence: what is delivered (a diagnosis, a treatment), and what is waited for (a question that asks
the patient for something, a test whose result is to come). Questions that ask for nothing but agreement do not wait.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents import cues, outcome
from agents.clauses import Clause, is_list_item, question_word
from sp_sim.naming import Item, Mention, Whole
from sp_sim.record import TESTS
from sp_sim.terminology import Kind, Term
from sp_sim.text import sentences


@dataclass
class _Delivered:
    """What a turn delivers: a diagnosis, stated or only suspected, and a plan of treatment."""

    diagnosis: bool = False
    suspicion: bool = False
    plan: bool = False


def concludes(text: str, clauses: Sequence[Clause], mentions: Sequence[Mention]) -> bool:
    """Whether a turn in canonical text, with its clauses and what it names, concludes the dialogue."""
    delivered = _delivered(text, clauses, mentions)
    if "?" not in text and outcome.HEADED.search(text) and outcome.PLAN_HEADED.search(text) and delivered.diagnosis:
        return not outcome.DEFERS.search(text)
    if not (delivered.diagnosis or delivered.suspicion or delivered.plan):
        return False
    if any(_waits_for_answer(text, clause, mentions, delivered) for clause in clauses):
        return False
    ordered = [clause for clause in clauses if _orders_now(text, clause)]
    if outcome.FINDING.search(text) and not delivered.plan and any(clause.orders for clause in clauses):
        return False
    if ordered and (not delivered.plan or any(outcome.UNSETTLED.search(text[slice(*c.sentence)]) for c in ordered)):
        return False
    if not (delivered.diagnosis or delivered.plan or outcome.RESULTS_IN_HAND.search(text)):
        return False
    if outcome.DEFERS.search(text):
        return False
    settled = delivered.diagnosis and delivered.plan
    return settled or not (ordered or outcome.UNDECIDED.search(text) or outcome.WAITS.search(text))


def _delivered(text: str, clauses: Sequence[Clause], mentions: Sequence[Mention]) -> _Delivered:
    found = _Delivered()
    asked = [(clause.start, clause.end) for clause in clauses if clause.asks]
    ordered = {clause.sentence for clause in clauses if clause.listed}
    possibilities = False
    for start, end in sentences(text):
        sentence = text[start:end]
        possibilities = is_list_item(sentence) if possibilities else False
        if (start, end) in ordered or possibilities:
            continue
        possibilities = bool(cues.SEVERAL.search(sentence)) and sentence.rstrip().endswith(":")
        if ("?" in sentence and not cues.COURTESY.search(sentence)) or cues.RECAP.search(sentence):
            continue
        here = [m for m in mentions if start <= m.start < end and not any(s <= m.start < e for s, e in asked)]
        diagnoses = [m for m in here if _kind(m) is Kind.DIAGNOSIS and not _DENIED.search(text[start : m.start])]
        diagnoses = [m for m in diagnoses if not outcome.CONDITION.search(text[start : m.start])]
        treatments = [m for m in here if _is_concrete(m) and not outcome.CONDITION.search(text[start : m.start])]
        offered = not (outcome.INTERIM.search(sentence) or outcome.FINDING.search(sentence))
        treatments = treatments if offered else []
        dosed = offered and outcome.DOSED.search(sentence) and not outcome.CONDITION.search(sentence)
        headed = bool(outcome.HEADED.search(text[max(0, start - 1) : end]))
        announced = bool(outcome.DIAGNOSED.search(sentence)) and not outcome.UNDECIDED.search(sentence)
        headed = headed and not outcome.UNDECIDED.search(text[end : end + 60])
        if (diagnoses or headed or announced) and not outcome.RECALLS.search(sentence):
            if headed or not (outcome.SUSPECTS.search(sentence) or cues.SEVERAL.search(sentence)):
                found.diagnosis = True
            elif not cues.SEVERAL.search(sentence):
                found.suspicion = True
        if outcome.PLAN_HEADED.search(sentence) or ((treatments or dosed) and not outcome.RECALLS.search(sentence)):
            found.plan = True
    return found


def _waits_for_answer(text: str, clause: Clause, mentions: Sequence[Mention], delivered: _Delivered) -> bool:
    """Whether a clause asks the patient for something; with all delivered, agreement is all that can be asked for."""
    words = text[clause.start : clause.end]
    sentence = text[slice(*clause.sentence)]
    if clause.listed and clause.orders:
        return not (delivered.diagnosis and delivered.plan)
    if not clause.asks or (
        cues.COURTESY.search(sentence) and not cues.IMPERATIVE.search(cues.COURTESY.sub(" ", sentence))
    ):
        return False
    if cues.OPEN.search(words) or ("请问" in sentence and question_word(words)):
        return True
    heading = text[clause.end : clause.end + 1] == ":" or is_list_item(sentence) or sentence.endswith("\n")
    if "?" not in sentence and delivered.plan and heading:  # 二、怎么治
        return False
    named = [m for m in mentions if clause.start <= m.start < clause.end]
    question = question_word(words) or "?" in text[clause.start : clause.end + 1]
    if not question and not cues.IMPERATIVE.search(words):
        return False
    if outcome.ASKS_FACT.search(words):
        return True
    if any(isinstance(m.target, Item | Whole) or _kind(m) in _ASKED_FOR for m in named):
        return True
    return not (delivered.plan and (delivered.diagnosis or delivered.suspicion))


def _orders_now(text: str, clause: Clause) -> bool:
    """Whether a clause orders a test whose result this doctor will see before deciding."""
    sentence, words = text[slice(*clause.sentence)], text[clause.start : clause.end]
    if not clause.orders or outcome.FOLLOW_UP.search(sentence) or outcome.ELSEWHERE.search(sentence):
        return False
    return bool(outcome.ORDERED_NOW.search(words)) and not cues.RESULT.search(words)


_DENIED = re.compile(
    r"(?:没有?|无|未见|未发现|避免|预防|防止|排除|除外|不考虑|不支持|不是|不像)[^,，。;；]{0,14}$|"
    r"\b(?:no|not|without|rules? out|"
    r"excludes?)\b[^,.;]{0,20}$"
)
_ASKED_FOR = (Kind.TEST, Kind.SYMPTOM, Kind.HISTORY, Kind.DRUG)
"""What a question can be for; one that names only diseases may ask whether the patient agrees to them."""


def _kind(mention: Mention) -> Kind | None:
    return mention.target.concept.kind if isinstance(mention.target, Term) else None


def _is_concrete(mention: Mention) -> bool:
    """Whether a mention is of a treatment: to be admitted or treated is none yet."""
    target = mention.target
    if not isinstance(target, Term) or target.concept.kind not in (Kind.TREATMENT, Kind.DRUG):
        return False
    return target.concept.category not in TESTS and not re.search(
        "住院|^(综合|相应|进一步)?治疗$|^(继续|密切)?观察$", target.concept.name
    )
