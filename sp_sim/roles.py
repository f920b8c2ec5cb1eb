"""Who takes part in a dialogue, as Protocols, and the cast that is handed to the graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sp_sim.transcript import Message, Reading, Reply, Turn, Utterance


class Doctor(Protocol):
    """The model under test. It is given the visible messages only, and so cannot see the record.

    Returns None when it leaves without concluding. Raises ``ModelError`` where no reply could be had.
    """

    async def reply(self, messages: Sequence[Message]) -> Utterance | None: ...


class IntentRecognizer(Protocol):
    """Reads a doctor turn: does it conclude, and what does it ask for? ``told`` holds the ids of facts told before."""

    async def read(self, utterance: str, told: frozenset[str]) -> Reading: ...


class Patient(Protocol):
    """Answers a reading out of the record, and out of nothing else."""

    async def answer(self, reading: Reading, told: frozenset[str]) -> Reply: ...


def _ignore(turn: Turn) -> None:
    """The default listener."""


@dataclass(frozen=True)
class Cast:
    """The actors of one dialogue. ``on_turn`` is called with each complete turn, before the next one begins."""

    doctor: Doctor
    recognizer: IntentRecognizer
    patient: Patient
    opening: str
    max_rounds: int
    on_turn: Callable[[Turn], None] = _ignore
