from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sp_sim.encoder import CachedEncoder, Vectors


class Counting:
    """One number a text; remembers its batches, and waits at the first until it may go on."""

    name = "counting"

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        self.begun.set()
        assert self.go_on.wait(10)
        return np.array([[float(text)] for text in texts], np.float32)


def test_what_many_ask_for_meanwhile_is_one_batch() -> None:
    inner = Counting()
    encoder = CachedEncoder(inner)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(encoder.encode, ["0"])
        assert inner.begun.wait(10)
        rest = [pool.submit(encoder.encode, [str(i), "7"]) for i in range(1, 6)]
        while len(encoder._wanted) < 6:
            pass
        inner.go_on.set()
        assert first.result().tolist() == [[0]]
        assert [future.result().tolist() for future in rest] == [[[i], [7]] for i in range(1, 6)]
    assert inner.batches[0] == ["0"]
    assert sorted(inner.batches[1]) == ["1", "2", "3", "4", "5", "7"]
    assert len(inner.batches) == 2


def test_only_so_many_vectors_are_kept() -> None:
    inner = Counting()
    inner.go_on.set()
    encoder = CachedEncoder(inner, capacity=3)
    for text in "01234":
        encoder.encode([text])
    assert len(encoder._vectors) == 3
    assert encoder.encode(["9", "8", "7", "6", "5"]).tolist() == [[9], [8], [7], [6], [5]]
    encoder.encode(["4"])
    assert inner.batches[-1] == ["4"]


def test_an_encoder_that_breaks_breaks_the_reading_and_not_the_next() -> None:
    class Broken:
        name = "broken"
        well = False

        def encode(self, texts: Sequence[str]) -> Vectors:
            if not self.well:
                raise RuntimeError("gone")
            return np.ones((len(texts), 1), np.float32)

    inner = Broken()
    encoder = CachedEncoder(inner)
    with pytest.raises(RuntimeError, match="gone"):
        encoder.encode(["a"])
    inner.well = True
    assert encoder.encode(["a"]).tolist() == [[1]]
