"""The run engine: many dialogues at once, each turn on disk before the next begins; resume, fork, budgets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from eval.finish import finish, score
from eval.folder import RunFolder, RunInfo, ScoreLine, read_info
from eval.identity import cases_of, config_of, differences, execution_of, hashes_of, versions
from eval.journal import (
    EndLine,
    Journal,
    JudgeLine,
    Key,
    Line,
    StartLine,
    TurnLine,
    asked_of_judge,
    transcript_of,
    turn_of,
)
from eval.meter import Budget, Meter, Price
from eval.pools import InProcess, Pool, Processes, WorkerLostError, with_threads
from eval.simulation import Job, Setup, Simulation
from eval.task import Exercise, Task, task_of
from sp_sim.errors import InputError, StorageError
from sp_sim.transcript import StopReason, Transcript

_LIVES = 3
"""How often a dialogue may lose its worker before it counts as failed."""
_BETWEEN_STARTS = 0.006
"""Seconds; about what a turn takes of the CPU. Dialogues that begin as one go on in step and wait for each other."""


@dataclass(frozen=True)
class Plan:
    """What is to be run, and how. ``ray`` is the address of a cluster, or ``local`` to start one on this machine."""

    setup: Setup
    cases: Sequence[Exercise]
    trials: int = 1
    concurrency: int = 8
    workers: int = 1
    ray: str | None = None
    prices: dict[str, Price] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    def __post_init__(self) -> None:
        self.budget.check(self.setup.models, self.prices)

    @cached_property
    def task(self) -> Task:
        return task_of(self.setup)

    @property
    def keys(self) -> list[Key]:
        """Every dialogue, in all ways in which its exercise is put: all of the first trial, then of the second."""
        trials = {case.id: self.trials * self.task.presentations(case) for case in self.cases}
        rounds = range(1, max(trials.values(), default=0) + 1)
        return [(name, trial) for trial in rounds for name in trials if trial <= trials[name]]


Watch = Callable[[Line, Meter], None]
"""Told of each line once it is on disk, and of the state of the run."""


def new_run(plan: Plan, out: Path) -> Engine:
    """A run of the plan in a new run folder. Raises ``StorageError`` where that cannot be written."""
    simulation = Simulation(plan.setup, plan.cases)
    info = describe(plan, simulation)
    return Engine(plan, simulation, RunFolder.create(out, info), info, [Job(key) for key in plan.keys])


def resumed(plan: Plan, path: Path, *, retry_failed: bool, force: bool) -> Engine:
    """A run that goes on: each unfinished dialogue from its last complete turn, and dialogues that never began.

    With ``retry_failed`` those that failed go on likewise. Raises ``InputError`` where the plan is not that of the
    run and ``force`` is not given; with it the differences are recorded.
    """
    folder, old = RunFolder.reopen(path), read_info(path)
    simulation = Simulation(plan.setup, plan.cases)
    info = describe(plan, simulation)
    found = differences(old, info.model_copy(update={"forked": old.forked}))
    if found and not force:
        raise InputError(
            f"--resume {path}: got a run that differs ({'; '.join(found)}), expected the same one; "
            "--force resumes all the same and records it"
        )
    kept = {"started": old.started, "seconds": old.seconds, "forked": old.forked}
    info = info.model_copy(update=kept | {"forced": (*old.forced, *found)})
    journal = Journal(path)
    again = {None, StopReason.FAILED} if retry_failed else {None}
    begun = set(journal)
    keys = [key for key in plan.keys if not old.forked or key in begun]
    jobs = [
        Job(key, journal.turns(key) if key in begun else None, journal.judged(key))
        for key in keys
        if journal.stop(key) in again
    ]
    folder.write_info(info)
    engine = Engine(plan, simulation, folder, info, jobs, ended_before=len(keys) - len(jobs))
    engine.meter.spent = journal.spent
    return engine


def forked(plan: Plan, source: Path, at: int, out: Path) -> Engine:
    """A new run in which the plan's doctor takes over every dialogue of another run from round ``at`` on.

    Dialogues that ended before that round are left out. Turns that are taken over cost this run nothing.
    """
    simulation = Simulation(plan.setup, plan.cases)
    journal = Journal(source)
    known = {case.id: case for case in plan.cases}
    kept: dict[Key, list[TurnLine]] = {}
    for key in journal:
        turns = journal.turn_lines(key)[: at - 1]
        if len(turns) == at - 1 and key[0] in known and not (turns and turns[-1].reading.concluding):
            kept[key] = turns
    if not kept:
        raise InputError(
            f"--fork {source} --at {at}: got no dialogue that reaches round {at}, expected an earlier round"
        )
    origin = {"run": str(source), "at": at, "dialogues": len(kept), "left_out": len(journal) - len(kept)}
    info = describe(plan, simulation).model_copy(update={"forked": origin})
    begun: list[Line] = []
    for (case_id, trial), lines in kept.items():
        begun.append(StartLine(case=case_id, trial=trial, opening=plan.task.opening(known[case_id], trial)))
        begun += (line.model_copy(update={"usage": {}, "seconds": 0.0}) for line in lines)
    folder = RunFolder.create(out, info, begun)
    jobs = [Job(key, tuple(turn_of(line) for line in lines)) for key, lines in kept.items()]
    return Engine(plan, simulation, folder, info, jobs)


def describe(plan: Plan, simulation: Simulation) -> RunInfo:
    """The identity of a run, and how it is carried out."""
    return RunInfo(
        task=plan.setup.task,
        doctor=plan.setup.doctor,
        started=datetime.now().astimezone().isoformat(timespec="seconds"),
        config=config_of(plan.setup, simulation.encoder),
        execution=execution_of(plan.setup)
        | {
            "trials": plan.trials,
            "concurrency": plan.concurrency,
            "workers": plan.workers,
            "ray": plan.ray,
            "prices": {model: [price.input, price.output] for model, price in plan.prices.items()},
            **plan.budget.model_dump(),
        },
        cases=cases_of(plan.cases),
        hashes=hashes_of(plan.setup.doctor),
        versions=versions(),
    )


class Engine:
    """A run that is ready to go: carries out its jobs, and makes the scores of the whole run."""

    def __init__(
        self,
        plan: Plan,
        simulation: Simulation,
        folder: RunFolder,
        info: RunInfo,
        jobs: Sequence[Job],
        ended_before: int = 0,
    ) -> None:
        self._plan = plan
        self._simulation = simulation
        self._folder = folder
        self._info = info
        self._jobs = jobs
        self._ended_before = ended_before
        self._watch: Watch = lambda line, meter: None
        self._by_id = {case.id: case for case in plan.cases}
        self._scored: dict[Key, ScoreLine] = {}
        self._to_score: asyncio.Queue[tuple[Key, Transcript] | None] = asyncio.Queue(plan.concurrency)
        self.stopped_by = ""
        self.meter = Meter(plan.setup.models, plan.prices)
        self.meter.ended = ended_before

    @property
    def total(self) -> int:
        """The dialogues of the whole run, those that ended before included."""
        return self._ended_before + len(self._jobs)

    def run(self, watch: Watch) -> dict[str, Any]:
        """Plays the jobs and returns the summary of the run.

        Ctrl-C ends it, a spent budget stops it (``stopped_by``); what was finished is scored, the folder says so, and
        the run can be resumed. Raises ``StorageError`` where the folder can no longer be written.
        """
        self._watch = watch
        started = time.perf_counter()

        def end(status: str) -> dict[str, Any]:
            self._folder.close()
            seconds = round(self._info.seconds + time.perf_counter() - started, 3)
            told = {"status": status, "seconds": seconds, "stopped_by": self.stopped_by}
            return finish(self._folder, self._info.model_copy(update=told), self._plan.cases, self._scored)

        try:
            asyncio.run(self._play_all())
        except KeyboardInterrupt:
            end("interrupted")
            raise
        except BaseExceptionGroup as group:
            with suppress(StorageError):
                end("stopped")
            raise _first(group) from group
        if self.meter.ended == self.total:
            self.stopped_by = ""  # spent with the last dialogue
        return end("stopped" if self.stopped_by else "done")

    async def _play_all(self) -> None:
        with_threads(self._plan.concurrency)
        pool = self._pool()
        waiting = iter(self._jobs)
        try:
            self._stop_where_spent(pool)
            async with asyncio.TaskGroup() as scoring:
                scoring.create_task(self._score_all())
                async with asyncio.TaskGroup() as group:
                    for _ in range(min(self._plan.concurrency, len(self._jobs))):
                        group.create_task(self._play_from(waiting, pool))
                        await asyncio.sleep(_BETWEEN_STARTS)
                await self._to_score.put(None)
        finally:
            await pool.close()

    def _pool(self) -> Pool:
        plan = self._plan
        if plan.ray is not None:
            from eval.cluster import Cluster

            return Cluster(plan.setup, plan.cases, plan.workers, plan.concurrency, plan.ray)
        if plan.workers > 1:
            return Processes(plan.setup, plan.cases, plan.workers, plan.concurrency)
        return InProcess(self._simulation)

    async def _score_all(self) -> None:
        """Scores one dialogue after another as they end, while others wait for their doctors."""
        while ended := await self._to_score.get():
            key, transcript = ended
            case = self._by_id[key[0]]
            self._scored[key] = await asyncio.to_thread(score, self._plan.task, case, transcript, {})

    async def _play_from(self, waiting: Iterator[Job], pool: Pool) -> None:
        for job in waiting:
            if self.stopped_by:
                return
            await self._play(job, pool)

    async def _play(self, job: Job, pool: Pool) -> None:
        """Plays a dialogue to its end and has it scored; where its worker dies, on from its last complete turn."""
        key, case = job.key, self._by_id[job.key[0]]
        turns, judged, begun = list(job.turns or ()), dict(job.judged), job.turns is not None
        ended: Transcript | None = None

        def emit(line: Line) -> None:
            self._folder.write(line)
            nonlocal begun, ended
            begun = True
            if isinstance(line, TurnLine):
                turns.append(turn_of(line))
            elif isinstance(line, JudgeLine):
                judged[asked_of_judge(line)] = line
            elif isinstance(line, EndLine):
                ended = transcript_of(line, self._plan.task.opening(case, key[1]), turns)
            self.meter.add(line)
            self._watch(line, self.meter)
            self._stop_where_spent(pool)

        for _ in range(_LIVES):
            try:
                await pool.play(job, emit)
                if ended and not judged:  # what was judged is quickly scored when all have ended
                    await self._to_score.put((key, ended))
                return
            except WorkerLostError:
                job = Job(key, tuple(turns) if begun else None, dict(judged))
        failure = f"the worker that played it died {_LIVES} times"
        emit(EndLine(case=key[0], trial=key[1], stop_reason=StopReason.FAILED, failure=failure))

    def _stop_where_spent(self, pool: Pool) -> None:
        if not self.stopped_by and (spent := self._plan.budget.spent(self.meter)):
            self.stopped_by = spent
            pool.stop()


def _first(error: BaseException) -> BaseException:
    """The first error of a group of errors."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
