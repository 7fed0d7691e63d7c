"""Helpers for writing collectors: fetching a source within limits, and extracting plain text."""

from anninh_core._lazy import lazy

lazy(__name__)
