"""Parse the bytes of a webhook."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json


def parse_body(body: bytes) -> Mapping[str, Any] | None:
    """Return the JSON object of a body, or None if it isn't one.

    Whole numbers keep every digit. Half characters, such as an emoji cut in two on its way, become U+FFFD: no message
    is lost because of them.
    """
    try:
        value = from_json(body)
    except ValueError:
        value = _parse_repaired(body)
    return value if isinstance(value, dict) else None


def is_probe(body: bytes) -> bool:
    """Return whether a body is the developer console's unsigned request when a user saves or tests the address.

    The body is an object without an event. The console expects 200 and nothing else, so accepting it unsigned does no
    harm.
    """
    body_object = parse_body(body)
    return body_object is not None and "event_name" not in body_object


def _parse_repaired(body: bytes) -> Any:
    """Parse a body that the strict parser rejects only for its lone surrogates."""
    try:
        text = json.dumps(json.loads(body.decode()), ensure_ascii=False)
        return from_json(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode())
    except (ValueError, RecursionError):
        return None
