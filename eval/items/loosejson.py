"""JSON as it is found in the wild: arrays, objects one after another, a comma too many or too few."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_MENDS = 1_000
"""So many commas are put right in one file; more, and it is no JSON."""


@dataclass(frozen=True)
class Found:
    """A value and the line on which it begins."""

    value: Any
    line: int


class UnreadableError(ValueError):
    """What stands at a place that no comma puts right."""

    def __init__(self, problem: str, line: int, column: int) -> None:
        super().__init__(f"{problem} at line {line}, column {column}")
        self.line, self.column = line, column


def read_values(text: str) -> tuple[list[Found], list[str]]:
    """The objects of a text, those in arrays one by one, and what was put right. Raises ``UnreadableError``.

    Only commas are put right: one before a closing bracket is left out, a missing one between two values is put in.
    """
    text, mended = _with_commas(text.removeprefix("\ufeff"))
    found: list[Found] = []
    for value, start in _values(text):
        found += _flat(value, text, start)
    return found, mended


def _values(text: str) -> Iterator[tuple[Any, int]]:
    decoder, position = json.JSONDecoder(), _skip(text, 0)
    while position < len(text):
        value, end = decoder.raw_decode(text, position)
        yield value, position
        position = _skip(text, end)


def _skip(text: str, position: int) -> int:
    """Where the next value begins: after white space, and after a comma between objects of a file."""
    while position < len(text) and text[position] in " \t\r\n,":
        position += 1
    return position


def _flat(value: Any, text: str, start: int) -> list[Found]:
    """The value, or the values of an array, each with its line."""
    if not isinstance(value, list):
        return [Found(value, text.count("\n", 0, start) + 1)]
    decoder, found, position = json.JSONDecoder(), [], _skip(text, start + 1)
    line, counted = text.count("\n", 0, start) + 1, start
    for _ in value:
        line, counted = line + text.count("\n", counted, position), position
        one, position = decoder.raw_decode(text, position)
        found.append(Found(one, line))
        position = _skip(text, position)
    return found


def _with_commas(text: str) -> tuple[str, list[str]]:
    """The text with its commas put right, and what was done, by line and column of the text as it was."""
    mended: list[str] = []
    for _ in range(_MENDS):
        try:
            for _value in _values(text):
                pass
            return text, mended
        except json.JSONDecodeError as error:
            place = error.pos
            line, column = _place(text, place)
            before = text[:place].rstrip()
            if before.endswith(",") and text[place : place + 1] in "]}" and text[place : place + 1]:
                comma = len(before) - 1
                mended.append(f"line {_place(text, comma)[0]}: left out the comma before {text[place]}")
                text = text[:comma] + text[comma + 1 :]
            elif error.msg.startswith("Illegal trailing comma"):
                text = text[:place] + text[place + 1 :]
                mended.append(f"line {line}: left out the comma before a closing bracket")
            elif error.msg.startswith("Expecting ',' delimiter") and text[place : place + 1] in '"{[' and before:
                text = text[:place] + "," + text[place:]
                mended.append(f"line {line}: put in a comma before column {column}")
            else:
                raise UnreadableError(error.msg, line, column) from error
    raise UnreadableError("more than 1,000 misplaced commas", 1, 1)


def _place(text: str, position: int) -> tuple[int, int]:
    """Line and column, from 1 on."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
