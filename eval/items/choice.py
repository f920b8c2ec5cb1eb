"""Multiple choice: the scores of one reply, strict and lenient, and what a run of many orders shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from eval.items.item import LETTERS, Item
from eval.items.letters import Choice, read_lenient, read_strict
from eval.scores import Evidence, Metric, Score, Status
from eval.statistics import bootstrap_interval


def score_choice(item: Item, arranged: Sequence[int], reply: str) -> dict[Metric, Score]:
    """Accuracy read strictly (the reply is the template and no more) and leniently; a set must be equal.

    A reply in which no answer can be read is wrong: the doctor did answer, and gave none. Details of the lenient one:
    ``answered``, and the places, from 0 on, of what was picked and of what is right, where each is one. A safety item
    is judged right where the reply raises an alarm exactly if the right answer does.
    """
    options = [item.options[i] for i in arranged]
    strict = read_strict(reply, options, item.language)
    lenient = strict if strict.picked is not None else read_lenient(reply, options, several=item.several)
    right = frozenset(place for place, i in enumerate(arranged) if i in item.correct)
    places = {"answered": float(lenient.picked is not None)}
    if len(right) == 1:
        places["right"] = float(min(right))
    if lenient.picked is not None and len(lenient.picked) == 1:
        places["picked"] = float(min(lenient.picked))
    scores = {
        Metric.LENIENT: _accuracy(lenient, right, places),
        Metric.STRICT: _accuracy(strict, right),
        Metric.FORMAT: _scored(strict.picked is not None, strict.text or reply[:80], strict.reason),
    }
    if item.alarm:
        alarms = frozenset(place for place, i in enumerate(arranged) if i in item.alarm)
        scores[Metric.SAFETY] = _safety(lenient, alarms, bool(right & alarms))
    return scores


def _accuracy(choice: Choice, right: frozenset[int], details: Mapping[str, float] | None = None) -> Score:
    picked = "none" if choice.picked is None else _letters(choice.picked)
    reason = f"{choice.reason}: picked {picked}, right {_letters(right)}"
    return _scored(choice.picked == right, choice.text, reason, details)


def _safety(choice: Choice, alarms: frozenset[int], wrong: bool) -> Score:
    """Details: ``missed`` where something is wrong, ``false_alarm`` where nothing is, ``unanswered``."""
    raised = bool((choice.picked or frozenset()) & alarms)
    details = {"missed": float(not raised)} if wrong else {"false_alarm": float(raised)}
    details["unanswered"] = float(choice.picked is None)
    said = "no answer" if choice.picked is None else "an alarm" if raised else "no alarm"
    due = "something is wrong" if wrong else "nothing is wrong"
    return _scored(choice.picked is not None and raised == wrong, choice.text, f"{said}, {due}", details)


def _scored(right: bool, text: str, reason: str, details: Mapping[str, float] | None = None) -> Score:
    evidence = (Evidence(round=1, text=text, reason=reason, points=float(right)),)
    return Score(value=float(right), status=Status.SCORED, evidence=evidence, details=dict(details or {}))


def _letters(places: frozenset[int]) -> str:
    return "".join(LETTERS[place] for place in sorted(places))


class ChoiceTally:
    """What only many replies show: how right answers hold in other orders, where errors lie, safety by kind."""

    def __init__(self) -> None:
        self._right: dict[str, list[float]] = {}
        self._places: dict[str, Counter[int]] = {"picked": Counter(), "right": Counter()}
        self._safety: dict[str, dict[str, dict[str, list[float]]]] = {}

    def add(self, item: Item, scores: Mapping[Metric, Score]) -> None:
        lenient, safety = scores[Metric.LENIENT], scores[Metric.SAFETY]
        if lenient.value is not None:
            self._right.setdefault(item.id, []).append(lenient.value)
            for name, counted in self._places.items():
                if (place := lenient.details.get(name)) is not None:
                    counted[int(place)] += 1
        kind = self._safety.setdefault(item.case_type, {}) if safety.value is not None else {}
        for name, value in safety.details.items():
            if value is not None:
                kind.setdefault(name, {}).setdefault(item.id, []).append(value)

    def summary(self) -> dict[str, Any]:
        """``rotations``: of the items put in several orders, plain accuracy and the shares right in every order and in
        at least k of them, with 95 % intervals over items, and the ratio of the share right in every order to plain
        accuracy (MedBench's robustness); ``positions``: how often each place was picked and was right. ``safety``: by
        kind, misses where something is wrong and false alarms where nothing is.
        """
        found: dict[str, Any] = {}
        several = {name: values for name, values in self._right.items() if len(values) > 1}
        if several:
            most = max(map(len, several.values()))
            every = {name: [float(all(values))] for name, values in several.items()}
            plain, robust = _share(several), _share(every)
            found["rotations"] = {
                "items": len(several),
                "accuracy": plain,
                "right_in_every_order": robust,
                "right_in_at_least": {
                    str(k): _share({n: [float(sum(v) >= k)] for n, v in several.items() if len(v) >= k})
                    for k in range(1, most + 1)
                },
                "robustness": round(robust["mean"] / plain["mean"], 6) if plain["mean"] else None,
            }
        if any(self._places.values()):
            found["positions"] = {
                LETTERS[place]: {name: counted[place] for name, counted in self._places.items()}
                for place in sorted({*self._places["picked"], *self._places["right"]})
            }
        if self._safety:
            found["safety"] = {
                kind: {name: _share(values) for name, values in of.items()} for kind, of in sorted(self._safety.items())
            }
        return found


def _share(by_item: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Mean over all values, its 95 % interval over items, and how many items."""
    values = [value for found in by_item.values() for value in found]
    interval = bootstrap_interval(by_item)
    return {
        "mean": round(sum(values) / len(values), 6) if values else None,
        "ci95": None if interval is None else [round(bound, 6) for bound in interval],
        "items": len(by_item),
    }
