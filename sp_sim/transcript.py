"""What was said, how each turn was read, and why the dialogue ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sp_sim.record import Category, Frozen


class Role(StrEnum):
    """Who calls a model."""

    DOCTOR = "doctor"
    READER = "reader"
    PATIENT = "patient"
    JUDGE = "judge"
    EXTRACTOR = "extractor"


class Usage(Frozen):
    """What a part in a dialogue cost: tokens and calls of its model, and seconds from being asked to answering.

    Endpoints that report no tokens leave them 0. Seconds include waits and further tries.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    seconds: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            calls=self.calls + other.calls,
            seconds=round(self.seconds + other.seconds, 4),
        )

    @property
    def tokens(self) -> int:
        """Prompt and completion together."""
        return self.prompt_tokens + self.completion_tokens

    def taking(self, seconds: float) -> Usage:
        """The same, with its seconds."""
        return self.model_copy(update={"seconds": round(seconds, 4)})


class AskKind(StrEnum):
    """How one ask was understood; decides what the patient says and what credit the ask can earn."""

    SPECIFIC = "specific"  # an item on record: gives all its rows
    REPEAT = "repeat"  # as specific, and all of it was told before: no credit
    ABSENT = "absent"  # a recognised thing that is not on record: denied
    RECORD_GROUP = "record_group"  # a group named in the record (上位词): gives all of it
    TERM_GROUP = "term_group"  # a group of the terminology (CT, 验血): gives what is below it, at most 1 point each
    HISTORY = "history"  # a history category as a whole: gives every row of it
    REPORTS = "reports"  # 检查 or 检验 as a whole: asked back which one
    OPEN = "open"  # an open question on symptoms: volunteers the next untold one, at most 1 point
    PERSONAL = "personal"  # age, sex or what the patient wants: answered, no credit
    LEAK = "leak"  # asks for the diagnosis, the script, or to drop the role: refused


LIMITED_CREDIT = frozenset({AskKind.TERM_GROUP, AskKind.OPEN})
NO_CREDIT = frozenset({AskKind.REPEAT, AskKind.ABSENT, AskKind.REPORTS, AskKind.PERSONAL, AskKind.LEAK})


class Ask(Frozen):
    """One thing that a doctor turn asks for: the category, the doctor's words, and the ids of the facts it is on.

    ``confidence`` is 1 for what was recognised by name, else the probability of the meaning that was read (0 to 1).
    """

    category: Category | None
    mention: str
    kind: AskKind
    facts: tuple[str, ...] = ()
    confidence: float = Field(1.0, ge=0, le=1)


class Reading(Frozen):
    """How a doctor turn was understood. A concluding turn asks nothing.

    ``fallback`` is true where a model should have read the turn and the local reader did instead. ``usage`` is what
    reading cost; it is stored with the turn, by role.
    """

    concluding: bool
    asks: tuple[Ask, ...] = ()
    fallback: bool = False
    usage: Usage = Field(Usage(), exclude=True)

    @property
    def facts(self) -> tuple[str, ...]:
        """Ids of the facts that the patient reveals or repeats, in order, each once."""
        return tuple(dict.fromkeys(fact for ask in self.asks for fact in ask.facts))


class Message(Frozen):
    """One visible utterance: all that a doctor is shown of a dialogue is a sequence of these."""

    speaker: Literal["patient", "doctor"]
    text: str


class Utterance(Frozen):
    """What a doctor says next, and what it cost. Characters that no text can hold (lone surrogates) are replaced."""

    text: Annotated[str, AfterValidator(lambda text: text.encode("utf-8", "replace").decode())]
    usage: Usage = Usage()


class Reply(Frozen):
    """What the patient says. ``rejected`` says why a model's rewording was not used; empty where it was, or none."""

    text: str
    rejected: str = ""
    usage: Usage = Usage()


class Turn(Frozen):
    """One round: the doctor's words, how they were read, the patient's reply (empty after a conclusion).

    ``rejected`` is that of the patient's ``Reply``.
    """

    round: int = Field(ge=1)
    doctor: str
    patient: str
    reading: Reading
    rejected: str = ""
    seconds: float = 0.0
    usage: Mapping[Role, Usage] = Field(default_factory=dict)


class StopReason(StrEnum):
    CONCLUDED = "concluded"
    MAX_ROUNDS = "max_rounds"
    DOCTOR_LEFT = "doctor_left"  # a script that ran out, a person who went away
    FAILED = "failed"  # the doctor's endpoint gave no usable reply, or the dialogue took too long


class Transcript(Frozen):
    """A whole dialogue. ``failure`` says what broke where the stop reason is ``failed``, and is empty otherwise.

    ``wasted`` is what the doctor cost after the last complete turn.
    """

    case: str
    trial: int = Field(ge=1)
    opening: str
    turns: tuple[Turn, ...]
    stop: StopReason
    failure: str = ""
    wasted: Usage = Usage()

    @property
    def conclusion(self) -> str | None:
        """The concluding words, or None where the doctor never concluded."""
        return self.turns[-1].doctor if self.stop is StopReason.CONCLUDED else None

    @property
    def usage(self) -> dict[Role, Usage]:
        """What the dialogue cost, by role; the doctor is always among them."""
        total = {Role.DOCTOR: self.wasted}
        for turn in self.turns:
            for role, usage in turn.usage.items():
                total[role] = total.get(role, Usage()) + usage
        return total


def visible(opening: str, turns: Iterable[Turn]) -> tuple[Message, ...]:
    """The dialogue as the doctor may see it."""
    messages = [Message(speaker="patient", text=opening)]
    for turn in turns:
        messages.append(Message(speaker="doctor", text=turn.doctor))
        if turn.patient:
            messages.append(Message(speaker="patient", text=turn.patient))
    return tuple(messages)


def told(turns: Iterable[Turn]) -> frozenset[str]:
    """Ids of the facts that the patient has told so far."""
    return frozenset(fact for turn in turns for fact in turn.reading.facts)
