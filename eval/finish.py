"""From the journal of a run to everything that is made from it: scores, table, summary, report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from eval.folder import RunFolder, RunInfo, ScoreLine, read_info, read_scores, read_summary
from eval.journal import Journal, JudgementLine, Key
from eval.matching import Purpose
from eval.meter import Price
from eval.metrics import score_dialogue
from eval.replay import view
from eval.report import render_report
from eval.scores import Metric
from eval.simulation import Setup
from eval.summary import Tally
from sp_sim.errors import InputError
from sp_sim.library import LoadedCase
from sp_sim.transcript import Transcript

REPORTED = 500
"""How many dialogues the report shows turn by turn; the tables hold all."""


def finish(
    folder: RunFolder, info: RunInfo, cases: Sequence[LoadedCase], scored: Mapping[Key, ScoreLine] | None = None
) -> dict[str, Any]:
    """Scores what the journal holds and writes everything that is made from it; returns the summary.

    ``scored`` are scores that were made already, as dialogues ended. Also for a run that ended long ago. One dialogue is in memory at a time. Raises ``InputError`` where one of its
    cases is missing.
    """
    journal = Journal(folder.path)
    by_id = {case.record.id: case for case in cases}
    ended = journal.ended()
    if missing := {case_id for case_id, _ in ended} - set(by_id):
        got = f"no case {sorted(missing)[0]!r} among the cases"
        raise InputError(f"{folder.path}: got {got}, expected all cases of the run; give --cases")
    place = {case_id: i for i, case_id in enumerate(by_id)}
    ended.sort(key=lambda key: (place[key[0]], key[1]))
    tally = Tally()
    views: list[dict[str, Any]] = []

    known = scored or {}

    def lines() -> Iterator[str]:
        for key in ended:
            case, transcript = by_id[key[0]], journal.transcript(key)
            verdicts = journal.judgements(key)
            line = known.get(key) or score(key, case, transcript, verdicts, info)
            tally.add(line, transcript, list(verdicts.values()))
            if len(views) < REPORTED:
                views.append(view(transcript, case.record, line))
            yield line.model_dump_json() + "\n"

    folder.write_text("scores.jsonl", lines())
    summary = {
        "task": info.task,
        "doctor": info.doctor,
        **tally.summary(
            unfinished=len(journal) - len(ended), spent=journal.spent, models=models_of(info), prices=prices_of(info)
        ),
        "seconds": info.seconds,
    }
    folder.write_text("scores.csv", tally.csv())
    folder.write_text("summary.json", [json.dumps(summary, ensure_ascii=False, indent=2, allow_nan=False), "\n"])
    folder.write_text("report.html", render_report(info, summary, views))
    folder.write_info(info)
    return summary


def score(
    key: Key, case: LoadedCase, transcript: Transcript, verdicts: Mapping[Purpose, JudgementLine], info: RunInfo
) -> ScoreLine:
    """The scores of one dialogue, by the rules or by the verdicts of the run's judge."""
    judged = info.config.get("judge", "rules") != "rules"
    return ScoreLine(
        case=key[0],
        trial=key[1],
        stop_reason=transcript.stop,
        rounds=len(transcript.turns),
        scores=score_dialogue(
            transcript,
            case.record,
            case.terminology,
            {purpose: line.matches for purpose, line in verdicts.items()} if judged else None,
        ),
    )


def dialogues(run: Path, cases: Sequence[LoadedCase], wanted: Sequence[Key] = ()) -> Iterator[dict[str, Any]]:
    """Dialogues of a run as they are looked at (see ``eval.replay``), those ``wanted`` or all that ended.

    Raises ``InputError`` for one that has not ended, or whose case is missing.
    """
    journal, info = Journal(run), read_info(run)
    by_id, ended = {case.record.id: case for case in cases}, journal.ended()
    for key in wanted or ended:
        if key not in ended or key[0] not in by_id:
            known = ", ".join(dict.fromkeys(case_id for case_id, _ in ended if case_id in by_id))
            raise InputError(f"{run}: got no finished dialogue {key[0]!r}, trial {key[1]}; expected one of {known}")
        case, transcript = by_id[key[0]], journal.transcript(key)
        yield view(transcript, case.record, score(key, case, transcript, journal.judgements(key), info))


def write_report(run: Path, cases: Sequence[LoadedCase], against: Sequence[tuple[str, Mapping[str, Any]]]) -> Path:
    """Writes the report of a finished run anew, with the means of other runs (name, summary) drawn into it."""
    wanted = [(line.case, line.trial) for line in islice(read_scores(run), REPORTED)]
    views = list(dialogues(run, cases, wanted))
    lines = [
        {"name": name, "means": {metric.value: other["metrics"][metric.value]["mean"] for metric in Metric}}
        for name, other in against
    ]
    RunFolder(run).write_text("report.html", render_report(read_info(run), read_summary(run), views, lines))
    return run / "report.html"


def prices_of(info: RunInfo) -> dict[str, Price]:
    """The prices that a run was given."""
    return {name: Price(input=pair[0], output=pair[1]) for name, pair in info.execution.get("prices", {}).items()}


def models_of(info: RunInfo) -> dict[str, str]:
    """The chat models of a run by role."""
    sides = {name: info.config[name] for name in ("reader", "voice", "judge") if name in info.config}
    return Setup(doctor=info.doctor, **sides).models
