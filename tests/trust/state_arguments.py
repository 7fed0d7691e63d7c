"""Roles of arguments with a fixed set of values."""

from collections.abc import Mapping

from tests.trust.roles import Plain, Role

_STATES = ("Difficulty", "Disclosure", "Found", "Group", "Inquiry", "Item", "Leak", "Post", "Tip")

STATE_ROLES: Mapping[str, Role] = {
    "order: Literal['newest', 'due']": Plain("newest"),
    "outcome: Literal['', 'done', 'read', 'refused']": Plain(""),
    **dict.fromkeys((f"state: {kind}State | None" for kind in _STATES), Plain(None)),
}
"""The same as `ROLES`, for states."""
