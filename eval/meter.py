"""What a run has done so far, what that cost, and when a budget is spent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from eval.journal import EndLine, Line, TurnLine, usage_of
from sp_sim.errors import InputError
from sp_sim.record import Frozen
from sp_sim.transcript import Role, StopReason, Usage


class Price(Frozen):
    """Of a million tokens, in whatever currency all prices of a run are given in."""

    input: float
    output: float

    def of(self, usage: Usage) -> float:
        return (usage.prompt_tokens * self.input + usage.completion_tokens * self.output) / 1e6


Prices = Mapping[str, Price]
"""By the name of the model."""


def read_prices(options: list[str]) -> dict[str, Price]:
    """The prices that ``--price`` options give: ``MODEL=INPUT,OUTPUT``, or a YAML file ``MODEL: [INPUT, OUTPUT]``."""
    prices: dict[str, Price] = {}
    for option in options:
        model, equals, numbers = option.rpartition("=")
        table: Any = {model: numbers.split(",")} if equals else _table(option)
        for name, pair in table.items():
            try:
                given, taken = (float(number) for number in pair)
                if not (0 <= given < float("inf") and 0 <= taken < float("inf")):
                    raise ValueError
            except (TypeError, ValueError) as error:
                raise InputError(
                    f"--price {option}: got {pair!r} for {name}, expected input and output per million tokens"
                ) from error
            prices[str(name)] = Price(input=given, output=taken)
    return prices


def _table(file: str) -> Any:
    try:
        table = yaml.safe_load(Path(file).read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InputError(
            f"--price {file}: got {error}, expected MODEL=INPUT,OUTPUT or a YAML file of MODEL: [INPUT, OUTPUT]"
        ) from error
    if not isinstance(table, dict):
        raise InputError(f"--price {file}: got other YAML, expected MODEL: [INPUT, OUTPUT]")
    return table


class Meter:
    """Counts journal lines as they come. ``models`` names the model of each role that calls one."""

    def __init__(self, models: Mapping[str, str], prices: Prices) -> None:
        self._models = models
        self._prices = prices
        self.turns = 0
        self.ended = 0
        self.failed = 0
        self.spent: dict[Role, Usage] = {Role.DOCTOR: Usage()}

    def add(self, line: Line) -> None:
        for role, usage in usage_of(line).items():
            self.spent[role] = self.spent.get(role, Usage()) + usage
        if isinstance(line, TurnLine):
            self.turns += 1
        elif isinstance(line, EndLine):
            self.ended += 1
            self.failed += line.stop_reason is StopReason.FAILED

    @property
    def tokens(self) -> int:
        """Of all roles together."""
        return sum(usage.tokens for usage in self.spent.values())

    @property
    def cost(self) -> float | None:
        """Of all roles together; None where a model that was called has no price."""
        costs = costs_of(self.spent, self._models, self._prices).values()
        return None if None in costs else sum(cost or 0.0 for cost in costs)


def costs_of(spent: Mapping[Role, Usage], models: Mapping[str, str], prices: Prices) -> dict[Role, float | None]:
    """What each role cost: nothing where no model was called, None where its model has no price."""
    costs: dict[Role, float | None] = {}
    for role, usage in spent.items():
        price = prices.get(models.get(role, ""))
        costs[role] = price.of(usage) if price else None if usage.calls else 0.0
    return costs


class Budget(Frozen):
    """When to stop: at a cost (in the currency of the prices) or a number of tokens, of the whole run; None: never."""

    max_cost: float | None = None
    max_tokens: int | None = None

    def check(self, models: Mapping[str, str], prices: Prices) -> None:
        """Raises ``InputError`` where a limit of the cost cannot be kept for want of a price."""
        if self.max_cost is not None and (unknown := sorted(set(models.values()) - set(prices))):
            raise InputError(
                f"--max-cost: got no price of {unknown[0]}, expected one; give --price {unknown[0]}=INPUT,OUTPUT"
            )

    def spent(self, meter: Meter) -> str:
        """Which limit has been reached, in words; empty: none."""
        cost = meter.cost
        if self.max_cost is not None and cost is not None and cost >= self.max_cost:
            return f"--max-cost {self.max_cost:g}: spent {cost:.4f}"
        if self.max_tokens is not None and meter.tokens >= self.max_tokens:
            return f"--max-tokens {self.max_tokens}: spent {meter.tokens}"
        return ""
