"""From the words of a command line to the arguments of an operation, as JSON would have them."""

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
"""Options of the command itself. An argument of the same name is written with `arg-` before it."""
Upload = Callable[[bytes, str, str], str]
"""Takes a file's bytes, its name and media type, and returns the id by which it is used."""


@frozen
class CommandFlag:
    """One argument of an operation at the keyboard.

    Attributes:
        word: as it is written, without the dashes.
    """

    name: str
    word: str
    type: types.Type
    is_required: bool
    is_upload: bool

    @property
    def takes(self) -> str:
        """What is written after it, "" for nothing."""
        kind = self._item
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
    def repeats(self) -> bool:
        """Whether it may be written several times."""
        return isinstance(_bare(self.type), types.VarTupleType | types.DictType)

    @property
    def _item(self) -> types.Type:
        kind = _bare(self.type)
        return _bare(kind.item_type) if isinstance(kind, types.VarTupleType) else kind

    def read(self, words: list[str], upload: Upload, here: Path) -> Any:
        """Return the value of what was written after it, once or several times; paths count from `here`."""
        kind = _bare(self.type)
        if isinstance(kind, types.DictType):
            return dict(self._read_pair(word, kind) for word in words)
        if isinstance(kind, types.VarTupleType):
            return [self._read_one(word, self._item, upload, here) for word in words]
        if words[1:]:
            raise click.UsageError(f"--{self.word} is written once")
        return self._read_one(words[0], kind, upload, here)

    def _read_one(self, word: str, kind: types.Type, upload: Upload, here: Path) -> Any:
        if self.is_upload and word:
            path = here / word
            return upload(path.read_bytes(), path.name, guess_type(path))
        if isinstance(kind, types.StructType):
            return read_json(word, here)
        return _read_plain(word, kind)

    def _read_pair(self, word: str, kind: types.DictType) -> tuple[str, Any]:
        name, equals, value = word.partition("=")
        if not equals:
            raise click.UsageError(f"--{self.word} takes NAME=VALUE, not {word!r}")
        return name, _read_plain(value, _bare(kind.value_type))


def flags_of(operation: Operation) -> Mapping[str, CommandFlag]:
    """Return the flags of an operation by how they are written."""
    shapes = operation.arguments.shapes
    flags = (
        CommandFlag(
            name=one.name,
            word=f"arg-{written}" if (written := one.name.replace("_", "-")) in TAKEN else written,
            type=types.type_info(one.type),
            is_required=one.required,
            is_upload=shapes[one.name].is_upload,
        )
        for one in msgspec.structs.fields(operation.request)
    )
    return {flag.word: flag for flag in flags}


def read_words(operation: Operation, words: Iterable[str], upload: Upload, here: Path) -> Mapping[str, Any]:
    """Return the arguments that the words of a command line say.

    Args:
        words: after its name.
        upload: takes the files that are named.
        here: from where their paths count.

    Raises:
        click.UsageError: a flag that the operation doesn't have, or a word that belongs to none.
    """
    flags = flags_of(operation)
    ids = [operation.subject] if operation.subject else []
    written: dict[str, list[str]] = {}
    told: dict[str, Any] = {}
    for word, value in _split(iter(words), flags):
        if word:
            flag = _find(operation, flags, word)
            if flag.takes:
                written.setdefault(flag.word, []).append(value)
            else:
                told[flag.name] = not word.startswith("no-") or word == flag.word
        elif ids:
            told[ids.pop()] = value
        else:
            raise click.UsageError(f"{operation.name} takes no further word; {value!r} belongs to no flag")
    return told | {flags[word].name: flags[word].read(values, upload, here) for word, values in written.items()}


def _split(words: Iterator[str], flags: Mapping[str, CommandFlag]) -> Iterator[tuple[str, str]]:
    """Yield each flag with its value, and each other word with ""."""
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


def _find(operation: Operation, flags: Mapping[str, CommandFlag], word: str) -> CommandFlag:
    flag = flags.get(word) or flags.get(word.removeprefix("no-"))
    if flag is None or (word != flag.word and flag.takes):
        known = ", ".join(f"--{one}" for one in flags)
        raise click.UsageError(f"{operation.name} has no --{word}; it has {known or 'none'}")
    return flag


def read_json(word: str, here: Path) -> Any:
    """Return what a JSON text says, or the file that `@file` names; `-` is standard input.

    Raises:
        BadInput: it is no JSON.
    """
    try:
        return json.loads(_text_of(word, here))
    except (ValueError, RecursionError) as error:  # bytes that are no UTF-8 too
        raise BadInput(
            "{text!r} isn't JSON ({reason}): write an object, or @FILE.", text=word[:60], reason=error
        ) from error


def _text_of(word: str, here: Path) -> str:
    if word == "-":
        return sys.stdin.buffer.read().decode()
    return (here / word[1:]).read_text(encoding="utf-8") if word.startswith("@") else word


def guess_type(path: Path) -> str:
    """Return what kind of file its name says that it is."""
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _bare(kind: types.Type) -> types.Type:
    """Return a type without limits, and without None."""
    if isinstance(kind, types.Metadata):
        return _bare(kind.type)
    if isinstance(kind, types.UnionType):
        return _bare(next(one for one in kind.types if not isinstance(one, types.NoneType)))
    return kind


def _read_plain(word: str, kind: types.Type) -> str | int | float:
    """Return a number where one is expected; what is none stays a text, and the door says what it expects."""
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
