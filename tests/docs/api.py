"""Functions that write parts of the API's reference from its OpenAPI document."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from tools.reference.markdown import write_table

from anninh_core.operations import OperationGateway
from anninh_core.testing import memory_app
from anninh_core.web.api.document.openapi import build_document
from anninh_core.web.api.document.served import describe_subjects


@cache
def load_openapi_document() -> Mapping[str, Any]:
    with memory_app() as app:
        return build_document(OperationGateway(app), describe_subjects(app))


def api_problems() -> str:
    """Return a table of the API's problem codes, with the HTTP status and the sentence that people read."""
    rows = [
        (str(value["status"]), f"`{value['code']}`", value["title"], value["detail"])
        for response in load_openapi_document()["components"]["responses"].values()
        for content in response["content"].values()
        for value in (example["value"] for example in content["examples"].values())
    ]
    return write_table(("Status", "Code", "Title", "Sentence"), rows)


def api_paths() -> str:
    """Return a table of the API's paths that aren't operations."""
    rows = [
        (f"`{method.upper()} {path}`", details["summary"])
        for path, methods in load_openapi_document()["paths"].items()
        for method, details in methods.items()
        if "x-anninh-kind" not in details
    ]
    return write_table(("Address", "Does"), rows)


def api_operations() -> str:
    """Return tables of the API's operations, one for each subject."""
    parts = []
    for tag in load_openapi_document()["tags"]:
        rows = list(_iter_operation_rows(tag["name"]))
        if rows:
            head = ("Name", "Kind", "Permission", "Marks", "Does")
            parts.append(f"### `{tag['name']}`\n\n{tag['description']}\n\n{write_table(head, rows)}")
    return "\n\n".join(parts)


def _iter_operation_rows(subject: str) -> Iterator[tuple[str, ...]]:
    for path, methods in load_openapi_document()["paths"].items():
        operation = methods.get("post", {})
        if "x-anninh-kind" in operation and subject in operation["tags"]:
            permissions = [operation["x-anninh-permission"], *operation["x-anninh-needs"]]
            needs = ", ".join(f"`{permission}`" for permission in permissions)
            name = path.removeprefix("/api/v1/")
            yield (
                f"`{name}`",
                operation["x-anninh-kind"],
                needs,
                _format_marks(operation),
                _escape_pipes(operation["summary"]),
            )


def _format_marks(operation: Mapping[str, Any]) -> str:
    headers = {parameter["name"] for parameter in operation["parameters"]}
    marks = (
        ("T", operation["x-anninh-traced"]),
        ("2", operation["x-anninh-step-up"]),
        ("K", "Idempotency-Key" in headers),
        ("V", "If-Match" in headers),
    )
    return " ".join(letter for letter, holds in marks if holds)


def _escape_pipes(text: str) -> str:
    return text.replace("|", "\\|")


API_PARTS: dict[str, Callable[[], str]] = {
    function.__name__: function for function in (api_problems, api_paths, api_operations)
}
