"""The two roles that an argument of a use case may have: it names a record, or it is a plain value."""

from typing import Any

from attrs import frozen

NOBODYS = "017bf6aa-0000-7000-8000-0000000000ff"
"""A valid id that no record has."""


@frozen
class RecordArgument:
    """An argument that names a record of a commune.

    Attributes:
        thing: key of the record in `Things`.
        missing: a name of the same form that no record has.
        also: keys of further records that the argument may name.
        several: whether the argument takes several names.
        secret: whether a stranger may not learn that the record exists.
    """

    thing: str
    missing: Any = NOBODYS
    also: tuple[str, ...] = ()
    several: bool = False
    secret: bool = True

    def build_missing_name(self, value: Any) -> Any:
        """Return a name of the same form as `value` that no record has."""
        first = value[0] if isinstance(value, tuple) and self.several else value
        if isinstance(first, str) and isinstance(self.missing, str) and ":" in first:
            return self.wrap(f"{first.partition(':')[0]}:{NOBODYS}")
        return self.wrap(self.missing)

    def wrap(self, value: Any) -> Any:
        return (value,) if self.several and not isinstance(value, tuple) else value


@frozen
class PlainArgument:
    """An argument that names no record; a callable value is called with the acting officer's records."""

    value: Any = ""


Role = RecordArgument | PlainArgument
