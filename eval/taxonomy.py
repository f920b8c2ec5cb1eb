"""Why points were lost: one primary label for each, of MedBench's eight, by rule where a rule can tell.

The labels are those of MedBench 3.0 (error analysis of medical language models). ``unlabelled`` says that no rule
applies and no judge ran, or that the judge named none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sp_sim.record import Language

if TYPE_CHECKING:
    from eval.scores import Evidence, Metric, Score


class Fault(StrEnum):
    """The primary label of a lost point."""

    OMISSION = "omission"
    HALLUCINATION = "hallucination"
    FORMAT = "format mismatch"
    CAUSAL = "causal reasoning"
    CONTEXT = "contextual inconsistency"
    UNANSWERED = "unanswered"
    OUTPUT = "output error"
    LANGUAGE = "language"
    UNLABELLED = "unlabelled"


PUBLISHED: Mapping[Fault, float] = {
    Fault.OMISSION: 0.3966,
    Fault.CAUSAL: 0.1711,
    Fault.HALLUCINATION: 0.1606,
    Fault.FORMAT: 0.1098,
}
"""The shares that MedBench 3.0 publishes; it gives none of the other four."""
_LOOPING = re.compile(r"(.{2,40}?)\1{7,}", re.DOTALL)
"""The same words eight times on end."""
_REFUSAL = re.compile(
    r"(?:我|作为(?:一个)?(?:AI|人工智能|语言模型)[^。]{0,12})(?:无法|不能|没办法|不便)(?:回答|提供|给出|作答|判断|诊断)|无法回答|拒绝回答|抱歉[^。]{0,10}(?:无法|不能)"
    r"|\b(?:I(?:'m| am) (?:sorry|unable|not able)|I (?:cannot|can't|won't)|as an? AI)\b",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[一-鿿]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_SHORT = 12


def fault_of_reply(reply: str, language: Language) -> Fault | None:
    """What is wrong with a reply as a whole, whatever it should have said; None: nothing that a rule can tell."""
    text = reply.strip()
    if not text or (len(text) < 400 and _REFUSAL.search(text)):
        return Fault.UNANSWERED
    if _LOOPING.search(text[:20_000]) or text.count("\ufffd") > 3:
        return Fault.OUTPUT
    chinese, words = len(_CHINESE.findall(text)), len(_LATIN_WORD.findall(text))
    if language is Language.ZH and words > _SHORT and chinese < words:
        return Fault.LANGUAGE
    if language is Language.EN and chinese > _SHORT and words < chinese:
        return Fault.LANGUAGE
    return None


def labelled(
    scores: Mapping[Metric, Score], faults: Mapping[Metric, Fault], judged: Mapping[str, Fault]
) -> dict[Metric, Score]:
    """The scores, the lost points of some metrics (evidence with 0 points) labelled.

    ``judged``: what a judge said of points that no rule labels, by ``lost_point``.
    """

    def label(metric: Metric, piece: Evidence) -> Evidence:
        if piece.points != 0:
            return piece
        fault = faults[metric]
        if fault is Fault.UNLABELLED:
            fault = judged.get(lost_point(metric, piece), fault)
        return piece.model_copy(update={"fault": fault})

    return {
        metric: score.model_copy(update={"evidence": tuple(label(metric, piece) for piece in score.evidence)})
        if metric in faults and score.value is not None
        else score
        for metric, score in scores.items()
    }


def unlabelled(scores: Mapping[Metric, Score], faults: Mapping[Metric, Fault]) -> Iterator[tuple[Metric, Evidence]]:
    """The lost points that no rule labels."""
    for metric, score in scores.items():
        if faults.get(metric) is Fault.UNLABELLED and score.value is not None:
            yield from ((metric, piece) for piece in score.evidence if piece.points == 0)


def lost_point(metric: Metric, piece: Evidence) -> str:
    """What names a lost point of a dialogue, for a judge and in the journal."""
    return f"{metric.value}: {piece.reason}"


def distribution(counted: Counter[Fault]) -> dict[str, Any]:
    """Counts and shares of all labels beside the published shares; ``labelled`` leaves the unlabelled out."""
    total = counted.total()
    labelled = total - counted[Fault.UNLABELLED]
    return {
        "lost_points": total,
        "labelled": labelled,
        "labels": {
            fault.value: {
                "count": counted[fault],
                "share": round(counted[fault] / labelled, 6) if labelled and fault is not Fault.UNLABELLED else None,
                "published": PUBLISHED.get(fault),
            }
            for fault in Fault
        },
    }
