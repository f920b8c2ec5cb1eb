"""A run as a workbook for people who read tables: summary, scores, transcripts, evidence, clinicians' marks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from os.path import abspath
from pathlib import Path
from typing import Any

from eval.folder import read_info, read_scores, read_summary
from eval.journal import Journal
from eval.judgements import Judgement, Judgements
from eval.table import Table, shown_metrics
from eval.workbook import workbook_as_bytes, write_workbook
from sp_sim.errors import InputError, StorageError
from sp_sim.transcript import Reading

_COUNTS = {
    "scored": "scored 已评分",
    "not_applicable": "not applicable 不适用",
    "unscored": "unscored 未评分",
    "failed": "failed 失败",
}


def export_run(run: Path, file: Path) -> None:
    """Writes a finished run as a workbook, an old one in its place is replaced.

    Raises ``InputError`` where there is no finished run or the ending is another, ``StorageError`` where it cannot be
    written.
    """
    if file.suffix != ".xlsx":
        raise InputError(f"--xlsx {file}: got the ending {file.suffix!r}, expected .xlsx")
    run = Path(abspath(run))
    read_info(run)
    sheets = {
        "summary": summary(run),
        "scores": scores(run),
        "transcripts": transcripts(run),
        "evidence": evidence(run),
        "judgements": judgements(run),
    }
    write_workbook(file, sheets)


def export_judgements(run: Path, file: Path) -> int:
    """Writes the marks on a run that count, a row each, as .csv or .xlsx by the ending; returns how many there are.

    Raises as ``export_run``.
    """
    if file.suffix not in (".csv", ".xlsx"):
        raise InputError(f"--judgements {file}: got the ending {file.suffix!r}, expected .csv or .xlsx")
    run = Path(abspath(run))
    read_info(run)
    found = Judgements(run.parent).of(run=run.name)
    data = marks_as_bytes(found, file.suffix.removeprefix("."))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except OSError as error:
        raise StorageError(f"{file}: cannot write: {error.strerror or error}") from error
    return len(found)


def marks_as_bytes(marks: Sequence[Judgement], kind: str) -> bytes:
    """Marks as the content of a file, ``csv`` or ``xlsx``, a row each.

    CSV is UTF-8 with a byte order mark, without which Excel garbles Chinese, and holds the texts as they were written,
    also those that begin as a formula does.
    """
    rows = [mark.model_dump() for mark in marks]
    if kind == "xlsx":
        return workbook_as_bytes({"judgements": rows})
    text = io.StringIO()
    table = csv.DictWriter(text, list(Judgement.model_fields), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def summary(run: Path) -> Table:
    """A row a metric: mean, 95 % interval, and the counts of dialogues by status."""
    rows = []
    found = read_summary(run)
    for metric in shown_metrics(found):
        values = found["metrics"][metric.value]
        low, high = values["ci95"] or (None, None)
        rows.append(
            {
                "metric": metric.value.replace("_", " "),
                "指标": metric.chinese,
                "mean 均值": values["mean"],
                "95 % low 下限": low,
                "95 % high 上限": high,
                **{name: values[status] for status, name in _COUNTS.items()},
                "mean, failures as 0 失败计零的均值": values["mean_failures_as_0"],
            }
        )
    return rows


def scores(run: Path) -> Iterator[dict[str, Any]]:
    """A row a dialogue: why it ended, the values (None where there is none) and their statuses."""
    metrics = shown_metrics(read_summary(run))
    for line in read_scores(run):
        values = {metric.value: line.scores[metric].value for metric in metrics}
        statuses = {f"{metric.value} status": line.scores[metric].status.value for metric in metrics}
        told = {"case": line.case, "trial": line.trial, "stop reason": line.stop_reason.value, "rounds": line.rounds}
        yield told | values | statuses


def transcripts(run: Path) -> Iterator[dict[str, Any]]:
    """A row a turn of the dialogues that ended, after a row with what the patient opened with (round 0)."""
    journal = Journal(run)
    for key in journal.ended():
        case, trial = key
        opening = journal.transcript(key).opening
        told: dict[str, Any] = {"case": case, "trial": trial, "round": 0, "doctor": "", "read": "", "patient": opening}
        yield told | {"points": None}
        for line in journal.turn_lines(key):
            told |= {"round": line.round, "doctor": line.doctor, "read": what_was_read(line.reading)}
            yield told | {"patient": line.patient, "points": sum(line.credit.values())}


def evidence(run: Path) -> Iterator[dict[str, Any]]:
    """A row an item of the evidence of every score."""
    for line in read_scores(run):
        for metric, score in line.scores.items():
            told = {"case": line.case, "trial": line.trial, "metric": metric.value}
            told |= {"value": score.value, "status": score.status.value}
            for piece in score.evidence:
                yield told | piece.model_dump()


def judgements(run: Path) -> Table:
    """A row a mark on the run that counts, also those that were taken back, which have neither verdict nor rating."""
    return [mark.model_dump() for mark in Judgements(run.parent).of(run=run.name)]


def what_was_read(reading: Reading) -> str:
    """How a turn was read, a line an ask: the doctor's words, the kind, the ids of the facts."""
    lines = ["concludes"] if reading.concluding else []
    lines += [f"{ask.mention} → {ask.kind.value} {', '.join(ask.facts)}".rstrip() for ask in reading.asks]
    return "\n".join(lines) or "nothing"
