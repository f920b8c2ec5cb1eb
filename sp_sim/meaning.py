"""What words mean that name nothing known: a linear discriminant over sentence vectors.

Each spoken concept of the terminology (symptoms, histories) is a class, with its names and the everyday phrasings of
``cases/terminology/phrases.*.yaml`` as examples; two more classes hold what asks for nothing and what tries for the
script. Fisher's linear discriminant with a pooled, shrunken covariance (Hastie, Tibshirani and Friedman, The Elements
of Statistical Learning, section 4.3) gives each class a linear score, and a temperature fitted by cross-validation
makes a probability of it. Scores are inner products, so FAISS finds the likeliest classes.

The fitted model of the embedded encoder is shipped; ``python -m sp_sim fit`` fits it anew, or one for another encoder.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sp_sim.encoder import CachedEncoder
from sp_sim.record import Language
from sp_sim.terminology import FOLDER, Kind, Terminology
from sp_sim.text import fold

Array = npt.NDArray[np.float32]

NOTHING = "—"
"""The class of words that ask for nothing of the record."""
LEAK = "※"
"""The class of words that try for the script."""
SHRINKAGE = 0.3
ONE_EXAMPLE = 0.4
"""How far the centre of a class is from the mean of all, as part of how far its only example is."""
LIKELIEST = 40
"""How many classes get a probability; the others have none to speak of."""
_NAMES_A_CONCEPT = 8
_FOLDS = 4


@dataclass(frozen=True)
class Meaning:
    """The discriminant of one language. ``classes`` are preferred names of concepts, of categories, and ``NOTHING``.

    ``metric`` is the inverse of the covariance within classes, by which more classes can be made (see ``classed``).
    """

    classes: tuple[str, ...]
    mean: Array
    weights: Array
    biases: Array
    temperature: float
    metric: Array

    def likely(self, vector: Array, own: Array | None = None) -> list[tuple[str | int, float]]:
        """The likeliest classes of a unit vector with their probabilities; ``own`` are more, given by their number."""
        query = np.append(vector - self.mean, 1).astype(np.float32)
        scores, rows = self._index.search(query[None, :], min(LIKELIEST, len(self.classes)))
        names: list[str | int] = [self.classes[row] for row in rows[0]]
        found = scores[0]
        if own is not None and len(own):
            names += range(len(own))
            found = np.append(found, own @ query)
        scaled = found / self.temperature
        shares = np.exp(scaled - scaled.max())
        shares /= shares.sum()
        return [(name, float(share)) for name, share in zip(names, shares, strict=True)]

    def classed(self, vectors: Array) -> Array:
        """Classes of which these vectors are the one example each, for ``likely``: drawn towards the mean of all."""
        centred = ONE_EXAMPLE * (vectors - self.mean)
        weights = centred @ self.metric
        return np.hstack([weights, -0.5 * np.sum(weights * centred, axis=1, keepdims=True)]).astype(np.float32)

    @cached_property
    def _index(self) -> Any:
        import faiss

        faiss.omp_set_num_threads(1)
        rows = np.hstack([self.weights, self.biases[:, None]]).astype(np.float32)
        index = faiss.IndexFlatIP(rows.shape[1])
        index.add(np.ascontiguousarray(rows))
        return index


def examples(terminology: Terminology, language: Language) -> Iterator[tuple[str, str]]:
    """Pairs of canonical text and class: names and phrasings of the spoken concepts, and of whole categories."""
    import yaml

    english = language is Language.EN
    spoken = terminology.of_kind(Kind.SYMPTOM, Kind.HISTORY)
    for concept in spoken:
        for name in (concept.en if english else concept.zh)[:_NAMES_A_CONCEPT]:
            yield fold(name), concept.name
    for entry in yaml.safe_load((FOLDER / "categories.yaml").read_text("utf-8")):
        for name in entry["en" if english else "zh"]:
            yield fold(name), entry["category"]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    phrases = yaml.load((FOLDER / f"phrases.{language.value}.yaml").read_text("utf-8"), Loader=loader)
    known = {concept.name for concept in spoken} | {NOTHING, LEAK}
    for name, texts in phrases.items():
        if name not in known:
            raise ValueError(f"phrases.{language.value}.yaml: {name!r} is no symptom or history of the terminology")
        yield from ((fold(text), name) for text in texts)


def fingerprint(terminology: Terminology) -> str:
    """A hash of all that a fitted model depends on, save the encoder."""
    digest = hashlib.sha256()
    for language in Language:
        for text, name in examples(terminology, language):
            digest.update(f"{text}\0{name}\n".encode())
    return digest.hexdigest()


def fit(pairs: Sequence[tuple[str, str]], encoder: CachedEncoder) -> Meaning:
    """The discriminant of labelled texts."""
    classes = tuple(sorted({name for _, name in pairs}))
    place = {name: i for i, name in enumerate(classes)}
    labels = np.array([place[name] for _, name in pairs])
    vectors = encoder.encode([text for text, _ in pairs])
    mean, weights, biases, metric = _discriminant(vectors, labels, len(classes))
    return Meaning(classes, mean, weights, biases, _temperature(vectors, labels, len(classes)), metric)


def _discriminant(vectors: Array, labels: npt.NDArray[np.int_], classes: int) -> tuple[Array, Array, Array, Array]:
    mean = vectors.mean(0)
    centred = vectors - mean
    counts = np.bincount(labels, minlength=classes)
    centroids = np.zeros((classes, vectors.shape[1]), np.float64)
    np.add.at(centroids, labels, centred)
    centroids /= np.maximum(counts, 1)[:, None]
    spread = centred - centroids[labels]
    within = spread.T @ spread / len(vectors)
    size = len(within)
    within = (1 - SHRINKAGE) * within + SHRINKAGE * np.trace(within) / size * np.eye(size)
    metric = np.linalg.inv(within)
    weights = centroids @ metric
    biases = -0.5 * np.sum(weights * centroids, axis=1)
    biases[counts == 0] = -1e9
    return (
        mean.astype(np.float32),
        weights.astype(np.float32),
        biases.astype(np.float32),
        metric.astype(np.float32),
    )


def _temperature(vectors: Array, labels: npt.NDArray[np.int_], classes: int) -> float:
    """The temperature at which left-out examples are likeliest, by cross-validation."""
    folds = np.random.default_rng(0).integers(0, _FOLDS, len(labels))
    left_out = []
    for fold_number in range(_FOLDS):
        held = folds == fold_number
        mean, weights, biases, _ = _discriminant(vectors[~held], labels[~held], classes)
        held &= np.isin(labels, labels[~held])  # a class of which no example is left has no score
        left_out.append(((vectors[held] - mean) @ weights.T + biases, labels[held]))
    candidates = np.geomspace(0.5, 40, 30)

    def loss(temperature: float) -> float:
        total = 0.0
        for scores, wanted in left_out:
            scaled = scores / temperature
            scaled -= scaled.max(1, keepdims=True)
            total += float(np.sum(np.log(np.exp(scaled).sum(1)) - scaled[np.arange(len(wanted)), wanted]))
        return total

    return float(min(candidates, key=loss))


def stored(encoder_name: str) -> Path:
    """Where the fitted models of an encoder are kept."""
    return FOLDER / f"meaning.{re.sub(r'[^A-Za-z0-9]+', '_', encoder_name)}.npz"


def store(models: dict[Language, Meaning], encoder_name: str, made_from: str) -> Path:
    """Writes the fitted models of one encoder; ``made_from`` is their ``fingerprint``."""
    arrays: dict[str, Any] = {"encoder": np.array(encoder_name), "fingerprint": np.array(made_from)}
    for language, model in models.items():
        arrays |= {
            f"{language.value}.classes": np.array(model.classes),
            f"{language.value}.mean": model.mean,
            f"{language.value}.weights": model.weights.astype(np.float16),
            f"{language.value}.biases": model.biases,
            f"{language.value}.temperature": np.array(model.temperature),
            f"{language.value}.metric": model.metric.astype(np.float16),
        }
    path = stored(encoder_name)
    np.savez_compressed(path, **arrays)
    return path


def stored_fingerprint(encoder_name: str) -> str:
    """What the stored models of an encoder were made from; empty where there are none."""
    path = stored(encoder_name)
    if not path.is_file():
        return ""
    with np.load(path, allow_pickle=False) as arrays:
        return str(arrays["fingerprint"])


@cache
def read(language: Language, encoder_name: str) -> Meaning | None:
    """The stored model of a language, read once in a process; None where there is none for this encoder."""
    path = stored(encoder_name)
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as arrays:
        if str(arrays["encoder"]) != encoder_name:
            return None
        parts = ("classes", "mean", "weights", "biases", "temperature", "metric")
        get = {key: arrays[f"{language.value}.{key}"] for key in parts}
    return Meaning(
        tuple(get["classes"].tolist()),
        get["mean"].astype(np.float32),
        get["weights"].astype(np.float32),
        get["biases"].astype(np.float32),
        float(get["temperature"]),
        get["metric"].astype(np.float32),
    )
