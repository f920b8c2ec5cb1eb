"""Means over cases with their uncertainty, and what a comparison can and cannot tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import comb

import numpy as np

RESAMPLES = 10_000
SEED = 20240325


def bootstrap_interval(
    by_case: Mapping[str, Sequence[float]], resamples: int = RESAMPLES, seed: int = SEED
) -> tuple[float, float] | None:
    """95 % percentile interval of the mean, resampling cases with all their repeats.

    None for fewer than two cases, whose spread nothing is known about. Deterministic: cases are taken in sorted
    order and the seed is fixed. Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    groups = [by_case[case] for case in sorted(by_case) if by_case[case]]
    if len(groups) < 2:
        return None
    sums = np.array([sum(values) for values in groups])
    counts = np.array([len(values) for values in groups])
    picks = np.random.default_rng(seed).integers(0, len(groups), size=(resamples, len(groups)))
    means = sums[picks].sum(axis=1) / counts[picks].sum(axis=1)
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
