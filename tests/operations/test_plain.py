"""Answers are serialised by the same rule in the `Door`, in `json`, in pydantic and in FastAPI."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import NoneType
from typing import Any, get_args, get_origin

import pytest
from fastapi.encoders import jsonable_encoder
from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticSchemaGenerationError
from tests.operations.views import collect_view_parts, get_field_types, map_answer_views

from anninh_core import to_json, to_plain
from anninh_core.app import App
from anninh_core.domain.content.values import ItemState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.operations import OperationGateway
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase.views import Download, Page, is_view

MOMENT = datetime(2027, 1, 4, 10, tzinfo=VIETNAM)
PLAIN = {str: "Đồng chí", int: 7, float: 1.5, bool: True, date: MOMENT.date(), datetime: MOMENT, NoneType: None}
PAGE: Any = Page


def build_example(annotation: Any) -> Any:
    """Return an example value for the type of a view's field, with all parts filled."""
    origin = get_origin(annotation)
    inner = get_args(annotation)
    if annotation in PLAIN:
        return PLAIN[annotation]
    if is_view(annotation):
        return annotation(**{name: build_example(note) for name, note in get_field_types(annotation).items()})
    if origin is tuple:
        return (build_example(inner[0]),)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"một": build_example(inner[1])}
    return build_example(inner[0]) if inner else next(iter(annotation))


def iter_view_examples(app: App) -> Iterator[tuple[Any, Any]]:
    """Yield each view that the `Door` can answer, and each part of these views, with an example instance."""
    for cls in collect_view_parts(answer for answer in map_answer_views(app).values() if answer is not None).values():
        yield cls, build_example(cls)


@pytest.mark.slow
def test_encoders_write_the_same_json(app: App, gateway: OperationGateway) -> None:
    """Every encoder writes the same JSON for a view, alone and in a page."""
    for view, example in iter_view_examples(app):
        page = Page((example, example), next="2", total=2)
        for annotation, answer in ((view, example), (PAGE[view], page)):
            plain = to_plain(answer)
            adapter = TypeAdapter(annotation)
            assert gateway.encode(answer) == to_json(answer)
            assert json.loads(to_json(answer)) == plain
            assert json.loads(json.dumps({"it": answer}, default=to_plain)) == {"it": plain}
            assert json.loads(adapter.dump_json(adapter.validate_python(answer))) == plain
            assert jsonable_encoder(plain) == plain


@pytest.mark.slow
def test_a_view_is_an_object_in_a_schema_of_answers(app: App) -> None:
    """A view has an object schema for serialisation, as FastAPI needs, and can't be created from input."""
    for view, _ in iter_view_examples(app):
        assert TypeAdapter(view).json_schema(mode="serialization")["type"] == "object"
    with pytest.raises(ValidationError):
        TypeAdapter(view).validate_python({})


@pytest.mark.parametrize(
    ("answer", "plain"),
    [
        (MOMENT, "2027-01-04T10:00:00+07:00"),
        (MOMENT.date(), "2027-01-04"),
        (ItemState.DRAFT, "draft"),
        ([ItemState.DRAFT, None], ["draft", None]),
        ({"count": 3}, {"count": 3}),
    ],
)
def test_values_are_encoded_as_json(answer: object, plain: object) -> None:
    """A moment keeps its offset, and an enumeration becomes its value."""
    assert to_plain(answer) == plain


def test_record_cannot_be_serialized(app: App) -> None:
    """A record can't be serialised by any encoder, alone, in a list or in a page, and the error names the
    alternative.
    """
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "ninh-hoa", "tip_officer")
    tip = app.tips.record_walk_in(officer, "Mất trộm xe đạp", unit="ninh-hoa")
    for answer in (tip, [tip], {"tip": tip}, Page((tip,))):
        with pytest.raises(TypeError, match=r"Tip doesn't leave .* to_view\(\) or to_row\(\), or ask the door"):
            to_plain(answer)
        with pytest.raises(TypeError, match="Tip doesn't leave"):
            json.dumps(answer, default=to_plain)
    with pytest.raises(TypeError, match="Listing doesn't leave as it is: ask the door"):
        to_json(app.tips.list(officer))
    with pytest.raises((ValueError, TypeError)):
        jsonable_encoder(tip)
    with pytest.raises(PydanticSchemaGenerationError):
        TypeAdapter(type(tip))


def test_file_and_naive_time_are_refused() -> None:
    """A file and a time without zone can't be serialised."""
    with pytest.raises(TypeError, match="Download doesn't leave"):
        to_json(Download("a.txt", "text/plain", b"a"))
    with pytest.raises(TypeError, match="no time zone"):
        to_plain(MOMENT.replace(tzinfo=None))
