"""Chat models: the Protocol, any OpenAI-compatible endpoint, a scripted one for tests and rehearsals, typed answers."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any, Literal, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from sp_sim.errors import InputError, ModelError
from sp_sim.pace import Pace
from sp_sim.record import Frozen
from sp_sim.transcript import Usage

_ONE_CALL = Usage(calls=1)


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
        except ModelError as error:
            return None, spent + (error.usage or Usage())
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


class Endpoint:
    """An OpenAI-compatible server, its one client, and how it is called; serves all dialogues and models of a run.

    The key is ``api_key`` or that of OPENAI_API_KEY (a local server may need none), the URL ``base_url`` or
    OPENAI_BASE_URL. ``timeout`` limits each call as a whole, in seconds; ``calls_per_minute`` and
    ``tokens_per_minute`` limit the pace. Belongs to one event loop.
    """

    def __init__(
        self,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 120.0,
        max_retries: int = 5,
        calls_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
    ) -> None:
        from openai import AsyncOpenAI, OpenAIError

        self.timeout = timeout
        self.max_retries = max_retries
        self.pace = Pace(calls_per_minute, tokens_per_minute)
        local = base_url or os.environ.get("OPENAI_BASE_URL")
        key = api_key or os.environ.get("OPENAI_API_KEY") or ("none" if local else None)
        try:
            self.client = AsyncOpenAI(api_key=key, base_url=base_url, timeout=timeout, max_retries=0)
        except OpenAIError as error:
            raise InputError("chat model: got no OPENAI_API_KEY and no --base-url, expected one of them") from error


MAX_REPLY = 50_000
"""Characters; a longer reply is a fault of the endpoint, not a doctor's turn."""
_LONGEST_WAIT = 300.0
_LONGEST_BACKOFF = 30.0
_PASSING = frozenset({408, 409, 429})


class _TryAgainError(Exception):
    """A fault that may pass: what it was, what the call cost, and how long the endpoint asks to wait."""

    def __init__(self, problem: str, usage: Usage = _ONE_CALL, wait: float | None = None) -> None:
        super().__init__(problem)
        self.usage = usage
        self.wait = wait


class OpenAIChatModel:
    """A model of an endpoint, by chat completions.

    What may pass is tried again up to ``max_retries`` times: timeouts, broken connections, 408, 409, 429 and 5xx,
    and replies without usable content (no choice, empty, no JSON, over ``MAX_REPLY`` characters). The wait before it
    is what retry-after says (over five minutes: the call fails), else it doubles from half a second. Other statuses
    and a content filter fail at once. Reasoning that a model writes before its reply, in ``<think>``, is left out.
    """

    def __init__(
        self,
        model: str,
        endpoint: Endpoint,
        *,
        temperature: float | None = 0.0,
        seed: int | None = None,
        max_tokens: int | None = None,
    ) -> None:
        self.name = model
        self._endpoint = endpoint
        options = {"temperature": temperature, "seed": seed, "max_tokens": max_tokens}
        self._heeds_schema = True
        self._options: dict[str, Any] = {name: value for name, value in options.items() if value is not None}

    async def complete(self, messages: Sequence[ChatMessage], schema: type[BaseModel] | None = None) -> Completion:
        usage = Usage()
        tries = self._endpoint.max_retries + 1
        for attempt in range(1, tries + 1):
            try:
                text, spent = await self._once(messages, schema)
                return Completion(text=text, usage=usage + spent)
            except _TryAgainError as fault:
                usage += fault.usage
                if attempt == tries:
                    raise ModelError(f"{self.name}: {fault} ({tries} tries)", usage) from fault
                if fault.wait is None:
                    wait = min(_LONGEST_BACKOFF, 0.5 * 2 ** (attempt - 1)) * random.uniform(0.5, 1.0)
                elif fault.wait > _LONGEST_WAIT:
                    raise ModelError(f"{self.name}: {fault}, asks to wait {fault.wait:.0f} s", usage) from fault
                else:
                    wait = fault.wait
                    self._endpoint.pace.hold(wait)
                await asyncio.sleep(wait)
        raise AssertionError("unreachable")

    async def _once(self, messages: Sequence[ChatMessage], schema: type[BaseModel] | None) -> tuple[str, Usage]:
        """The text of one call and what it cost."""
        estimate = sum(len(message.content) for message in messages) // 2 + self._options.get("max_tokens", 500)
        await self._endpoint.pace.begin(estimate)
        reply = await self._called(messages, schema)
        spent = _part(reply, "usage")
        usage = Usage(
            prompt_tokens=_part(spent, "prompt_tokens") or 0,
            completion_tokens=_part(spent, "completion_tokens") or 0,
            calls=1,
        )
        if usage.tokens:
            self._endpoint.pace.correct(usage.tokens - estimate)
        choice = next(iter(_part(reply, "choices") or ()), None)
        if choice is None:
            raise _TryAgainError("the reply holds no choice", usage)
        if _part(choice, "finish_reason") == "content_filter":
            raise ModelError(f"{self.name}: refused by a content filter", usage)
        text = _part(_part(choice, "message"), "content")
        text = _REASONING.sub("", text) if isinstance(text, str) else ""
        if not text.strip():
            raise _TryAgainError("the reply is empty", usage)
        if len(text) > MAX_REPLY:
            raise _TryAgainError(f"the reply has {len(text)} characters, more than {MAX_REPLY}", usage)
        return text, usage

    async def _called(self, messages: Sequence[ChatMessage], schema: type[BaseModel] | None) -> object:
        """What the endpoint sends back, whatever its shape.

        Posted as plain JSON: the typed method of the library walks through all messages, three times the CPU.
        """
        from openai import APIConnectionError, APIResponseValidationError, APIStatusError, APITimeoutError

        options = {"model": self.name, "messages": [message.model_dump() for message in messages], **self._options}
        if schema and self._heeds_schema:
            shape = {"name": schema.__name__, "schema": schema.model_json_schema(), "strict": True}
            options["response_format"] = {"type": "json_schema", "json_schema": shape}
        try:
            async with asyncio.timeout(self._endpoint.timeout):
                return await self._endpoint.client.post("/chat/completions", body=options, cast_to=object)
        except (APITimeoutError, TimeoutError) as error:
            raise _TryAgainError("timed out") from error
        except (APIResponseValidationError, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise _TryAgainError("the reply is not valid JSON") from error
        except APIConnectionError as error:
            raise _TryAgainError(f"no connection: {error.__cause__ or error}") from error
        except APIStatusError as error:
            if error.status_code == 400 and "response_format" in options:
                self._heeds_schema = False
                return await self._called(messages, None)
            problem = f"HTTP {error.status_code}: {_short(error.message)}"
            if error.status_code in _PASSING or error.status_code >= 500:
                raise _TryAgainError(problem, wait=_retry_after(error.response.headers)) from error
            raise ModelError(f"{self.name}: {problem}", _ONE_CALL) from error


_REASONING = re.compile(r"\A\s*<think>.*?(?:</think>\s*|\Z)", re.DOTALL)


def _part(reply: object, name: str) -> Any:
    """A part of a reply that may have any shape; None where it is missing."""
    return reply.get(name) if isinstance(reply, dict) else None


def _short(message: str) -> str:
    return " ".join(message.split())[:200]


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a reply asks to wait (RFC 9110, 10.2.3: a number or a date), None where it does not say."""
    value = headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


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
