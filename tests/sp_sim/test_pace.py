from __future__ import annotations

import asyncio
from itertools import pairwise

from sp_sim.pace import Pace


async def begun(pace: Pace, tokens: int, calls: int) -> list[float]:
    """When each of so many calls that want to begin at once begins, in seconds."""
    clock = asyncio.get_running_loop().time
    start = clock()

    async def call() -> float:
        await pace.begin(tokens)
        return clock() - start

    return sorted(await asyncio.gather(*(call() for _ in range(calls))))


async def test_without_a_limit_nobody_waits() -> None:
    assert max(await begun(Pace(), 1000, 50)) < 1


async def test_calls_are_spread_over_the_minute() -> None:
    times = await begun(Pace(calls=600), 0, 4)
    assert all(later - earlier >= 0.09 for earlier, later in pairwise(times))


async def test_tokens_are_spread_too_and_corrected() -> None:
    pace = Pace(tokens=60_000)
    times = await begun(pace, 100, 3)
    assert times[-1] >= 0.19
    pace.correct(300)  # the last call took 400, not 100
    assert (await begun(pace, 0, 1))[0] >= 0.3


async def test_a_hold_holds_everybody() -> None:
    pace = Pace()
    pace.hold(0.2)
    assert min(await begun(pace, 0, 5)) >= 0.19
