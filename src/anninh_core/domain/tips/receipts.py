"""Receipt numbers: what a reporter quotes when she asks for her tip."""

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U, so that nothing is misread aloud


def receipt_from(id: str) -> str:
    """Return the receipt that goes with a tip's id: ten letters of its random part, such as `7KM2Q-9XA3D`."""
    number = int(id.replace("-", "")[-13:], 16) & ((1 << 50) - 1)
    letters = "".join(_LETTERS[number >> shift & 31] for shift in range(45, -1, -5))
    return f"{letters[:5]}-{letters[5:]}"
