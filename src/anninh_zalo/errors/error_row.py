"""Rows of the tables of error codes."""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum

from attrs import frozen


class ErrorKind(Enum):
    """Kind of an error response, which determines how to proceed."""

    OK = "ok"
    AUTH = "refresh the token once and try once more"
    RETRY = "try again after a moment"
    LATER = "try again when a quota or the clock allows"
    RECIPIENT = "this recipient can't be reached now"
    REQUEST = "this request won't be taken as it is"
    PERSON = "somebody must act first"
    UNKNOWN = "it may or may not have happened"


@frozen
class ErrorRow:
    """One meaning of one error code.

    Attributes:
        meaning: meaning in our words; Zalo's own texts may repeat sent content.
        text: lower-case text that Zalo's error text must contain, "" for any. It separates two meanings of a code.
        wait: minimum time to wait, if known.
        sending: kind for a call that sends, if it differs.
    """

    code: int
    kind: ErrorKind
    meaning: str
    todo: str = ""
    text: str = ""
    wait: timedelta | None = None
    sending: ErrorKind | None = None

    def get_kind(self, sends: bool) -> ErrorKind:
        """Return the kind of error for a call that sends a message, or for another call."""
        return self.sending if sends and self.sending is not None else self.kind


ErrorTable = Mapping[int, tuple[ErrorRow, ...]]


def build_table(*rows: ErrorRow) -> ErrorTable:
    """Return a table of error rows by code; of several rows with one code, those for certain texts come first."""
    codes = {row.code for row in rows}
    return {code: tuple(sorted((r for r in rows if r.code == code), key=lambda row: not row.text)) for code in codes}


def build_rows(
    kind: ErrorKind, meaning: str, todo: str, *codes: int, wait: timedelta | None = None
) -> tuple[ErrorRow, ...]:
    """Return error rows with the same meaning, one per code."""
    return tuple(ErrorRow(code, kind, meaning, todo, wait=wait) for code in codes)
