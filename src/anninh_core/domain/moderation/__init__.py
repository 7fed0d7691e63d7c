"""Moderation: posts that break the charter, what a person decided about them, and appeals."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.moderation.appeals import Appeals
    from anninh_core.domain.moderation.flagging import PostFlagging
    from anninh_core.domain.moderation.kind import POST, post_facts
    from anninh_core.domain.moderation.model import Appeal, ModerationTask, Post, Ruling, appeal_deadline, evidence_hash
    from anninh_core.domain.moderation.queries import ModerationQueries
    from anninh_core.domain.moderation.rulings import Rulings
    from anninh_core.domain.moderation.service import Moderation
    from anninh_core.domain.moderation.states import GROUP_ACTIONS, ModerationAction, PostState

__all__ = [
    "GROUP_ACTIONS",
    "POST",
    "Appeal",
    "Appeals",
    "Moderation",
    "ModerationAction",
    "ModerationQueries",
    "ModerationTask",
    "Post",
    "PostFlagging",
    "PostState",
    "Ruling",
    "Rulings",
    "appeal_deadline",
    "evidence_hash",
    "post_facts",
]

lazy(
    __name__,
    {
        "Appeal": "model",
        "Appeals": "appeals",
        "GROUP_ACTIONS": "states",
        "Moderation": "service",
        "ModerationAction": "states",
        "ModerationQueries": "queries",
        "ModerationTask": "model",
        "POST": "kind",
        "Post": "model",
        "PostFlagging": "flagging",
        "PostState": "states",
        "Ruling": "model",
        "Rulings": "rulings",
        "appeal_deadline": "model",
        "evidence_hash": "model",
        "post_facts": "kind",
    },
)
