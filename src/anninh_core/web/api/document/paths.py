"""The OpenAPI document's part about a single operation."""

from collections.abc import Mapping
from typing import Any, get_origin

from anninh_core.operations.operation import Operation
from anninh_core.usecase.views import Page
from anninh_core.web.api.document.examples import make_example, resolve_reference
from anninh_core.web.api.document.problems import refer_to_problems
from anninh_core.web.api.document.schemas import Shown, describe_file_response

_ALWAYS = (401, 403, 404, 409, 410, 413, 415, 422, 429, 500, 503)

_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "ETag of the answer that you saw: the act is carried out only while the record is still like that.",
    "schema": {"type": "string"},
    "example": '"3"',
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Names this act: sent again within 24 hours with the same body, it is carried out once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 100},
}
_PREFER = {
    "name": "Prefer",
    "in": "header",
    "description": "`count`: the page tells how many the list has, up to 1,000. Ask for it on the first page.",
    "schema": {"type": "string"},
    "example": "count",
}
_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "description": "Language of problems: `vi` or `en`.",
    "schema": {"type": "string"},
    "example": "vi",
}


def describe_operation(
    operation: Operation, body_schemas: Shown, schemas: Mapping[str, Any], link: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the OpenAPI description of an operation.

    Args:
        schemas: components that the operation's schemas refer to.
        link: link to the operation that reads the returned record, or None.
    """
    guarded = [_IF_MATCH] if operation.takes_version else []
    keyed = [_KEY] if operation.takes_key else []
    counted = [_PREFER] if get_origin(operation.answer) is Page else []
    return {
        "operationId": operation.name.replace(".", "_"),
        "tags": [operation.name.partition(".")[0]],
        "summary": operation.summary,
        "description": operation.description,
        "x-anninh-kind": operation.kind.value,
        "x-anninh-permission": operation.permission.value,
        "x-anninh-needs": [permission.value for permission in operation.needs],
        "x-anninh-traced": operation.traced,
        "x-anninh-step-up": operation.step_up,
        "parameters": [*guarded, *keyed, *counted, _LANGUAGE],
        "requestBody": _describe_request_body(body_schemas.request, schemas),
        "responses": {
            "200": _describe_response(body_schemas, schemas) | ({"links": {"read": link}} if link else {}),
            **refer_to_problems(*sorted({*_ALWAYS, *([412] if guarded else [])})),
        },
    }


def _describe_request_body(request: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    example = make_example(request, schemas)
    return {"required": True, "content": {"application/json": {"schema": request, "example": example}}}


def _describe_response(body_schemas: Shown, schemas: Mapping[str, Any]) -> dict[str, Any]:
    if body_schemas.answer is None:
        return describe_file_response()
    answer: dict[str, Any] = {
        "description": "What it answers.",
        "content": {"application/json": {"schema": body_schemas.answer}},
    }
    if "version" in resolve_reference(body_schemas.answer, schemas).get("properties", {}):
        answer["headers"] = {"ETag": {"description": "The record's version.", "schema": {"type": "string"}}}
    return answer
