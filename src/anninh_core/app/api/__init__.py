"""The nouns of an app: plain classes that name each public verb of a subject, whatever service or workflow has it."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.app.api.audit import AuditApi
    from anninh_core.app.api.content import ContentApi
    from anninh_core.app.api.conversations import ConversationsApi
    from anninh_core.app.api.groups import GroupsApi
    from anninh_core.app.api.identity import IdentityApi
    from anninh_core.app.api.inquiries import InquiriesApi, SearchApi, WorkApi
    from anninh_core.app.api.keys import KeysApi, SystemApi
    from anninh_core.app.api.moderation import LeaksApi, ModerationApi
    from anninh_core.app.api.programme import ProgrammeApi
    from anninh_core.app.api.quarantine import QuarantineApi
    from anninh_core.app.api.reports import ReportsApi
    from anninh_core.app.api.retention import RetentionApi, RightsApi
    from anninh_core.app.api.tips import IncidentsApi, TipsApi
    from anninh_core.app.api.units import AccountsApi, DraftsApi, DutyApi, UnitsApi

__all__ = [
    "AccountsApi",
    "AuditApi",
    "ContentApi",
    "ConversationsApi",
    "DraftsApi",
    "DutyApi",
    "GroupsApi",
    "IdentityApi",
    "IncidentsApi",
    "InquiriesApi",
    "KeysApi",
    "LeaksApi",
    "ModerationApi",
    "ProgrammeApi",
    "QuarantineApi",
    "ReportsApi",
    "RetentionApi",
    "RightsApi",
    "SearchApi",
    "SystemApi",
    "TipsApi",
    "UnitsApi",
    "WorkApi",
]

lazy(
    __name__,
    {
        "AccountsApi": "units",
        "AuditApi": "audit",
        "ContentApi": "content",
        "ConversationsApi": "conversations",
        "DraftsApi": "units",
        "DutyApi": "units",
        "GroupsApi": "groups",
        "IdentityApi": "identity",
        "IncidentsApi": "tips",
        "InquiriesApi": "inquiries",
        "KeysApi": "keys",
        "LeaksApi": "moderation",
        "ModerationApi": "moderation",
        "ProgrammeApi": "programme",
        "QuarantineApi": "quarantine",
        "ReportsApi": "reports",
        "RetentionApi": "retention",
        "RightsApi": "retention",
        "SearchApi": "inquiries",
        "SystemApi": "keys",
        "TipsApi": "tips",
        "UnitsApi": "units",
        "WorkApi": "inquiries",
    },
)
