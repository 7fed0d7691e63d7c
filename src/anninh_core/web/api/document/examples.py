"""Example arguments of API operations, made from the schemas of their arguments."""

from collections.abc import Mapping
from typing import Any

_WORDS: Mapping[str, Any] = {
    "after": "",
    "category": "crime",
    "limit": 20,
    "officers": ["0192f3a1b2c37d4e8f90a1b2c3d4e5f6"],
    "unit": "hoa-lu",
    "units": ["hoa-lu"],
}
_ID = "0192f3a1b2c37d4e8f90a1b2c3d4e5f6"
_FORMATS: Mapping[str, str] = {
    "date": "2021-09-01",
    "date-time": "2021-09-01T08:00:00+07:00",
    "time": "08:00:00",
}
_DEEPEST = 8


def make_example(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
    """Return an example value that fits a schema: objects have only their required members, with values that suit their
    names.

    Args:
        schemas: components that the schema refers to.
        name: name of the argument.
        depth: nesting level.
    """
    schema = resolve_reference(schema, schemas)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return make_example(schema["anyOf"][0], schemas, name, depth)
    kind = schema.get("type")
    if kind == "object":
        parts = schema.get("properties", {})
        required = schema.get("required", []) if depth < _DEEPEST else []
        return {key: make_example(parts[key], schemas, key, depth + 1) for key in required}
    if kind == "array":
        return _WORDS.get(name) or [make_example(schema["items"], schemas, name, depth + 1)]
    return _make_plain_example(schema, kind, name)


def resolve_reference(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema itself, or the component that it refers to."""
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    return schema


def _make_plain_example(schema: Mapping[str, Any], kind: object, name: str) -> Any:
    if kind in ("integer", "number"):
        if isinstance(word := _WORDS.get(name), int):
            return word
        return max(1, schema.get("minimum", 1))
    if kind == "boolean":
        return True
    if kind != "string":
        return None
    if form := _FORMATS.get(str(schema.get("format"))):
        return form
    if isinstance(word := _WORDS.get(name), str):
        return word
    return _ID if name.endswith("_id") else "…"
