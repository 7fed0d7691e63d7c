"""Receipt numbers: what a reporter quotes when she asks for her tip."""

from anninh_core.kernel.ids import letters_of

_LETTERS = 10


def receipt_from(id: str) -> str:
    """Return the receipt that goes with a tip's id: ten letters of its random part, such as `7KM2Q-9XA3D`."""
    letters = letters_of(id, _LETTERS)
    return f"{letters[:5]}-{letters[5:]}"
