"""How the document describes what is no operation: uploads, events, and how the server is."""

from collections.abc import Mapping
from typing import Any

from anninh_core.web.api.document.problems import refer_to_problems

OTHER_TAGS = (
    {"name": "session", "description": "Signing in and out."},
    {"name": "files", "description": "Files on their way in."},
    {"name": "events", "description": "What changes."},
    {"name": "health", "description": "How the server is."},
)


def other_paths(prefix: str) -> dict[str, Any]:
    """Return the paths below a prefix."""
    return {
        prefix + "uploads": {"post": _upload()},
        prefix + "events": {"get": _events()},
        prefix + "health": {"get": _health()},
    }


def other_schemas() -> Mapping[str, Any]:
    """Return the components that they refer to."""
    return {
        "UploadTicket": _object("UploadTicket", "An uploaded file.", id="Name it where an operation takes a file."),
        "Health": _object("Health", "That the server answers.", status="`ok`."),
    }


def _object(title: str, description: str, **texts: str) -> dict[str, Any]:
    parts = {name: {"type": "string", "description": text} for name, text in texts.items()}
    return {"title": title, "description": description, "type": "object", "properties": parts, "required": [*texts]}


def _answer(description: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"200": {"description": description, "content": content}}


def _upload() -> dict[str, Any]:
    return {
        "operationId": "upload",
        "tags": ["files"],
        "summary": "Upload a file, and get the id by which operations take it for 24 hours.",
        "parameters": [
            {
                "name": "name",
                "in": "query",
                "required": True,
                "description": "File name without a folder.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        ],
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        "responses": {**_answer("The id.", "UploadTicket"), **refer_to_problems(401, 403, 413, 415, 422, 429, 503)},
    }


def _events() -> dict[str, Any]:
    return {
        "operationId": "events",
        "tags": ["events"],
        "summary": "Hear what changes, for as long as the connection stands.",
        "description": "Each event is JSON with `kind` and `id` of a record that you may read, its `version`, and "
        "`badges`: what happened to it. What happened while nobody listened isn't told: read your lists after "
        "connecting.",
        "responses": {
            "200": {
                "description": "Events, one after another.",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            },
            **refer_to_problems(401, 429, 503),
        },
    }


def _health() -> dict[str, Any]:
    return {
        "operationId": "health",
        "tags": ["health"],
        "summary": "Tell that the server answers.",
        "security": [],
        "responses": {**_answer("It does.", "Health"), **refer_to_problems(429)},
    }
