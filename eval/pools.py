"""Where dialogues are played: in this process, or in several on this machine (``eval.cluster``: on a Ray cluster).

A pool plays a job and hands its journal lines to ``emit``, in order, as they happen. What is written, retried or
stopped is decided by the engine; a pool that loses a worker says so with ``WorkerLostError``, and the job can be given
again from its last line.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from eval.journal import Key, Line
from eval.simulation import Job, Setup, Simulation
from eval.task import Exercise

Emit = Callable[[Line], None]


class WorkerLostError(Exception):
    """The worker that played a job died."""


class Pool(Protocol):
    """Plays jobs, many at once. ``stop``: dialogues end after the turn that they are in, without an end line."""

    async def play(self, job: Job, emit: Emit) -> None: ...

    def stop(self) -> None: ...

    async def close(self) -> None: ...


class InProcess:
    """Plays in this process, on the running event loop."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    async def play(self, job: Job, emit: Emit) -> None:
        await self._simulation.play(job, emit)

    def stop(self) -> None:
        self._simulation.stopping = True

    async def close(self) -> None:
        await self._simulation.close()


@dataclass
class _Worker:
    """A process, the pipe to it, and the jobs that it plays."""

    process: Any
    pipe: Any
    playing: dict[Key, tuple[Emit, asyncio.Future[None]]] = field(default_factory=dict)


class Processes:
    """Plays in so many processes of this machine; one that dies is replaced."""

    def __init__(self, setup: Setup, cases: Sequence[Exercise], workers: int, concurrency: int) -> None:
        self._made_of = (setup.shared_by(workers), tuple(cases), -(-concurrency // workers))
        self._workers = [self._new_worker() for _ in range(workers)]

    def _new_worker(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, *self._made_of), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._listen, args=(worker, loop), daemon=True).start()
        return worker

    async def play(self, job: Job, emit: Emit) -> None:
        worker = min(self._workers, key=lambda worker: len(worker.playing))
        done = asyncio.get_running_loop().create_future()
        worker.playing[job.key] = (emit, done)
        try:
            worker.pipe.send(job)
            await done
        except OSError as error:
            raise WorkerLostError from error
        finally:
            worker.playing.pop(job.key, None)

    def stop(self) -> None:
        for worker in self._workers:
            with suppress(OSError):  # a worker that has just died has nothing to stop
                worker.pipe.send(None)

    async def close(self) -> None:
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.process.terminate()
            worker.process.join()
            worker.pipe.close()

    def _listen(self, worker: _Worker, loop: asyncio.AbstractEventLoop) -> None:
        """Brings what a worker sends to the event loop, from a thread of its own, until the worker is gone."""
        try:
            while True:
                loop.call_soon_threadsafe(self._receive, worker, *worker.pipe.recv())
        except (EOFError, OSError):
            with suppress(RuntimeError):  # the loop is closed: the run is over
                loop.call_soon_threadsafe(self._bury, worker)
        except RuntimeError:
            pass

    def _receive(self, worker: _Worker, key: Key, line: Line | None, error: Exception | None) -> None:
        """A line of a dialogue, or its end (with what broke the worker, if anything did)."""
        if key not in worker.playing:
            return
        emit, done = worker.playing[key]
        try:
            if line is not None:
                emit(line)
                return
        except Exception as raised:
            error = raised
        if not done.done():
            done.set_result(None) if error is None else done.set_exception(error)

    def _bury(self, worker: _Worker) -> None:
        if worker in self._workers:
            self._workers[self._workers.index(worker)] = self._new_worker()
            for _, done in worker.playing.values():
                if not done.done():
                    done.set_exception(WorkerLostError(f"exit code {worker.process.exitcode}"))


def with_threads(concurrency: int) -> None:
    """Gives the running loop threads for what blocks: one for each doctor at once, and for what prepares and scores.

    They hand the interpreter back ten times as soon as by default: the loop must not wait for one that computes.
    """
    sys.setswitchinterval(0.0005)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(concurrency + 4))


def _work(pipe: Any, setup: Setup, cases: Sequence[Exercise], concurrency: int) -> None:
    """The life of a worker: plays every job that comes through the pipe until that is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_serve(pipe, Simulation(setup, cases), concurrency))


async def _serve(pipe: Any, simulation: Simulation, concurrency: int) -> None:
    with_threads(concurrency)
    loop = asyncio.get_running_loop()
    inbox: asyncio.Queue[Job | EOFError | None] = asyncio.Queue()

    def listen() -> None:
        try:
            while True:
                loop.call_soon_threadsafe(inbox.put_nowait, pipe.recv())
        except (EOFError, OSError):
            loop.call_soon_threadsafe(inbox.put_nowait, EOFError())

    async def play(job: Job) -> None:
        error: Exception | None = None
        try:
            await simulation.play(job, lambda line: pipe.send((job.key, line, None)))
        except Exception as raised:
            error = raised
        pipe.send((job.key, None, error))

    threading.Thread(target=listen, daemon=True).start()
    tasks: set[asyncio.Task[None]] = set()
    while not isinstance(job := await inbox.get(), EOFError):
        if job is None:
            simulation.stopping = True
        else:
            task = asyncio.create_task(play(job))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
    os._exit(0)  # the run is over or its process is gone; a doctor that blocks a thread is not waited for
