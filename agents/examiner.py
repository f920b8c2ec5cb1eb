"""Who sits opposite the doctor where a task is no consultation: hears one answer and says nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sp_sim.transcript import Reading, Reply


class Examiner:
    """Recognizer and patient in one: whatever is said is the answer, and ends the dialogue."""

    async def read(self, utterance: str, told: frozenset[str]) -> Reading:
        return Reading(concluding=True)

    async def answer(self, reading: Reading, told: frozenset[str]) -> Reply:
        return Reply(text="")


class RecordedPatient:
    """Recognizer and patient of a recorded consultation (speaker, text): says what was said next, reads nothing."""

    def __init__(self, lines: Sequence[tuple[str, str]]) -> None:
        spoken = [i for i, (speaker, _) in enumerate(lines) if speaker == "doctor"]
        ends = [*spoken[1:], len(lines)]
        self._replies = ["\n".join(text for _, text in lines[i + 1 : end]) for i, end in zip(spoken, ends, strict=True)]
        self._heard = 0

    async def read(self, utterance: str, told: frozenset[str]) -> Reading:
        return Reading(concluding=False)

    async def answer(self, reading: Reading, told: frozenset[str]) -> Reply:
        self._heard += 1
        return Reply(text=self._replies[self._heard - 1])
