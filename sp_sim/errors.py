"""The errors of this project, and the findings about a case that they carry.

::

    SimulatorError
    ├── InputError      the user can mend it; one line, exit code 2
    │   └── CaseError   a case or table cannot be used; carries its findings
    ├── ModelError      a model endpoint gave no usable reply; the dialogue counts as failed, never as a score
    └── StorageError    the run folder cannot be written; the run stops, what was written stays readable
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from sp_sim.transcript import Usage


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Finding(BaseModel):
    """One thing that is wrong with a file, in one line: where, what was got, what was expected, what to do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: Level
    code: str
    file: str
    place: str = ""
    got: str
    expected: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.place}" if self.place else self.file
        return f"{where}: got {self.got}; expected {self.expected} [{self.code}]"


class SimulatorError(Exception):
    """Base of every error that this project raises on purpose."""


class InputError(SimulatorError):
    """The user's mistake. The message is one line that says what to do."""


class CaseError(InputError):
    """A case or table file cannot be used. ``findings`` holds everything found in it, the first one is the message."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        more = len(self.findings) - 1
        tail = f" (and {more} more: python -m sp_sim lint {self.findings[0].file})" if more else ""
        super().__init__(f"{self.findings[0]}{tail}")


class ModelError(SimulatorError):
    """A model endpoint gave no usable reply after the retries that make sense. ``usage``: what they cost, if known."""

    def __init__(self, message: str, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.usage = usage


class StorageError(SimulatorError):
    """The run folder cannot be written (full disk, no permission)."""
