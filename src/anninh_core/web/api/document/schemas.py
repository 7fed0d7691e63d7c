"""Schemas of operations' arguments and results, by msgspec."""

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
        request: schema of its arguments.
        answer: schema of its result; None for a file.
    """

    request: Mapping[str, Any]
    answer: Mapping[str, Any] | None


def build_schemas(operations: Sequence[Operation]) -> tuple[Mapping[str, Shown], Mapping[str, Any]]:
    """Return the schemas of each operation by its name, and the components that they refer to."""
    requests = [operation.request for operation in operations]
    results = [operation.answer for operation in operations if operation.answer is not Download]
    raw_schemas, components = msgspec.json.schema_components([*requests, *results], ref_template=_REF)
    schemas = iter([_plain(schema) for schema in raw_schemas])
    by_request = {operation.name: next(schemas) for operation in operations}
    by_name = {
        operation.name: Shown(by_request[operation.name], None if operation.answer is Download else next(schemas))
        for operation in operations
    }
    return by_name, {_page_name(name): _plain(schema) for name, schema in components.items()}


def build_components(*types: Any) -> Mapping[str, Any]:
    """Return the schemas of some types, and of the types that they contain."""
    _, components = msgspec.json.schema_components(types, ref_template=_REF)
    return {name: _plain(schema) for name, schema in components.items()}


def file_answer() -> dict[str, Any]:
    """Return the response of an operation that returns a file."""
    return {
        "description": "A file.",
        "content": {type: {"schema": {"type": "string", "format": "binary"}} for type in FILE_TYPES},
        "headers": {"Content-Disposition": {"description": "Its name.", "schema": {"type": "string"}}},
    }


def _plain(schema: Any) -> Any:
    """Return a schema with readable names for pages, and with texts without line breaks."""
    if isinstance(schema, dict):
        return {key: _plain_member(key, value) for key, value in schema.items()}
    return [_plain(entry) for entry in schema] if isinstance(schema, list) else schema


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
