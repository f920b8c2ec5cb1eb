"""How fast an endpoint may be called: calls and tokens spread evenly over each minute."""

from __future__ import annotations

import asyncio
import random


class Pace:
    """Lets calls begin no faster than ``calls`` and ``tokens`` a minute allow; None: as fast as they come.

    A call books its tokens by an estimate and corrects it afterwards, so that many calls under way at once keep to
    the limit too. ``hold`` makes every call wait, as an endpoint that answers 429 asks. Used from one event loop.
    """

    def __init__(self, calls: int | None = None, tokens: int | None = None) -> None:
        self._per_call = 60 / calls if calls else 0.0
        self._per_token = 60 / tokens if tokens else 0.0
        self._next_call = self._next_token = self._held_until = 0.0

    async def begin(self, tokens: int) -> None:
        """Waits until a call of about so many tokens may begin."""
        now = asyncio.get_running_loop().time()
        start = max(now, self._next_call, self._next_token)
        self._next_call = start + self._per_call
        self._next_token = start + tokens * self._per_token
        await asyncio.sleep(start - now)
        while (left := self._held_until - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(left + random.uniform(0, min(left, 1.0)))

    def correct(self, tokens: int) -> None:
        """Books what a call took beyond its estimate (less than nothing: gives it back)."""
        self._next_token += tokens * self._per_token

    def hold(self, seconds: float) -> None:
        """No call begins for so long."""
        self._held_until = max(self._held_until, asyncio.get_running_loop().time() + seconds)
