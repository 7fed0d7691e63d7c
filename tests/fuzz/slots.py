"""The free texts ("slots") of a document, and their replacement."""

from collections.abc import Iterator
from random import Random
from typing import Any, TypeVar

from attrs import evolve, fields, has

T = TypeVar("T")

_NOT_FREE = {"wording", "id", "kind", "snapshot_hash", "unit", "indicator", "by_unit", "unit_names"}
"""Texts set by the profile or the program: captions with placeholders, ids."""

Path = tuple[str | int, ...]


def slots(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the paths of the texts that a person may have written."""
    if isinstance(value, str) and value:
        yield path
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from slots(part, (*path, number))
    elif has(type(value)):
        for attribute in fields(type(value)):
            if attribute.name not in _NOT_FREE:
                yield from slots(getattr(value, attribute.name), (*path, attribute.name))


def fill(document: T, path: Path, text: str) -> T:
    """Return a document with `text` in the slot at `path`."""
    filled: T = _fill(document, path, text)
    return filled


def _fill(value: Any, path: Path, text: str) -> Any:
    if not path:
        return text
    first = path[0]
    rest = path[1:]
    if isinstance(first, int):
        return (*value[:first], _fill(value[first], rest, text), *value[first + 1 :])
    return evolve(value, **{first: _fill(getattr(value, first), rest, text)})


def pick(random: Random, document: object) -> Path:
    """Return the path of a random slot."""
    return random.choice(list(slots(document)))
