"""The journal of a run: a line for each thing that happened, and the dialogues that the lines tell of.

``journal.jsonl`` grows by one line a turn and is the one source of everything else. A line counts once it is whole:
one that a crash tore is no line. Reading is idempotent: a start line begins its dialogue anew, a turn takes the place
of the turn of its round and of all that came after, so a dialogue that was continued or repeated has one reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from eval.assertion import Purpose
from eval.matching import Match
from eval.taxonomy import Fault
from sp_sim.errors import InputError
from sp_sim.record import Frozen
from sp_sim.transcript import Reading, Role, StopReason, Transcript, Turn, Usage

Key = tuple[str, int]
"""A dialogue: its case and its trial, from 1 on."""


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
    """A dialogue ended, and why; ``failure`` is empty unless the reason is ``failed``.

    ``wasted`` is what the doctor cost after the last complete turn.
    """

    type: Literal["end"] = "end"
    case: str
    trial: int
    stop_reason: StopReason
    failure: str = ""
    wasted: Usage = Usage()


class JudgementLine(Frozen):
    """What a judge said of a conclusion, before the dialogue's end line; ``matches`` None: no valid verdict."""

    type: Literal["judgement"] = "judgement"
    case: str
    trial: int
    purpose: Purpose
    judge: str
    matches: tuple[Match, ...] | None
    usage: Usage


class RatingLine(Frozen):
    """What a judge gave an answer, before the dialogue's end line: by dimension a rating (1 to 5) a repeat.

    ``errors``: the main error that each repeat named. A repeat that was not valid has None and an empty text.
    """

    type: Literal["rating"] = "rating"
    case: str
    trial: int
    judge: str
    ratings: Mapping[str, tuple[int | None, ...]]
    errors: tuple[str, ...]
    usage: Usage


class ExtractionLine(Frozen):
    """What a model extracted from an answer, before the dialogue's end line; ``values`` None: nothing valid."""

    type: Literal["extraction"] = "extraction"
    case: str
    trial: int
    extractor: str
    values: Mapping[str, tuple[str, ...]] | None
    usage: Usage


class FaultLine(Frozen):
    """Why points were lost, before the dialogue's end line, by lost point; ``faults`` None: no valid labels."""

    type: Literal["faults"] = "faults"
    case: str
    trial: int
    judge: str
    faults: Mapping[str, Fault] | None
    usage: Usage


JudgeLine = JudgementLine | RatingLine | ExtractionLine | FaultLine
Line = StartLine | TurnLine | JudgementLine | RatingLine | ExtractionLine | FaultLine | EndLine
_LINE: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="type")])


def asked_of_judge(line: JudgeLine) -> str:
    """What a line of the judge answers: the purpose of a judgement, ``rating``, ``extraction`` or ``faults``."""
    return line.purpose.value if isinstance(line, JudgementLine) else line.type


def is_invalid(line: JudgeLine) -> bool:
    """Whether the judge gave nothing valid."""
    if isinstance(line, JudgementLine):
        return line.matches is None
    if isinstance(line, ExtractionLine):
        return line.values is None
    if isinstance(line, FaultLine):
        return line.faults is None
    return all(rating is None for repeats in line.ratings.values() for rating in repeats)


def usage_of(line: Line) -> Mapping[Role, Usage]:
    """What a line says was spent, by role."""
    if isinstance(line, TurnLine):
        return line.usage
    if isinstance(line, JudgeLine):
        return {Role.EXTRACTOR if isinstance(line, ExtractionLine) else Role.JUDGE: line.usage}
    return {Role.DOCTOR: line.wasted} if isinstance(line, EndLine) else {}


def turn_line(key: Key, turn: Turn, credit: Mapping[str, int]) -> TurnLine:
    """The journal's line for a turn."""
    told = {name: getattr(turn, name) for name in Turn.model_fields}
    return TurnLine(case=key[0], trial=key[1], credit=credit, **told)


def turn_of(line: TurnLine) -> Turn:
    """The turn that a line tells of."""
    return Turn(**{name: getattr(line, name) for name in Turn.model_fields})


