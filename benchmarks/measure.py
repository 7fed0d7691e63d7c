"""Measuring in pairs: the library and the floor take turns in one run, so that noise of the machine affects both."""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeVar

from attrs import frozen

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds after which no further round begins, once there are `FEWEST` rounds."""

FEWEST = 3

TRIES = 3
"""Number of tries of an act in a round, unless they take longer than `SHORT` seconds."""

SHORT = 0.1


class CannotRun(Exception):
    """This machine or version lacks something that the line needs; the message names it and is printed in the table."""


@frozen(kw_only=True)
class Effort:
    """The size of a benchmark run.

    Attributes:
        quick: whether sizes are so small that all lines together take a few minutes.
        folder: an empty folder for the line alone.
    """

    quick: bool
    folder: Path

    def choose(self, quick: T, full: T) -> T:
        """Return the value for a quick or for a full run."""
        return quick if self.quick else full

    def within(self, name: str) -> "Effort":
        """Return the same size of run in a new subfolder."""
        folder = self.folder / name
        folder.mkdir()
        return Effort(quick=self.quick, folder=folder)


@frozen(kw_only=True)
class Goal:
    """The bounds that a measured number has to keep."""

    least: float = float("-inf")
    most: float = float("inf")

    def is_reached(self, number: float) -> bool:
        """Return whether a number is within the goal's bounds."""
        return self.least <= number <= self.most

    def __str__(self) -> str:
        bounds = (("≥", self.least), ("≤", self.most))
        return " ".join(f"{sign} {bound:g}" for sign, bound in bounds if abs(bound) != float("inf"))


@frozen
class Pairs:
    """Times or rates of the library and of the floor, round by round."""

    ours: tuple[float, ...]
    floor: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours divided by the floor, for each round, smallest first."""
        return tuple(sorted(ours / floor for ours, floor in zip(self.ours, self.floor, strict=True)))


@frozen(kw_only=True)
class Result:
    """One row of the table.

    Attributes:
        case: the measured case within the line.
        unit: of both numbers, such as `ms` or `requests/s`.
        ratios: of the rounds; empty without a floor.
        goal: for the median of the ratios.
        limit: for the measured number itself.
        note: conditions that a reader must know to judge the row.
    """

    case: str
    unit: str
    measured: float
    floor: float | None = None
    ratios: tuple[float, ...] = ()
    goal: Goal | None = None
    limit: Goal | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Median of the ratios between library and floor, or None without ratios."""
        return median(self.ratios) if self.ratios else None

    @property
    def is_reached(self) -> bool:
        """Whether both the goal and the limit, if set, are reached."""
        fits = self.ratio is None or self.goal is None or self.goal.is_reached(self.ratio)
        return fits and (self.limit is None or self.limit.is_reached(self.measured))


def measure_pairs(ours: Callable[[], float], floor: Callable[[], float], rounds: int) -> Pairs:
    """Run the library's side and the floor in turns, one round for each call, and return the results.

    After `PATIENCE` seconds it ends early, but not before `FEWEST` rounds.
    """
    until = perf_counter() + PATIENCE
    results: list[tuple[float, float]] = []
    while len(results) < rounds and (len(results) < FEWEST or perf_counter() < until):
        results.append((ours(), floor()))
    return Pairs(*zip(*results, strict=True))


def build_comparison(
    case: str, unit: str, pairs: Pairs, *, goal: Goal | None = None, limit: Goal | None = None, note: str = ""
) -> Result:
    """Return the row of the table for a comparison, with the medians of both sides and the ratios of the rounds."""
    return Result(
        case=case,
        unit=unit,
        measured=median(pairs.ours),
        floor=median(pairs.floor),
        ratios=pairs.ratios,
        goal=goal,
        limit=limit,
        note=note,
    )


def measure_seconds(act: Callable[[], object]) -> float:
    """Return the duration of an act in seconds."""
    begun = perf_counter()
    act()
    return perf_counter() - begun


def build_milliseconds_round(act: Callable[[], object]) -> Callable[[], float]:
    """Return a function that performs an act and returns the act's duration in milliseconds.

    Short acts are tried several times and the fastest try counts: additional time comes from other work of the machine.
    """

    def measure_act() -> float:
        until = perf_counter() + SHORT
        tries = [measure_seconds(act)]
        while len(tries) < TRIES and perf_counter() < until:
            tries.append(measure_seconds(act))
        return 1000 * min(tries)

    return measure_act


def measure_rate(act: Callable[[], int]) -> float:
    """Return the rate of an act: the number that it returns, divided by its duration in seconds."""
    begun = perf_counter()
    done = act()
    return done / (perf_counter() - begun)
