"""The oracle: a doctor that reads the reference. The bound that a perfect doctor reaches, and the simulator's check."""

from __future__ import annotations

from collections.abc import Sequence

from sp_sim.record import CaseRecord, Category, Fact, Language, facts_of_token
from sp_sim.transcript import Message, Utterance


class OracleDoctor:
    """Asks for every weighted fact by name, in the reference order, within the expected rounds, and concludes."""

    def __init__(self, case: CaseRecord) -> None:
        self._lines = [*(question(turn, case.language) for turn in plan(case)), conclusion(case)]

    async def reply(self, messages: Sequence[Message]) -> Utterance:
        said = sum(message.speaker == "doctor" for message in messages)
        return Utterance(text=self._lines[min(said, len(self._lines) - 1)])


def question(facts: Sequence[Fact], language: Language) -> str:
    """One turn that asks for facts by their names."""
    english = language is Language.EN
    names = dict.fromkeys(
        fact.category.english if english and fact.name == fact.category.value else fact.name for fact in facts
    )
    return "; ".join(f"{name}?" for name in names) if english else "".join(f"{name}？" for name in names)


def conclusion(
    case: CaseRecord, diagnoses: Sequence[str] | None = None, treatments: Sequence[str] | None = None
) -> str:
    """The concluding turn: the reference's names, or others in their place."""
    if diagnoses is None:
        diagnoses = [target.name for target in case.reference.diagnoses]
    if treatments is None:
        treatments = [target.name for target in case.reference.treatments]
    if case.language is Language.EN:
        plan_line = f"\nTreatment plan: {'; '.join(treatments)}." if treatments else ""
        return f"Diagnosis: {'; '.join(diagnoses)}.{plan_line}"
    plan_line = f"\n治疗方案：{'；'.join(treatments)}。" if treatments else ""
    return f"诊断：{'；'.join(diagnoses)}。{plan_line}"


def plan(case: CaseRecord) -> list[list[Fact]]:
    """Turns of facts to ask for: a tier a turn, all within the expected rounds less the conclusion."""
    weighted = [fact for fact in case.patient.facts if case.weight(fact.id)]
    tiers = [[fact for token in tier for fact in facts_of_token(token, weighted)] for tier in case.reference.order]
    placed = {fact.id for tier in tiers for fact in tier}
    free = [fact for fact in weighted if fact.id not in placed]
    spare = case.reference.expected_rounds - 1 - len(tiers)
    if spare <= 0:
        first, *rest = tiers or [[]]
        return [turn for turn in (first + free, *rest) if turn]
    size = -(-len(free) // spare) or 1
    chunks = [free[i : i + size] for i in range(0, len(free), size)]
    symptoms_first = [chunk for chunk in chunks if any(fact.category is Category.SYMPTOM for fact in chunk)]
    others = [chunk for chunk in chunks if chunk not in symptoms_first]
    return [turn for turn in (*symptoms_first, *tiers, *others) if turn]
