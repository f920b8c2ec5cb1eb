"""The runs of a folder as the page addresses them, and what is hidden of them from who judges blinded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.finish import dialogues, task_of_run
from eval.folder import RunInfo, read_info, read_summary
from eval.journal import Key
from eval.task import Exercise
from sp_sim.errors import InputError

HIDDEN = "█████"
"""What stands for the name of a model in the words of a dialogue that is judged blinded."""


def key_of(run: Path) -> str:
    """The address of a run: a hash of its folder's name, which may tell the model."""
    return hashlib.sha256(run.name.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Shelved:
    """A run folder as the list of runs shows it; ``summary`` is None until it is finished."""

    path: Path
    info: RunInfo
    summary: Mapping[str, Any] | None

    @property
    def key(self) -> str:
        return key_of(self.path)


class Shelf:
    """The runs of one folder, looked up anew at each call. ``cases`` stand in for files that are no longer there."""

    def __init__(self, folder: Path, cases: Mapping[str, Exercise]) -> None:
        self.folder = folder
        self._cases = cases

    def paths(self) -> dict[str, Path]:
        """All run folders by address, by name."""
        return {key_of(path): path for path in sorted(path.parent for path in self.folder.glob("*/run.json"))}

    def all(self) -> tuple[list[Shelved], dict[str, str]]:
        """The runs, and by address why others cannot be read."""
        runs, broken = [], {}
        for key, path in self.paths().items():
            try:
                summary = read_summary(path) if (path / "summary.json").exists() else None
                runs.append(Shelved(path, read_info(path), summary))
            except InputError as error:
                broken[key] = str(error)
        return runs, broken

    def path(self, key: str) -> Path:
        """The folder of a run. Raises ``InputError`` for none."""
        try:
            return self.paths()[key]
        except KeyError as error:
            raise InputError(f"got no run {key!r}, expected one of the list of runs") from error

    def view(self, path: Path, key: Key) -> dict[str, Any]:
        """A dialogue as ``eval.replay`` has it. Raises ``InputError`` where it or its case is missing."""
        info = read_info(path)
        entry = next((case for case in info.cases if case["id"] == key[0]), None)
        if entry is None:
            raise InputError(f"{path}: got no case {key[0]!r}, expected one of the run")
        file = Path(entry["path"])
        known = list(task_of_run(info).load([file])[0]) if file.exists() else []
        if not any(case.id == key[0] for case in known):
            if key[0] not in self._cases:
                raise InputError(f"got no case {key[0]!r} at {file}, expected its file; serve --cases says where it is")
            known = [self._cases[key[0]]]
        return next(dialogues(path, known, [key]))

    def without_paths(self, text: str) -> str:
        """A message without the names of run folders, which may tell the models."""
        for key, path in self.paths().items():
            text = text.replace(str(path), f"run {key[:6]}")
        return text


_SAID = frozenset({"doctor", "patient", "mention", "text", "reason", "rejected"})
"""The keys of a view under which words of a dialogue stand."""


def blinded(view: Mapping[str, Any], info: RunInfo) -> dict[str, Any]:
    """A view without the name of its doctor in what was said, and without what broke, which may name the model.

    Hidden is the name that the run gives a model or a person; what a doctor tells of itself in other words stays.
    """
    kind, _, rest = info.doctor.partition(":")
    names = {rest, rest.rpartition("/")[2]} - {""} if kind in ("openai", "human") else set()
    longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    name = re.compile(rf"(?<![A-Za-z0-9])(?:{longest_first})(?![A-Za-z0-9])", re.IGNORECASE)

    def hide(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {inner: hide(part, inner) for inner, part in value.items()}
        if isinstance(value, list):
            return [hide(part) for part in value]
        return name.sub(HIDDEN, value) if key in _SAID and names else value

    hidden: dict[str, Any] = hide(dict(view))
    return hidden | {"failure": "failed" if view["failure"] else ""}
