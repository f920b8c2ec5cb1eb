"""Who plays in a dialogue: the doctor that ``--doctor`` names, and the patient's side of one case."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from agents.intent import LocalRecognizer
from agents.patient import VerbatimPatient
from sp_sim.encoder import CachedEncoder
from sp_sim.errors import InputError
from sp_sim.library import LoadedCase
from sp_sim.model import ChatModel, Endpoint, OpenAIChatModel
from sp_sim.record import Language
from sp_sim.retrieval import RecordIndex
from sp_sim.roles import Doctor, IntentRecognizer, Patient
from sp_sim.terminology import builtin

SPECS = "script:FILE, human, openai:MODEL or python:MODULE:FACTORY"


class Subject(Protocol):
    """What a doctor is measured on: all that a maker of doctors may know of it, but for the oracle's."""

    @property
    def id(self) -> str: ...
    @property
    def language(self) -> Language: ...


Recruit = Callable[[Any, int], Doctor]
"""Makes the doctor of one dialogue: of a ``Subject`` and a trial, from 1 on."""


@dataclass(frozen=True)
class Troupe:
    """The doctors made for one task, by name, and the prompt that a chat model is briefed with.

    ``prompt`` is the stem of ``agents/prompts/STEM.LANGUAGE.md``.
    """

    prompt: str
    made: Mapping[str, Recruit]


def _consulting_baseline(case: Subject, trial: int) -> Doctor:
    from agents.doctors.baseline import BaselineDoctor

    return BaselineDoctor(builtin(), case.language)


def _consulting_oracle(case: LoadedCase, trial: int) -> Doctor:
    from agents.doctors.oracle import OracleDoctor

    return OracleDoctor(case.record)


CONSULTING = Troupe("doctor", {"baseline": _consulting_baseline, "oracle": _consulting_oracle})
"""Doctors for consultations."""


@dataclass(frozen=True)
class Sampling:
    """How a chat model is asked; what is None is left out of the request. Trial n asks with ``seed`` + n - 1."""

    temperature: float | None = 0.0
    max_tokens: int | None = None
    seed: int | None = None


def recruit(spec: str, endpoint: Callable[[], Endpoint], sampling: Sampling, troupe: Troupe = CONSULTING) -> Recruit:
    """The maker of the doctors that ``--doctor`` names, for one task. Raises ``InputError`` for what it cannot make."""
    kind, _, rest = spec.partition(":")
    if spec in troupe.made:
        return troupe.made[spec]
    if kind == "human" and not rest:
        from agents.doctors.scripted import HumanDoctor

        return lambda case, trial: HumanDoctor()
    if kind == "script" and rest:
        from agents.doctors.scripted import ScriptedDoctor, read_script

        scripts = read_script(Path(rest))

        def scripted(case: Subject, trial: int) -> Doctor:
            lines = scripts.get(case.id) or scripts.get("*")
            if not lines:
                raise InputError(f"--doctor {spec}: got no turns for {case.id!r}, expected its id or * in the script")
            return ScriptedDoctor(lines)

        return scripted
    if kind == "openai" and rest:
        from agents.doctors.chat import ChatDoctor, doctor_prompt

        server = endpoint()

        def chatting(case: Subject, trial: int) -> Doctor:
            seed = None if sampling.seed is None else sampling.seed + trial - 1
            model = OpenAIChatModel(rest, server, **vars(replace(sampling, seed=seed)))
            return ChatDoctor(model, doctor_prompt(troupe.prompt, case.language))

        return chatting
    if kind == "python" and rest.count(":") == 1:
        factory = _imported(spec, *rest.split(":"))
        return lambda case, trial: _made(spec, factory)
    raise InputError(f"--doctor: got {spec!r}, expected {', '.join(troupe.made)}, {SPECS}")


def _imported(spec: str, module: str, name: str) -> Callable[[], object]:
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        factory = getattr(importlib.import_module(module), name)
    except (Exception, SystemExit) as error:
        raise InputError(
            f"--doctor {spec}: got {type(error).__name__} {error}, expected an importable MODULE and a FACTORY in it"
        ) from error
    if not callable(factory):
        raise InputError(f"--doctor {spec}: got {name} that is not callable, expected a function without arguments")
    made: Callable[[], object] = factory
    return made


def _made(spec: str, factory: Callable[[], object]) -> Doctor:
    from agents.doctors.scripted import CallableDoctor

    try:
        made = factory()
    except (Exception, SystemExit) as error:
        raise InputError(f"--doctor {spec}: the factory raised {type(error).__name__}: {error}") from error
    reply = getattr(made, "reply", made)
    if not callable(reply):
        raise InputError(f"--doctor {spec}: got {made!r:.60}, expected a callable or an object with a method reply")
    return CallableDoctor(reply)


@dataclass(frozen=True)
class PatientModels:
    """The chat models of the patient's side; None: the local reader, the verbatim patient."""

    reader: ChatModel | None = None
    voice: ChatModel | None = None


def patient_side(
    case: LoadedCase, encoder: CachedEncoder, models: PatientModels | None = None
) -> tuple[IntentRecognizer, Patient]:
    """The recognizer and the patient of a case, made of its ``PatientFacts`` alone."""
    facts = case.record.patient
    index = RecordIndex(facts, case.terminology, encoder)
    patient = VerbatimPatient(facts)
    recognizer: IntentRecognizer = LocalRecognizer(index)
    if models and models.reader:
        from agents.model_reader import ModelRecognizer

        recognizer = ModelRecognizer(models.reader, facts, index)
    if models and models.voice:
        from agents.voice import VoicedPatient

        return recognizer, VoicedPatient(patient, models.voice, facts, case.terminology.lexicon)
    return recognizer, patient


_SIMULATOR_TOKENS = 1024
"""Limit of tokens of one answer of a simulator's model; a reading of a long turn takes about 400."""


def chat_model(option: str, spec: str, endpoint: Callable[[], Endpoint]) -> ChatModel:
    """The model of an option that takes ``llm:MODEL``. Raises ``InputError`` for any other value."""
    kind, _, name = spec.partition(":")
    if kind != "llm" or not name:
        raise InputError(f"{option}: got {spec!r}, expected llm:MODEL")
    return OpenAIChatModel(name, endpoint(), temperature=0.0, max_tokens=_SIMULATOR_TOKENS)
