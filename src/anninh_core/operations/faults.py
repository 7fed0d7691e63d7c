"""Search for all faults of JSON data according to the type into which msgspec should decode the data.

msgspec decides whether a body is accepted. But it stops at the first fault, and its messages change with its versions.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from itertools import islice
from typing import Any

import msgspec
from msgspec import inspect

from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.kernel.sentences import Sentence
from anninh_core.operations.errors import ArgumentError

MISSING = Sentence("is missing")
MAX_FAULTS = 100
"""Maximum number of reported faults; a body of 1 MiB could have hundreds of thousands."""

_PLAIN_TYPES: Mapping[type[inspect.Type], tuple[Any, Sentence]] = {
    inspect.StrType: (str, Sentence("isn't a text")),
    inspect.BoolType: (bool, Sentence("is neither true nor false")),
    inspect.IntType: (int, Sentence("isn't a whole number")),
    inspect.FloatType: (float, Sentence("isn't a number")),
    inspect.DateTimeType: (datetime, Sentence("isn't a moment such as 2021-09-18T08:00:00+07:00")),
    inspect.DateType: (date, Sentence("isn't a day such as 2021-09-18")),
    inspect.TimeType: (time, Sentence("isn't a time such as 08:00:00")),
}


def find_faults(body: bytes, wire: Any) -> list[ArgumentError]:
    """Return the faults of a request body that msgspec refuses. Messages don't contain the faulty value, which may be
    secret.
    """
    try:
        plain = msgspec.json.decode(body)
    except DECODE_ERRORS:
        return [ArgumentError("", Sentence("isn't JSON"))]
    faults = list(islice(iter_faults(plain, wire), MAX_FAULTS))
    return faults or [ArgumentError("", Sentence("doesn't fit"))]


def iter_faults(value: object, wire: Any, path: str = "") -> Iterator[ArgumentError]:
    """Yield each fault of a value, with its path.

    Checks the limits that arguments of operations have: `max_length`, `ge`, `le` and `tz`.

    Args:
        value: decoded JSON.
        wire: the type that msgspec decodes.
        path: path of the value, "" for the whole body.
    """
    yield from _find_faults(value, inspect.type_info(wire), path)


def _find_faults(value: Any, kind: inspect.Type, path: str) -> Iterator[ArgumentError]:
    match kind:
        case inspect.Metadata():
            yield from _find_faults(value, kind.type, path)
        case inspect.UnionType():
            yield from _faults_of_optional(value, kind, path)
        case inspect.StructType():
            yield from _faults_of_struct(value, kind, path)
        case inspect.VarTupleType():
            yield from _faults_of_list(value, kind, path)
        case inspect.DictType():
            yield from _faults_of_mapping(value, kind, path)
        case inspect.EnumType():
            yield from _faults_of_choice(value, [member.value for member in kind.cls], path)
        case inspect.LiteralType():
            yield from _faults_of_choice(value, kind.values, path)
        case _ if type(kind) in _PLAIN_TYPES:
            yield from _faults_of_plain(value, kind, path)


def _faults_of_optional(value: object, kind: inspect.UnionType, path: str) -> Iterator[ArgumentError]:
    types = [inner for inner in kind.types if not isinstance(inner, inspect.NoneType)]
    if value is None and len(types) < len(kind.types):
        return
    if len(types) == 1:
        yield from _find_faults(value, types[0], path)


def _faults_of_struct(value: object, kind: inspect.StructType, path: str) -> Iterator[ArgumentError]:
    if not isinstance(value, dict):
        yield ArgumentError(path, Sentence("isn't an object with named fields"))
        return
    names = {field.encode_name for field in kind.fields}
    if kind.forbid_unknown_fields:
        yield from (
            ArgumentError(_join_path(path, name), Sentence("isn't a field of it"))
            for name in value
            if name not in names
        )
    for field in kind.fields:
        inner = _join_path(path, field.encode_name)
        if field.encode_name in value:
            yield from _find_faults(value[field.encode_name], field.type, inner)
        elif field.required:
            yield ArgumentError(inner, MISSING)


def _faults_of_list(value: object, kind: inspect.VarTupleType, path: str) -> Iterator[ArgumentError]:
    if not isinstance(value, list):
        yield ArgumentError(path, Sentence("isn't a list"))
    elif kind.max_length is not None and len(value) > kind.max_length:
        yield ArgumentError(path, Sentence("has more than {most} entries", most=kind.max_length))
    else:
        for number, entry in enumerate(value):
            yield from _find_faults(entry, kind.item_type, f"{path}[{number}]")


def _faults_of_mapping(value: object, kind: inspect.DictType, path: str) -> Iterator[ArgumentError]:
    if not isinstance(value, dict):
        yield ArgumentError(path, Sentence("isn't an object with named fields"))
    elif kind.max_length is not None and len(value) > kind.max_length:
        yield ArgumentError(path, Sentence("has more than {most} entries", most=kind.max_length))
    else:
        for key, entry in value.items():
            for fault in _find_faults(key, kind.key_type, path):
                yield ArgumentError(path, Sentence("has a name that {problem}", problem=fault.message))
            yield from _find_faults(entry, kind.value_type, _join_path(path, key))


def _faults_of_choice(value: object, choices: Any, path: str) -> Iterator[ArgumentError]:
    if not any(type(value) is type(choice) and value == choice for choice in choices):
        yield ArgumentError(path, Sentence("isn't one of {allowed}", allowed=tuple(choices)))


def _faults_of_plain(value: object, kind: inspect.Type, path: str) -> Iterator[ArgumentError]:
    plain_type, message = _PLAIN_TYPES[type(kind)]
    try:
        converted = msgspec.convert(value, plain_type)
    except msgspec.ValidationError:
        yield ArgumentError(path, message)
        return
    match kind:
        case inspect.StrType():
            if kind.max_length is not None and len(converted) > kind.max_length:
                yield ArgumentError(path, Sentence("is longer than {most} characters", most=kind.max_length))
        case inspect.IntType() | inspect.FloatType():
            if kind.le is not None and converted > kind.le:
                yield ArgumentError(path, Sentence("is more than {most}", most=kind.le))
            if kind.ge is not None and converted < kind.ge:
                yield ArgumentError(path, Sentence("is less than {least}", least=kind.ge))
        case inspect.DateTimeType():
            if kind.tz and converted.tzinfo is None:
                yield ArgumentError(path, Sentence("lacks its time zone, such as +07:00"))


def _join_path(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
