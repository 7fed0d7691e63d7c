"""Numbers of requests: what a person quotes, and what tells nothing of when or how many ask."""

from anninh_core.kernel.ids import letters_of

_LETTERS = 6


def number_from(id: str) -> str:
    """Return the number that goes with a request's id, such as `DL-7KM2QX`. It is shorter than a tip's receipt."""
    return f"DL-{letters_of(id, _LETTERS)}"
