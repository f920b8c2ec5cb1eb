"""From the journal of a run to everything that is made from it: scores, table, summary, report."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from eval.folder import RunFolder, RunInfo, ScoreLine, read_info, read_scores, read_summary
from eval.journal import FaultLine, Journal, Key
from eval.meter import Price
from eval.replay import view
from eval.report import render_report
from eval.simulation import Setup
from eval.summary import Tally
from eval.task import Exercise, Judged, Task, task_of
from eval.taxonomy import labelled
from sp_sim.errors import InputError
from sp_sim.transcript import Transcript

REPORTED = 500
"""How many dialogues the report shows turn by turn; the tables hold all."""


def finish(
    folder: RunFolder, info: RunInfo, cases: Sequence[Exercise], scored: Mapping[Key, ScoreLine] | None = None
) -> dict[str, Any]:
    """Scores what the journal holds and writes everything that is made from it; returns the summary.

    ``scored`` are scores that were made already, as dialogues ended. Also for a run that ended long ago. One dialogue
    is in memory at a time. Raises ``InputError`` where one of its cases is missing.
    """
    journal = Journal(folder.path)
    task = task_of_run(info)
    by_id = {case.id: case for case in cases}
    ended = journal.ended()
    if missing := {case_id for case_id, _ in ended} - set(by_id):
        got = f"no case {sorted(missing)[0]!r} among the cases"
        raise InputError(f"{folder.path}: got {got}, expected all cases of the run; give --cases")
    place = {case_id: i for i, case_id in enumerate(by_id)}
    ended.sort(key=lambda key: (place[key[0]], key[1]))
    tally = Tally(task.metrics)
    views: list[dict[str, Any]] = []

    known = scored or {}

    def lines() -> Iterator[str]:
        for key in ended:
            case, transcript = by_id[key[0]], journal.transcript(key)
            judged = journal.judged(key)
            line = known.get(key) or score(task, case, transcript, judged)
            task.observe(case, transcript, line.scores)
            tally.add(case, line, transcript, list(judged.values()), task.hazards(case))
            if len(views) < REPORTED:
                views.append(view(task, case, transcript, line))
            yield line.model_dump_json() + "\n"

    folder.write_text("scores.jsonl", lines())
    summary = {
        "task": info.task,
        "doctor": info.doctor,
        **tally.summary(
            unfinished=len(journal) - len(ended), spent=journal.spent, models=models_of(info), prices=prices_of(info)
        ),
        **task.summary(),
        "seconds": info.seconds,
    }
    folder.write_text("scores.csv", tally.csv())
    folder.write_text("summary.json", [json.dumps(summary, ensure_ascii=False, indent=2, allow_nan=False), "\n"])
    folder.write_text("report.html", render_report(info, summary, views))
    folder.write_info(info)
    return summary


def task_of_run(info: RunInfo) -> Task:
    """The task of a run, with the settings that its scores depend on."""
    known = {name: value for name, value in info.config.items() if name in Setup.model_fields}
    return task_of(Setup(**known | {"task": info.task, "doctor": info.doctor}))


def score(task: Task, case: Exercise, transcript: Transcript, judged: Judged) -> ScoreLine:
    """Scores and flags of one dialogue, by the rules or by what the judge said, lost points labelled."""
    scores = task.score(case, transcript, judged)
    line = judged.get("faults")
    told = (line.faults or {}) if isinstance(line, FaultLine) else {}
    return ScoreLine(
        case=transcript.case,
        trial=transcript.trial,
        stop_reason=transcript.stop,
        rounds=len(transcript.turns),
        scores=labelled(scores, task.faults(case, transcript, scores, judged), told),
        flags=task.flags(case, transcript),
    )


def dialogues(run: Path, cases: Sequence[Exercise], wanted: Collection[Key] = ()) -> Iterator[dict[str, Any]]:
    """Dialogues of a run as they are looked at (see ``eval.replay``), those ``wanted`` or all that ended.

    The scores are those of ``scores.jsonl``; where it does not hold one yet, it is made. Raises ``InputError`` for a
    dialogue that has not ended, or whose case is missing.
    """
    journal, task = Journal(run), task_of_run(read_info(run))
    by_id, ended = {case.id: case for case in cases}, journal.ended()
    lines = read_scores(run) if (run / "scores.jsonl").exists() else ()
    scored = {(line.case, line.trial): line for line in lines if not wanted or (line.case, line.trial) in wanted}
    for key in wanted or ended:
        if key not in ended or key[0] not in by_id:
            known = ", ".join(dict.fromkeys(case_id for case_id, _ in ended if case_id in by_id))
            raise InputError(f"{run}: got no finished dialogue {key[0]!r}, trial {key[1]}; expected one of {known}")
        case, transcript = by_id[key[0]], journal.transcript(key)
        line = scored.get(key) or score(task, case, transcript, journal.judged(key))
        yield view(task, case, transcript, line)


def write_report(run: Path, cases: Sequence[Exercise], against: Sequence[tuple[str, Mapping[str, Any]]]) -> Path:
    """Writes the report of a finished run anew, with the means of other runs (name, summary) drawn into it."""
    wanted = {(line.case, line.trial) for line in islice(read_scores(run), REPORTED)}
    views = list(dialogues(run, cases, wanted))
    lines = [
        {"name": name, "means": {metric: found["mean"] for metric, found in other["metrics"].items()}}
        for name, other in against
    ]
    RunFolder(run).write_text("report.html", render_report(read_info(run), read_summary(run), views, lines))
    return run / "report.html"


def prices_of(info: RunInfo) -> dict[str, Price]:
    """The prices that a run was given."""
    return {name: Price(input=pair[0], output=pair[1]) for name, pair in info.execution.get("prices", {}).items()}


def models_of(info: RunInfo) -> dict[str, str]:
    """The chat models of a run by role."""
    sides = {name: info.config[name] for name in ("reader", "voice", "judge", "extractor") if name in info.config}
    return Setup(doctor=info.doctor, **sides).models
