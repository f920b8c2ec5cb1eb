"""Chat models: the Protocol, any OpenAI-compatible endpoint, a scripted one for tests and rehearsals, typed answers."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from sp_sim.errors import InputError, ModelError
from sp_sim.record import Frozen
from sp_sim.transcript import Usage


class ChatMessage(Frozen):
    role: Literal["system", "user", "assistant"]
    content: str


class Completion(Frozen):
    text: str
    usage: Usage


class ChatModel(Protocol):
    """``name`` identifies the model in a run. ``complete`` raises ``ModelError`` where no usable reply could be had.

    ``schema`` asks for JSON of that shape. Not every endpoint heeds it, so whoever asks validates what comes back
    (see ``ask_for``).
    """

    name: str

    async def complete(self, messages: Sequence[ChatMessage], schema: type[BaseModel] | None = None) -> Completion: ...


Shape = TypeVar("Shape", bound=BaseModel)


async def ask_for(
    shape: type[Shape], model: ChatModel, messages: Sequence[ChatMessage], check: Callable[[Shape], str] = lambda _: ""
) -> tuple[Shape | None, Usage]:
    """One typed answer of a model, and what it cost; None where two tries gave none that is valid.

    ``check`` says what is wrong with an answer of the right shape, in words for the model; empty: nothing.
    """
    spent = Usage()
    chat = list(messages)
    for _ in range(2):
        try:
            completion = await model.complete(chat, shape)
        except ModelError:
            return None, spent
        spent += completion.usage
        try:
            answer = shape.model_validate_json(_without_fence(completion.text))
            problem = check(answer)
            if not problem:
                return answer, spent
        except ValidationError as error:
            first = error.errors()[0]
            problem = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        chat = [
            *messages,
            ChatMessage(role="assistant", content=completion.text),
            ChatMessage(role="user", content=f"Invalid: {problem}. Answer again with valid JSON only."),
        ]
    return None, spent


def _without_fence(text: str) -> str:
    """The JSON object in a reply that wraps it in a code fence or in words."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


class OpenAIChatModel:
    """Chat completions of any OpenAI-compatible server.

    The key is ``api_key`` or that of OPENAI_API_KEY (a local server may need none), the URL from ``base_url`` or
    OPENAI_BASE_URL. Timeouts, refused connections, 408, 409, 429 and 5xx are tried again by the library, which
    honours retry-after; replies without usable content (no choice, empty text, no JSON) are tried again here, as
    often. 400, 401, 403 and 404 fail at once. One client serves all dialogues.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 120.0,
        max_retries: int = 3,
        temperature: float | None = 0.0,
        seed: int | None = None,
        max_tokens: int | None = None,
    ) -> None:
        from openai import AsyncOpenAI, OpenAIError

        self.name = model
        self._max_retries = max_retries
        options = {"temperature": temperature, "seed": seed, "max_tokens": max_tokens}
        self._heeds_schema = True
        self._options: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
        local = base_url or os.environ.get("OPENAI_BASE_URL")
        key = api_key or os.environ.get("OPENAI_API_KEY") or ("none" if local else None)
        try:
            self._client = AsyncOpenAI(api_key=key, base_url=base_url, timeout=timeout, max_retries=max_retries)
        except OpenAIError as error:
            raise InputError(f"model {model}: got no OPENAI_API_KEY and no --base-url, expected one of them") from error

    async def complete(self, messages: Sequence[ChatMessage], schema: type[BaseModel] | None = None) -> Completion:
        usage = Usage()
        problem = ""
        for attempt in range(self._max_retries + 1):
            if attempt:
                await asyncio.sleep(min(8.0, 0.5 * 2**attempt) * random.uniform(0.5, 1.0))
            text, spent, problem = await self._once(messages, schema)
            usage += spent
            if not problem:
                return Completion(text=text, usage=usage)
        raise ModelError(f"{self.name}: {problem} ({self._max_retries + 1} tries)")

    async def _once(self, messages: Sequence[ChatMessage], schema: type[BaseModel] | None) -> tuple[str, Usage, str]:
        """Text, tokens spent and what is wrong with the reply (empty: nothing)."""
        import json

        from openai import APIConnectionError, APIResponseValidationError, APIStatusError, APITimeoutError

        payload: Any = [message.model_dump() for message in messages]
        options = dict(self._options)
        if schema and self._heeds_schema:
            shape = {"name": schema.__name__, "schema": schema.model_json_schema(), "strict": True}
            options["response_format"] = {"type": "json_schema", "json_schema": shape}
        try:
            reply = await self._client.chat.completions.create(model=self.name, messages=payload, **options)
        except APITimeoutError as error:
            raise ModelError(f"{self.name}: timed out ({self._max_retries + 1} tries)") from error
        except (APIResponseValidationError, json.JSONDecodeError, UnicodeDecodeError):
            return "", Usage(calls=1), "the reply is not valid JSON"
        except APIConnectionError as error:
            cause = error.__cause__ or error
            raise ModelError(f"{self.name}: no connection: {cause} ({self._max_retries + 1} tries)") from error
        except APIStatusError as error:
            if error.status_code == 400 and "response_format" in options:
                self._heeds_schema = False
                return await self._once(messages, schema)
            raise ModelError(f"{self.name}: HTTP {error.status_code}: {_short(error.message)}") from error
        spent = getattr(reply, "usage", None)
        usage = Usage(
            prompt_tokens=getattr(spent, "prompt_tokens", None) or 0,
            completion_tokens=getattr(spent, "completion_tokens", None) or 0,
            calls=1,
        )
        choices = getattr(reply, "choices", None)
        if not choices:
            return "", usage, "the reply holds no choice"
        choice = choices[0]
        message = getattr(choice, "message", None)
        text = getattr(message, "content", None)
        if getattr(choice, "finish_reason", None) == "content_filter":
            raise ModelError(f"{self.name}: refused by a content filter")
        if not isinstance(text, str) or not text.strip():
            return "", usage, "the reply is empty"
        return text, usage, ""


def _short(message: str) -> str:
    return " ".join(message.split())[:200]


class ScriptedChatModel:
    """Replies from a list, in order; an exception in the list is raised. Ends with ``ModelError`` when it runs out."""

    def __init__(self, replies: Iterable[str | Exception], name: str = "scripted") -> None:
        self.name = name
        self.requests: list[tuple[ChatMessage, ...]] = []
        self._replies = iter(replies)

    async def complete(self, messages: Sequence[ChatMessage], schema: type[BaseModel] | None = None) -> Completion:
        self.requests.append(tuple(messages))
        reply = next(self._replies, ModelError(f"{self.name}: the script has run out"))
        if isinstance(reply, Exception):
            raise reply
        return Completion(text=reply, usage=Usage(prompt_tokens=1, completion_tokens=1, calls=1))
