"""Schemas of what operations take and answer, by msgspec."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from attrs import frozen

from anninh_core.operations.operation import Operation
from anninh_core.usecase.views import Download
from anninh_core.web.api.replies import FILE_TYPES

_REF = "#/components/schemas/{name}"
_PAGE = re.compile(r"Page_(\w+?)_")


@frozen
class Shown:
    """Schemas of an operation.

    Attributes:
        request: of its arguments.
        answer: of what it answers; None for a file.
    """

    request: Mapping[str, Any]
    answer: Mapping[str, Any] | None


def build_schemas(operations: Sequence[Operation]) -> tuple[Mapping[str, Shown], Mapping[str, Any]]:
    """Return the schemas of each operation by its name, and the components that they refer to."""
    requests = [one.request for one in operations]
    answered = [one.answer for one in operations if one.answer is not Download]
    found, components = msgspec.json.schema_components([*requests, *answered], ref_template=_REF)
    schemas = iter([_plain(schema) for schema in found])
    by_request = {one.name: next(schemas) for one in operations}
    shown = {
        one.name: Shown(by_request[one.name], None if one.answer is Download else next(schemas)) for one in operations
    }
    return shown, {_page_name(name): _plain(schema) for name, schema in components.items()}


def build_components(*types: Any) -> Mapping[str, Any]:
    """Return the schemas of some types, and of what they hold."""
    _, components = msgspec.json.schema_components(types, ref_template=_REF)
    return {name: _plain(schema) for name, schema in components.items()}


def file_answer() -> dict[str, Any]:
    """Return the answer of an operation that answers a file."""
    return {
        "description": "A file.",
        "content": {type: {"schema": {"type": "string", "format": "binary"}} for type in FILE_TYPES},
        "headers": {"Content-Disposition": {"description": "Its name.", "schema": {"type": "string"}}},
    }


def _plain(schema: Any) -> Any:
    """Return a schema whose pages are named as people say it, and whose texts are in lines."""
    if isinstance(schema, dict):
        return {key: _plain_member(key, value) for key, value in schema.items()}
    return [_plain(one) for one in schema] if isinstance(schema, list) else schema


def _plain_member(key: str, value: Any) -> Any:
    if key == "$ref":
        return _page_name(value)
    if key == "title" and isinstance(value, str):
        return re.sub(r"Page\[(\w+)\]", r"\1Page", value)
    if key == "description" and isinstance(value, str):
        return " ".join(value.split())
    return _plain(value)


def _page_name(name: str) -> str:
    return _PAGE.sub(r"\1Page", name)
