"""What words mean that name nothing known: a logistic regression over sentence vectors.

Each concept (symptom, history, test) with everyday phrasings in ``cases/terminology/phrases.*.yaml`` is a class, with
its names and these as examples; two more classes hold what asks for nothing and what tries for the script. Both
languages teach one multinomial logistic regression (with dropout of features and weight decay, by Adam), each about its
own mean: what is asked in one language helps to know it in the other. Scores are inner products, so FAISS finds the
likeliest classes.

The fitted model of the embedded encoder is shipped; ``python -m sp_sim fit`` fits it anew, or one for another encoder.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sp_sim.encoder import CachedEncoder
from sp_sim.record import Language
from sp_sim.terminology import FOLDER, Concept, Kind, Terminology
from sp_sim.text import fold

Array = npt.NDArray[np.float32]

NOTHING = "—"
"""The class of words that ask for nothing of the record."""
LEAK = "※"
"""The class of words that try for the script."""
LIKELIEST = 40
"""How many classes get a probability; the others have none to speak of."""
_NAMES_A_CONCEPT = 8
_EPOCHS, _BATCH, _RATE, _WARM_UP = 12, 256, 3e-3, 0.1
"""Of the fit: passes over the examples, examples a step, the highest rate of learning, the part until it is reached."""
_DROPOUT, _DECAY = 0.5, 0.3
_SPREAD = 0.7
"""Standard deviation of a feature as it is learnt from."""
_RIDGE = 1e-3


@dataclass(frozen=True)
class Meaning:
    """The regression as one language sees it. ``classes`` are preferred names of concepts, of categories, ``NOTHING``.

    ``weights`` hold a row a class, its bias last. ``foretold`` tells from one example of a class what its row would
    be: so more classes can be made (see ``classed``).
    """

    classes: tuple[str, ...]
    mean: Array
    weights: Array
    foretold: Array

    def likely(self, vector: Array, own: Array | None = None) -> list[tuple[str | int, float]]:
        """The likeliest classes of a unit vector with their probabilities; ``own`` are more, given by their number."""
        query = _with_one((vector - self.mean)[None, :])
        scores, rows = self._index.search(query, min(LIKELIEST, len(self.classes)))
        names: list[str | int] = [self.classes[row] for row in rows[0]]
        found = scores[0]
        if own is not None and len(own):
            names += range(len(own))
            found = np.append(found, own @ query[0])
        shares = np.exp(found - found.max())
        shares /= shares.sum()
        return [(name, float(share)) for name, share in zip(names, shares, strict=True)]

    def classed(self, vectors: Array) -> Array:
        """Classes of which these vectors are the one example each, for ``likely``."""
        return _with_one(vectors - self.mean) @ self.foretold

    @cached_property
    def _index(self) -> Any:
        import faiss

        faiss.omp_set_num_threads(1)
        index = faiss.IndexFlatIP(self.weights.shape[1])
        index.add(np.ascontiguousarray(self.weights))
        return index


@lru_cache(maxsize=4)
def spoken(terminology: Terminology) -> Mapping[str, Concept]:
    """The concepts that can be asked for in other words, by preferred name; of several of one name the first."""
    return {concept.name: concept for concept in reversed(terminology.of_kind(Kind.SYMPTOM, Kind.HISTORY, Kind.TEST))}


def examples(terminology: Terminology, language: Language) -> Iterator[tuple[str, str]]:
    """Pairs of canonical text and class: names and phrasings of concepts, and names of whole categories."""
    import yaml

    english = language is Language.EN
    for entry in yaml.safe_load((FOLDER / "categories.yaml").read_text("utf-8")):
        for name in entry["en" if english else "zh"]:
            yield fold(name), entry["category"]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    phrases = yaml.load((FOLDER / f"phrases.{language.value}.yaml").read_text("utf-8"), Loader=loader)
    concepts = spoken(terminology)
    for name, texts in phrases.items():
        concept = concepts.get(name)
        if not concept and name not in (NOTHING, LEAK):
            raise ValueError(f"phrases.{language.value}.yaml: {name!r} is no symptom, history or test")
        names = (concept.en if english else concept.zh) if concept else ()
        yield from ((fold(text), name) for text in (*names[:_NAMES_A_CONCEPT], *texts))


def fingerprint(terminology: Terminology) -> str:
    """A hash of all that a fitted model depends on, save the encoder."""
    digest = hashlib.sha256()
    for language in Language:
        for text, name in examples(terminology, language):
            digest.update(f"{text}\0{name}\n".encode())
    return digest.hexdigest()


def fit(pairs: Mapping[Language, Sequence[tuple[str, str]]], encoder: CachedEncoder) -> dict[Language, Meaning]:
    """The regression of labelled texts, as each language sees it. Deterministic; takes a minute beside the encoding."""
    vectors = {language: encoder.encode([text for text, _ in labelled]) for language, labelled in pairs.items()}
    means = {language: of_one.mean(0) for language, of_one in vectors.items()}
    features = np.vstack([vectors[language] - means[language] for language in pairs])
    spread = features.std(0) / _SPREAD
    spread = np.append(np.where(spread > 0, spread, 1), 1).astype(np.float32)
    features /= spread[:-1]
    names = [name for labelled in pairs.values() for _, name in labelled]
    classes, labels = np.unique(names, return_inverse=True)
    weights = _regression(features, labels, len(classes)) / spread
    foretold = _foretelling(features, weights[labels]) / spread[:, None]
    return {language: Meaning(tuple(classes.tolist()), means[language], weights, foretold) for language in pairs}


def _regression(features: Array, labels: npt.NDArray[np.int_], classes: int) -> Array:
    """Weights of a multinomial logistic regression, a row a class: AdamW with a warm-up and a linear descent."""
    draw = np.random.default_rng(0)
    weights = np.zeros((features.shape[1] + 1, classes), np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    batch = min(_BATCH, len(features))
    steps = _EPOCHS * (len(features) // batch)
    order = np.concatenate([draw.permutation(len(features))[: steps // _EPOCHS * batch] for _ in range(_EPOCHS)])
    for step, rows in enumerate(order.reshape(steps, batch), start=1):
        kept = draw.random((batch, features.shape[1]), np.float32) >= _DROPOUT
        drawn = _with_one(features[rows] * kept / (1 - _DROPOUT))
        shares = drawn @ weights
        shares = np.exp(shares - shares.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        shares[np.arange(batch), labels[rows]] -= 1
        gradient = drawn.T @ shares / batch
        first += 0.1 * (gradient - first)
        second += 0.01 * (gradient * gradient - second)
        change = first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        done = step / steps
        rate = _RATE * min(done / _WARM_UP, (1 - done) / (1 - _WARM_UP))
        weights -= np.float32(rate) * (change + np.float32(_DECAY) * weights)
    return np.ascontiguousarray(weights.T)


def _foretelling(features: Array, wanted: Array) -> Array:
    """The linear map from one example to the weights of its class that errs least over all examples."""
    given = _with_one(features).astype(np.float64)
    gram = given.T @ given
    gram += _RIDGE * np.trace(gram) / len(gram) * np.eye(len(gram))
    return np.linalg.solve(gram, given.T @ wanted).astype(np.float32)


def _with_one(features: Array) -> Array:
    return np.hstack([features, np.ones((len(features), 1))]).astype(np.float32)


def stored(encoder_name: str) -> Path:
    """Where the fitted models of an encoder are kept."""
    return FOLDER / f"meaning.{re.sub(r'[^A-Za-z0-9]+', '_', encoder_name)}.npz"


def store(models: dict[Language, Meaning], encoder_name: str, made_from: str) -> Path:
    """Writes the models that were fitted together for one encoder; ``made_from`` is their ``fingerprint``."""
    any_one = next(iter(models.values()))
    arrays: dict[str, Any] = {
        "encoder": np.array(encoder_name),
        "fingerprint": np.array(made_from),
        "classes": np.array(any_one.classes),
        "weights": any_one.weights.astype(np.float16),
        "foretold": any_one.foretold.astype(np.float16),
    }
    arrays |= {f"mean.{language.value}": model.mean for language, model in models.items()}
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
        return Meaning(
            tuple(arrays["classes"].tolist()),
            arrays[f"mean.{language.value}"],
            arrays["weights"].astype(np.float32),
            arrays["foretold"].astype(np.float32),
        )
