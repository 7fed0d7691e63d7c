"""The OpenAPI document of the API, made from the table of operations, and the page that shows it."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.web.api.document.openapi import build_document

__all__ = ["build_document"]

lazy(
    __name__,
    {
        "build_document": "openapi",
    },
)
