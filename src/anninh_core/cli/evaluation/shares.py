"""How shares are told: in cells of a table, and to programs."""

from gettext import gettext as _

from anninh_core.cli.evaluation.figures import Share

DIGITS = 4
"""Places behind the point, for programs."""


def share_cells(share: Share) -> tuple[str, str, str]:
    """Return a share, what it is a share of, and its interval."""
    low, high = map(percent, share.interval)
    number = _("{hits} of {number}").format(hits=share.hits, number=share.of)
    interval = _("{low} to {high}").format(low=low, high=high)
    return percent(share.value), number, interval


def percent(value: float | None) -> str:
    """Return a share in percent, a dash for none."""
    return "–" if value is None else f"{value:.1%}"


def describe_share(name: str, share: Share) -> dict[str, object]:
    """Return a share and its interval for programs, under a name."""
    return {name: round_share(share.value), f"{name}_interval": [round(end, DIGITS) for end in share.interval]}


def round_share(value: float | None) -> float | None:
    """Return a share for programs."""
    return None if value is None else round(value, DIGITS)
