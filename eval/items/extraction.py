"""Keys and values out of a marked-up free answer: headings, ``key: value`` lines, lists, tables, JSON.

By rules (``extract``), or by a chat model whose words are checked (``extract_with``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from eval.items.families import family
from eval.items.segments import LEADING, values_below, values_of
from eval.judge import PROMPTS
from sp_sim.model import ChatMessage, ChatModel, ask_for
from sp_sim.text import fold
from sp_sim.transcript import Usage

Pairs = dict[str, tuple[str, ...]]


def extract(reply: str) -> Pairs:
    """The keys of a reply and their values, in order; values as they are said, without marks, reasons and verbs.

    A key that comes twice has the values of both. What has no key is left out, so unmarked prose gives nothing.
    """
    data = _json_object(reply)
    found = _of_json(data) if data else _of_lines(reply)
    merged: dict[str, dict[str, None]] = {}
    for key, values in found:
        merged.setdefault(key, {}).update(dict.fromkeys(values))
    return {key: tuple(values) for key, values in merged.items() if values}


class _Pair(BaseModel):
    model_config = ConfigDict(extra="forbid")
    key: str
    values: list[str]


class _Pairs(BaseModel):
    model_config = ConfigDict(extra="forbid")
    pairs: list[_Pair]


async def extract_with(model: ChatModel, reply: str, keys: Sequence[str]) -> tuple[Pairs | None, Usage]:
    """The values that a reply gives for ``keys``, read by a chat model, and what it cost.

    Each value must stand in the reply; None where two tries gave no valid answer.
    """
    messages = [
        ChatMessage(role="system", content=_prompt()),
        ChatMessage(role="user", content=json.dumps({"keys": list(keys), "reply": reply}, ensure_ascii=False)),
    ]
    answer, usage = await ask_for(_Pairs, model, messages, lambda found: _problem(found, keys, reply))
    if answer is None:
        return None, usage
    return {pair.key: tuple(dict.fromkeys(pair.values)) for pair in answer.pairs if pair.values}, usage


@cache
def _prompt() -> str:
    return (PROMPTS / "pairs.md").read_text("utf-8").strip()


def _problem(answer: _Pairs, keys: Sequence[str], reply: str) -> str:
    """What is wrong with pairs of the right shape; empty: nothing."""
    names = [pair.key for pair in answer.pairs]
    if len(set(names)) < len(names) or not set(names) <= set(keys):
        return f"got keys {names}, expected each at most once out of {list(keys)}"
    said = fold(reply)
    for pair in answer.pairs:
        for value in pair.values:
            if not fold(value) or fold(value) not in said:
                return f"{pair.key}: the value {value!r} is not in the reply"
    return ""


_LONGEST_LINE = 2000
"""Characters of a line that are read for keys; the rest of a longer one is left out."""
_HEADING = re.compile(r"^\s*(?P<level>#{1,6})\s*(?P<text>.+?)\s*#*\s*$")
_BRACKETED = re.compile(
    r"^(?:【(?P<a>[^【】]{1,30})】|\[(?P<b>[^\[\]]{1,30})\](?!\()|〖(?P<c>[^〖〗]{1,30})〗)\s*[:：]?\s*(?P<rest>.*)$"
)
_BOLD = re.compile(r"^(?:\*\*|__)(?P<key>[^*_]{1,40}?)\s*[:：]?\s*(?:\*\*|__)\s*(?P<mark>[:：—–-]?)\s*(?P<rest>.*)$")
_COLON = re.compile(r"^(?P<key>[^:：,，。；;!！?？]{1,40}?)\s*(?:(?<!\d)[:：](?!//)|[:：](?!\d))\s*(?P<rest>.*)$")
_INLINE = re.compile(
    r"(?<=[。；;])\s*(?=(?:\*\*)?[一-鿿/]{2,8}(?:\*\*)?[:：])|(?<=\.)\s+(?=[A-Z][A-Za-z/-]*(?: [A-Za-z/-]+){0,3}:\s)"
)
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$")
_ROW = re.compile(r"^\s*\|.*\|\s*$")


def _of_lines(reply: str) -> Iterator[tuple[str, list[str]]]:
    """Keys with values, line by line; lines without a key of their own belong to the key before them."""
    key, depth = "", 0
    lines = reply.replace("\r\n", "\n").split("\n")
    tables = list(_tables(lines))
    for _, _, pairs in tables:
        yield from pairs
    in_table = {i for start, end, _ in tables for i in range(start, end)}
    for number, line in enumerate(lines):
        if number in in_table or not line.strip() or _RULE.match(line) or line.strip().startswith("```"):
            continue
        for part in _INLINE.split(line[:_LONGEST_LINE]):
            found = _keyed(part, key)
            if found is None:
                if key:
                    yield key, values_of(part)
                continue
            name, rest, indent = found
            if key and indent > depth and not family(name):
                yield key, values_below(name, rest)
                continue
            key, depth = name, indent
            yield key, values_of(rest)


def _keyed(line: str, under: str) -> tuple[str, str, int] | None:
    """The key of a line, what follows it, and how deep it stands; None where it has none.

    A line of a list below a key is deeper than the key; a heading is not.
    """
    if match := _HEADING.match(line):
        text = re.sub(r"\*\*|__", "", match["text"])
        text = LEADING.sub("", text)
        key, _, rest = re.sub(r"[【】]", "", text).replace("：", ":").partition(":")
        return (key.strip(), rest, 0) if key.strip() else None
    mark = LEADING.match(line)
    assert mark is not None
    bare = line[mark.end() :].strip()
    listed = 2 if re.search(r"[-*•·●▪◦+]", mark[0]) or mark[0].startswith(("  ", "\t")) else 1 if mark[0].strip() else 0
    if match := _BRACKETED.match(bare):
        return next(filter(None, (match["a"], match["b"], match["c"]))).strip(), match["rest"], 0
    if (match := _BOLD.match(bare)) and _is_key(match["key"]):
        if match["mark"] or re.search(r"[:：]\s*(?:\*\*|__)", bare) or not match["rest"]:
            return match["key"].strip(), match["rest"], listed
        return None
    bare = re.sub(r"\*\*|__", "", bare)
    if (match := _COLON.match(bare)) and _is_key(match["key"]):
        return match["key"].strip(), match["rest"], listed
    if family(bare) and len(bare) <= 20:
        return bare, "", listed if under else 0
    return None


def _is_key(text: str) -> bool:
    """Whether the words before a colon can be a key: few, and no sentence."""
    text = text.strip()
    if re.search(r"[一-鿿]", text):
        return len(text) <= 14 and not re.search(r"^(?:如|若|如果|请|因为|由于)|[是为]$", text)
    return len(text.split()) <= 5 and bool(re.search(r"[A-Za-z]", text))


def _tables(lines: Sequence[str]) -> Iterator[tuple[int, int, list[tuple[str, list[str]]]]]:
    """Tables of Markdown: where each begins and ends, and its keys and values.

    Keys stand in the first column; in the first row where at least two of its cells are known keys.
    """
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _ROW.match(lines[end]):
            end += 1
        rows = [
            [re.sub(r"\*\*|`", "", c).strip() for c in _cells(line)] for line in lines[start:end] if not _is_ruler(line)
        ]
        if rows and max(map(len, rows)) > 1:
            ruled = any(_is_ruler(line) for line in lines[start:end])
            yield start, end, list(_of_table(rows, ruled))
        start = max(end, start + 1)


def _is_ruler(line: str) -> bool:
    """Whether a line of a table is the one below its headings."""
    return "-" in line and set(line.strip()) <= set("|:- ")


def _cells(line: str) -> list[str]:
    cells = line.strip().removeprefix("|").removesuffix("|").split("|")
    return [re.sub(r"\*\*|`", "", cell).strip() for cell in cells]


def _of_table(rows: list[list[str]], ruled: bool) -> Iterator[tuple[str, list[str]]]:
    if len(rows) > 1 and sum(bool(family(cell)) for cell in rows[0]) > 1:
        for row in rows[1:]:
            yield from ((key, values_of(cell)) for key, cell in zip(rows[0], row, strict=False) if key)
        return
    for row in rows[1 if ruled and len(rows) > 1 and not family(rows[0][0]) else 0 :]:
        if row[0]:
            yield row[0], [value for cell in row[1:] for value in values_of(cell.replace("<br>", "\n"))]


def _json_object(reply: str) -> dict[str, Any] | None:
    """The object that a reply is, with or without a code fence or a few words around it."""
    start, end = reply.find("{"), reply.rfind("}")
    if start < 0 or end < start or len(reply) - (end - start) > max(200, (end - start) // 2):
        return None
    try:
        data = json.loads(reply[start : end + 1])
    except (ValueError, RecursionError):
        return None
    while isinstance(data, dict) and len(data) == 1 and isinstance(next(iter(data.values())), dict):
        data = next(iter(data.values()))
    return data if isinstance(data, dict) else None


def _of_json(data: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for key, value in data.items():
        yield str(key), [part for leaf in _leaves(value) for part in values_of(leaf)]


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
