"""Means over cases with their uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
