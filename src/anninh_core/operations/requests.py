"""Building of msgspec classes from signatures of use cases, and conversion of decoded values into the arguments of a
call.
"""

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
from anninh_core.kernel.text import make_visible
from anninh_core.operations.errors import ArgumentError, BadArguments
from anninh_core.operations.faults import MAX_FAULTS, MISSING, iter_faults
from anninh_core.operations.shapes import Fault, Shape, Shapes, define_request

MAX_BYTES = 1024 * 1024


@frozen
class Request:
    """How the arguments of an operation are decoded.

    Attributes:
        type: the type that msgspec decodes.
        shapes: argument -> its shape.
    """

    operation: str
    type: type[msgspec.Struct]
    shapes: Mapping[str, Shape]
    decoder: "msgspec.json.Decoder[Any]" = field(repr=False)

    def decode(self, body: bytes) -> Mapping[str, object]:
        """Decode the arguments of an operation, by name; omitted arguments are missing in the result.

        Raises:
            BadArguments: with all faults.
        """
        if len(body) > MAX_BYTES:
            raise self._build_error(
                "", Sentence("has {count} bytes; at most {most} are accepted", count=len(body), most=MAX_BYTES)
            )
        try:
            decoded = self.decoder.decode(body)
        except msgspec.ValidationError as error:
            faults = list(islice(self._find_all_faults(body), MAX_FAULTS))
            raise BadArguments(self.operation, faults or [_build_unknown_fault("", error)]) from error
        except DECODE_ERRORS as error:
            raise self._build_error(
                "", Sentence("isn't JSON: {reason}", reason=describe_decode_error(error, body))
            ) from error
        return self._convert_arguments(decoded)

    def _convert_arguments(self, decoded: msgspec.Struct) -> Mapping[str, object]:
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

    def _find_all_faults(self, body: bytes) -> Iterator[ArgumentError]:
        """Yield the faults of all arguments in a request body; msgspec itself stops at the first."""
        try:
            arguments = msgspec.json.decode(body)
        except DECODE_ERRORS as error:
            yield ArgumentError("", Sentence("isn't JSON: {reason}", reason=describe_decode_error(error, body)))
            return
        if not isinstance(arguments, dict):
            yield from iter_faults(arguments, self.type)
            return
        yield from (
            ArgumentError(name, Sentence("isn't an argument of the operation"))
            for name in arguments
            if name not in self.shapes
        )
        required = {struct_field.name for struct_field in msgspec.structs.fields(self.type) if struct_field.required}
        for name, shape in self.shapes.items():
            if name in arguments:
                yield from _find_argument_faults(name, shape, arguments[name])
            elif name in required:
                yield ArgumentError(name, MISSING)

    def _build_error(self, path: str, message: Sentence) -> BadArguments:
        return BadArguments(self.operation, [ArgumentError(path, message)])


class RequestBuilder:
    """Builds the request classes of operations, each once. Thread-safe, with a lock, because msgspec 0.22 crashes if
    two threads build classes.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._shapes = Shapes()
        self._built: dict[str, Request] = {}

    def build(self, operation: str, verb: Callable[..., object]) -> Request:
        """Return the description of how an operation's arguments are decoded.

        Raises:
            TypeError: an argument has a type that can't be decoded.
        """
        if (built := self._built.get(operation)) is not None:
            return built
        with self._lock:
            if operation not in self._built:
                self._built[operation] = self._build(operation, verb)
            return self._built[operation]

    def _build(self, operation: str, verb: Callable[..., object]) -> Request:
        parameters = list_arguments(verb)
        shapes = {parameter.name: self._shapes.of(parameter.annotation) for parameter in parameters}
        title = "".join(word.capitalize() for word in re.split(r"[._]", f"{operation}_request"))
        wire_fields = [_build_field(parameter, shapes[parameter.name]) for parameter in parameters]
        request_type = define_request(title, wire_fields)
        return Request(operation, request_type, shapes, msgspec.json.Decoder(request_type))


def list_arguments(verb: Callable[..., object]) -> list[Parameter]:
    """Return the parameters of a bound or unbound use case, without the actor."""
    parameters = [*signature(verb).parameters.values()]
    is_bound = parameters[0].name != "self"
    return parameters[1:] if is_bound else parameters[2:]


def _build_field(parameter: Parameter, shape: Shape) -> tuple[str, Any] | tuple[str, Any, Any]:
    """Return the field of a request class for an argument; an omitted argument has the use case's own default, which
    the schema states.
    """
    if parameter.default is Parameter.empty:
        return parameter.name, shape.wire
    default_schema = Meta(extra_json_schema={"default": msgspec.to_builtins(parameter.default)})
    return parameter.name, Annotated[shape.wire | msgspec.UnsetType, default_schema], msgspec.UNSET


def _find_argument_faults(name: str, shape: Shape, value: object) -> Iterator[ArgumentError]:
    """Yield the faults of an argument: those of its type, or else those found by its reader."""
    if faults := list(islice(iter_faults(value, shape.wire, name), MAX_FAULTS)):
        yield from faults
        return
    try:
        shape.read(msgspec.convert(value, shape.wire), name)
    except msgspec.ValidationError as error:
        yield _build_unknown_fault(name, error)
    except Fault as fault:
        yield fault.error


def _build_unknown_fault(path: str, error: msgspec.ValidationError) -> ArgumentError:
    """Return a general fault for a value that msgspec refuses although no fault was found; msgspec's text is only a
    detail.
    """
    return ArgumentError(path, Sentence("doesn't fit ({reason})", reason=make_visible(str(error))))
