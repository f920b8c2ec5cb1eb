"""A person consults a patient on the page; it is saved as a run of the doctor ``human:NAME``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from eval.finish import finish
from eval.folder import RunFolder
from eval.journal import EndLine, Line, TurnLine
from eval.runner import Plan, describe
from eval.simulation import Job, Setup, Simulation
from sp_sim.library import LoadedCase
from sp_sim.record import Frozen
from sp_sim.transcript import Message, Utterance


class Answer(Frozen):
    """What the patient says; ``ended`` where the doctor has concluded or the rounds are over."""

    patient: str
    round: int
    ended: bool


class _Person:
    """The doctor: says what is put into the queue; None leaves."""

    def __init__(self) -> None:
        self.words: asyncio.Queue[str | None] = asyncio.Queue()

    async def reply(self, messages: Sequence[Message]) -> Utterance | None:
        text = await self.words.get()
        return None if text is None else Utterance(text=text)


class Consultation:
    """One dialogue of a person with the patient of a case, in a run folder of its own."""

    def __init__(self, case: LoadedCase, name: str, runs: Path) -> None:
        setup = Setup(doctor=f"human:{name}")
        self._person = _Person()
        simulation = Simulation(setup, [case], recruit=lambda case, trial: self._person)
        stamp = datetime.now().astimezone()
        safe = "".join(c if c.isalnum() else "_" for c in name)[:40]
        self._info = describe(Plan(setup=setup, cases=[case], concurrency=1), simulation)
        self.path = runs / f"{stamp:%Y%m%d-%H%M%S-%f}-diag-human_{safe}"
        self._case = case
        self.case = case.record.id
        self._folder = RunFolder.create(self.path, self._info)
        self._lines: asyncio.Queue[Line] = asyncio.Queue()
        self._playing = asyncio.create_task(simulation.play(Job((case.record.id, 1)), self._emit))
        self.opening = case.record.patient.opening

    def _emit(self, line: Line) -> None:
        self._folder.write(line)
        self._lines.put_nowait(line)

    async def say(self, text: str) -> Answer:
        """The patient's answer to what the doctor says next; an end makes the scores."""
        await self._person.words.put(text)
        return await self._answer()

    async def leave(self) -> None:
        """Ends without a conclusion."""
        await self._person.words.put(None)
        await self._answer()

    async def _answer(self) -> Answer:
        patient, number = "", 0
        while True:
            line = await self._next()
            if isinstance(line, TurnLine):
                patient, number = line.patient, line.round
                if not line.reading.concluding and self._lines.empty():
                    await asyncio.sleep(0)  # the end of the last round follows at once
                    if not self._playing.done() and self._lines.empty():
                        return Answer(patient=patient, round=number, ended=False)
            elif isinstance(line, EndLine):
                self._folder.close()
                info = self._info.model_copy(update={"status": "done"})
                await asyncio.to_thread(finish, self._folder, info, [self._case])
                return Answer(patient=patient, round=number, ended=True)

    async def _next(self) -> Line:
        """The next line, or what broke."""
        line = asyncio.create_task(self._lines.get())
        await asyncio.wait({line, self._playing}, return_when=asyncio.FIRST_COMPLETED)
        if not line.done() and self._playing.done() and self._lines.empty():
            line.cancel()
            self._playing.result()
        return await line
