"""Functions that find and replace the texts of a document that people may have written, called slots."""

from collections.abc import Iterator
from random import Random
from typing import Any, TypeVar

from attrs import evolve, fields, has

T = TypeVar("T")

_NOT_FREE = {"wording", "id", "kind", "snapshot_hash", "unit", "indicator", "by_unit", "unit_names"}
"""Names of fields with texts that the profile or the program sets, for example captions with placeholders and ids."""

Path = tuple[str | int, ...]


def find_slots(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the paths of the texts that a person may have written."""
    if isinstance(value, str) and value:
        yield path
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from find_slots(part, (*path, number))
    elif has(type(value)):
        for attribute in fields(type(value)):
            if attribute.name not in _NOT_FREE:
                yield from find_slots(getattr(value, attribute.name), (*path, attribute.name))


def fill_slot(document: T, path: Path, text: str) -> T:
    """Return a copy of `document` with `text` in the slot at `path`."""
    filled: T = _replace_at_path(document, path, text)
    return filled


def _replace_at_path(value: Any, path: Path, text: str) -> Any:
    if not path:
        return text
    first = path[0]
    rest = path[1:]
    if isinstance(first, int):
        return (*value[:first], _replace_at_path(value[first], rest, text), *value[first + 1 :])
    return evolve(value, **{first: _replace_at_path(getattr(value, first), rest, text)})


def pick_slot(random: Random, document: object) -> Path:
    """Return the path of a random slot of `document`."""
    return random.choice(list(find_slots(document)))
