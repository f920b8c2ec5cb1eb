"""Means over cases with their uncertainty, and what a comparison can and cannot tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import comb
from typing import Any

import numpy as np

RESAMPLES = 10_000
_MANY, _FEWER_RESAMPLES, _BLOCK = 1_000, 2_000, 500
SEED = 20240325

Ratings = np.ndarray[Any, np.dtype[np.float64]]
"""A row a thing, a column a rater; no cell is empty."""

Statistic = Callable[[Ratings], float | None]

_NOTHING = 1e-12
"""Below this a sum of squares is a rounding error of 0."""


def mean(values: Sequence[float]) -> float | None:
    """The mean to six decimals; None of nothing."""
    return round(sum(values) / len(values), 6) if values else None


def bootstrap_interval(
    by_case: Mapping[str, Sequence[float]], resamples: int = RESAMPLES, seed: int = SEED
) -> tuple[float, float] | None:
    """95 % percentile interval of the mean, resampling cases with all their repeats.

    None for fewer than two cases, whose spread nothing is known about. Deterministic: the seed is fixed, and the order
    of cases plays no part. Cases of equal values are drawn together, how often by a multinomial law; where more than
    1,000 differ, 2,000 resamples are made. Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993),
    chapter 13.
    """
    alike = Counter((sum(values), len(values)) for values in by_case.values() if values)
    cases = alike.total()
    if cases < 2:
        return None
    sums, counts = np.array(sorted(alike), dtype=float).T
    shares = np.array([alike[pair] for pair in sorted(alike)]) / cases
    rng = np.random.default_rng(seed)
    means = np.empty(resamples if len(alike) <= _MANY else min(resamples, _FEWER_RESAMPLES))
    for start in range(0, len(means), _BLOCK):
        drawn = rng.multinomial(cases, shares, size=min(_BLOCK, len(means) - start))
        means[start : start + _BLOCK] = (drawn @ sums) / (drawn @ counts)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def detectable_difference(differences: Sequence[float]) -> float | None:
    """The smallest true mean difference that as many cases would show, at 5 % significance and 80 % power.

    (1.960 + 0.842) · s ÷ √n with the standard deviation s of the paired differences; None for fewer than two cases.
    Source: Cohen, Statistical Power Analysis for the Behavioral Sciences (1988), chapter 2.
    """
    if len(differences) < 2:
        return None
    return float(2.802 * np.std(differences, ddof=1) / np.sqrt(len(differences)))


def none_of(cases: int) -> float:
    """The largest share of cases that may differ where none of so many did: the upper 95 % bound, 1 - 0.05^(1/n)."""
    return float(1 - 0.05 ** (1 / cases))


def pass_hat(outcomes: Iterable[Sequence[bool]], k: int) -> tuple[float | None, int]:
    """pass^k, how probably k trials of a case all pass, as the mean over cases; and the number of cases it is over.

    Of a case with c passes in n trials it is C(c, k) ÷ C(n, k); cases with fewer than k trials are left out.
    Source: Yao et al., τ-bench (2024), section 4.
    """
    shares = [comb(sum(trials), k) / comb(len(trials), k) for trials in outcomes if len(trials) >= k]
    return (sum(shares) / len(shares), len(shares)) if shares else (None, 0)


def bootstrap_statistic(
    by_dialogue: Mapping[str, Sequence[Sequence[float]]], statistic: Statistic, resamples: int = 2_000, seed: int = SEED
) -> tuple[float, float] | None:
    """95 % percentile interval of any statistic of rows, resampling dialogues with all their rows.

    None for fewer than two dialogues, and where the statistic does not exist on more than a tenth of the resamples:
    the others alone would be an interval of something else. Deterministic, as ``bootstrap_interval``.
    """
    groups = [np.array(by_dialogue[key], dtype=float) for key in sorted(by_dialogue) if by_dialogue[key]]
    if len(groups) < 2:
        return None
    rows = np.concatenate(groups)
    ends = np.cumsum([len(group) for group in groups])
    places = [np.arange(end - len(group), end) for end, group in zip(ends, groups, strict=True)]
    picks = np.random.default_rng(seed).integers(0, len(groups), size=(resamples, len(groups)))
    drawn = (statistic(rows[np.concatenate([places[i] for i in pick])]) for pick in picks)
    values = [value for value in drawn if value is not None]
    if len(values) < 0.9 * resamples:
        return None
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def cohen_kappa(ratings: Ratings) -> float | None:
    """κ of two raters, from -1 to 1: (observed - chance agreement) ÷ (1 - chance agreement).

    None for fewer than two things, and where both raters gave all of them the same mark. Source: Cohen, A coefficient
    of agreement for nominal scales (1960).
    """
    return weighted_kappa(ratings, lambda one, two: one != two)


def weighted_kappa(
    ratings: Ratings, weight: Callable[[Ratings, Ratings], Any] = lambda one, two: (one - two) ** 2
) -> float | None:
    """Weighted κ of two raters, at most 1: 1 - Σ w · observed ÷ Σ w · expected, w the weight of a disagreement.

    The weight is the squared difference, with which κ is at least -1, unless another symmetric one is given. None for
    fewer than two things, and where both raters gave all of them the same mark. Source: Cohen, Weighted kappa (1968).
    """
    if len(ratings) < 2:
        return None
    marks, coded = np.unique(ratings, return_inverse=True)
    coded, size = coded.reshape(ratings.shape), len(marks)
    together = np.bincount(coded[:, 0] * size + coded[:, 1], minlength=size * size).reshape(size, size) / len(ratings)
    chance = np.outer(together.sum(axis=1), together.sum(axis=0))
    weights = np.asarray(weight(marks[:, None], marks[None, :]), dtype=float)
    expected = float((weights * chance).sum())
    return None if expected < _NOTHING else 1 - float((weights * together).sum()) / expected


def icc_2_1(ratings: Ratings) -> float | None:
    """ICC(2,1) of two or more raters: two-way random effects, absolute agreement, one rating; at most 1.

    (B - E) ÷ (B + (k - 1) · E + k · (J - E) ÷ n) with the mean squares between things B, between raters J and of the
    rest E, for n things and k raters. None for fewer than two things or raters, and where nothing varies. Source:
    Shrout and Fleiss, Intraclass correlations: uses in assessing rater reliability (1979).
    """
    n, k = ratings.shape
    if n < 2 or k < 2:
        return None
    mean = ratings.mean()
    between, raters = ratings.mean(axis=1) - mean, ratings.mean(axis=0) - mean
    rest = ratings - mean - between[:, None] - raters[None, :]
    b, j = k * float((between**2).sum()) / (n - 1), n * float((raters**2).sum()) / (k - 1)
    e = float((rest**2).sum()) / ((n - 1) * (k - 1))
    total = b + (k - 1) * e + k * (j - e) / n
    return None if total < _NOTHING else (b - e) / total
