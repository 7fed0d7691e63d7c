"""Search for the record that a command is about, by a receipt, an id, or the end of an id."""

from collections.abc import Callable, Iterable
from typing import Any

from anninh_core.cli.frame.desk import Desk
from anninh_core.kernel.errors import BadInput, NotFound

_UUID_LENGTH = 36
_LEAST = 4  # Least number of characters of an id that a person has to write.


def find_tip(desk: Desk, word: str) -> Any:
    """Return the view of a tip, by its id or its receipt."""
    if len(word) == _UUID_LENGTH:
        return desk.read("tips.get", tip_id=word)
    return desk.read("tips.by_receipt", receipt=word)


def build_finder(get: str, argument: str, listed: Callable[[Desk], Iterable[Any]]) -> Callable[[Desk, str], Any]:
    """Return a function that finds a record by its id, or by the end of the id that tables show.

    Args:
        get: operation that reads a record; "" if the list has all its fields.
        argument: argument of that operation.
        listed: returns all records that the officer may see.
    """

    def find_record(desk: Desk, word: str) -> Any:
        end = word.removeprefix("…")
        if get and len(end) >= _UUID_LENGTH:
            return desk.read(get, **{argument: end})
        by_id = {view.id: view for view in listed(desk)}
        id = find_by_end(end, by_id)
        return desk.read(get, **{argument: id}) if get else by_id[id]

    return find_record


def build_lister(operation: str) -> Callable[[Desk], Iterable[Any]]:
    """Return a function that yields all items of a list.

    Args:
        operation: operation that lists them.
    """

    def iter_records(desk: Desk) -> Iterable[Any]:
        return desk.read_all(operation)

    return iter_records


def find_by_end(end: str, ids: Iterable[str]) -> str:
    """Return the only id that ends with `end`.

    Raises:
        BadInput: `end` is too short, or several ids have it.
        NotFound: no id has it.
    """
    if len(end) < _LEAST:
        raise BadInput(
            "{end!r} is too short: write at least the last {least} characters of the id.", end=end, least=_LEAST
        )
    matches = [id for id in ids if id.endswith(end)]
    if not matches:
        raise NotFound("No record that you may see has an id that ends with {end!r}: check the list.", end=end)
    if len(matches) > 1:
        raise BadInput(
            "{count} records have an id that ends with {end!r}: write more characters of it.",
            count=len(matches),
            end=end,
        )
    return matches[0]


def require_single(word: str, ids: list[str]) -> str:
    """Return the id in `ids`, which must contain exactly one.

    Raises:
        NotFound: there is no id.
        BadInput: there are several.
    """
    if not ids:
        raise NotFound("No record that you may see matches {text!r}: check the list.", text=word)
    if len(ids) > 1:
        raise BadInput(
            "{text!r} has several matches ({matches}): write the id of one of them.", text=word, matches=tuple(ids)
        )
    return ids[0]
