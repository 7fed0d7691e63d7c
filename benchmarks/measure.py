"""Measuring in pairs: ours and the floor take turns in one run, so that a noisy machine hits both alike."""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeVar

from attrs import frozen

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds after which no further round is begun, once there are `FEWEST`."""

FEWEST = 3

TRIES = 3
"""Of an act in a round, unless they take longer than `SHORT` seconds."""

SHORT = 0.1


class CannotRun(Exception):
    """This machine or this version lacks what the line needs; the message says what, and stands in the table."""


@frozen(kw_only=True)
class Effort:
    """How much is done.

    Attributes:
        quick: small enough that all lines together take a few minutes.
        folder: an empty folder of the line's own.
    """

    quick: bool
    folder: Path

    def choose(self, quick: T, full: T) -> T:
        """Return what fits the effort."""
        return quick if self.quick else full

    def within(self, name: str) -> "Effort":
        """Return the same effort in a new folder below."""
        folder = self.folder / name
        folder.mkdir()
        return Effort(quick=self.quick, folder=folder)


@frozen(kw_only=True)
class Goal:
    """What a number must reach."""

    least: float = float("-inf")
    most: float = float("inf")

    def reached(self, number: float) -> bool:
        """Tell whether a number is on the right side."""
        return self.least <= number <= self.most

    def __str__(self) -> str:
        bounds = (("≥", self.least), ("≤", self.most))
        return " ".join(f"{sign} {bound:g}" for sign, bound in bounds if abs(bound) != float("inf"))


@frozen
class Pairs:
    """What both sides took or reached, round by round."""

    ours: tuple[float, ...]
    floor: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours as a share of the floor, one a round, smallest first."""
        return tuple(sorted(ours / floor for ours, floor in zip(self.ours, self.floor, strict=True)))


@frozen(kw_only=True)
class Result:
    """One row of the table.

    Attributes:
        case: what was measured, within the line.
        unit: of both numbers, such as `ms` or `requests/s`.
        ratios: of the rounds; empty where there is no floor.
        goal: for the median of the ratios.
        limit: for the measured number itself.
        note: what a reader must know to believe the row.
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
        """The median of the ratios."""
        return median(self.ratios) if self.ratios else None

    @property
    def reached(self) -> bool:
        """Whether everything asked for is reached."""
        fits = self.ratio is None or self.goal is None or self.goal.reached(self.ratio)
        return fits and (self.limit is None or self.limit.reached(self.measured))


def paired(ours: Callable[[], float], floor: Callable[[], float], rounds: int) -> Pairs:
    """Let both take turns; each call is a round and returns what is compared.

    Ends after fewer rounds, but three at least, where they take long.
    """
    until = perf_counter() + PATIENCE
    found: list[tuple[float, float]] = []
    while len(found) < rounds and (len(found) < FEWEST or perf_counter() < until):
        found.append((ours(), floor()))
    return Pairs(*zip(*found, strict=True))


def compared(
    case: str, unit: str, pairs: Pairs, *, goal: Goal | None = None, limit: Goal | None = None, note: str = ""
) -> Result:
    """Return the row of a comparison: the medians of both sides, and the ratios of the rounds."""
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


def seconds(act: Callable[[], object]) -> float:
    """Return how long an act takes."""
    begun = perf_counter()
    act()
    return perf_counter() - begun


def milliseconds(act: Callable[[], object]) -> Callable[[], float]:
    """Return a round that performs an act and tells how long it took.

    Short acts are tried several times and the fastest counts: what comes on top is the machine doing something else.
    """

    def round_() -> float:
        until = perf_counter() + SHORT
        tries = [seconds(act)]
        while len(tries) < TRIES and perf_counter() < until:
            tries.append(seconds(act))
        return 1000 * min(tries)

    return round_


def rate(act: Callable[[], int]) -> float:
    """Return how many a second an act does; it returns how many it did."""
    begun = perf_counter()
    done = act()
    return done / (perf_counter() - begun)
