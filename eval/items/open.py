"""A free answer: key points covered, likeness to the reference, key-value pairs."""

from __future__ import annotations

from eval.items.item import Item
from eval.scores import Metric, Score
from sp_sim.encoder import CachedEncoder
from sp_sim.terminology import Terminology


def score_open(
    item: Item, reply: str, terminology: Terminology, encoder: CachedEncoder, weight: float
) -> dict[Metric, Score]:
    """What an item has something to score against: Macro-Recall's share of one item, likeness, both, pairs.

    ``weight`` is that of recall in ``recall_and_similarity``; likeness is BERTScore where the encoder has token
    vectors (``st:MODEL``), else the cosine of two sentence vectors, and each is its own metric.
    """
    scores: dict[Metric, Score] = {}
    return scores
