"""One use case: actor, permission, change set, sealing, one journal entry."""

from anninh_core._lazy import lazy

lazy(__name__)
