"""Dialogues played on a Ray cluster (extra ``ray``), their lines streamed back to the one journal of the run.

Every node needs this project installed. Cases are sent along, so that no node needs their files.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Sequence
from typing import Any

from eval.journal import Line
from eval.pools import Emit, WorkerLostError, with_threads
from eval.simulation import Job, Setup, Simulation
from eval.task import Exercise
from sp_sim.errors import InputError

_KEYS = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "SP_SIM_API_KEY")


class Cluster:
    """A pool (see ``eval.pools.Pool``) of so many Ray actors; one that dies is replaced.

    ``address``: of a cluster that runs, or ``local`` to start one on this machine.
    """

    def __init__(self, setup: Setup, cases: Sequence[Exercise], workers: int, concurrency: int, address: str) -> None:
        try:
            import ray
        except ImportError as error:
            raise InputError("--ray: needs Ray; install it with pip install '.[ray]'") from error
        self._ray = ray
        here = {name: os.environ[name] for name in _KEYS if name in os.environ}
        try:
            ray.init(
                address=None if address == "local" else address,
                num_cpus=workers if address == "local" else None,
                runtime_env={"env_vars": here},
                include_dashboard=False if address == "local" else None,
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise InputError(f"--ray {address}: got {error}, expected the address of a Ray cluster") from error
        self._made_of = (setup.shared_by(workers), tuple(cases), -(-concurrency // workers))
        self._actors = [self._new_actor() for _ in range(workers)]
        self._playing = [0] * workers

    def _new_actor(self) -> Any:
        return self._ray.remote(_Player).options(max_concurrency=self._made_of[2] + 2).remote(*self._made_of)

    async def play(self, job: Job, emit: Emit) -> None:
        from ray.exceptions import RayActorError, RayTaskError

        i = self._playing.index(min(self._playing))
        actor = self._actors[i]
        self._playing[i] += 1
        try:
            async for line in actor.play.options(num_returns="streaming").remote(job):
                emit(await line)
        except RayActorError as error:
            if self._actors[i] is actor:
                self._actors[i] = self._new_actor()
            raise WorkerLostError from error
        except RayTaskError as error:
            raise error.cause or error from error
        finally:
            self._playing[i] -= 1

    def stop(self) -> None:
        for actor in self._actors:
            actor.stop.remote()

    async def close(self) -> None:
        await asyncio.to_thread(self._ray.shutdown)


class _Player:
    """A Ray actor that plays jobs and yields their lines as they happen."""

    def __init__(self, setup: Setup, cases: Sequence[Exercise], concurrency: int) -> None:
        self._simulation = Simulation(setup, cases)
        self._concurrency = concurrency
        self._ready = False

    async def play(self, job: Job) -> AsyncIterator[Line]:
        if not self._ready:
            with_threads(self._concurrency)
            self._ready = True
        lines: asyncio.Queue[Line | None] = asyncio.Queue()
        playing = asyncio.create_task(self._simulation.play(job, lines.put_nowait))
        playing.add_done_callback(lambda _: lines.put_nowait(None))
        while (line := await lines.get()) is not None:
            yield line
        await playing

    async def stop(self) -> None:
        self._simulation.stopping = True
