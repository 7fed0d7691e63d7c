"""What a command is about, found by what people have: a receipt, an id, or the end of one."""

from collections.abc import Callable, Iterable
from typing import Any

from anninh_core.cli.frame.desk import Desk
from anninh_core.kernel.errors import BadInput, NotFound

_UUID_LENGTH = 36
_LEAST = 4  # signs that tell records apart


def find_tip(desk: Desk, word: str) -> Any:
    """Return the view of a tip, by its id or its receipt."""
    if len(word) == _UUID_LENGTH:
        return desk.read("tips.get", tip_id=word)
    return desk.read("tips.by_receipt", receipt=word)


def by_end(get: str, argument: str, listed: Callable[[Desk], Iterable[Any]]) -> Callable[[Desk, str], Any]:
    """Return what finds a record by its id, or by the end of it that tables show.

    Args:
        get: operation that opens one; "" where a list has all there is.
        argument: of that operation.
        listed: returns all that somebody may see.
    """

    def find(desk: Desk, word: str) -> Any:
        end = word.removeprefix("…")
        if get and len(end) >= _UUID_LENGTH:
            return desk.read(get, **{argument: end})
        found = {one.id: one for one in listed(desk)}
        id = only_end(end, found)
        return desk.read(get, **{argument: id}) if get else found[id]

    return find


def list_all(operation: str) -> Callable[[Desk], Iterable[Any]]:
    """Return what reads all pages of a list.

    Args:
        operation: that lists them.
    """

    def read(desk: Desk) -> Iterable[Any]:
        return desk.read_all(operation)

    return read


def only_end(end: str, ids: Iterable[str]) -> str:
    """Return the one id with an end.

    Raises:
        BadInput: it is too short, or several have it.
        NotFound: none has it.
    """
    if len(end) < _LEAST:
        raise BadInput(
            "{end!r} is too short: write at least the last {least} characters of the id.", end=end, least=_LEAST
        )
    found = [id for id in ids if id.endswith(end)]
    if not found:
        raise NotFound("No record that you may see has an id that ends with {end!r}: check the list.", end=end)
    if len(found) > 1:
        raise BadInput(
            "{count} records have an id that ends with {end!r}: write more characters of it.", count=len(found), end=end
        )
    return found[0]


def only_one(word: str, ids: list[str]) -> str:
    """Return the one id that a word names.

    Raises:
        NotFound: it names none.
        BadInput: it names several.
    """
    if not ids:
        raise NotFound("No record that you may see matches {text!r}: check the list.", text=word)
    if len(ids) > 1:
        raise BadInput(
            "{text!r} has several matches ({matches}): write the id of one of them.", text=word, matches=tuple(ids)
        )
    return ids[0]
