"""Doctors that are not models: a script, a person at the terminal, any Python callable."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sp_sim.errors import InputError, ModelError
from sp_sim.transcript import Message, Utterance


class ScriptedDoctor:
    """Says its lines in order, then leaves."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    async def reply(self, messages: Sequence[Message]) -> Utterance | None:
        said = sum(message.speaker == "doctor" for message in messages)
        return Utterance(text=self._lines[said]) if said < len(self._lines) else None


def read_script(path: Path) -> Mapping[str, Sequence[str]]:
    """The lines of a script by case id; the id ``*`` stands for every case.

    A text file holds one turn a line. A ``.json`` file holds a list of turns, or an object of such lists by case id.
    """
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"--doctor script:{path}: got {error}, expected a UTF-8 text or JSON file") from error
    if path.suffix.lower() != ".json":
        lines = [line.strip() for line in source.splitlines() if line.strip()]
        if not lines:
            raise InputError(f"--doctor script:{path}: got no line, expected one turn a line")
        return {"*": lines}
    expected = 'expected a JSON list of turns, or {"CASE ID": [turns], ...}'
    try:
        data = json.loads(source)
    except ValueError as error:
        raise InputError(f"--doctor script:{path}: got invalid JSON ({error}), {expected}") from error
    scripts = {"*": data} if isinstance(data, list) else data
    if (
        not isinstance(scripts, dict)
        or not scripts
        or not all(
            lines and isinstance(lines, list) and all(isinstance(line, str) and line.strip() for line in lines)
            for lines in scripts.values()
        )
    ):
        raise InputError(f"--doctor script:{path}: got other JSON, {expected}")
    return scripts


class HumanDoctor:
    """A person at the terminal; an empty line is asked again, ``/quit`` or the end of input leaves."""

    async def reply(self, messages: Sequence[Message]) -> Utterance | None:
        if messages[-1].speaker == "patient":
            print(f"\n患者 patient: {messages[-1].text}", flush=True)
        while True:
            try:
                line = (await asyncio.to_thread(input, "医生 doctor: ")).strip()
            except EOFError:
                return None
            if line == "/quit":
                return None
            if line:
                return Utterance(text=line)


Callback = Callable[[Sequence[Message]], str | Utterance | Awaitable[str | Utterance | None] | None]


class CallableDoctor:
    """A Python function as the doctor: visible messages in, the next words (or None to leave) out; async or not.

    Whatever it raises counts as a failure of the doctor.
    """

    def __init__(self, function: Callback) -> None:
        self._function = function

    async def reply(self, messages: Sequence[Message]) -> Utterance | None:
        try:
            if inspect.iscoroutinefunction(self._function):
                said: Any = await self._function(messages)
            else:
                said = await asyncio.to_thread(self._function, messages)
                if inspect.isawaitable(said):
                    said = await said
        except ModelError:
            raise
        except Exception as error:
            raise ModelError(f"the doctor raised {type(error).__name__}: {error}") from error
        if said is None or isinstance(said, Utterance):
            return said
        if isinstance(said, str) and said.strip():
            return Utterance(text=said)
        raise ModelError(f"the doctor returned {said!r:.80}, expected text, an Utterance or None")
