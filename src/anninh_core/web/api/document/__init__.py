"""The OpenAPI document of the API, made from the table of operations, and the page that shows it."""

from anninh_core.web.api.document.openapi import build_document

__all__ = ["build_document"]
