"""The OpenAI-compatible model against a real HTTP server with faults."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from contextlib import suppress
from email.utils import formatdate

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from sp_sim.errors import InputError, ModelError
from sp_sim.model import ChatMessage, Endpoint, OpenAIChatModel, ScriptedChatModel

ASK = [ChatMessage(role="user", content="你好")]
GOOD = {
    "id": "1", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "哪里不舒服？"}}],
    "usage": {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16},
}  # fmt: skip
PATH = "/v1/chat/completions"


def with_content(content: object, reason: str = "stop") -> str:
    return json.dumps(
        GOOD
        | {"choices": [{"index": 0, "finish_reason": reason, "message": {"role": "assistant", "content": content}}]}
    )


class Faults:
    """Answers with the given replies in turn, the last one for ever, and counts the calls."""

    def __init__(self, *replies: Response) -> None:
        self.replies = list(replies)
        self.calls = 0

    def __call__(self, request: Request) -> Response:
        self.calls += 1
        return self.replies[min(self.calls, len(self.replies)) - 1]


def ok() -> Response:
    return Response(json.dumps(GOOD), content_type="application/json")


def status(code: int, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps({"error": {"message": "no"}}), code, headers, content_type="application/json")


def body(text: str) -> Response:
    return Response(text, content_type="application/json")


def model(httpserver: HTTPServer, faults: Faults, monkeypatch: pytest.MonkeyPatch, retries: int = 2) -> OpenAIChatModel:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    httpserver.expect_request(PATH).respond_with_handler(faults)
    return OpenAIChatModel("m", Endpoint(base_url=httpserver.url_for("/v1"), timeout=20, max_retries=retries))


async def test_a_reply_with_its_usage(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    completion = await model(httpserver, Faults(ok()), monkeypatch).complete(ASK)
    assert completion.text == "哪里不舒服？"
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens, completion.usage.calls) == (11, 5, 1)


@pytest.mark.parametrize(
    "fault",
    [
        status(429, {"retry-after": "0"}), status(500), status(502), status(503), body("{ not json"), body('{"choices": []}'),
        body(with_content("")), body(with_content(None)), body("[]"),
    ],
    ids=["429", "500", "502", "503", "invalid json", "no choice", "empty", "null", "other json"],
)  # fmt: skip
async def test_what_may_pass_is_tried_again(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, fault: Response
) -> None:
    faults = Faults(fault, ok())
    completion = await model(httpserver, faults, monkeypatch).complete(ASK)
    assert completion.text == "哪里不舒服？"
    assert faults.calls == 2


@pytest.mark.parametrize(
    ("fault", "calls", "reason"),
    [
        (status(401), 1, "HTTP 401"),
        (status(404), 1, "HTTP 404"),
        (status(400), 1, "HTTP 400"),
        (status(429, {"retry-after": "0"}), 2, "HTTP 429"),
        (status(500), 2, "HTTP 500"),
        (body('{"choices": []}'), 2, "no choice"),
        (body("{ not json"), 2, "not valid JSON"),
        (body(with_content("")), 2, "empty"),
        (body(with_content("", "content_filter")), 1, "content filter"),
    ],
)
async def test_what_stays_is_a_model_error(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, fault: Response, calls: int, reason: str
) -> None:
    faults = Faults(fault)
    with pytest.raises(ModelError, match=reason):
        await model(httpserver, faults, monkeypatch, retries=1).complete(ASK)
    assert faults.calls == calls


async def test_a_refused_connection_is_a_model_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelError, match="no connection"):
        await OpenAIChatModel("m", Endpoint(base_url=url, max_retries=0)).complete(ASK)


async def test_a_hanging_endpoint_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with pytest.raises(ModelError, match="timed out"):
            await OpenAIChatModel("m", Endpoint(base_url=url, timeout=0.2, max_retries=0)).complete(ASK)


async def test_what_a_failed_call_cost_is_told(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError) as raised:
        await model(httpserver, Faults(body(with_content(""))), monkeypatch, retries=1).complete(ASK)
    assert raised.value.usage is not None
    assert (raised.value.usage.calls, raised.value.usage.prompt_tokens) == (2, 22)


async def test_a_reply_of_absurd_length_is_no_reply(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = Faults(body(with_content("诊断：感冒。" + "a" * 200_000)), ok())
    assert (await model(httpserver, faults, monkeypatch).complete(ASK)).text == "哪里不舒服？"
    assert faults.calls == 2


async def test_reasoning_before_a_reply_is_left_out(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = Faults(
        body(with_content("<think>\n先问病史\n</think>\n\n多久了？")), body(with_content("<think>没有说完")), ok()
    )
    asked = model(httpserver, faults, monkeypatch)
    assert (await asked.complete(ASK)).text == "多久了？"
    assert (await asked.complete(ASK)).text == "哪里不舒服？"


@pytest.mark.parametrize("asks", ["0.3", "date"])
async def test_retry_after_is_honoured(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, asks: str) -> None:
    when = formatdate(time.time() + 2, usegmt=True) if asks == "date" else asks
    started = time.monotonic()
    await model(httpserver, Faults(status(429, {"retry-after": when}), ok()), monkeypatch).complete(ASK)
    assert time.monotonic() - started >= 0.29


async def test_an_endpoint_that_asks_to_wait_for_hours_fails(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = Faults(status(429, {"retry-after": "7200"}), ok())
    with pytest.raises(ModelError, match="asks to wait 7200 s"):
        await model(httpserver, faults, monkeypatch).complete(ASK)


async def test_a_reply_that_drips_for_ever_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    dripping = True

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n")
        with suppress(ConnectionError):
            while dripping:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.transport.abort()

    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    with pytest.raises(ModelError, match="timed out"):
        await OpenAIChatModel("m", Endpoint(base_url=url, timeout=0.4, max_retries=0)).complete(ASK)
    dripping = False
    server.close()
    await server.wait_closed()
    await asyncio.sleep(0.2)


def test_without_key_and_url_the_user_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(InputError, match="OPENAI_API_KEY"):
        Endpoint()


async def test_a_scripted_model_runs_out() -> None:
    scripted = ScriptedChatModel(["a", ValueError("b")])
    assert (await scripted.complete(ASK)).text == "a"
    with pytest.raises(ValueError, match="b"):
        await scripted.complete(ASK)
    with pytest.raises(ModelError, match="run out"):
        await scripted.complete(ASK)
