"""A dialogue as it is looked at: the conversation, how each turn was read, what it earned, what is still missing.

``view`` is what the report, the page and the terminal show; it is made of the transcript, the record and the scores,
and holds nothing that is not in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from eval.folder import ScoreLine
from eval.scores import DIALOGUE, Metric, Status
from eval.task import Exercise, Task
from sp_sim.transcript import Transcript

if TYPE_CHECKING:
    from rich.console import Group


def view(task: Task, exercise: Exercise, transcript: Transcript, line: ScoreLine) -> dict[str, Any]:
    """A dialogue as JSON: see the keys below. Texts are as they were said; nothing is escaped.

    ``checklist``, ``order`` and ``turns[i].credit`` are those of ``Task.view``. ``targets``: the reference diagnoses
    and treatments with the words of the conclusion that assert them. ``flags``: what makes the conclusion unsafe.
    """
    parts = task.view(exercise, transcript)
    credit = parts.pop("credit")
    return {
        "case": transcript.case,
        "trial": transcript.trial,
        "department": exercise.department,
        "language": exercise.language.value,
        "stop": transcript.stop.value,
        "failure": transcript.failure,
        "outcome": outcome(line),
        "opening": transcript.opening,
        "turns": [
            {
                "round": turn.round,
                "doctor": turn.doctor,
                "patient": turn.patient,
                "concluding": turn.reading.concluding,
                "asks": [
                    {
                        "mention": ask.mention,
                        "kind": ask.kind.value,
                        "category": ask.category.value if ask.category else "",
                        "facts": list(ask.facts),
                        "confidence": ask.confidence,
                    }
                    for ask in turn.reading.asks
                ],
                "credit": earned,
                "fallback": turn.reading.fallback,
                "rejected": turn.rejected,
            }
            for turn, earned in zip(transcript.turns, credit, strict=True)
        ],
        **parts,
        "targets": [
            {"purpose": purpose, "target": piece.reason, "text": piece.text, "points": piece.points}
            for purpose, metric in (("diagnosis", Metric.DIAGNOSIS), ("treatment", Metric.TREATMENT))
            if metric in line.scores
            for piece in line.scores[metric].evidence
        ],
        "flags": [flag.model_dump(mode="json") for flag in line.flags],
        "scores": [
            {
                "metric": metric.value,
                "english": metric.value.replace("_", " "),
                "chinese": metric.chinese,
                "value": score.value,
                "status": score.status.value,
                "evidence": [piece.model_dump() for piece in score.evidence],
            }
            for metric, score in line.scores.items()
            if score.status is not Status.NOT_APPLICABLE or metric in DIALOGUE
        ],
    }


def outcome(line: ScoreLine) -> str:
    """Right or wrong in what the task is about first (the core diagnosis, the answer), or why there is no telling."""
    first = next((score for score in line.scores.values() if score.status is not Status.NOT_APPLICABLE), None)
    main = line.scores.get(Metric.DIAGNOSIS, first)
    if main is None or main.value is None:
        return main.status.value if main else Status.NOT_APPLICABLE.value
    return "right" if main.value == 1 else "wrong"


def play(dialogue: Mapping[str, Any], show: Callable[[Group], None], pause: Callable[[], None]) -> None:
    """Plays a dialogue of ``view`` in the terminal: shows its opening and each turn, and pauses between them."""
    for block in _blocks(dialogue):
        show(block)
        pause()


def _blocks(dialogue: Mapping[str, Any]) -> Iterator[Group]:
    """The opening, each turn with what was read and earned, and the scores, one block each."""
    from rich.console import Group
    from rich.panel import Panel
    from rich.text import Text

    from eval.table import number

    names = {fact["id"]: fact["name"] for fact in dialogue["checklist"]}
    total, got = sum(fact["weight"] for fact in dialogue["checklist"]), 0
    yield Group(Panel(Text(dialogue["opening"]), title="患者 patient", title_align="left"))
    for turn in dialogue["turns"]:
        got += sum(turn["credit"].values())
        read = [Text("  结论 concludes", "bold")] if turn["concluding"] else []
        for ask in turn["asks"]:
            facts = ", ".join(
                names.get(fact, fact.partition("/")[2])
                + (f" +{turn['credit'][fact]}" if fact in turn["credit"] else "")
                for fact in ask["facts"]
            )
            read.append(Text(f"  {ask['mention']} → {ask['kind']}{': ' if facts else ''}{facts}", "dim"))
        reply = [Panel(Text(turn["patient"]), title="患者 patient", title_align="left")] if turn["patient"] else []
        title = f"{turn['round']} 医生 doctor"
        yield Group(
            Panel(Text(turn["doctor"]), title=title, title_align="left", border_style="blue"),
            *read,
            Text(f"  信息 information {got}/{total}", "green"),
            *reply,
        )
    ended = Text(f"{dialogue['stop']} {dialogue['failure']}".strip(), "bold")
    targets = [Text(f"  {'✓' if t['points'] else '✗'} {t['target']}") for t in dialogue["targets"]]
    yield Group(
        ended, *targets, *(Text(f"  {s['english']} {s['chinese']}: {number(s['value'])}") for s in dialogue["scores"])
    )
