"""What officers have half written: kept on the server for some days, sealed with what it is about, seen by one."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.drafts.model import DraftEntry
    from anninh_core.domain.drafts.service import Drafts
    from anninh_core.domain.drafts.views import DraftRow, DraftView

__all__ = ["DraftEntry", "DraftRow", "DraftView", "Drafts"]

lazy(__name__, {"DraftEntry": "model", "DraftRow": "views", "DraftView": "views", "Drafts": "service"})
