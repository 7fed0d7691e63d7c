"""Conversion of a person's input to an operation's arguments, as in JSON."""

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from gettext import gettext as _
from typing import Any

import click
from msgspec import inspect as types

from anninh_core.cli.calling.flags import CommandFlag, build_flags
from anninh_core.cli.frame.declaration import Ask, Given, Takes
from anninh_core.cli.frame.desk import Desk
from anninh_core.operations.operation import Operation


def read_written(desk: Desk, operation: Operation, ask: Ask, written: Any, given: Given) -> Any:
    """Convert a person's input to the value that an operation takes.

    Args:
        written: a word, several words, or yes or no.
    """
    if ask.takes is Takes.YES_NO:
        return written
    words = [_read_word(desk, ask, word, given) for word in (written if ask.many else [written])]
    flag = None if ask.takes is Takes.FILE else _find_flag(operation, ask.argument)
    if flag is None:
        return words if ask.many else words[0]
    return flag.read(words, partial(desk.gateway.uploads.put, desk.me), desk.here)


def put(arguments: dict[str, Any], name: str, value: Any) -> None:
    """Set an argument; `piece.title` is a field of the argument `piece`."""
    *above, last = name.split(".")
    for part in above:
        arguments = arguments.setdefault(part, {})
    arguments[last] = value


def _read_word(desk: Desk, ask: Ask, word: str, given: Given) -> str:
    if ask.takes is Takes.FILE:
        return desk.upload(word)
    if ask.takes is Takes.LINES and word == "-":
        word = sys.stdin.read().strip()
    if ask.reads is not None:
        word = ask.reads(desk, word, given)
    if ask.offers is not None and (choices := ask.offers(desk, given)):
        return word if ask.is_open and word not in choices.values() else choose_value(choices, word, ask.word)
    return word


def choose_value(choices: Mapping[str, str], word: str, name: str) -> str:
    """Return the offered value that equals `word` or has the label `word`.

    Raises:
        click.BadParameter: no offered value fits, or several do.
    """
    matches = [key for key, meaning in choices.items() if word.casefold() in (key.casefold(), meaning.casefold())]
    if len(matches) == 1:
        return matches[0]
    values = ", ".join(choices)
    raise click.BadParameter(_("{word!r} is none of {words}").format(word=word, words=values), param_hint=name)


def _find_flag(operation: Operation, argument: str) -> CommandFlag | None:
    """Return the flag that reads an argument or a field of an argument, or None if the operation has no such
    argument.
    """
    name, *below = argument.split(".")
    flag = next((candidate for candidate in build_flags(operation).values() if candidate.name == name), None)
    for part in below:
        flag = _build_field_flag(flag, part) if flag else None
    return flag


def _build_field_flag(flag: CommandFlag, name: str) -> CommandFlag | None:
    kind = flag.type
    fields: Sequence[types.Field] = kind.fields if isinstance(kind, types.StructType) else ()
    field = next((candidate for candidate in fields if candidate.name == name), None)
    if field is None:
        return None
    return CommandFlag(name=name, word=name, type=field.type, is_required=field.required, is_upload=False)
