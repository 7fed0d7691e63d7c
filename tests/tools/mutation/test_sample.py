"""Whoever draws the sample again gets the same one, and a score says how sure it is."""

import pytest
from tools.mutation.sample import allot, draw, interval

STRATA = {"large": list(range(700)), "small": list(range(200)), "tiny": list(range(100))}


def test_the_same_seed_draws_the_same() -> None:
    """A sample is repeatable, and another seed draws another."""
    assert draw(40, STRATA, seed=7) == draw(40, STRATA, seed=7)
    assert draw(40, STRATA, seed=7) != draw(40, STRATA, seed=8)


def test_nothing_is_drawn_twice() -> None:
    """A sample as large as everything is everything."""
    drawn = draw(1000, STRATA, seed=7)
    assert {name: sorted(ones) for name, ones in drawn.items()} == STRATA


@pytest.mark.parametrize(
    ("size", "parts"),
    [
        (10, (7, 2, 1)),
        (1, (1, 0, 0)),
        (25, (18, 5, 2)),  # 17.5, 5 and 2.5: of equal remainders the first named is rounded up
        (2000, (700, 200, 100)),
        (0, (0, 0, 0)),
    ],
)
def test_each_stratum_gives_its_share(size: int, parts: tuple[int, int, int]) -> None:
    """Shares are in proportion to what there is, and add up to what was asked for, or to all there is."""
    assert tuple(allot(size, {name: len(ones) for name, ones in STRATA.items()}).values()) == parts


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
    """The bounds are those of the literature; of no trial at all nothing is known."""
    assert interval(hits, trials) == pytest.approx((low, high), abs=5e-5)
