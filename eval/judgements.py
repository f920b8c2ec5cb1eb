"""What clinicians say of readings and scores: a SQLite file beside the runs, safe against two writers and a crash."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import Field

from sp_sim.errors import StorageError
from sp_sim.record import Frozen

FILE = "judgements.sqlite"
_SCHEMA = """
create table if not exists judgement (
    run text not null, case_id text not null, trial integer not null, judge text not null, subject text not null,
    verdict text not null, rating integer, comment text not null, at text not null,
    primary key (run, case_id, trial, judge, subject)
);
create table if not exists history as select * from judgement where 0;
"""
_COLUMNS = ("run", "case_id", "trial", "judge", "subject", "verdict", "rating", "comment", "at")


class Judgement(Frozen):
    """One mark of one clinician on one thing of a dialogue.

    ``subject``: ``reading/ROUND`` or ``score/METRIC``, with a ``verdict`` right or wrong; or ``rating/METRIC`` and
    ``rating/global``, with a ``rating`` from 1 (poor) to 5 (excellent). An empty one takes an earlier mark back.
    """

    run: str = Field(min_length=1)
    case_id: str = Field(min_length=1)
    trial: int = Field(ge=1)
    judge: str = Field(min_length=1, max_length=100)
    subject: str = Field(pattern=r"^(reading/\d+|score/[a-z_]+|rating/[a-z_]+)$")
    verdict: str = Field("", pattern="^(right|wrong|)$")
    rating: int | None = Field(None, ge=1, le=5)
    comment: str = Field("", max_length=10_000)
    at: str = Field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))


class Judgements:
    """The judgements on the runs of one folder. Each mark is on disk before ``put`` returns; nothing is ever lost.

    The latest mark of a clinician on a thing counts; earlier ones stay in the table ``history``.
    """

    def __init__(self, runs: Path) -> None:
        self._path = runs / FILE

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self._path, timeout=30)
            try:
                connection.execute("pragma journal_mode=wal")
                connection.execute("pragma synchronous=full")
                connection.executescript(_SCHEMA)
                with connection:
                    yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise StorageError(f"{self._path}: {error}") from error

    def put(self, judgement: Judgement) -> None:
        """Stores a mark."""
        values = [getattr(judgement, name) for name in _COLUMNS]
        places = ", ".join("?" * len(_COLUMNS))
        with self._open() as connection:
            connection.execute(f"insert or replace into judgement values ({places})", values)
            connection.execute(f"insert into history values ({places})", values)

    def of(self, run: str = "", case_id: str = "", trial: int = 0, judge: str = "") -> list[Judgement]:
        """The marks that count, of a run, a dialogue, a clinician, or all, in the order of dialogue and subject."""
        if not self._path.exists():
            return []
        wanted = {"run": run, "case_id": case_id, "trial": trial, "judge": judge}
        given = {name: value for name, value in wanted.items() if value}
        where = " and ".join(f"{name} = :{name}" for name in given) or "1"
        query = (
            f"select {', '.join(_COLUMNS)} from judgement where {where} order by run, case_id, trial, judge, subject"
        )
        with self._open() as connection:
            rows = connection.execute(query, given).fetchall()
        return [Judgement(**dict(zip(_COLUMNS, row, strict=True))) for row in rows]
