"""From the journal of a run to everything that is made from it: scores, table, summary, report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from eval.folder import RunFolder, RunInfo, ScoreLine
from eval.journal import Journal
from eval.meter import Price
from eval.metrics import score_dialogue
from eval.replay import view
from eval.report import render_report
from eval.simulation import Setup
from eval.summary import Tally
from sp_sim.errors import InputError
from sp_sim.library import LoadedCase

REPORTED = 500
"""How many dialogues the report shows turn by turn; the tables hold all."""


def finish(folder: RunFolder, info: RunInfo, cases: Sequence[LoadedCase]) -> dict[str, Any]:
    """Scores what the journal holds and writes everything that is made from it; returns the summary.

    Also for a run that ended long ago. One dialogue is in memory at a time. Raises ``InputError`` where one of its
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
    judged = info.config.get("judge", "rules") != "rules"
    tally = Tally()
    shown: list[dict[str, Any]] = []

    def scored() -> Iterator[str]:
        for key in ended:
            case, transcript = by_id[key[0]], journal.transcript(key)
            verdicts = journal.judgements(key)
            line = ScoreLine(
                case=key[0],
                trial=key[1],
                stop_reason=transcript.stop,
                rounds=len(transcript.turns),
                scores=score_dialogue(
                    transcript,
                    case.record,
                    case.terminology,
                    {purpose: verdict.matches for purpose, verdict in verdicts.items()} if judged else None,
                ),
            )
            tally.add(line, transcript, list(verdicts.values()))
            if len(shown) < REPORTED:
                shown.append(view(transcript, case.record, line))
            yield line.model_dump_json() + "\n"

    folder.write_text("scores.jsonl", scored())
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
    folder.write_text("report.html", render_report(info, summary, shown))
    folder.write_info(info)
    return summary


def prices_of(info: RunInfo) -> dict[str, Price]:
    """The prices that a run was given."""
    return {name: Price(input=pair[0], output=pair[1]) for name, pair in info.execution.get("prices", {}).items()}


def models_of(info: RunInfo) -> dict[str, str]:
    """The chat models of a run by role."""
    sides = {name: info.config[name] for name in ("reader", "voice", "judge") if name in info.config}
    return Setup(doctor=info.doctor, **sides).models
