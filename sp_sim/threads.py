"""Threads for what computes: few, so that the event loop, which only hands work on, is not kept waiting by them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_THREADS = ThreadPoolExecutor(3, "computing")
"""Enough for texts to wait for the encoder together, which takes them in one batch."""


async def computed(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a function that computes returns; it runs in one of few threads, which all dialogues share."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, lambda: function(*args, **kwargs))
