"""What an argument of a use case may be: the name of a thing, or a plain value."""

from typing import Any

from attrs import frozen

NOBODYS = "017bf6aa-0000-7000-8000-0000000000ff"
"""An id as ours are, which nothing has."""


@frozen
class Names:
    """An argument that names a thing of some commune.

    Attributes:
        thing: what kind of thing: the key under which a commune's things have it.
        missing: a name of the same form that nothing has.
        also: keys of further things that the argument may name.
        several: whether it names several.
        secret: whether a stranger may not know that the thing is there.
    """

    thing: str
    missing: Any = NOBODYS
    also: tuple[str, ...] = ()
    several: bool = False
    secret: bool = True

    def missing_like(self, value: Any) -> Any:
        """Return a name like another one, which nothing has."""
        first = value[0] if isinstance(value, tuple) and self.several else value
        if isinstance(first, str) and isinstance(self.missing, str) and ":" in first:
            return self.wrap(f"{first.partition(':')[0]}:{NOBODYS}")
        return self.wrap(self.missing)

    def wrap(self, value: Any) -> Any:
        return (value,) if self.several and not isinstance(value, tuple) else value


@frozen
class Plain:
    """An argument that names nothing. A function takes its value out of the acting officer's things."""

    value: Any = ""


Role = Names | Plain
