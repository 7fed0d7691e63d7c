"""From a signature to a class that msgspec decodes, and from what was decoded to the arguments of a call."""

import re
from collections.abc import Callable, Iterator, Mapping
from inspect import Parameter, signature
from itertools import islice
from threading import RLock
from typing import Annotated, Any

import msgspec
from attrs import field, frozen
from msgspec import Meta

from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import visible
from anninh_core.operations.errors import ArgumentError, BadArguments
from anninh_core.operations.faults import MAX_FAULTS, MISSING, iter_faults
from anninh_core.operations.shapes import Fault, Shape, Shapes, define_request

MAX_BYTES = 1024 * 1024


@frozen
class Request:
    """How the arguments of an operation arrive.

    Attributes:
        type: what msgspec decodes.
        shapes: by argument.
    """

    operation: str
    type: type[msgspec.Struct]
    shapes: Mapping[str, Shape]
    decoder: "msgspec.json.Decoder[Any]" = field(repr=False)

    def decode(self, body: bytes) -> Mapping[str, object]:
        """Return arguments by name; what was left out isn't among them.

        Raises:
            BadArguments: with all that is wrong.
        """
        if len(body) > MAX_BYTES:
            raise self._refuse(
                "", Sentence("has {count} bytes; at most {most} are accepted", count=len(body), most=MAX_BYTES)
            )
        try:
            decoded = self.decoder.decode(body)
        except msgspec.ValidationError as error:
            faults = list(islice(self._all_faults(body), MAX_FAULTS))
            raise BadArguments(self.operation, faults or [_unexplained("", error)]) from error
        except DECODE_ERRORS as error:
            raise self._refuse(
                "", Sentence("isn't JSON: {reason}", reason=describe_decode_error(error, body))
            ) from error
        return self._read(decoded)

    def _read(self, decoded: msgspec.Struct) -> Mapping[str, object]:
        arguments: dict[str, object] = {}
        faults: list[ArgumentError] = []
        for name, shape in self.shapes.items():
            if (value := getattr(decoded, name)) is msgspec.UNSET:
                continue
            try:
                arguments[name] = shape.read(value, name)
            except Fault as fault:
                faults.append(fault.error)
        if faults:
            raise BadArguments(self.operation, faults)
        return arguments

    def _all_faults(self, body: bytes) -> Iterator[ArgumentError]:
        """Yield what is wrong with each argument; msgspec stops at the first, and reads no further."""
        try:
            given = msgspec.json.decode(body)
        except DECODE_ERRORS as error:
            yield ArgumentError("", Sentence("isn't JSON: {reason}", reason=describe_decode_error(error, body)))
            return
        if not isinstance(given, dict):
            yield from iter_faults(given, self.type)
            return
        yield from (
            ArgumentError(name, Sentence("isn't an argument of the operation"))
            for name in given
            if name not in self.shapes
        )
        required = {one.name for one in msgspec.structs.fields(self.type) if one.required}
        for name, shape in self.shapes.items():
            if name in given:
                yield from _faults_of(name, shape, given[name])
            elif name in required:
                yield ArgumentError(name, MISSING)

    def _refuse(self, path: str, message: Sentence) -> BadArguments:
        return BadArguments(self.operation, [ArgumentError(path, message)])


class RequestBuilder:
    """Builds requests, each once. Thread-safe: one at a time, since msgspec 0.22 crashes when two threads build."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._shapes = Shapes()
        self._built: dict[str, Request] = {}

    def build(self, operation: str, verb: Callable[..., object]) -> Request:
        """Return the request of an operation.

        Raises:
            TypeError: an argument is of a type that nothing from outside can be of.
        """
        if (built := self._built.get(operation)) is not None:
            return built
        with self._lock:
            if operation not in self._built:
                self._built[operation] = self._build(operation, verb)
            return self._built[operation]

    def _build(self, operation: str, verb: Callable[..., object]) -> Request:
        parameters = arguments_of(verb)
        shapes = {one.name: self._shapes.of(one.annotation) for one in parameters}
        title = "".join(word.capitalize() for word in re.split(r"[._]", f"{operation}_request"))
        wired = [_field(one, shapes[one.name]) for one in parameters]
        made = define_request(title, wired)
        return Request(operation, made, shapes, msgspec.json.Decoder(made))


def arguments_of(verb: Callable[..., object]) -> list[Parameter]:
    """Return the arguments of a verb, without the actor; of one that is bound to no service yet, as well."""
    parameters = [*signature(verb).parameters.values()]
    is_bound = parameters[0].name != "self"
    return parameters[1:] if is_bound else parameters[2:]


def _field(parameter: Parameter, shape: Shape) -> tuple[str, Any] | tuple[str, Any, Any]:
    """Return a field of a request; what is left out has the use case's own default, which the schema tells."""
    if parameter.default is Parameter.empty:
        return parameter.name, shape.wire
    told = Meta(extra_json_schema={"default": msgspec.to_builtins(parameter.default)})
    return parameter.name, Annotated[shape.wire | msgspec.UnsetType, told], msgspec.UNSET


def _faults_of(name: str, shape: Shape, value: object) -> Iterator[ArgumentError]:
    """Yield what is wrong with an argument: what its type refuses, or else what its reader refuses."""
    if faults := list(islice(iter_faults(value, shape.wire, name), MAX_FAULTS)):
        yield from faults
        return
    try:
        shape.read(msgspec.convert(value, shape.wire), name)
    except msgspec.ValidationError as error:
        yield _unexplained(name, error)
    except Fault as fault:
        yield fault.error


def _unexplained(path: str, error: msgspec.ValidationError) -> ArgumentError:
    """Return the fault of a value that msgspec refuses and in which we find nothing; its text is only a detail."""
    return ArgumentError(path, Sentence("doesn't fit ({reason})", reason=visible(str(error))))
