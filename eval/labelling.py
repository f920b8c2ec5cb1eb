"""An optional judge of errors: a chat model says why points were lost where no rule can tell.

Its labels are typed and checked, one for each lost point; an invalid answer leaves the points ``unlabelled``. They
change no score. They stand in the journal, so that a run is scored anew without asking again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from eval.journal import FaultLine, JudgeLine, Key
from eval.judge import PROMPTS
from eval.task import Exercise, Task
from eval.taxonomy import Fault, lost_point, unlabelled
from sp_sim.model import ChatMessage, ChatModel, ask_for
from sp_sim.transcript import Transcript


class _Label(BaseModel):
    model_config = ConfigDict(extra="forbid")
    point: int
    error: Literal["hallucination", "causal reasoning", "contextual inconsistency", "omission", "none"]


class _Labels(BaseModel):
    model_config = ConfigDict(extra="forbid")
    labels: list[_Label]


def unexplained(
    task: Task, exercise: Exercise, transcript: Transcript, judged: Mapping[str, JudgeLine]
) -> tuple[str, ...]:
    """The lost points of a dialogue that no rule labels, as its evidence names them."""
    scores = task.score(exercise, transcript, judged)
    faults = task.faults(exercise, transcript, scores, judged)
    return tuple(lost_point(metric, piece) for metric, piece in unlabelled(scores, faults))


async def label(model: ChatModel, key: Key, transcript: Transcript, lost: Sequence[str]) -> FaultLine:
    """The line of the journal with a label for each lost point, and what that cost."""
    *before, last = transcript.turns
    asked = {
        "told": [transcript.opening, *(f"{turn.doctor} — {turn.patient}" for turn in before)],
        "answer": last.doctor,
        "lost_points": [{"point": number, "lost": what} for number, what in enumerate(lost, 1)],
    }
    messages = [
        ChatMessage(role="system", content=_prompt()),
        ChatMessage(role="user", content=json.dumps(asked, ensure_ascii=False)),
    ]
    started = time.perf_counter()
    answer, usage = await ask_for(_Labels, model, messages, lambda found: _problem(found, len(lost)))
    named = {one.point: one.error for one in answer.labels} if answer else {}
    return FaultLine(
        case=key[0],
        trial=key[1],
        judge=model.name,
        faults={
            what: Fault.UNLABELLED if named[number] == "none" else Fault(named[number])
            for number, what in enumerate(lost, 1)
        }
        if answer
        else None,
        usage=usage.taking(time.perf_counter() - started),
    )


def _problem(answer: _Labels, points: int) -> str:
    """What is wrong with labels of the right shape; empty: nothing."""
    numbers = sorted(one.point for one in answer.labels)
    return "" if numbers == [*range(1, points + 1)] else f"got labels of points {numbers}, expected one of each"


@cache
def _prompt() -> str:
    return (PROMPTS / "labelling.md").read_text("utf-8").strip()
