"""Who sits opposite the doctor where a task is no consultation: hears one answer and says nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sp_sim.transcript import Ask, AskKind, Reading, Reply


class Examiner:
    """Recognizer and patient in one: whatever is said is the answer, and ends the dialogue."""

    async def read(self, utterance: str, told: frozenset[str]) -> Reading:
        return Reading(concluding=True)

    async def answer(self, reading: Reading, told: frozenset[str]) -> Reply:
        return Reply(text="")


class RecordedPatient:
    """Recognizer and patient of a recorded consultation (speaker, text): says what was said next, reads nothing else.

    How far the dialogue is follows from what was told before, so that one patient serves any number of dialogues, begun
    or resumed: each turn tells one line of the recording.
    """

    def __init__(self, lines: Sequence[tuple[str, str]]) -> None:
        spoken = [i for i, (speaker, _) in enumerate(lines) if speaker == "doctor"]
        ends = [*spoken[1:], len(lines)]
        self._replies = ["\n".join(text for _, text in lines[i + 1 : end]) for i, end in zip(spoken, ends, strict=True)]

    async def read(self, utterance: str, told: frozenset[str]) -> Reading:
        line = Ask(category=None, mention="", kind=AskKind.SPECIFIC, facts=(f"line/{len(told) + 1}",))
        return Reading(concluding=False, asks=(line,))

    async def answer(self, reading: Reading, told: frozenset[str]) -> Reply:
        return Reply(text=self._replies[len(told)])
