"""Moderation: posts that break the charter, what a person decided about them, and appeals."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.rooms.moderation.appeals import Appeals
    from anninh_core.rooms.moderation.flagging import Flagging
    from anninh_core.rooms.moderation.kind import POST, post_facts
    from anninh_core.rooms.moderation.model import (
        IN_GROUP,
        Action,
        Appeal,
        Post,
        PostState,
        Ruling,
        Task,
        appeal_until,
        evidence_of,
    )
    from anninh_core.rooms.moderation.queries import ModerationQueries
    from anninh_core.rooms.moderation.rulings import Rulings
    from anninh_core.rooms.moderation.service import Moderation

__all__ = [
    "IN_GROUP",
    "POST",
    "Action",
    "Appeal",
    "Appeals",
    "Flagging",
    "Moderation",
    "ModerationQueries",
    "Post",
    "PostState",
    "Ruling",
    "Rulings",
    "Task",
    "appeal_until",
    "evidence_of",
    "post_facts",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Action": "model",
        "Appeal": "model",
        "Appeals": "appeals",
        "Flagging": "flagging",
        "IN_GROUP": "model",
        "Moderation": "service",
        "ModerationQueries": "queries",
        "POST": "kind",
        "Post": "model",
        "PostState": "model",
        "Ruling": "model",
        "Rulings": "rulings",
        "Task": "model",
        "appeal_until": "model",
        "evidence_of": "model",
        "post_facts": "kind",
    },
)
