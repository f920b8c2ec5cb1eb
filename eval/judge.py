"""An optional judge: a chat model says which reference diagnoses and treatments a conclusion asserts.

Its verdicts are typed and checked: every target judged once, and an assertion quoted word for word from the
conclusion. Two invalid answers leave the metric ``unscored``; they never become a 0. Verdicts are stored in the
journal, so that a run is scored anew without asking again.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from eval.assertion import Purpose, Verdict
from eval.journal import JudgementLine, Key
from eval.matching import Match
from sp_sim.model import ChatMessage, ChatModel, ask_for
from sp_sim.record import CaseRecord, Target
from sp_sim.text import fold
from sp_sim.transcript import Usage

PROMPTS = Path(__file__).resolve().parent / "prompts"


async def judge_targets(
    model: ChatModel | None, key: Key, record: CaseRecord, conclusion: str, done: frozenset[str]
) -> AsyncIterator[JudgementLine]:
    """Asks for the verdicts on the diagnoses and on the treatments of a record that ``done`` does not name yet.

    Without a model nothing is asked.
    """
    reference = record.reference
    wanted: Mapping[Purpose, Sequence[Target]] = {
        Purpose.DIAGNOSIS: reference.diagnoses,
        Purpose.TREATMENT: reference.treatments,
    }
    for purpose, targets in wanted.items():
        if model and targets and purpose not in done:
            started = time.perf_counter()
            matches, usage = await Judge(model).match(conclusion, targets, purpose)
            yield JudgementLine(
                case=key[0],
                trial=key[1],
                purpose=purpose,
                judge=model.name,
                matches=matches,
                usage=usage.taking(time.perf_counter() - started),
            )


class _Judged(BaseModel):
    model_config = ConfigDict(extra="forbid")
    target: str
    verdict: Verdict
    quote: str


class _Verdicts(BaseModel):
    model_config = ConfigDict(extra="forbid")
    verdicts: list[_Judged]


class Judge:
    """Judges conclusions through a chat model."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    async def match(
        self, conclusion: str, targets: Sequence[Target], purpose: Purpose
    ) -> tuple[tuple[Match, ...] | None, Usage]:
        """One match per target, in order, and what they cost; None where the model gave no valid verdicts."""
        wanted = [{"target": target.name, "accepted_names": target.names} for target in targets]
        asked = {"kind": purpose.value, "targets": wanted, "conclusion": conclusion}
        messages = [
            ChatMessage(role="system", content=_prompt()),
            ChatMessage(role="user", content=json.dumps(asked, ensure_ascii=False)),
        ]
        answer, usage = await ask_for(
            _Verdicts, self._model, messages, lambda found: _problem(found, targets, conclusion)
        )
        if answer is None:
            return None, usage
        by_name = {judged.target: judged for judged in answer.verdicts}
        return tuple(_match(by_name[target.name], conclusion) for target in targets), usage


@cache
def _prompt() -> str:
    return (PROMPTS / "judge.md").read_text("utf-8").strip()


def _problem(answer: _Verdicts, targets: Sequence[Target], conclusion: str) -> str:
    """What is wrong with verdicts of the right shape; empty: nothing."""
    names = [judged.target for judged in answer.verdicts]
    if sorted(names) != sorted(target.name for target in targets):
        return f"got verdicts on {names}, expected one on each target"
    for judged in answer.verdicts:
        if judged.verdict is not Verdict.NOT_FOUND and fold(judged.quote) not in fold(conclusion):
            return f"{judged.target}: the quote {judged.quote!r} is not in the conclusion"
        if judged.verdict is not Verdict.NOT_FOUND and not fold(judged.quote):
            return f"{judged.target}: {judged.verdict.value} needs a quote"
    return ""


def _match(judged: _Judged, conclusion: str) -> Match:
    start = conclusion.find(judged.quote) if judged.quote else -1
    span = (start, start + len(judged.quote)) if start >= 0 else None
    found = judged.verdict is not Verdict.NOT_FOUND
    return Match(
        target=judged.target,
        verdict=judged.verdict,
        text=judged.quote if found else "",
        span=span if found else None,
    )
