"""The intent recognizer that asks a chat model: one typed call a turn, over the closed sets of one record.

The model sees the names of the record's items and groups, never a finding. What it answers is held against those
names and against the doctor's words; an answer that fails is asked for once more, and then the local reader reads the
turn and the reading says so. A turn that tries to get at the script is read locally in any case: such words reach no
model that could follow them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, create_model

from agents.intent import LocalRecognizer
from sp_sim.model import ChatMessage, ChatModel, ask_for
from sp_sim.record import HISTORIES, Category, PatientFacts
from sp_sim.retrieval import RecordIndex
from sp_sim.text import fold
from sp_sim.transcript import Ask, AskKind, Reading

PROMPT = Path(__file__).resolve().parent / "prompts" / "reader.md"
MOST_ITEMS = 6
"""How many items one specific ask can be for; more is a group, or a model that was talked into something."""


class _How(StrEnum):
    """How a model may understand an ask; the kinds of ``AskKind`` without those that follow from the record."""

    ITEM = "item"
    GROUP = "group"
    WHOLE = "whole"
    REPORTS = "reports"
    OPEN = "open"
    PERSONAL = "personal"
    ABSENT = "absent"


class ModelRecognizer:
    """Reads doctor turns on one record through a chat model (see ``sp_sim.roles.IntentRecognizer``)."""

    def __init__(self, model: ChatModel, patient: PatientFacts, index: RecordIndex) -> None:
        self._model = model
        self._patient = patient
        self._index = index
        self._local = LocalRecognizer(index)

    async def read(self, utterance: str, told: frozenset[str]) -> Reading:
        local = await self._local.read(utterance, told)
        if any(ask.kind is AskKind.LEAK for ask in local.asks):
            return local
        messages = [
            ChatMessage(role="system", content=self._prompt),
            ChatMessage(role="user", content=json.dumps({"doctor_turn": utterance}, ensure_ascii=False)),
        ]
        answer, usage = await ask_for(self._shape, self._model, messages, lambda found: self._problem(found, utterance))
        if answer is None:
            return local.model_copy(update={"fallback": True, "usage": usage})
        asks = () if answer.concluding else tuple(self._ask(ask, told) for ask in answer.asks)
        return Reading(concluding=answer.concluding, asks=asks, usage=usage)

    @cached_property
    def _prompt(self) -> str:
        facts = self._patient.facts
        items = {
            category.value: list(dict.fromkeys(f.name for f in facts if f.category is category))
            for category in Category
        }
        groups: dict[str, list[str]] = {}
        for fact in facts:
            for group in fact.groups:
                groups.setdefault(group, []).append(fact.name)
        record = {"items": {c: names for c, names in items.items() if names}, "groups": groups}
        return PROMPT.read_text("utf-8").strip() + "\n\n" + json.dumps(record, ensure_ascii=False, indent=1)

    @cached_property
    def _shape(self) -> type[Any]:
        """The shape of an answer, with this record's items as a closed set."""
        strict = ConfigDict(extra="forbid")
        names = tuple(dict.fromkeys(fact.name for fact in self._patient.facts))
        one: Any = create_model(
            "ReadAsk",
            __config__=strict,
            mention=(str, ...),
            how=(_How, ...),
            category=(Category, ...),
            items=(list[Literal[names]], ...),  # type: ignore[valid-type]
        )
        return create_model("ReadTurn", __config__=strict, concluding=(bool, ...), asks=(list[one], ...))

    def _problem(self, answer: Any, utterance: str) -> str:
        """What is wrong with an answer of the right shape; empty: nothing."""
        said = fold(utterance)
        for ask in answer.asks:
            if not fold(ask.mention) or fold(ask.mention) not in said:
                return f"the mention {ask.mention!r} is not among the doctor's words"
            needs_items = ask.how in (_How.ITEM, _How.GROUP)
            if needs_items != bool(ask.items):
                return f"{ask.mention!r}: {ask.how.value} with {len(ask.items)} items"
            if ask.how is _How.ITEM and len(ask.items) > MOST_ITEMS:
                return f"{ask.mention!r}: {len(ask.items)} items for one thing"
            if ask.how is _How.WHOLE and ask.category not in HISTORIES:
                return f"{ask.mention!r}: {ask.category} is no history"
        return ""

    def _ask(self, ask: Any, told: frozenset[str]) -> Ask:
        category = ask.category
        kind, facts = self._revealed(ask, category, told)
        if kind in (AskKind.SPECIFIC, AskKind.RECORD_GROUP, AskKind.TERM_GROUP, AskKind.HISTORY):
            if not facts:
                kind = AskKind.ABSENT
            elif told.issuperset(facts):
                kind = AskKind.REPEAT
        return Ask(category=None if kind is AskKind.PERSONAL else category, mention=ask.mention, kind=kind, facts=facts)

    def _revealed(self, ask: Any, category: Category, told: frozenset[str]) -> tuple[AskKind, tuple[str, ...]]:
        """The kind of an ask and the facts that it is on, taken from the record and not from the model."""
        if ask.how is _How.WHOLE:
            return AskKind.HISTORY, self._index.of_category(category)
        if ask.how is _How.OPEN:
            return AskKind.OPEN, self._index.next_symptom(told)
        if ask.how in (_How.ITEM, _How.GROUP):
            chosen = [fact for fact in self._patient.facts if fact.name in ask.items]
            facts = tuple(fact.id for fact in chosen)
            if ask.how is _How.ITEM:
                return AskKind.SPECIFIC, facts
            return (AskKind.RECORD_GROUP if _one_group(chosen, ask.mention) else AskKind.TERM_GROUP), facts
        return {_How.REPORTS: AskKind.REPORTS, _How.PERSONAL: AskKind.PERSONAL, _How.ABSENT: AskKind.ABSENT}[
            ask.how
        ], ()


def _one_group(facts: Sequence[Any], mention: str) -> bool:
    """Whether the mention names a group of the record that all these facts share."""
    shared = set.intersection(*(set(fact.groups) for fact in facts)) if facts else set()
    return any(fold(group) in fold(mention) for group in shared)
