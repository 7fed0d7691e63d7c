"""The roles that an argument of a use case may have: the name of a thing, or a plain value."""

from typing import Any

from attrs import frozen

NOBODYS = "017bf6aa-0000-7000-8000-0000000000ff"
"""A valid id that no record has."""


@frozen
class Names:
    """An argument that names a thing of a commune.

    Attributes:
        thing: key of the thing in `Things`.
        missing: a name of the same form that no thing has.
        also: keys of further things that the argument may name.
        several: whether it takes several names.
        secret: whether a stranger may not learn that the thing exists.
    """

    thing: str
    missing: Any = NOBODYS
    also: tuple[str, ...] = ()
    several: bool = False
    secret: bool = True

    def missing_like(self, value: Any) -> Any:
        """Return a missing name of the same form as `value`."""
        first = value[0] if isinstance(value, tuple) and self.several else value
        if isinstance(first, str) and isinstance(self.missing, str) and ":" in first:
            return self.wrap(f"{first.partition(':')[0]}:{NOBODYS}")
        return self.wrap(self.missing)

    def wrap(self, value: Any) -> Any:
        return (value,) if self.several and not isinstance(value, tuple) else value


@frozen
class Plain:
    """An argument that names no thing; a callable value is computed from the acting officer's things."""

    value: Any = ""


Role = Names | Plain
