"""Content: items from a draft through four gates and a second person to the groups, and their corrections."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.content.editing import ItemEditing
    from anninh_core.domain.content.found.model import FOUND_PIECE, FoundPiece, FoundState
    from anninh_core.domain.content.kind import ITEM, PUBLICATION, Publication, item_columns, item_facts
    from anninh_core.domain.content.model import Item
    from anninh_core.domain.content.publishing import ItemPublishing
    from anninh_core.domain.content.queries import ContentQueries, LedgerLine
    from anninh_core.domain.content.review import ItemReview
    from anninh_core.domain.content.rules import (
        UNDELIVERED_STATES,
        check_complete,
        check_content,
        deliveries_by_group,
        pending_targets,
        render_item,
    )
    from anninh_core.domain.content.service import Content
    from anninh_core.domain.content.sources import SOURCE, OfficialSource, SourceRegister, host_of
    from anninh_core.domain.content.values import (
        Approval,
        EmergencyReview,
        FindingAnswer,
        GateAnswer,
        GroupDelivery,
        ItemContent,
        ItemReturn,
        ItemState,
        ItemVersion,
        ItemWithdrawal,
        Urgency,
    )

__all__ = [
    "FOUND_PIECE",
    "ITEM",
    "PUBLICATION",
    "SOURCE",
    "UNDELIVERED_STATES",
    "Approval",
    "Content",
    "ContentQueries",
    "EmergencyReview",
    "FindingAnswer",
    "FoundPiece",
    "FoundState",
    "GateAnswer",
    "GroupDelivery",
    "Item",
    "ItemContent",
    "ItemEditing",
    "ItemPublishing",
    "ItemReturn",
    "ItemReview",
    "ItemState",
    "ItemVersion",
    "ItemWithdrawal",
    "LedgerLine",
    "OfficialSource",
    "Publication",
    "SourceRegister",
    "Urgency",
    "check_complete",
    "check_content",
    "deliveries_by_group",
    "host_of",
    "item_columns",
    "item_facts",
    "pending_targets",
    "render_item",
]

lazy(
    __name__,
    {
        "Approval": "values",
        "Content": "service",
        "ContentQueries": "queries",
        "EmergencyReview": "values",
        "FOUND_PIECE": "found.model",
        "FindingAnswer": "values",
        "FoundPiece": "found.model",
        "FoundState": "found.model",
        "GateAnswer": "values",
        "GroupDelivery": "values",
        "ITEM": "kind",
        "Item": "model",
        "ItemContent": "values",
        "ItemEditing": "editing",
        "ItemPublishing": "publishing",
        "ItemReturn": "values",
        "ItemReview": "review",
        "ItemState": "values",
        "ItemVersion": "values",
        "ItemWithdrawal": "values",
        "LedgerLine": "queries",
        "OfficialSource": "sources",
        "PUBLICATION": "kind",
        "Publication": "kind",
        "SOURCE": "sources",
        "SourceRegister": "sources",
        "UNDELIVERED_STATES": "rules",
        "Urgency": "values",
        "check_complete": "rules",
        "check_content": "rules",
        "deliveries_by_group": "rules",
        "host_of": "sources",
        "item_columns": "kind",
        "item_facts": "kind",
        "pending_targets": "rules",
        "render_item": "rules",
    },
)
