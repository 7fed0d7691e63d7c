"""From what a person wrote to an operation's arguments, as JSON would have them."""

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from gettext import gettext as _
from typing import Any

import click
from msgspec import inspect as types

from anninh_core.cli.calling.flags import CommandFlag, flags_of
from anninh_core.cli.frame.declaration import Ask, Given, Takes
from anninh_core.cli.frame.desk import Desk
from anninh_core.operations.operation import Operation


def read_written(desk: Desk, operation: Operation, one: Ask, written: Any, given: Given) -> Any:
    """Return what an operation takes for what a person wrote.

    Args:
        written: a word, several of them, or yes or no.
    """
    if one.takes is Takes.YES_NO:
        return written
    words = [_read_word(desk, one, word, given) for word in (written if one.many else [written])]
    flag = None if one.takes is Takes.FILE else _flag(operation, one.argument)
    if flag is None:
        return words if one.many else words[0]
    return flag.read(words, partial(desk.door.uploads.put, desk.me), desk.here)


def put(arguments: dict[str, Any], name: str, value: Any) -> None:
    """Set an argument; `piece.title` is a field of the argument `piece`."""
    *above, last = name.split(".")
    for part in above:
        arguments = arguments.setdefault(part, {})
    arguments[last] = value


def _read_word(desk: Desk, one: Ask, word: str, given: Given) -> str:
    if one.takes is Takes.FILE:
        return desk.upload(word)
    if one.takes is Takes.LINES and word == "-":
        word = sys.stdin.read().strip()
    if one.reads is not None:
        word = one.reads(desk, word, given)
    if one.offers is not None and (offered := one.offers(desk, given)):
        return word if one.is_open and word not in offered.values() else choose(offered, word, one.word)
    return word


def choose(offered: Mapping[str, str], word: str, name: str) -> str:
    """Return the word of a list that somebody wrote: the word itself, or what it means.

    Raises:
        click.BadParameter: it is none of them.
    """
    meant = [key for key, meaning in offered.items() if word.casefold() in (key.casefold(), meaning.casefold())]
    if len(meant) == 1:
        return meant[0]
    listed = ", ".join(offered)
    raise click.BadParameter(_("{word!r} is none of {words}").format(word=word, words=listed), param_hint=name)


def _flag(operation: Operation, argument: str) -> CommandFlag | None:
    """Return how an argument, or a field of one, is read; None for what isn't the operation's."""
    name, *below = argument.split(".")
    flag = next((one for one in flags_of(operation).values() if one.name == name), None)
    for part in below:
        flag = _field_flag(flag, part) if flag else None
    return flag


def _field_flag(flag: CommandFlag, name: str) -> CommandFlag | None:
    kind = flag.type
    found: Sequence[types.Field] = kind.fields if isinstance(kind, types.StructType) else ()
    field = next((one for one in found if one.name == name), None)
    if field is None:
        return None
    return CommandFlag(name=name, word=name, type=field.type, is_required=field.required, is_upload=False)
