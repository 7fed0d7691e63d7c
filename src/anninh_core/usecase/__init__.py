"""Execution of a use case: actor, permission, change set, encryption, one journal entry."""

from anninh_core._lazy import lazy

lazy(__name__)
