"""Parts of the API's reference, made from its document."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from tools.reference.markdown import table

from anninh_core.operations import Door
from anninh_core.testing import memory_app
from anninh_core.web.api.document.openapi import build_document
from anninh_core.web.api.document.served import describe_subjects


@cache
def document() -> Mapping[str, Any]:
    with memory_app() as app:
        return build_document(Door(app), describe_subjects(app))


def api_problems() -> str:
    """Each code with its status, and the sentence that people read."""
    rows = [
        (str(value["status"]), f"`{value['code']}`", value["title"], value["detail"])
        for response in document()["components"]["responses"].values()
        for content in response["content"].values()
        for value in (example["value"] for example in content["examples"].values())
    ]
    return table(("Status", "Code", "Title", "Sentence"), rows)


def api_paths() -> str:
    """What is no operation."""
    rows = [
        (f"`{method.upper()} {path}`", said["summary"])
        for path, methods in document()["paths"].items()
        for method, said in methods.items()
        if "x-anninh-kind" not in said
    ]
    return table(("Address", "Does"), rows)


def api_operations() -> str:
    """Each operation by its subject."""
    parts = []
    for tag in document()["tags"]:
        rows = list(_operations(tag["name"]))
        if rows:
            head = ("Name", "Kind", "Permission", "Marks", "Does")
            parts.append(f"### `{tag['name']}`\n\n{tag['description']}\n\n{table(head, rows)}")
    return "\n\n".join(parts)


def _operations(subject: str) -> Iterator[tuple[str, ...]]:
    for path, methods in document()["paths"].items():
        said = methods.get("post", {})
        if "x-anninh-kind" in said and subject in said["tags"]:
            permissions = [said["x-anninh-permission"], *said["x-anninh-needs"]]
            needs = ", ".join(f"`{one}`" for one in permissions)
            name = path.removeprefix("/api/v1/")
            yield f"`{name}`", said["x-anninh-kind"], needs, _marks(said), _cell(said["summary"])


def _marks(said: Mapping[str, Any]) -> str:
    headers = {one["name"] for one in said["parameters"]}
    marks = (
        ("T", said["x-anninh-traced"]),
        ("2", said["x-anninh-step-up"]),
        ("K", "Idempotency-Key" in headers),
        ("V", "If-Match" in headers),
    )
    return " ".join(letter for letter, holds in marks if holds)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


API_PARTS: dict[str, Callable[[], str]] = {made.__name__: made for made in (api_problems, api_paths, api_operations)}
