"""A recorded consultation against its record: what of the patient came up, in how many turns and words."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from eval.items.item import Item
from eval.items.recall import covered, macro_recall
from eval.scores import Evidence, Metric, Score, Status
from sp_sim.encoder import CachedEncoder
from sp_sim.terminology import Terminology
from sp_sim.text import canonical, fold
from sp_sim.transcript import Transcript


def score_recording(
    item: Item, transcript: Transcript, terminology: Terminology, encoder: CachedEncoder
) -> dict[Metric, Score]:
    """Coverage of the record by what the patient says, and the share of its entities that anybody names."""
    told = "\n".join([transcript.opening, *(turn.patient for turn in transcript.turns)])
    facts = [(name, fact) for name, found in item.record.items() for fact in found]
    points = covered([fact for _, fact in facts], told, encoder, terminology)
    evidence = tuple(
        Evidence(round=0, text=words if told_of else fact, reason=f"{name}: {fact}", points=float(told_of))
        for (name, fact), (told_of, _, words) in zip(facts, points, strict=True)
    )
    size = {
        "turns": float(len(transcript.turns)),
        "doctor_characters": float(sum(len(turn.doctor) for turn in transcript.turns)),
        "patient_characters": float(len(told)),
    }
    scores = {Metric.ENTITY_RECALL: entity_recall(item.entities, spoken(transcript), terminology)}
    if facts:
        share = macro_recall(points)
        scores[Metric.COVERAGE] = Score(value=share, status=Status.SCORED, evidence=evidence, details=size)
    return scores


def spoken(transcript: Transcript) -> str:
    """All that was said, by either side."""
    return "\n".join([transcript.opening, *(f"{turn.doctor}\n{turn.patient}" for turn in transcript.turns)])


def entity_recall(entities: Collection[str], text: str, terminology: Terminology) -> Score:
    """The share of entities that a text names, by any of their names or as a special kind of them."""
    if not entities:
        return Score.without_value(Status.NOT_APPLICABLE, "no entities are given")
    named = set(named_of(entities, text, terminology))
    evidence = tuple(
        Evidence(round=0, text=name, reason="named" if name in named else "not named", points=float(name in named))
        for name in entities
    )
    return Score(value=len(named) / len(entities), status=Status.SCORED, evidence=evidence)


def named_of(entities: Iterable[str], text: str, terminology: Terminology) -> list[str]:
    """Those of some names, or of things with another name in the terminology, that stand in a text."""
    found = canonical(text).text
    named = terminology.with_general({span.value for span in terminology.lexicon.spans(found)})
    return [name for name in entities if fold(name) in found or id(terminology.find(name)) in named]
