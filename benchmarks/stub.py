"""A chat endpoint for measuring the engine: answers after a set time, the same to the same dialogue, with faults on
demand. Speaks just enough HTTP for an OpenAI client; costs about 0.1 ms of CPU a call.

The doctor that it plays asks ``LINES`` in turn and concludes in the last round; which round it is follows from the
number of messages, so a dialogue that is resumed hears what it would have heard.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
from collections import Counter

LINES = (
    "您好，请问您这次主要是哪里不舒服？多久了？",
    "有没有发热、寒战、恶心呕吐？",
    "小便怎么样？有没有尿频、尿急、尿痛？",
    "以前得过什么病？高血压、糖尿病有没有？",
    "做过什么手术吗？平时吃什么药？有没有药物过敏？",
    "我先给您查个体，再开个血常规、尿常规。",
    "做过B超或者CT吗？结果怎么样？",
    "家里人有没有得过类似的病？抽烟喝酒吗？",
    "肾功能、肝功能和凝血查了吗？",
    "根据目前的情况，考虑诊断为泌尿系统感染。治疗方案：抗感染治疗，多饮水，一周后复查。",
)
FAULTS = (
    "429 with retry-after",
    "429",
    "500",
    "502",
    "reset",
    "truncated JSON",
    "empty content",
    "hang",
    "content filter",
    "200 kB",
)


def completion(content: str, reason: str = "stop") -> bytes:
    usage = {"prompt_tokens": 400, "completion_tokens": 40, "total_tokens": 440}
    choice = {"index": 0, "finish_reason": reason, "message": {"role": "assistant", "content": content}}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "stub", "choices": [choice], "usage": usage}
    return json.dumps(body).encode()


class Stub(asyncio.Protocol):
    """One connection; requests on it come one after another."""

    def __init__(
        self, calls: Counter[str], latency: float, fault_rate: float, says: str, chance: random.Random
    ) -> None:
        self.calls, self.latency, self.fault_rate, self.says, self.chance = calls, latency, fault_rate, says, chance

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, blank, rest = self._buffer.partition(b"\r\n\r\n")
        if not blank:
            return
        length = next((int(h[15:]) for h in head.split(b"\r\n") if h[:15].lower() == b"content-length:"), 0)
        if len(rest) >= length:
            self._buffer = rest[length:]
            if head.startswith(b"GET"):
                self._send(200, json.dumps(self.calls).encode())
            else:
                asyncio.get_running_loop().call_later(self.latency, self._answer, rest[:length])

    def _answer(self, body: bytes) -> None:
        rounds = sum(message["role"] == "assistant" for message in json.loads(body)["messages"])
        fault = self.chance.choice(FAULTS) if self.chance.random() < self.fault_rate else ""
        self.calls[fault or "answered"] += 1
        good = completion(self.says or LINES[min(rounds, len(LINES) - 1)])
        if fault == "hang":
            return
        if fault == "reset":
            self._transport.abort()
        elif fault == "429 with retry-after":
            self._send(429, b'{"error": {"message": "slow down"}}', b"retry-after: 0.1\r\n")
        elif fault in ("429", "500", "502"):
            self._send(int(fault), b'{"error": {"message": "out of order"}}')
        elif fault == "truncated JSON":
            self._send(200, good[:-40])
        elif fault == "empty content":
            self._send(200, completion(""))
        elif fault == "content filter":
            self._send(200, completion("", "content_filter"))
        elif fault == "200 kB":
            self._send(200, completion("诊断：感冒。" + "a" * 200_000))
        else:
            self._send(200, good)

    def _send(self, status: int, body: bytes, headers: bytes = b"") -> None:
        head = b"HTTP/1.1 %d x\r\ncontent-type: application/json\r\n%scontent-length: %d\r\n\r\n"
        self._transport.write(head % (status, headers, len(body)) + body)


async def serve(latency: float, fault_rate: float, says: str) -> None:
    shared = (Counter[str](), latency, fault_rate, says, random.Random(1))
    server = await asyncio.get_running_loop().create_server(lambda: Stub(*shared), "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A chat endpoint with set latency and faults; prints its address.")
    parser.add_argument("--latency", type=float, default=0.0, metavar="S")
    parser.add_argument("--fault-rate", type=float, default=0.0, metavar="P")
    parser.add_argument("--says", default="", metavar="TEXT", help="always this, in place of the doctor's lines")
    args = parser.parse_args()
    try:
        asyncio.run(serve(args.latency, args.fault_rate, args.says))
    except KeyboardInterrupt:
        sys.exit(0)
