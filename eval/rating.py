"""An optional judge of free answers: a chat model rates five dimensions on anchored points, several times.

Its ratings are typed and checked; one that is invalid twice counts for nothing. They are kept in the journal, every
repeat of them, so that a run is scored anew without asking again and the judge's own disagreement is known.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from eval.journal import Key, RatingLine
from eval.judge import PROMPTS
from eval.scores import Evidence, Score, Status
from eval.taxonomy import Fault
from sp_sim.model import ChatMessage, ChatModel, ask_for
from sp_sim.transcript import Usage

DIMENSIONS = ("correctness", "completeness", "reasoning", "safety", "clarity")
_Points = Field(ge=1, le=5)


class _Ratings(BaseModel):
    model_config = ConfigDict(extra="forbid")
    correctness: int = _Points
    completeness: int = _Points
    reasoning: int = _Points
    safety: int = _Points
    clarity: int = _Points
    error: Literal["hallucination", "causal reasoning", "contextual inconsistency", "omission", "none"]


async def rate(
    model: ChatModel, key: Key, question: str, reference: Mapping[str, object], answer: str, repeats: int
) -> RatingLine:
    """The line of the journal with so many ratings of an answer, and what they cost."""
    asked = json.dumps({"question": question, "reference": reference, "answer": answer}, ensure_ascii=False)
    messages = [ChatMessage(role="system", content=_prompt()), ChatMessage(role="user", content=asked)]
    started, spent = time.perf_counter(), Usage()
    found: list[_Ratings | None] = []
    for _ in range(repeats):
        ratings, usage = await ask_for(_Ratings, model, messages)
        spent += usage
        found.append(ratings)
    return RatingLine(
        case=key[0],
        trial=key[1],
        judge=model.name,
        ratings={name: tuple(one and getattr(one, name) for one in found) for name in DIMENSIONS},
        errors=tuple(one.error if one else "" for one in found),
        usage=spent.taking(time.perf_counter() - started),
    )


@cache
def _prompt() -> str:
    return (PROMPTS / "rating.md").read_text("utf-8").strip()


def score_rating(line: RatingLine | None) -> Score:
    """The mean over the dimensions of (rating - 1) ÷ 4, each the mean of its repeats; ``unscored`` without a valid one.

    Details: each dimension from 0 to 1, and ``disagreement``, the mean range of the repeats in points.
    """
    valid = {name: [r for r in line.ratings[name] if r is not None] for name in DIMENSIONS} if line else {}
    if not all(valid.values()) or not valid:
        return Score.without_value(Status.UNSCORED, "the judge gave no valid rating")
    values = {name: (sum(ratings) / len(ratings) - 1) / 4 for name, ratings in valid.items()}
    disagreement = [max(ratings) - min(ratings) for ratings in valid.values()]
    evidence = tuple(
        Evidence(round=1, text="", reason=f"{name}: {', '.join(map(str, ratings))} of 5")
        for name, ratings in valid.items()
    )
    return Score(
        value=sum(values.values()) / len(values),
        status=Status.SCORED,
        evidence=evidence,
        details={**values, "disagreement": sum(disagreement) / len(disagreement)},
    )


def main_error(line: RatingLine) -> Fault | None:
    """The error that most repeats named, the first named of several; None where most named none."""
    counted = Counter(error for error in line.errors if error)
    error = counted.most_common(1)[0][0] if counted else "none"
    return None if error == "none" else Fault(error)
