"""A chat model as the doctor."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from sp_sim.model import ChatMessage, ChatModel
from sp_sim.record import Language
from sp_sim.transcript import Message, Utterance

PROMPTS = Path(__file__).resolve().parent.parent / "prompts"


@cache
def doctor_prompt(stem: str, language: Language) -> str:
    """The system prompt of the doctor for one task, in one language."""
    return (PROMPTS / f"{stem}.{language.value}.md").read_text("utf-8").strip()


class ChatDoctor:
    """Speaks through a chat model: the patient is the user, the doctor the assistant."""

    def __init__(self, model: ChatModel, prompt: str) -> None:
        self._model = model
        self._prompt = prompt

    async def reply(self, messages: Sequence[Message]) -> Utterance:
        chat = [ChatMessage(role="system", content=self._prompt)]
        chat += [ChatMessage(role="user" if m.speaker == "patient" else "assistant", content=m.text) for m in messages]
        completion = await self._model.complete(chat)
        return Utterance(text=completion.text.strip(), usage=completion.usage)
