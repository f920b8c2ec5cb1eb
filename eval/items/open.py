"""A free answer: key points covered, likeness to the reference, key-value pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.items.extraction import extract
from eval.items.item import Item
from eval.items.keyvalues import score_pairs
from eval.items.recall import combined, covered, macro_recall
from eval.items.similarity import bertscore, sentence_similarity
from eval.scores import Evidence, Metric, Score, Status
from sp_sim.encoder import CachedEncoder
from sp_sim.terminology import Terminology

Values = Mapping[str, Sequence[str]]


def score_open(
    item: Item, reply: str, terminology: Terminology, encoder: CachedEncoder, weight: float, values: Values | None
) -> dict[Metric, Score]:
    """What the item has something to score against: key points, likeness, both combined, key-value pairs.

    ``weight`` is that of recall in the combination; likeness there is BERTScore where the encoder has vectors of
    tokens (``st:MODEL``), else the cosine of sentence vectors. ``values``: what a model extracted; None: by rules.
    """
    scores = _likeness(reply, item.answer or "\n".join(item.key_points), encoder)
    likeness = scores.get(Metric.BERTSCORE, scores[Metric.SENTENCE_SIMILARITY])
    if item.key_points:
        recall = _recall(item.key_points, reply, terminology, encoder)
        parts = (recall.value or 0.0, likeness.value or 0.0)
        reason = f"{weight:g} of recall {parts[0]:.2f}, the rest of likeness {parts[1]:.2f}"
        both = _score(combined(*parts, weight), [_because(reason)], recall=parts[0], likeness=parts[1])
        scores |= {Metric.MACRO_RECALL: recall, Metric.RECALL_AND_SIMILARITY: both}
    if item.key_values:
        scores |= _pairs(extract(reply) if values is None else values, item.key_values, terminology, encoder)
    return scores


def _likeness(reply: str, reference: str, encoder: CachedEncoder) -> dict[Metric, Score]:
    cosine = sentence_similarity(encoder, reply, reference)
    scores = {Metric.SENTENCE_SIMILARITY: _score(cosine, [_because(encoder.name)])}
    if model := encoder.token_model:
        precision, recall, f1 = (max(0.0, min(1.0, value)) for value in bertscore(model, reply, reference))
        reason = f"{encoder.name}: precision {precision:.4f}, recall {recall:.4f}"
        scores[Metric.BERTSCORE] = _score(f1, [_because(reason)], precision=precision, recall=recall)
    return scores


def _recall(points: Sequence[str], reply: str, terminology: Terminology, encoder: CachedEncoder) -> Score:
    judged = covered(points, reply, encoder, terminology)
    evidence = [
        Evidence(round=1 if made else 0, text=words, reason=f"{point} ({similarity:.2f})", points=float(made))
        for point, (made, similarity, words) in zip(points, judged, strict=True)
    ]
    return _score(macro_recall(judged) or 0.0, evidence)


def _pairs(found: Values, gold: Values, terminology: Terminology, encoder: CachedEncoder) -> dict[Metric, Score]:
    """Over pairs; the same over keys alone in the details. Nothing found has a precision of 0."""
    result = score_pairs(found, gold, terminology, encoder)
    wanted = [
        Evidence(
            round=int(bool(one.matched)),
            text=one.matched,
            reason=f"{one.key}: {one.value}",
            points=float(bool(one.matched)),
        )
        for one in result.wanted
    ]
    offered = [
        Evidence(
            round=1,
            text=one.value,
            reason=f"{one.key}: {'wanted' if one.right else 'not wanted'}",
            points=float(one.right),
        )
        for one in result.found
    ]
    pairs, keys = result.pairs, result.keys
    return {
        Metric.KEY_PRECISION: _score(pairs.precision or 0.0, offered, of_keys=keys.precision),
        Metric.KEY_RECALL: _score(pairs.recall or 0.0, wanted, of_keys=keys.recall),
        Metric.KEY_F1: _score(pairs.f1 or 0.0, [], of_keys=keys.f1),
    }


def _because(reason: str) -> Evidence:
    return Evidence(round=1, text="", reason=reason)


def _score(value: float, evidence: Sequence[Evidence], **details: float | None) -> Score:
    return Score(value=value, status=Status.SCORED, evidence=tuple(evidence), details=details)
