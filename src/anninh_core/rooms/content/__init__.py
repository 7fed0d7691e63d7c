"""Content: items from a draft through four gates and a second person to the groups, and their corrections."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.rooms.content.kind import ITEM, PUBLICATION, Publication, item_columns, item_facts
    from anninh_core.rooms.content.model import Item, ItemState
    from anninh_core.rooms.content.publishing import Publishing
    from anninh_core.rooms.content.queries import ContentQueries, LedgerLine
    from anninh_core.rooms.content.reviewing import Reviewing
    from anninh_core.rooms.content.rules import GAVE_UP, check_complete, check_piece, reached, rendered, still_lacking
    from anninh_core.rooms.content.service import Content
    from anninh_core.rooms.content.sources import SOURCE, OfficialSource, Sources, host_of
    from anninh_core.rooms.content.values import (
        AfterReview,
        Approval,
        GateAnswer,
        Piece,
        Remark,
        Sent,
        Urgency,
        Version,
        Withdrawal,
    )
    from anninh_core.rooms.content.writing import Writing

__all__ = [
    "GAVE_UP",
    "ITEM",
    "PUBLICATION",
    "SOURCE",
    "AfterReview",
    "Approval",
    "Content",
    "ContentQueries",
    "GateAnswer",
    "Item",
    "ItemState",
    "LedgerLine",
    "OfficialSource",
    "Piece",
    "Publication",
    "Publishing",
    "Remark",
    "Reviewing",
    "Sent",
    "Sources",
    "Urgency",
    "Version",
    "Withdrawal",
    "Writing",
    "check_complete",
    "check_piece",
    "host_of",
    "item_columns",
    "item_facts",
    "reached",
    "rendered",
    "still_lacking",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "AfterReview": "values",
        "Approval": "values",
        "Content": "service",
        "ContentQueries": "queries",
        "GAVE_UP": "rules",
        "GateAnswer": "values",
        "ITEM": "kind",
        "Item": "model",
        "ItemState": "model",
        "LedgerLine": "queries",
        "OfficialSource": "sources",
        "PUBLICATION": "kind",
        "Piece": "values",
        "Publication": "kind",
        "Publishing": "publishing",
        "Remark": "values",
        "Reviewing": "reviewing",
        "SOURCE": "sources",
        "Sent": "values",
        "Sources": "sources",
        "Urgency": "values",
        "Version": "values",
        "Withdrawal": "values",
        "Writing": "writing",
        "check_complete": "rules",
        "check_piece": "rules",
        "host_of": "sources",
        "item_columns": "kind",
        "item_facts": "kind",
        "reached": "rules",
        "rendered": "rules",
        "still_lacking": "rules",
    },
)
