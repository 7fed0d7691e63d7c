"""What each argument with a fixed set of values means to the access tests."""

from collections.abc import Mapping

from tests.trust.roles import PlainArgument, Role

_STATES = ("Difficulty", "Disclosure", "Found", "Group", "Inquiry", "Item", "Leak", "Post", "Tip")

STATE_ROLES: Mapping[str, Role] = {
    "order: Literal['newest', 'due']": PlainArgument("newest"),
    "outcome: Literal['', 'done', 'read', 'refused']": PlainArgument(""),
    **dict.fromkeys((f"state: {kind}State | None" for kind in _STATES), PlainArgument(None)),
}
"""Additions to `ROLES` for arguments with a fixed set of values."""
