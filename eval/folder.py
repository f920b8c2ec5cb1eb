"""The run folder: what a run writes, and how it is read back.

``run.json`` says what ran, ``journal.jsonl`` what happened; ``scores.jsonl``, ``scores.csv``, ``summary.json`` and
``report.html`` are made from the journal and can be made again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from eval.hazards import Flag
from eval.journal import Line
from eval.scores import Metric, Score
from sp_sim.errors import InputError, StorageError
from sp_sim.record import Frozen
from sp_sim.transcript import StopReason

try:
    import fcntl
except ImportError:  # not on Windows, where nobody is kept from resuming one run twice at once
    fcntl = None  # type: ignore[assignment]

RUN_SCHEMA = 1


class ScoreLine(Frozen):
    """The scores of one dialogue, as ``scores.jsonl`` holds them, and apart from them what made it unsafe."""

    case: str
    trial: int
    stop_reason: StopReason
    rounds: int
    scores: Mapping[Metric, Score]
    flags: tuple[Flag, ...] = ()


class RunInfo(Frozen):
    """What ran, under ``run.json``; holds no secret. Hashes are SHA-256 of contents.

    ``config`` decides what is measured and ``execution`` only how it is carried out; ``hashes`` and ``versions`` name
    what the measuring is done with. ``forked`` says from which run, and from which round on. ``forced`` lists what
    differed when the run was resumed all the same. ``stopped_by`` names the budget that was spent.
    """

    schema_version: int = Field(RUN_SCHEMA, ge=RUN_SCHEMA, le=RUN_SCHEMA)
    status: Literal["running", "done", "interrupted", "stopped"] = "running"
    task: str
    doctor: str
    started: str
    seconds: float = 0.0
    config: Mapping[str, Any]
    execution: Mapping[str, Any] = Field(default_factory=dict)
    cases: tuple[Mapping[str, str], ...]
    hashes: Mapping[str, str]
    versions: Mapping[str, str]
    forked: Mapping[str, Any] | None = None
    forced: tuple[str, ...] = ()
    stopped_by: str = ""


class RunFolder:
    """One run on disk. Each line is on disk, whole, before ``write`` returns; a full disk stops with one line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._journal: int | None = None
        self._size = 0

    @classmethod
    def create(cls, path: Path, info: RunInfo, lines: Iterable[Line] = ()) -> RunFolder:
        """A new run folder, its journal begun with ``lines``; there is a run once ``run.json`` stands.

        Raises ``InputError`` where the folder already holds one.
        """
        journal = path / "journal.jsonl"
        if (path / "run.json").exists() or (journal.exists() and journal.stat().st_size):
            raise InputError(
                f"--out {path}: got a folder that holds a run, expected a new or empty one (or --resume {path})"
            )
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{path}: cannot write the run folder: {error.strerror or error}") from error
        folder = cls(path)
        folder._open()
        for line in lines:
            folder.write(line)
        folder.write_info(info)
        return folder

    @classmethod
    def reopen(cls, path: Path) -> RunFolder:
        """The folder of a run that is to go on, without the line that a crash tore.

        Raises ``InputError`` where another process writes it.
        """
        folder = cls(path)
        folder._open()
        return folder

    def _open(self) -> None:
        try:
            self._journal = os.open(self.path / "journal.jsonl", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            if fcntl:
                fcntl.flock(self._journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
            whole = (self.path / "journal.jsonl").read_bytes().rfind(b"\n") + 1
            os.ftruncate(self._journal, whole)
            self._size = whole
        except BlockingIOError as error:
            raise InputError(f"{self.path}: another process is writing this run; wait for it or stop it") from error
        except OSError as error:
            raise StorageError(f"{self.path}: cannot write the journal: {error.strerror or error}") from error

    def write(self, line: Line) -> None:
        """Appends a line to the journal; one that could not be written whole is taken back."""
        data = line.model_dump_json().encode() + b"\n"
        if self._journal is None:
            raise StorageError(f"{self.path}: cannot write the journal: it is closed")
        try:
            written = 0
            while written < len(data):
                written += os.write(self._journal, data[written:])
        except OSError as error:
            os.ftruncate(self._journal, self._size)
            self.close()
            raise StorageError(f"{self.path}: cannot write the journal: {error.strerror or error}") from error
        self._size += len(data)

    def close(self) -> None:
        if self._journal is not None:
            os.close(self._journal)
            self._journal = None

    def write_info(self, info: RunInfo) -> None:
        self.write_text("run.json", [info.model_dump_json(indent=2), "\n"])

    def write_text(self, name: str, parts: Iterable[str]) -> None:
        """Replaces a file of the run folder as a whole."""
        partial = self.path / f".{name}.part"
        try:
            with partial.open("w", encoding="utf-8") as file:
                for part in parts:
                    file.write(part)
            os.replace(partial, self.path / name)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise StorageError(f"{self.path / name}: cannot write: {error.strerror or error}") from error


def is_being_written(path: Path) -> bool:
    """Whether a process is writing this run now; False also where that cannot be known."""
    if fcntl is None:
        return False
    try:
        with (path / "journal.jsonl").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def read_info(path: Path) -> RunInfo:
    """``run.json`` of a run folder. Raises ``InputError`` where there is none or it cannot be read."""
    try:
        return RunInfo.model_validate_json((path / "run.json").read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: got no readable run.json ({error}), expected a run folder") from error
    except ValidationError as error:
        problem = error.errors()[0]
        raise InputError(
            f"{path / 'run.json'}: got {problem['msg']} at {problem['loc']}, expected schema {RUN_SCHEMA}"
        ) from error


def read_scores(path: Path) -> Iterator[ScoreLine]:
    """``scores.jsonl`` of a run folder, line by line."""
    try:
        with (path / "scores.jsonl").open(encoding="utf-8") as file:
            for line in file:
                yield ScoreLine.model_validate_json(line)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: got no readable scores.jsonl ({error}), expected a finished run") from error
    except ValidationError as error:
        raise InputError(
            f"{path / 'scores.jsonl'}: got {error.errors()[0]['msg']}, expected lines of scores"
        ) from error


def read_summary(path: Path) -> dict[str, Any]:
    """``summary.json`` of a run folder."""
    try:
        summary = json.loads((path / "summary.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: got no readable summary.json ({error}), expected a finished run") from error
    if not isinstance(summary, dict) or not {"metrics", "rounds", "tokens", "seconds"} <= set(summary):
        raise InputError(
            f"{path / 'summary.json'}: got other JSON, expected the summary of a run; rescore makes it anew"
        )
    return summary
