"""Who sits opposite the doctor where a task is no consultation: hears one answer and says nothing."""

from __future__ import annotations

from sp_sim.transcript import Reading, Reply


class Examiner:
    """Recognizer and patient in one: whatever is said is the answer, and ends the dialogue."""

    async def read(self, utterance: str, told: frozenset[str]) -> Reading:
        return Reading(concluding=True)

    async def answer(self, reading: Reading, told: frozenset[str]) -> Reply:
        return Reply(text="")
