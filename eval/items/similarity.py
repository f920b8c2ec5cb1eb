"""How alike are two whole answers? Cosine of their sentence vectors, and BERTScore of their tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sp_sim.encoder import Encoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor


def sentence_similarity(encoder: Encoder, a: str, b: str) -> float:
    """Cosine of the two sentence vectors, from 0 (also where it is negative, or a text is empty) to 1."""
    if not a.strip() or not b.strip():
        return 0.0
    one, other = encoder.encode([a, b])
    return float(np.clip(one @ other, 0.0, 1.0))


def bertscore(model: SentenceTransformer, candidate: str, reference: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of BERTScore (Zhang et al., ICLR 2020, section 3): no idf weights, no rescaling.

    Each token of the candidate (precision) or of the reference (recall) counts with its largest cosine to a token of
    the other text; the contextual vectors are those of the last layer of ``model``. As in the authors' ``bert_score``,
    the marks of beginning and end weigh nothing but can be matched, and an empty text scores 0. Texts longer than
    the model's limit are cut there.
    """
    one, other = (_tokens(model, text) for text in (candidate, reference))
    if one is None or other is None:
        return 0.0, 0.0, 0.0
    similar = one[0] @ other[0].T
    precision = float(similar.max(dim=1).values[one[1]].mean())
    recall = float(similar.max(dim=0).values[other[1]].mean())
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0


def _tokens(model: SentenceTransformer, text: str) -> tuple[Tensor, Tensor] | None:
    """Unit vectors of the tokens of a text, and which of them weigh; None where none does."""
    import torch

    marks = [mark for mark in (model.tokenizer.cls_token_id, model.tokenizer.sep_token_id) if mark is not None]
    features = model.preprocess([text.strip()])
    features = {name: value.to(model.device) for name, value in features.items() if isinstance(value, torch.Tensor)}
    with torch.inference_mode():
        vectors = model[0](features)["token_embeddings"][0].float()
    present = features["attention_mask"][0].bool()
    vectors, tokens = vectors[present], features["input_ids"][0][present]
    weighs = ~torch.isin(tokens, torch.tensor(marks, device=tokens.device))
    if not bool(weighs.any()):
        return None
    return torch.nn.functional.normalize(vectors, dim=-1), weighs
