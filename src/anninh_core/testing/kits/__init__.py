"""Conformance kits: numbered rules that a backend proves by subclassing."""

from anninh_core._lazy import lazy

lazy(__name__)
