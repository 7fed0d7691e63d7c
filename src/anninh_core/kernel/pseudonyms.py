"""Pseudonyms: what handlers call a resident, another name in each case."""

from hashlib import sha256

_DIGITS = 12
_MARK = "p-"  # which no id has


def case_pseudonym(resident: str, case: str) -> str:
    """Return the name of a resident in one case: it tells the messenger, and no other case of theirs.

    Args:
        resident: conversation id, `<messenger instance>.<random>`; "" for nobody. A pseudonym stays as it is.
        case: what the name is for, such as `tip:<id>`.
    """
    messenger, _, id = resident.rpartition(".")
    if not resident or id.startswith(_MARK):
        return resident
    digest = sha256(f"{case}\0{resident}".encode()).hexdigest()
    return f"{messenger}.{_MARK}{digest[:_DIGITS]}"
