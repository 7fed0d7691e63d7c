"""How the document describes a file."""

from typing import Any

from anninh_core.web.api.replies import FILE_TYPES


def file_answer() -> dict[str, Any]:
    """Return the answer of whatever answers a file."""
    return {
        "description": "A file.",
        "content": {type: {"schema": {"type": "string", "format": "binary"}} for type in FILE_TYPES},
        "headers": {"Content-Disposition": {"description": "Its name.", "schema": {"type": "string"}}},
    }
