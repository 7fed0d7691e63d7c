"""The rule for signatures of public use cases: what may come in, and what may leave."""

from collections.abc import Iterator
from inspect import Parameter, signature
from typing import Any, get_args, get_origin

import msgspec
import pytest

from anninh_core.domain.tips.sorting.duplicates import Likeness
from anninh_core.operations import Door
from anninh_core.operations.errors import BadArguments
from anninh_core.operations.operation import Operation
from anninh_core.operations.requests import arguments_of
from anninh_core.operations.results import answer_of
from anninh_core.operations.shapes import Shapes
from anninh_core.usecase.arguments import alias_of
from anninh_core.usecase.read_session import Listing
from anninh_core.usecase.views import Page, is_view


def operations(door: Door) -> list[Operation]:
    return [*door.operations.values()]


def parts_of(annotation: Any) -> Iterator[Any]:
    """Yield an annotation and all that it is made of."""
    yield annotation
    for inner in get_args(annotation):
        yield from parts_of(inner)


def test_every_argument_can_arrive(door: Door) -> None:
    """Each is of a type that the rule names: a request can be made, once, and it has a schema."""
    requests = [operation.request for operation in operations(door)]
    _, schemas = msgspec.json.schema_components(requests, ref_template="#/{name}")
    assert {request.__name__ for request in requests} <= schemas.keys()
    assert [one.request for one in operations(door)] == requests
    for name, schema in schemas.items():
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False, name


@pytest.mark.parametrize(
    "annotation",
    [tuple[str, int], str | int, Any, bytearray, dict[int, str], set[str], object, list[str], type, Listing[str]],
    ids=str,
)
def test_what_breaks_the_rule_is_refused(annotation: Any) -> None:
    """No fixed-length tuple, no union without a tag, nothing that says nothing."""
    with pytest.raises(TypeError, match=r"from outside|which of its types"):
        Shapes().of(annotation)


@pytest.mark.parametrize("annotation", [tuple[str, int], dict[str, int], Any, set[str]], ids=str)
def test_what_can_not_leave_is_refused(annotation: Any) -> None:
    """An answer has names for what is in it."""
    with pytest.raises(TypeError, match="can leave"):
        answer_of(annotation, opens_one=False, file_name="")


def test_the_record_it_is_about_comes_first(door: Door) -> None:
    """One id says what an operation is about, and it stands first; only filters may be left out before it."""
    for operation in operations(door):
        named = [one.name for one in arguments_of(operation.verb) if one.name.endswith("_id")]
        required = [one.name for one in arguments_of(operation.verb) if one.default is Parameter.empty]
        if named and named[0] in required:
            assert operation.subject == required[0], operation.name


def test_defaults_fit_what_may_be_given(door: Door) -> None:
    """A caller that writes every default out is understood as one that leaves all of them out."""
    for operation in operations(door):
        given = {
            one.name: msgspec.to_builtins(one.default)
            for one in arguments_of(operation.verb)
            if one.default is not Parameter.empty
        }
        shapes = operation.arguments.shapes
        for name, value in given.items():
            shape = shapes[name]
            shape.read(msgspec.convert(value, shape.wire), name)


def test_pages_take_where_they_begin_and_how_long_they_are(door: Door) -> None:
    """What answers with a page takes `after` and `limit`, so that nobody gets everything at once."""
    for operation in operations(door):
        arguments = {one.name: alias_of(one.annotation) for one in arguments_of(operation.verb)}
        if get_origin(signature(operation.verb).return_annotation) is Listing:
            assert (arguments.get("after"), arguments.get("limit")) == ("Cursor", "Limit"), operation.name


def test_answers_are_views(door: Door) -> None:
    """What leaves is a view, a page or list of views, a file, a plain value or nothing; a class without one can't."""
    assert all(callable(operation.shown.show) for operation in operations(door))
    with pytest.raises(TypeError, match=r"Likeness.* has no view"):
        answer_of(tuple[Likeness, ...], opens_one=False, file_name="x")


def test_views_have_names_of_their_own(door: Door) -> None:
    """Two views of one name would be one schema to a caller."""
    views: dict[str, set[type]] = {}
    for operation in operations(door):
        for part in parts_of(operation.answer):
            if is_view(part):
                views.setdefault(part.__name__, set()).add(part)
    assert {name: found for name, found in views.items() if len(found) > 1} == {}


def test_lists_leave_as_lists_and_pages_as_pages(door: Door) -> None:
    """The answer's annotation tells a caller which of them comes."""
    for operation in operations(door):
        returned = signature(operation.verb).return_annotation
        answer = operation.answer
        if get_origin(returned) is Listing:
            assert get_origin(answer) is Page, operation.name
        if get_origin(returned) is tuple:
            assert get_origin(answer) is list, operation.name


def test_long_texts_are_long_everywhere(door: Door) -> None:
    """The body of an item and the text of an article may be as long through the door as in Python."""
    piece = {"title": "Cảnh báo", "body": "y" * 20_000, "category": "crime", "units": []}
    decoded = door.decode("content.write", msgspec.json.encode({"unit": "hoa-lu", "piece": piece}))
    assert len(decoded["piece"].body) == 20_000  # type: ignore[attr-defined]
    with pytest.raises(BadArguments, match=r"piece\.body: is longer than 20000 characters"):
        door.decode("content.write", msgspec.json.encode({"unit": "hoa-lu", "piece": piece | {"body": "y" * 20_001}}))
