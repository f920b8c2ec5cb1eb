"""The run folder: what a run writes while it goes, and how it is read back.

``run.json`` says what ran; ``journal.jsonl`` grows by one line a turn and is the one source of everything else:
``scores.jsonl``, ``scores.csv``, ``summary.json`` and ``report.html`` are made from it and can be made again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from eval.matching import Match, Purpose
from eval.scores import Metric, Score
from sp_sim.errors import InputError, StorageError
from sp_sim.record import Frozen
from sp_sim.transcript import Reading, Role, StopReason, Transcript, Turn, Usage

RUN_SCHEMA = 1


class StartLine(Frozen):
    """A dialogue begins: what the patient says first."""

    type: Literal["start"] = "start"
    case: str
    trial: int
    opening: str


class TurnLine(Frozen):
    """A complete turn. ``credit`` maps fact ids to the points that this turn earned; ``usage`` is by role."""

    type: Literal["turn"] = "turn"
    case: str
    trial: int
    round: int
    doctor: str
    patient: str
    reading: Reading
    credit: Mapping[str, int]
    rejected: str = ""
    seconds: float
    usage: Mapping[Role, Usage]


class EndLine(Frozen):
    """A dialogue ended, and why; ``failure`` is empty unless the reason is ``failed``."""

    type: Literal["end"] = "end"
    case: str
    trial: int
    stop_reason: StopReason
    failure: str = ""


class JudgementLine(Frozen):
    """What a judge said of a conclusion, before the dialogue's end line; ``matches`` None: no valid verdict."""

    type: Literal["judgement"] = "judgement"
    case: str
    trial: int
    purpose: Purpose
    judge: str
    matches: tuple[Match, ...] | None
    usage: Usage


Line = StartLine | TurnLine | JudgementLine | EndLine
_LINE: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="type")])


class ScoreLine(Frozen):
    """The scores of one dialogue, as ``scores.jsonl`` holds them."""

    case: str
    trial: int
    stop_reason: StopReason
    rounds: int
    scores: Mapping[Metric, Score]


class RunInfo(Frozen):
    """What ran, under ``run.json``. ``config`` holds no secret; hashes are SHA-256 of contents."""

    schema_version: int = Field(RUN_SCHEMA, ge=RUN_SCHEMA, le=RUN_SCHEMA)
    status: Literal["running", "done", "interrupted", "stopped"] = "running"
    task: str
    doctor: str
    started: str
    config: Mapping[str, Any]
    cases: tuple[Mapping[str, str], ...]
    hashes: Mapping[str, str]
    versions: Mapping[str, str]


class RunFolder:
    """One run on disk. Lines are written through at once; a full disk or a missing right stops with one line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._journal: Any = None

    @classmethod
    def create(cls, path: Path, info: RunInfo) -> RunFolder:
        """A new run folder. Raises ``InputError`` where the folder already holds a run."""
        if (path / "run.json").exists() or (path / "journal.jsonl").exists():
            raise InputError(f"--out {path}: got a folder that holds a run, expected a new or empty one")
        folder = cls(path)
        try:
            path.mkdir(parents=True, exist_ok=True)
            folder.write_info(info)
            folder._journal = (path / "journal.jsonl").open("a", encoding="utf-8")
        except OSError as error:
            raise StorageError(f"{path}: cannot write the run folder: {error.strerror or error}") from error
        return folder

    def write(self, line: Line) -> None:
        """Appends a line to the journal."""
        try:
            self._journal.write(line.model_dump_json() + "\n")
            self._journal.flush()
        except OSError as error:
            raise StorageError(f"{self.path}: cannot write the journal: {error.strerror or error}") from error

    def close(self) -> None:
        if self._journal is not None:
            try:
                self._journal.close()
            except OSError as error:
                raise StorageError(f"{self.path}: cannot write the journal: {error.strerror or error}") from error

    def write_info(self, info: RunInfo) -> None:
        self.write_text("run.json", info.model_dump_json(indent=2) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Replaces a file of the run folder as a whole."""
        try:
            partial = self.path / f".{name}.part"
            partial.write_text(text, encoding="utf-8")
            os.replace(partial, self.path / name)
        except OSError as error:
            raise StorageError(f"{self.path / name}: cannot write: {error.strerror or error}") from error

    def write_scores(self, lines: Iterable[ScoreLine]) -> None:
        self.write_text("scores.jsonl", "".join(line.model_dump_json() + "\n" for line in lines))


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


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a run's journal. A torn last line is dropped; a broken line before it raises ``InputError``."""
    journal = path / "journal.jsonl"
    try:
        raw = journal.read_bytes().split(b"\n")
    except OSError as error:
        raise InputError(f"{journal}: got {error.strerror}, expected the journal of a run") from error
    for number, line in enumerate(raw[:-1], 1):
        if line.strip():
            try:
                yield _LINE.validate_json(line)
            except ValidationError as error:
                raise InputError(
                    f"{journal}: line {number}: got {error.errors()[0]['msg']}, expected a journal line"
                ) from error


def read_transcripts(path: Path) -> tuple[list[Transcript], int]:
    """The finished dialogues of a run, in the order in which they began, and the number of unfinished ones."""
    starts: dict[tuple[str, int], StartLine] = {}
    turns: dict[tuple[str, int], list[Turn]] = {}
    ends: dict[tuple[str, int], EndLine] = {}
    for line in read_lines(path):
        dialogue = (line.case, line.trial)
        if isinstance(line, StartLine):
            starts[dialogue] = line
        elif isinstance(line, TurnLine):
            turns.setdefault(dialogue, []).append(_turn(line))
        elif isinstance(line, EndLine):
            ends[dialogue] = line
    done = [
        Transcript(
            case=case,
            trial=trial,
            opening=start.opening,
            turns=tuple(turns.get((case, trial), ())),
            stop=ends[case, trial].stop_reason,
            failure=ends[case, trial].failure,
        )
        for (case, trial), start in starts.items()
        if (case, trial) in ends
    ]
    return done, len(starts) - len(done)


def read_judgements(path: Path) -> dict[tuple[str, int], dict[Purpose, JudgementLine]]:
    """What a judge said in a run, by case and trial; empty where there was none."""
    found: dict[tuple[str, int], dict[Purpose, JudgementLine]] = {}
    for line in read_lines(path):
        if isinstance(line, JudgementLine):
            found.setdefault((line.case, line.trial), {})[line.purpose] = line
    return found


def turn_line(case: str, trial: int, turn: Turn, credit: Mapping[str, int]) -> TurnLine:
    """The journal's line for a turn."""
    return TurnLine(case=case, trial=trial, credit=credit, **{name: getattr(turn, name) for name in Turn.model_fields})


def _turn(line: TurnLine) -> Turn:
    return Turn(**{name: getattr(line, name) for name in Turn.model_fields})


def read_scores(path: Path) -> list[ScoreLine]:
    """``scores.jsonl`` of a run folder."""
    try:
        lines = (path / "scores.jsonl").read_text("utf-8").splitlines()
        return [ScoreLine.model_validate_json(line) for line in lines if line]
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
