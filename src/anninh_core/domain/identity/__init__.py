"""Identities of reporters: disclosure for a limited time, and masking of identifying text."""

from anninh_core._lazy import lazy

lazy(__name__)
