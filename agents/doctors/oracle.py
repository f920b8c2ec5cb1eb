"""The oracle: a doctor that reads the reference. The bound that a perfect doctor reaches, and the simulator's check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sp_sim.record import CaseRecord, Category, Fact, Language, facts_of_token
from sp_sim.transcript import Message, Utterance


class OracleDoctor:
    """Asks for every weighted fact by name, in the reference order, within the expected rounds, and concludes."""

    def __init__(self, case: CaseRecord) -> None:
        self._lines = list(_lines(case))

    async def reply(self, messages: Sequence[Message]) -> Utterance:
        said = sum(message.speaker == "doctor" for message in messages)
        return Utterance(text=self._lines[min(said, len(self._lines) - 1)])


def _lines(case: CaseRecord) -> Iterator[str]:
    english = case.language is Language.EN
    for turn in _plan(case):
        names = list(dict.fromkeys(_called(fact, english) for fact in turn))
        yield "; ".join(f"{name}?" for name in names) if english else "".join(f"{name}？" for name in names)
    reference = case.reference
    diagnoses = ("; " if english else "；").join(target.name for target in reference.diagnoses)
    treatments = ("; " if english else "；").join(target.name for target in reference.treatments)
    if english:
        yield f"Diagnosis: {diagnoses}.\nTreatment plan: {treatments}."
    else:
        yield f"诊断：{diagnoses}。\n治疗方案：{treatments}。"


def _called(fact: Fact, english: bool) -> str:
    if fact.name == fact.category.value and english:
        return fact.category.english
    return fact.name


def _plan(case: CaseRecord) -> list[list[Fact]]:
    """Turns of facts to ask for: a tier a turn, all within the expected rounds less the conclusion."""
    weighted = [fact for fact in case.patient.facts if case.weight(fact.id)]
    rounds = max(case.reference.expected_rounds - 1, 1)
    tiers = [[fact for token in tier for fact in facts_of_token(token, weighted)] for tier in case.reference.order]
    if len(tiers) > rounds:
        rounds = len(tiers)
    placed = {fact.id for tier in tiers for fact in tier}
    free = [fact for fact in weighted if fact.id not in placed]
    spare = max(rounds - len(tiers), 0)
    if spare == 0:
        tiers = tiers or [[]]
        tiers[0] = tiers[0] + free
        return [tier for tier in tiers if tier]
    size = -(-len(free) // spare) or 1
    chunks = [free[i : i + size] for i in range(0, len(free), size)]
    history_first = [chunk for chunk in chunks if any(f.category is Category.SYMPTOM for f in chunk)]
    rest = [chunk for chunk in chunks if chunk not in history_first]
    return [turn for turn in (*history_first, *tiers, *rest) if turn]
