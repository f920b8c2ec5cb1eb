"""One item: what is asked, and what is right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field

from sp_sim.record import Frozen, Language

LETTERS = "ABCDEFGHIJKLMNOP"
_REFERS = re.compile(
    r"以上|上述|前述|(?<![A-Za-z])[A-H]\s*(?:和|与|及|、|，|,|\+|and|or|或)\s*[A-H](?![A-Za-z])"
    r"|\b(?:all|none|both|any|two|neither) of (?:the )?(?:above|these)\b",
    re.IGNORECASE,
)
"""An option that speaks of other options means something else in another order."""


class Line(Frozen):
    """A line of a recorded consultation."""

    speaker: Literal["doctor", "patient"]
    text: str


class Item(Frozen):
    """A question with options, a question with a free answer, or a recorded consultation.

    ``options`` are their texts in order, ``correct`` and ``alarm`` indexes of them; ``alarm`` are those that raise an
    alarm (empty: no safety item). A free answer is scored against ``answer``, ``key_values`` and ``key_points``, a
    recording (``consultation``) against ``record`` and ``entities``. ``stem`` is shared by the items of a group,
    ``examples`` are solved items to be shown before it.
    """

    id: str = Field(min_length=1)
    path: Path
    line: int
    case_type: str = ""
    department: str = ""
    language: Language
    stem: str = ""
    passage: str = ""
    question: str = ""
    options: tuple[str, ...] = ()
    several: bool = False
    correct: frozenset[int] = frozenset()
    alarm: frozenset[int] = frozenset()
    answer: str = ""
    key_values: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    key_points: tuple[str, ...] = ()
    record: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    entities: tuple[str, ...] = ()
    consultation: tuple[Line, ...] = ()
    examples: tuple[str, ...] = ()

    @cached_property
    def content(self) -> str:
        """The item as text, wherever it was read from."""
        return self.model_dump_json(exclude={"path", "line"})

    @property
    def can_be_shuffled(self) -> bool:
        return bool(self.options) and not any(_REFERS.search(text) for text in (*self.options, self.question))
