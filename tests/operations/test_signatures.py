"""Types that the arguments and answers of public use cases may have."""

from collections.abc import Iterator
from inspect import Parameter, signature
from typing import Any, get_args, get_origin

import msgspec
import pytest

from anninh_core.domain.tips.sorting.duplicates import Likeness
from anninh_core.operations import OperationGateway
from anninh_core.operations.errors import BadArguments
from anninh_core.operations.operation import Operation
from anninh_core.operations.requests import list_arguments
from anninh_core.operations.results import find_conversion
from anninh_core.operations.shapes import Shapes
from anninh_core.usecase.arguments import get_alias_name
from anninh_core.usecase.read_session import Listing
from anninh_core.usecase.views import Page, is_view


def list_operations(gateway: OperationGateway) -> list[Operation]:
    return [*gateway.operations.values()]


def iter_annotation_parts(annotation: Any) -> Iterator[Any]:
    """Yield an annotation and all its parts."""
    yield annotation
    for inner in get_args(annotation):
        yield from iter_annotation_parts(inner)


def test_every_argument_has_an_allowed_type(gateway: OperationGateway) -> None:
    """Every argument has an allowed type, so that each operation has one request class with a schema."""
    requests = [operation.request for operation in list_operations(gateway)]
    _, schemas = msgspec.json.schema_components(requests, ref_template="#/{name}")
    assert {request.__name__ for request in requests} <= schemas.keys()
    assert [operation.request for operation in list_operations(gateway)] == requests
    for name, schema in schemas.items():
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False, name


@pytest.mark.parametrize(
    "annotation",
    [tuple[str, int], str | int, Any, bytearray, dict[int, str], set[str], object, list[str], type, Listing[str]],
    ids=str,
)
def test_forbidden_argument_types_are_refused(annotation: Any) -> None:
    """Fixed-length tuples, unions without a tag and unspecific types are refused as arguments."""
    with pytest.raises(TypeError, match=r"from outside|which of its types"):
        Shapes().of(annotation)


@pytest.mark.parametrize("annotation", [tuple[str, int], dict[str, int], Any, set[str]], ids=str)
def test_forbidden_answer_types_are_refused(annotation: Any) -> None:
    """Answers without named fields are refused."""
    with pytest.raises(TypeError, match="can leave"):
        find_conversion(annotation, opens_one=False, file_name="")


def test_record_id_is_the_first_argument(gateway: OperationGateway) -> None:
    """The id of an operation's record is its first required argument."""
    for operation in list_operations(gateway):
        ids = [argument.name for argument in list_arguments(operation.verb) if argument.name.endswith("_id")]
        required = [argument.name for argument in list_arguments(operation.verb) if argument.default is Parameter.empty]
        if ids and ids[0] in required:
            assert operation.subject == required[0], operation.name


def test_defaults_are_accepted_as_input(gateway: OperationGateway) -> None:
    """Every default value is accepted when a caller sends it."""
    for operation in list_operations(gateway):
        defaults = {
            argument.name: msgspec.to_builtins(argument.default)
            for argument in list_arguments(operation.verb)
            if argument.default is not Parameter.empty
        }
        shapes = operation.arguments.shapes
        for name, value in defaults.items():
            shape = shapes[name]
            shape.read(msgspec.convert(value, shape.wire), name)


def test_pages_take_cursor_and_limit(gateway: OperationGateway) -> None:
    """An operation that answers a page takes `after` and `limit`."""
    for operation in list_operations(gateway):
        arguments = {argument.name: get_alias_name(argument.annotation) for argument in list_arguments(operation.verb)}
        if get_origin(signature(operation.verb).return_annotation) is Listing:
            assert (arguments.get("after"), arguments.get("limit")) == ("Cursor", "Limit"), operation.name


def test_answers_are_views(gateway: OperationGateway) -> None:
    """An answer is a view, a page or list of views, a file, a plain value or None; a class without a view is
    refused.
    """
    assert all(callable(operation.shown.show) for operation in list_operations(gateway))
    with pytest.raises(TypeError, match=r"Likeness.* has no view"):
        find_conversion(tuple[Likeness, ...], opens_one=False, file_name="x")


def test_view_names_are_unique(gateway: OperationGateway) -> None:
    """Two views never have the same name, since callers see one schema per name."""
    views: dict[str, set[type]] = {}
    for operation in list_operations(gateway):
        for part in iter_annotation_parts(operation.answer):
            if is_view(part):
                views.setdefault(part.__name__, set()).add(part)
    assert {name: classes for name, classes in views.items() if len(classes) > 1} == {}


def test_answers_distinguish_lists_and_pages(gateway: OperationGateway) -> None:
    """An answer's annotation is a page for a listing and a list for a tuple."""
    for operation in list_operations(gateway):
        returned = signature(operation.verb).return_annotation
        answer = operation.answer
        if get_origin(returned) is Listing:
            assert get_origin(answer) is Page, operation.name
        if get_origin(returned) is tuple:
            assert get_origin(answer) is list, operation.name


def test_long_texts_have_the_same_limit(gateway: OperationGateway) -> None:
    """Long texts such as an item's body have the same limit through the `Door` as in Python."""
    piece = {"title": "Cảnh báo", "body": "y" * 20_000, "category": "crime", "units": []}
    decoded = gateway.decode("content.write", msgspec.json.encode({"unit": "hoa-lu", "piece": piece}))
    assert len(decoded["piece"].body) == 20_000  # type: ignore[attr-defined]
    with pytest.raises(BadArguments, match=r"piece\.body: is longer than 20000 characters"):
        gateway.decode(
            "content.write", msgspec.json.encode({"unit": "hoa-lu", "piece": piece | {"body": "y" * 20_001}})
        )
