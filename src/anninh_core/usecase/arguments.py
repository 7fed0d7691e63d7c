"""What arguments of public use cases are, with their limits. Whoever decodes what comes from outside enforces them."""

from datetime import datetime
from typing import Annotated, get_args, get_origin

from attrs import frozen
from msgspec import Meta

SAFE_INTEGER = 2**53 - 1
"""Beyond this many, programs in other languages lose digits of whole numbers."""


@frozen
class Alias:
    """How an alias of this file is called."""

    name: str


Id = Annotated[str, Alias("Id"), Meta(max_length=300)]
"""What a record, an officer or a unit is called by; `kind:id` too."""
Words = Annotated[str, Alias("Words"), Meta(max_length=20_000)]
"""What somebody wrote."""
Reason = Annotated[str, Alias("Reason"), Meta(max_length=2_000)]
"""Why somebody does something, as the journal or a record keeps it."""
Limit = Annotated[int, Alias("Limit"), Meta(ge=1, le=200)]
"""How many a page has at most."""
Cursor = Annotated[str, Alias("Cursor"), Meta(max_length=1_000)]
"""Where a page begins: what the page before named, "" for the first."""
Line = Annotated[int, Alias("Line"), Meta(ge=0, le=SAFE_INTEGER)]
"""Number of an entry in the journal; 0 is before the first."""
Aware = Annotated[datetime, Alias("Aware"), Meta(tz=True)]
"""A moment with its time zone."""
Year = Annotated[int, Alias("Year"), Meta(ge=0, le=9998)]
"""A year of the calendar; 0 stands for any where a use case says so."""
Days = Annotated[int, Alias("Days"), Meta(ge=0, le=36_500)]
"""How many days."""
Hours = Annotated[float, Alias("Hours"), Meta(ge=0, le=876_000)]
"""How many hours."""
Count = Annotated[int, Alias("Count"), Meta(ge=0, le=1_000_000_000)]
"""How many there are."""
StoredFile = Annotated[str, Alias("StoredFile"), Meta(max_length=64)]
"""Name of a stored file; "" for none. From outside the process it is named by an upload."""


def alias_of(annotation: object) -> str:
    """Return how the alias of an annotation is called, "" where it is none."""
    if get_origin(annotation) is not Annotated:
        return ""
    return next((one.name for one in get_args(annotation)[1:] if isinstance(one, Alias)), "")
