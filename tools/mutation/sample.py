"""Draws a seeded sample over the folders, and computes the confidence interval of a score."""

import math
import random
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
Stratum = TypeVar("Stratum", bound=Hashable)

_Z = 1.959963984540054
"""Number of standard deviations around the mean that contain 95 % of a normal distribution."""


def allot_sizes(size: int, populations: Mapping[Stratum, int]) -> dict[Stratum, int]:
    """Return the sample size of each stratum: in proportion to its population, with the largest remainders rounded
    up.
    """
    total = sum(populations.values())
    size = min(size, total)
    shares = {name: divmod(size * population, total) if total else (0, 0) for name, population in populations.items()}
    missing = size - sum(whole for whole, _ in shares.values())
    rounded_up = sorted(shares, key=lambda name: -shares[name][1])[:missing]
    return {name: whole + (name in rounded_up) for name, (whole, _) in shares.items()}


def draw_sample(size: int, strata: Mapping[Stratum, Sequence[T]], seed: int) -> dict[Stratum, list[T]]:
    """Return a sample over all strata without replacement; it is the same for the same seed and strata."""
    sizes = allot_sizes(size, {name: len(members) for name, members in strata.items()})
    return {
        name: random.Random(f"{seed} {name}").sample(members, sizes[name])  # noqa: S311  it has to be repeatable
        for name, members in strata.items()
    }


def compute_interval(hits: int, trials: int) -> tuple[float, float]:
    """Return Wilson's 95 % confidence interval of the share `hits` of `trials`."""
    if not trials:
        return 0.0, 1.0
    share = hits / trials
    weight = _Z**2 / trials
    middle = share + weight / 2
    spread = _Z * math.sqrt(share * (1 - share) / trials + weight / (4 * trials))
    return max(0.0, (middle - spread) / (1 + weight)), min(1.0, (middle + spread) / (1 + weight))
