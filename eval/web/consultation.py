"""A person consults a patient on the page; it is saved as a run of the doctor ``human:NAME``, and can go on later.

Each turn is in the run's journal before it is answered, so a consultation outlives the page and the server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.finish import finish
from eval.folder import RunFolder, read_info
from eval.identity import case_hash, differences
from eval.journal import EndLine, Journal, Line, TurnLine, turn_of
from eval.runner import Plan, describe
from eval.script import default_folder
from eval.simulation import Job, Setup, Simulation
from eval.web.shelf import Shelf, key_of
from sp_sim.errors import InputError
from sp_sim.library import LoadedCase
from sp_sim.record import Frozen
from sp_sim.transcript import Message, Turn, Utterance, visible

_AT_HAND = 20
"""Consultations that are kept in memory; others are read from their journals when somebody goes on with them."""


class Answer(Frozen):
    """What the patient said in ``round``; ``ended`` where nothing more can be said."""

    patient: str
    round: int
    ended: bool


class _Person:
    """The doctor: says what is put into ``words`` (None leaves); a None among the ``events`` is its call for them."""

    def __init__(self) -> None:
        self.words: asyncio.Queue[str | None] = asyncio.Queue()
        self.events: asyncio.Queue[Line | None] = asyncio.Queue()

    async def reply(self, messages: Sequence[Message]) -> Utterance | None:
        self.events.put_nowait(None)
        text = await self.words.get()
        return None if text is None else Utterance(text=text)


class Consultation:
    """One dialogue of a person with the patient of a case, in a run folder of its own. Made by ``Consultations``."""

    def __init__(self, case: LoadedCase, name: str) -> None:
        self.case = case
        self.turns: list[Turn] = []
        self.ended = False
        self._person = _Person()
        setup = Setup(doctor=f"human:{name}")
        self._simulation = Simulation(setup, [case], recruit=lambda case, trial: self._person)
        self.info = describe(Plan(setup=setup, cases=[case], concurrency=1), self._simulation)
        self._speaking = asyncio.Lock()

    async def start(self, folder: RunFolder, turns: Sequence[Turn] | None = None) -> None:
        """Begins, or goes on after the turns of the journal."""
        self.path, self._folder, self.turns = folder.path, folder, list(turns or ())
        job = Job((self.case.id, 1), None if turns is None else tuple(turns))
        self._playing = asyncio.create_task(self._simulation.play(job, self._emit))
        await self._heard()

    def _emit(self, line: Line) -> None:
        self._folder.write(line)
        if isinstance(line, TurnLine):
            self.turns.append(turn_of(line))
        self._person.events.put_nowait(line)

    async def say(self, text: str | None, number: int) -> Answer:
        """The patient's answer to what the doctor says in a round; None leaves. An end makes the scores.

        Saying the same in the same round again changes nothing: whoever did not hear the answer may ask twice. Raises
        ``InputError`` where the consultation has gone on elsewhere.
        """
        async with self._speaking:
            if not self.ended and number == len(self.turns) + 1:
                self._person.words.put_nowait(text)
                await self._heard()
            elif text is not None and not (number <= len(self.turns) and self.turns[number - 1].doctor == text):
                raise InputError("the consultation has gone on in another window: load this page again")
            patient = self.turns[number - 1].patient if number <= len(self.turns) else ""
            return Answer(patient=patient, round=len(self.turns), ended=self.ended)

    async def _heard(self) -> None:
        """Waits until the doctor is called for the next words, or for the end and what is made of it."""
        while (line := await self._event()) is not None:
            if isinstance(line, EndLine):
                self.ended = True
                await self._playing
                await asyncio.to_thread(self._finish)
                return

    async def _event(self) -> Line | None:
        """The next event, or what broke."""
        event = asyncio.create_task(self._person.events.get())
        await asyncio.wait({event, self._playing}, return_when=asyncio.FIRST_COMPLETED)
        if not event.done() and self._person.events.empty():
            event.cancel()
            self._playing.result()
        return await event

    def _finish(self) -> None:
        self._folder.close()
        finish(self._folder, self.info.model_copy(update={"status": "done"}), [self.case])

    @property
    def speaking(self) -> bool:
        return self._speaking.locked()

    def close(self) -> None:
        """Leaves it where it is, to be gone on with later."""
        self._playing.cancel()
        self._folder.close()


class Consultations:
    """The consultations of persons in a folder of runs, under way or left in the middle, by the address of the run."""

    def __init__(self, shelf: Shelf, cases: Sequence[LoadedCase]) -> None:
        self._shelf = shelf
        self._cases = {case.id: case for case in cases}
        self._under_way: dict[str, Consultation] = {}
        self._opening = asyncio.Lock()

    async def begin(self, name: str, case_id: str) -> str:
        """A new consultation; returns its address. Raises ``InputError`` for an unknown case."""
        if case_id not in self._cases:
            raise InputError(f"got no case {case_id!r}, expected one of the list")
        made = await asyncio.to_thread(Consultation, self._cases[case_id], name)
        path = default_folder(self._shelf.folder, "diag", made.info.doctor)
        await made.start(RunFolder.create(path, made.info))
        self._keep(key_of(path), made)
        return key_of(path)

    def _keep(self, key: str, consultation: Consultation) -> None:
        """Keeps it at hand, and leaves the oldest of too many where it is."""
        self._under_way[key] = consultation
        idle = [other for other, one in self._under_way.items() if other != key and not one.speaking]
        for other in idle[: max(0, len(self._under_way) - _AT_HAND)]:
            self._under_way.pop(other).close()

    def unfinished(self, name: str) -> list[dict[str, Any]]:
        """What a person has left in the middle, oldest first: address, place of the case in the list, turns, start."""
        places = {case_id: place for place, case_id in enumerate(self._cases, 1)}
        found = []
        for run in self._shelf.all()[0]:
            case_id = run.info.cases[0]["id"] if run.info.cases else ""
            if run.summary is None and run.info.doctor == f"human:{name}" and case_id in places:
                try:
                    rounds = len(Journal(run.path).turns((case_id, 1)))
                except InputError:
                    continue
                told = {"key": run.key, "case": places[case_id], "department": run.info.cases[0].get("department", "")}
                found.append(told | {"rounds": rounds, "started": run.info.started})
        return found

    async def state(self, key: str) -> dict[str, Any]:
        """A consultation as the page shows it: what was said so far, the number of turns, and whether it has ended."""
        path = self._shelf.path(key)
        if key in self._under_way or not (path / "summary.json").exists():
            found = await self._found(key)
            case_id, ended, turns, opening = found.case.id, found.ended, found.turns, found.case.record.patient.opening
        else:
            case_id, ended = read_info(path).cases[0]["id"], True
            told = Journal(path).transcript((case_id, 1))
            turns, opening = list(told.turns), told.opening
        said = [message.model_dump() for message in visible(opening, turns)]
        return {"messages": said, "round": len(turns), "ended": ended, "where": f"/run/{key}/{case_id}/1"}

    async def say(self, key: str, text: str | None, number: int) -> Answer:
        """See ``Consultation.say``. One that breaks is closed, and can be gone on with from its last turn."""
        if key not in self._under_way and (self._shelf.path(key) / "summary.json").exists():
            return Answer(patient="", round=number, ended=True)
        found = await self._found(key)
        try:
            answer = await found.say(text, number)
        except InputError:
            raise
        except Exception:
            self._under_way.pop(key, None)
            found.close()
            raise
        if answer.ended:
            self._under_way.pop(key, None)
        return answer

    async def _found(self, key: str) -> Consultation:
        """The consultation of an address, read from its journal where it is not under way here.

        Raises ``InputError`` where it is none of a person, or its case is not the one that it began with.
        """
        async with self._opening:
            if key not in self._under_way:
                self._keep(key, await self._gone_on(self._shelf.path(key)))
            return self._under_way[key]

    async def _gone_on(self, path: Path) -> Consultation:
        info = read_info(path)
        kind, _, name = info.doctor.partition(":")
        entry: Mapping[str, str] = info.cases[0] if info.cases else {}
        case = self._cases.get(entry.get("id", ""))
        if kind != "human" or case is None or case_hash(case) != entry["sha256"]:
            raise InputError("got a consultation whose case has changed or is not served, expected the case as it was")
        made = await asyncio.to_thread(Consultation, case, name)
        folder = RunFolder.reopen(path)
        kept = {"started": info.started, "forced": (*info.forced, *differences(info, made.info))}
        made.info = made.info.model_copy(update=kept)
        journal, key = Journal(path), (case.id, 1)
        await made.start(folder, journal.turns(key) if key in set(journal) else None)
        return made
