"""Identities: who is behind a case, opened for a time, and whether words give somebody away."""

from anninh_core._lazy import lazy

lazy(__name__)
