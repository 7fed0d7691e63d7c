"""Conversion of the words of a command line to the arguments of an operation, as in JSON."""

import json
import mimetypes
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import msgspec
from attrs import frozen
from msgspec import inspect as types

from anninh_core.kernel.errors import BadInput
from anninh_core.operations.operation import Operation

TAKEN = frozenset({"as", "at", "force", "help", "if-match", "json", "key", "list", "out", "upload"})
"""Options of `anninh call` itself. An argument with the same name is written with `arg-` before it."""
Upload = Callable[[bytes, str, str], str]
"""Type of a function that stores a file by its bytes, name and media type, and returns the id of the upload."""


@frozen
class CommandFlag:
    """A flag for one argument of an operation.

    Attributes:
        word: name of the flag as it is written, without dashes.
    """

    name: str
    word: str
    type: types.Type
    is_required: bool
    is_upload: bool

    @property
    def takes(self) -> str:
        """Placeholder for the flag's value, "" if the flag has no value."""
        kind = self._value_type
        if self.is_upload:
            return "FILE"
        if isinstance(kind, types.BoolType):
            return ""
        if isinstance(kind, types.EnumType):
            return "|".join(str(member.value) for member in kind.cls)
        if isinstance(kind, types.LiteralType):
            return "|".join(map(str, kind.values))
        if isinstance(kind, types.DictType):
            return "NAME=VALUE"
        return _NAMES.get(type(kind), "TEXT")

    @property
    def is_repeatable(self) -> bool:
        """Whether the flag may be written several times."""
        return isinstance(_remove_constraints(self.type), types.VarTupleType | types.DictType)

    @property
    def _value_type(self) -> types.Type:
        kind = _remove_constraints(self.type)
        return _remove_constraints(kind.item_type) if isinstance(kind, types.VarTupleType) else kind

    def read(self, words: list[str], upload: Upload, here: Path) -> Any:
        """Return the flag's value from `words`, one for each time it was written; relative paths start at `here`."""
        kind = _remove_constraints(self.type)
        if isinstance(kind, types.DictType):
            return dict(self._read_pair(word, kind) for word in words)
        if isinstance(kind, types.VarTupleType):
            return [self._read_value(word, self._value_type, upload, here) for word in words]
        if words[1:]:
            raise click.UsageError(f"--{self.word} is written once")
        return self._read_value(words[0], kind, upload, here)

    def _read_value(self, word: str, kind: types.Type, upload: Upload, here: Path) -> Any:
        if self.is_upload and word:
            path = here / word
            return upload(path.read_bytes(), path.name, guess_type(path))
        if isinstance(kind, types.StructType):
            return read_json(word, here)
        return _parse_number_or_text(word, kind)

    def _read_pair(self, word: str, kind: types.DictType) -> tuple[str, Any]:
        name, equals, value = word.partition("=")
        if not equals:
            raise click.UsageError(f"--{self.word} takes NAME=VALUE, not {word!r}")
        return name, _parse_number_or_text(value, _remove_constraints(kind.value_type))


def build_flags(operation: Operation) -> Mapping[str, CommandFlag]:
    """Return the flags of an operation by their names on the command line."""
    shapes = operation.arguments.shapes
    flags = (
        CommandFlag(
            name=field.name,
            word=f"arg-{written}" if (written := field.name.replace("_", "-")) in TAKEN else written,
            type=types.type_info(field.type),
            is_required=field.required,
            is_upload=shapes[field.name].is_upload,
        )
        for field in msgspec.structs.fields(operation.request)
    )
    return {flag.word: flag for flag in flags}


def read_arguments(operation: Operation, words: Iterable[str], upload: Upload, here: Path) -> Mapping[str, Any]:
    """Return the arguments that the words of a command line give.

    Args:
        words: words after the operation's name.
        upload: stores the files that flags name.
        here: folder at which relative paths start.

    Raises:
        click.UsageError: a flag that the operation doesn't have, or a word that belongs to no flag.
    """
    flags = build_flags(operation)
    ids = [operation.subject] if operation.subject else []
    written: dict[str, list[str]] = {}
    arguments: dict[str, Any] = {}
    for word, value in _split_words(iter(words), flags):
        if word:
            flag = _find_flag(operation, flags, word)
            if flag.takes:
                written.setdefault(flag.word, []).append(value)
            else:
                arguments[flag.name] = not word.startswith("no-") or word == flag.word
        elif ids:
            arguments[ids.pop()] = value
        else:
            raise click.UsageError(f"{operation.name} takes no further word; {value!r} belongs to no flag")
    return arguments | {flags[word].name: flags[word].read(values, upload, here) for word, values in written.items()}


def _split_words(words: Iterator[str], flags: Mapping[str, CommandFlag]) -> Iterator[tuple[str, str]]:
    """Yield each flag with its value, and each other word with "" as its flag."""
    bare = {f"{no}{word}" for word, flag in flags.items() if not flag.takes for no in ("", "no-")}
    for word in words:
        if not word.startswith("--"):
            yield "", word
            continue
        name, equals, value = word[2:].partition("=")
        if not equals and name not in bare:
            following = next(words, None)
            if following is None:
                raise click.UsageError(f"--{name} lacks its value")
            value = following
        yield name, value


def _find_flag(operation: Operation, flags: Mapping[str, CommandFlag], word: str) -> CommandFlag:
    flag = flags.get(word) or flags.get(word.removeprefix("no-"))
    if flag is None or (word != flag.word and flag.takes):
        choices = ", ".join(f"--{name}" for name in flags)
        raise click.UsageError(f"{operation.name} has no --{word}; it has {choices or 'none'}")
    return flag


def read_json(word: str, here: Path) -> Any:
    """Return the value of a JSON text, of the file in `@file`, or of standard input for `-`.

    Raises:
        BadInput: the text isn't JSON.
    """
    try:
        return json.loads(_load_text(word, here))
    except (ValueError, RecursionError) as error:  # This error is also raised for bytes that aren't UTF-8.
        raise BadInput(
            "{text!r} isn't JSON ({reason}): write an object, or @FILE.", text=word[:60], reason=error
        ) from error


def _load_text(word: str, here: Path) -> str:
    if word == "-":
        return sys.stdin.buffer.read().decode()
    return (here / word[1:]).read_text(encoding="utf-8") if word.startswith("@") else word


def guess_type(path: Path) -> str:
    """Return the media type of a file, guessed from its name."""
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _remove_constraints(kind: types.Type) -> types.Type:
    """Return a type without its constraints and without None."""
    if isinstance(kind, types.Metadata):
        return _remove_constraints(kind.type)
    if isinstance(kind, types.UnionType):
        return _remove_constraints(next(member for member in kind.types if not isinstance(member, types.NoneType)))
    return kind


def _parse_number_or_text(word: str, kind: types.Type) -> str | int | float:
    """Return a number if one is expected and `word` is a number; else return `word`, which `OperationGateway` then
    refuses with the expected type.
    """
    try:
        match kind:
            case types.IntType():
                return int(word)
            case types.FloatType():
                return float(word)
    except ValueError:
        return word
    return word


_NAMES: Mapping[type, str] = {
    types.IntType: "NUMBER",
    types.FloatType: "NUMBER",
    types.DateType: "DAY",
    types.DateTimeType: "MOMENT",
    types.TimeType: "TIME",
    types.StructType: "JSON",
}
