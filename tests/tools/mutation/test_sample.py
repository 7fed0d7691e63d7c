"""A sample can be drawn again, and a score has a confidence interval."""

import pytest
from tools.mutation.sample import allot_sizes, compute_interval, draw_sample

STRATA = {"large": list(range(700)), "small": list(range(200)), "tiny": list(range(100))}


def test_the_same_seed_draws_the_same() -> None:
    """The same seed draws the same sample, and another seed another one."""
    assert draw_sample(40, STRATA, seed=7) == draw_sample(40, STRATA, seed=7)
    assert draw_sample(40, STRATA, seed=7) != draw_sample(40, STRATA, seed=8)


def test_nothing_is_drawn_twice() -> None:
    """Nothing is drawn twice: a sample larger than the population is the population."""
    drawn = draw_sample(1000, STRATA, seed=7)
    assert {name: sorted(members) for name, members in drawn.items()} == STRATA


@pytest.mark.parametrize(
    ("size", "parts"),
    [
        (10, (7, 2, 1)),
        (1, (1, 0, 0)),
        (25, (18, 5, 2)),  # 17.5, 5 and 2.5: of equal remainders the first in order is rounded up
        (2000, (700, 200, 100)),
        (0, (0, 0, 0)),
    ],
)
def test_each_stratum_gives_its_share(size: int, parts: tuple[int, int, int]) -> None:
    """Shares are proportional to the strata, and add up to the sample size or to the whole population."""
    assert tuple(allot_sizes(size, {name: len(members) for name, members in STRATA.items()}).values()) == parts


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_wilsons(hits: int, trials: int, low: float, high: float) -> None:
    """The bounds match the literature, and without trials the interval is from 0 to 1."""
    assert compute_interval(hits, trials) == pytest.approx((low, high), abs=5e-5)