def transcript_of(end: EndLine, opening: str, turns: Sequence[Turn]) -> Transcript:
    """The dialogue that a line ends."""
    return Transcript(
        case=end.case,
        trial=end.trial,
        opening=opening,
        turns=tuple(turns),
        stop=end.stop_reason,
        failure=end.failure,
        wasted=end.wasted,
    )


def read_lines(path: Path) -> Iterator[Line]:
    """The whole lines of a run's journal, in order. Raises ``InputError`` for one that is none."""
    for _, line in _read(path):
        yield line


def _read(path: Path) -> Iterator[tuple[int, Line]]:
    """Lines with the byte at which each begins."""
    journal = path / "journal.jsonl"
    offset = 0
    try:
        with journal.open("rb") as file:
            for number, raw in enumerate(file, 1):
                if not raw.endswith(b"\n"):
                    return
                if raw.strip():
                    yield offset, _parsed(raw, f"{journal}: line {number}")
                offset += len(raw)
    except OSError as error:
        raise InputError(f"{journal}: got {error.strerror}, expected the journal of a run") from error


def _parsed(raw: bytes, place: str) -> Line:
    try:
        return _LINE.validate_json(raw)
    except ValidationError as error:
        raise InputError(f"{place}: got {error.errors()[0]['msg']}, expected a journal line") from error


@dataclass
class _Entry:
    """Where the lines of a dialogue begin in the journal."""

    start: int
    turns: list[int] = field(default_factory=list)
    judged: dict[str, int] = field(default_factory=dict)
    end: int | None = None
    stop: StopReason | None = None


class Journal:
    """The dialogues of a run, in the order in which they began, each read from disk when it is asked for.

    ``spent`` is all that was spent, also on what was repeated, by role. Raises ``InputError`` for a broken line.
    """

    def __init__(self, path: Path) -> None:
        self._path = path / "journal.jsonl"
        self._entries: dict[Key, _Entry] = {}
        self.spent: dict[Role, Usage] = {Role.DOCTOR: Usage()}
        for offset, line in _read(path):
            self._note(offset, line)
            for role, usage in usage_of(line).items():
                self.spent[role] = self.spent.get(role, Usage()) + usage

    def _note(self, offset: int, line: Line) -> None:
        key = (line.case, line.trial)
        if isinstance(line, StartLine):
            self._entries[key] = _Entry(offset)
            return
        if key not in self._entries:
            raise InputError(f"{self._path}: got a {line.type} of {key[0]!r}, trial {key[1]}, expected its start first")
        entry = self._entries[key]
        if isinstance(line, TurnLine):
            entry.turns[line.round - 1 :] = [offset]
            entry.judged, entry.end, entry.stop = {}, None, None
        elif isinstance(line, JudgeLine):
            entry.judged[asked_of_judge(line)] = offset
        else:
            entry.end, entry.stop = offset, line.stop_reason

    def __iter__(self) -> Iterator[Key]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def stop(self, key: Key) -> StopReason | None:
        """Why a dialogue ended; None where it has not, or never began."""
        entry = self._entries.get(key)
        return entry.stop if entry else None

    def ended(self) -> list[Key]:
        """The dialogues that ended."""
        return [key for key, entry in self._entries.items() if entry.end is not None]

    def turns(self, key: Key) -> tuple[Turn, ...]:
        """The complete turns of a dialogue; none where it never began."""
        return tuple(turn_of(line) for line in self.turn_lines(key))

    def turn_lines(self, key: Key) -> list[TurnLine]:
        """The same as they stand in the journal, with their credit."""
        entry = self._entries.get(key)
        return self._lines(entry.turns) if entry else []

    def judged(self, key: Key) -> dict[str, JudgeLine]:
        """What a judge said of the conclusion of a dialogue, by what it was asked."""
        entry = self._entries.get(key)
        return {asked_of_judge(line): line for line in self._lines(entry.judged.values())} if entry else {}

    def transcript(self, key: Key) -> Transcript:
        """A dialogue that ended."""
        entry = self._entries[key]
        start, end = self._lines([entry.start, entry.end])
        return transcript_of(end, start.opening, self.turns(key))

    def _lines(self, offsets: Any) -> list[Any]:
        if not offsets:
            return []
        with self._path.open("rb") as file:
            lines = []
            for offset in offsets:
                file.seek(offset)
                lines.append(_parsed(file.readline(), str(self._path)))
            return lines
