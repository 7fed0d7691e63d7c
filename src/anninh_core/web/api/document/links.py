"""Links of the document: how the record that an operation answers is read again."""

from collections.abc import Mapping
from inspect import signature
from typing import Any

from anninh_core.door import Door
from anninh_core.workflows.changes import READERS


def find_links(door: Door) -> Mapping[object, Mapping[str, Any]]:
    """Return model -> the link to the operation that reads one by its id."""
    readers = (door.find(name) for name in READERS.values() if name in door.operations)
    return {
        signature(reader.verb).return_annotation: {
            "operationId": reader.name.replace(".", "_"),
            "requestBody": {reader.subject: "$response.body#/id"},
            "description": reader.summary,
        }
        for reader in readers
        if reader.subject
    }
