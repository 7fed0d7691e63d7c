"""Numbers of requests: what a person quotes, and what tells nothing of when or how many ask."""

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U, so that nothing is misread aloud
_DIGITS = 6


def number_from(id: str) -> str:
    """Return the number that goes with a request's id, such as `DL-7KM2QX`. It is shorter than a tip's receipt."""
    number = int(id.replace("-", "")[-13:], 16)
    letters = "".join(_LETTERS[number >> shift & 31] for shift in range(5 * (_DIGITS - 1), -1, -5))
    return f"DL-{letters}"
