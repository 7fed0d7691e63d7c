"""Builds the complete OpenAPI 3.1 document of the API."""

from collections.abc import Mapping
from inspect import signature
from typing import Any

from anninh_core._version import __version__
from anninh_core.operations import OperationGateway
from anninh_core.operations.operation import Operation
from anninh_core.web.api.document.other_paths import OTHER_TAGS, build_other_schemas, other_paths
from anninh_core.web.api.document.paths import describe_operation
from anninh_core.web.api.document.problems import PROBLEM_SCHEMAS, describe_problem_responses
from anninh_core.web.api.document.schemas import build_schemas
from anninh_core.web.api.request import PREFIX
from anninh_core.workflows.changes import READERS

_DESCRIPTION = """\
Each operation is a use case of the library: `POST /api/v1/SUBJECT.USE_CASE` with a JSON object, for queries too, so
that nothing that is searched for stands in a log of addresses. Whoever calls signs in and sends what that answered as a
bearer token; API tokens are sent alike.

`x-anninh-permission` is what an operation checks, `x-anninh-needs` what its parts check besides, `x-anninh-traced`
whether it leaves an entry in the journal before it answers, `x-anninh-step-up` whether it takes a second factor shown
just now.
"""


def build_document(gateway: OperationGateway, subjects: Mapping[str, str]) -> dict[str, Any]:
    """Return the OpenAPI document for the operations of a gateway.

    Args:
        subjects: description of each noun.
    """
    operations = list(gateway.operations.values())
    by_name, schemas = build_schemas(operations)
    links = _find_links(gateway)
    nouns = sorted({operation.name.partition(".")[0] for operation in operations})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "anninh",
            "version": __version__,
            "summary": "Official security chat groups of Vietnamese communes.",
            "description": _DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "tags": [*OTHER_TAGS, *({"name": noun, "description": subjects.get(noun, "")} for noun in nouns)],
        "paths": other_paths(PREFIX)
        | {
            PREFIX + operation.name: {
                "post": describe_operation(
                    operation, by_name[operation.name], schemas, links.get(_find_return_class(operation))
                )
            }
            for operation in operations
        },
        "components": {
            "schemas": dict(sorted({**schemas, **build_other_schemas(), **PROBLEM_SCHEMAS}.items())),
            "responses": describe_problem_responses(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "What signing in answered, or an API token.",
                }
            },
        },
    }


def _find_links(gateway: OperationGateway) -> Mapping[object, Mapping[str, Any]]:
    """Return model class -> OpenAPI link to the operation that reads a record of this model by its id."""
    readers = (gateway.find(name) for name in READERS.values() if name in gateway.operations)
    return {
        signature(reader.verb).return_annotation: {
            "operationId": reader.name.replace(".", "_"),
            "requestBody": {reader.subject: "$response.body#/id"},
            "description": reader.summary,
        }
        for reader in readers
        if reader.subject
    }


def _find_return_class(operation: Operation) -> object:
    """Return the class that a use case returns."""
    return signature(operation.verb).return_annotation
