"""The numbers of a text with their units, made comparable: 48小时 is 2 days, 两种 is 2, twice is 2 times."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple


class Quantity(NamedTuple):
    """A number in the base unit of its dimension (hours, mg, mL, mm); the dimension is empty where no unit stands."""

    value: float
    dimension: str

    def equals(self, other: Quantity) -> bool:
        """Whether both can be the same: a number without unit may be one of any unit. A month is 30 or 31 days."""
        if self.dimension and other.dimension and self.dimension != other.dimension:
            return False
        slack = 0.02 if "time" in (self.dimension, other.dimension) else 1e-3
        return abs(self.value - other.value) <= slack * max(abs(self.value), abs(other.value))


@lru_cache(maxsize=16384)
def quantities(text: str) -> frozenset[Quantity]:
    """All numbers of a text; both ends of a range. Ordinals of a list at the start of a line are none."""
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = _LIST_MARK.sub("\n", plain)
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
    found = set(_clocks(plain))
    plain = _CLOCK.sub(" ", plain)
    for match in _FREQUENCY.finditer(plain):
        found.add(Quantity(float(_FREQUENCIES[match[0].replace(".", "")]), "times"))
    for match in _NUMBER.finditer(plain):
        factor, dimension = _unit(match["unit"] or "")
        numbers = [n for n in (match["word"] or match["figures"], match["two"]) if n]
        values = [_value(number) + (0.5 if match["half"] and dimension else 0) for number in numbers]
        if match["word"] and not dimension:
            continue
        found |= {Quantity(value * factor, dimension) for value in values}
    return frozenset(found)


def agree(wanted: Iterable[Quantity], found: Iterable[Quantity]) -> bool:
    """Whether every wanted number is among those found."""
    found = list(found)
    return all(any(one.equals(other) for other in found) for one in wanted)


def contradicted(wanted: Iterable[Quantity], found: Iterable[Quantity]) -> bool:
    """Whether numbers of a dimension are wanted, and others of that dimension are found but none of those wanted."""
    wanted, found = list(wanted), list(found)
    for dimension in {one.dimension for one in wanted if one.dimension}:
        same = [one for one in wanted if one.dimension == dimension]
        rivals = [other for other in found if other.dimension == dimension]
        if rivals and not any(one.equals(other) for one in same for other in found):
            return True
    return False


_CHINESE_DIGITS = dict(zip("零一二两三四五六七八九", (0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_WORDS = {
    word: float(value)
    for value, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {"fifteen": 15, "twenty": 20, "twenty-four": 24, "thirty": 30, "forty-eight": 48, "half an": 0.5, "half a": 0.5}
_FREQUENCIES = {"qd": 1, "bid": 2, "tid": 3, "qid": 4, "once": 1, "twice": 2, "thrice": 3}
_FREQUENCY = re.compile(r"(?<![a-z])(?:q\.?d|b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|(?<!at )once|twice|thrice)(?![a-z])")
_UNITS: tuple[tuple[str, float, str], ...] = (
    (r"分钟|mins?\b|minutes?\b", 1 / 60, "time"),
    (r"个?(?:小时|钟头)|h\b|hrs?\b|hours?\b", 1.0, "time"),
    (r"天|日(?![期间])|d\b|days?\b", 24.0, "time"),
    (r"周|个?(?:星期|礼拜)|weeks?\b|wks?\b", 168.0, "time"),
    (r"个?月(?![经份])|months?\b", 730.0, "time"),
    (r"年|周?岁|years?\b|yrs?\b", 8760.0, "time"),
    (r"kg\b|公斤|千克", 1e6, "mass"),
    (r"mg\b|毫克", 1.0, "mass"),
    (r"(?:μg|µg|ug|mcg)\b|微克", 1e-3, "mass"),
    (r"g\b|克", 1e3, "mass"),
    (r"ml\b|毫升|cc\b", 1.0, "volume"),
    (r"dl\b", 100.0, "volume"),
    (r"l\b|升(?![高至到压])", 1e3, "volume"),
    (r"mmol\b", 1.0, "mmol"),
    (r"[μµu]mol\b", 1e-3, "mmol"),
    (r"mmhg\b|毫米汞柱", 1.0, "mmhg"),
    (r"m?iu\b|units?\b|单位|u\b", 1.0, "units"),
    (r"%|percent(?:age points?)?\b|per cent\b", 1.0, "%"),
    (r"次/分钟?|bpm\b|/min\b|beats per minute", 1.0, "rate"),
    (r"次|times?\b|doses?\b", 1.0, "times"),
    (r"℃|°\s?c|°|摄氏度|度|degrees?\b", 1.0, "degrees"),
    (r"cm\b|厘米", 10.0, "length"),
    (r"mm\b|毫米", 1.0, "length"),
    (r"倍|-?fold\b", 1.0, "fold"),
    (r"元|美元|dollars?\b", 1.0, "money"),
    (r"[片粒]|tablets?\b|capsules?\b|pills?\b", 1.0, "tablets"),
    (r"[吸喷]|puffs?\b", 1.0, "puffs"),
    (r"[例名位]|patients\b|women\b|men\b|children\b|people\b", 1.0, "people"),
)  # fmt: skip
_UNIT = re.compile("|".join(f"(?P<u{i}>{pattern})" for i, (pattern, _, _) in enumerate(_UNITS)))
_ANY_UNIT = "(?:" + "|".join(pattern for pattern, _, _ in _UNITS) + ")"
_FIGURES = r"\d+(?:\.\d+)?"
_HAN = "半|[零一二两三四五六七八九十百]+"
_ENGLISH = "|".join(sorted(_WORDS, key=len, reverse=True))
_WORD = rf"(?:{_HAN}|(?<![a-z])(?:{_ENGLISH}|(?:(?<=within )|(?<=after )|(?<=in ))an?)(?![a-z]))"
_PER = r"(?:\s?[/·*]\s?\(?(?:kg|h|d|min|l|dl|ml|天|日|小时|公斤|千克|升|day|hour|week)\b[^\W\d_]{0,3})*"
_NUMBER = re.compile(
    rf"(?<![\d.a-z_])(?:(?P<word>{_WORD})|(?P<figures>{_FIGURES}))"
    rf"(?:\s?(?:%|℃|°c|mg|ml|g)?\s?(?:[-–—~〜至到]|to|and|or)\s?(?P<two>{_FIGURES}|{_WORD}))?"
    rf"[\s-]?(?P<unit>{_ANY_UNIT}{_PER})?(?P<half>半)?"
)
_CLOCK = re.compile(
    r"(?<![\d.])(?P<hour>[01]?\d|2[0-4])(?:[:：](?P<minute>[0-5]\d)|点(?P<half>半)?(?!\d)"
    r"|\s?(?P<noon>[ap])\.?m\b\.?)(?!\d)"
)
_LIST_MARK = re.compile(r"(?:\A|\n)[ \t]*\(?\d{1,2}(?:[.、)](?!\d)|\))")
"""The number of an item of a list."""


def _clocks(text: str) -> Iterator[Quantity]:
    for match in _CLOCK.finditer(text):
        hour = float(match["hour"]) + float(match["minute"] or 0) / 60 + (0.5 if match["half"] else 0)
        yield Quantity(hour + (12 if match["noon"] == "p" and hour < 12 else 0), "clock")


def _unit(written: str) -> tuple[float, str]:
    """Factor to the base unit, and the dimension; what it is per belongs to the dimension (mg/kg is no mass)."""
    match = _UNIT.match(written)
    if match is None:
        return 1.0, ""
    index = next(i for i in range(len(_UNITS)) if match[f"u{i}"] is not None)
    _, factor, dimension = _UNITS[index]
    per = "".join(c for c in written[match.end() :] if c.isalnum())
    return factor, f"{dimension}/{per}" if per else dimension


def _value(number: str) -> float:
    if number[0].isdigit():
        return float(number)
    if number.isascii():
        return _WORDS.get(number, 1.0)
    if number == "半":
        return 0.5
    if "百" in number:
        head, _, tail = number.partition("百")
        return _value(head or "一") * 100 + (_value(tail) if tail else 0)
    if "十" in number:
        head, _, tail = number.partition("十")
        return (_value(head) if head else 1) * 10 + (_value(tail) if tail else 0)
    return float(_CHINESE_DIGITS.get(number[-1], 0))
