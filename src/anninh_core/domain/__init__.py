"""The domain modules: one package per subject. Domain modules never import each other."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.accounts.service import Accounts
    from anninh_core.domain.audit.service import Audit
    from anninh_core.domain.clocks import retention_days
    from anninh_core.domain.content.kind import ITEM
    from anninh_core.domain.content.service import Content
    from anninh_core.domain.conversations.details import ConversationDetails
    from anninh_core.domain.conversations.message_files import MessageFiles
    from anninh_core.domain.conversations.notes.service import CaseNotes
    from anninh_core.domain.conversations.rights import PersonalRecords
    from anninh_core.domain.conversations.service import Conversations
    from anninh_core.domain.conversations.threads import MessageThreads
    from anninh_core.domain.conversations.timeline.service import CaseTimelines
    from anninh_core.domain.conversations.unread.marks import note_look
    from anninh_core.domain.conversations.unread.service import UnreadCases
    from anninh_core.domain.drafts.ready_answers import ReadyAnswers
    from anninh_core.domain.drafts.service import Drafts
    from anninh_core.domain.drafts.upkeep import DraftUpkeep
    from anninh_core.domain.duty.service import DutyService
    from anninh_core.domain.groups.service import Groups
    from anninh_core.domain.identity.custody.details import find_active_keys, seal_details
    from anninh_core.domain.identity.custody.service import Custodians
    from anninh_core.domain.identity.disclosures import Disclosures
    from anninh_core.domain.identity.emergencies import EmergencyOpenings
    from anninh_core.domain.inquiries.kind import INQUIRY
    from anninh_core.domain.inquiries.service import Inquiries
    from anninh_core.domain.kept_scopes import clocked_scopes, open_scopes
    from anninh_core.domain.key_management.service import KeyManagement
    from anninh_core.domain.leaks.check import LeakCheck
    from anninh_core.domain.leaks.service import Leaks
    from anninh_core.domain.lookups import (
        find_bound_chat,
        find_holder,
        has_attachment,
        has_chat,
        is_joined,
        is_open_emergency,
        is_over,
        iter_sealed_details,
        mask_reporter,
        mask_resident,
        open_restrictions,
        open_staff,
        read_identity,
    )
    from anninh_core.domain.moderation.kind import POST
    from anninh_core.domain.moderation.service import Moderation
    from anninh_core.domain.programme.service import Programme
    from anninh_core.domain.quarantine.service import Quarantine
    from anninh_core.domain.registry import (
        KINDS,
        SEALED_WITH,
        dated_queries,
        find_posted,
        retention_policies,
        rights_lookups,
    )
    from anninh_core.domain.reports.figures.counter_maintenance import find_wrong_counters
    from anninh_core.domain.reports.kind import REPORT
    from anninh_core.domain.reports.service import Reports
    from anninh_core.domain.retention.service import Retention
    from anninh_core.domain.rights.service import Rights
    from anninh_core.domain.tips.kind import TIP
    from anninh_core.domain.tips.service import Tips
    from anninh_core.domain.units.chats import OfficerChats
    from anninh_core.domain.units.labels import LabelBook
    from anninh_core.domain.units.service import Units

__all__ = [
    "INQUIRY",
    "ITEM",
    "KINDS",
    "POST",
    "REPORT",
    "SEALED_WITH",
    "TIP",
    "Accounts",
    "Audit",
    "CaseNotes",
    "CaseTimelines",
    "Content",
    "ConversationDetails",
    "Conversations",
    "Custodians",
    "Disclosures",
    "DraftUpkeep",
    "Drafts",
    "DutyService",
    "EmergencyOpenings",
    "Groups",
    "Inquiries",
    "KeyManagement",
    "LabelBook",
    "LeakCheck",
    "Leaks",
    "MessageFiles",
    "MessageThreads",
    "Moderation",
    "OfficerChats",
    "PersonalRecords",
    "Programme",
    "Quarantine",
    "ReadyAnswers",
    "Reports",
    "Retention",
    "Rights",
    "Tips",
    "Units",
    "UnreadCases",
    "clocked_scopes",
    "dated_queries",
    "find_active_keys",
    "find_bound_chat",
    "find_holder",
    "find_posted",
    "find_wrong_counters",
    "has_attachment",
    "has_chat",
    "is_joined",
    "is_open_emergency",
    "is_over",
    "iter_sealed_details",
    "mask_reporter",
    "mask_resident",
    "note_look",
    "open_restrictions",
    "open_scopes",
    "open_staff",
    "read_identity",
    "retention_days",
    "retention_policies",
    "rights_lookups",
    "seal_details",
]

lazy(
    __name__,
    {
        "Accounts": "accounts.service",
        "Audit": "audit.service",
        "CaseNotes": "conversations.notes.service",
        "CaseTimelines": "conversations.timeline.service",
        "Content": "content.service",
        "ConversationDetails": "conversations.details",
        "Conversations": "conversations.service",
        "MessageFiles": "conversations.message_files",
        "MessageThreads": "conversations.threads",
        "Custodians": "identity.custody.service",
        "Disclosures": "identity.disclosures",
        "DraftUpkeep": "drafts.upkeep",
        "Drafts": "drafts.service",
        "DutyService": "duty.service",
        "EmergencyOpenings": "identity.emergencies",
        "Groups": "groups.service",
        "INQUIRY": "inquiries.kind",
        "Inquiries": "inquiries.service",
        "ITEM": "content.kind",
        "POST": "moderation.kind",
        "REPORT": "reports.kind",
        "KINDS": "registry",
        "KeyManagement": "key_management.service",
        "LeakCheck": "leaks.check",
        "Leaks": "leaks.service",
        "Moderation": "moderation.service",
        "LabelBook": "units.labels",
        "OfficerChats": "units.chats",
        "PersonalRecords": "conversations.rights",
        "Programme": "programme.service",
        "Quarantine": "quarantine.service",
        "ReadyAnswers": "drafts.ready_answers",
        "Reports": "reports.service",
        "Retention": "retention.service",
        "Rights": "rights.service",
        "SEALED_WITH": "registry",
        "TIP": "tips.kind",
        "Tips": "tips.service",
        "Units": "units.service",
        "UnreadCases": "conversations.unread.service",
        "clocked_scopes": "kept_scopes",
        "dated_queries": "registry",
        "find_active_keys": "identity.custody.details",
        "find_bound_chat": "lookups",
        "find_holder": "lookups",
        "find_posted": "registry",
        "find_wrong_counters": "reports.figures.counter_maintenance",
        "has_chat": "lookups",
        "has_attachment": "lookups",
        "is_joined": "lookups",
        "is_open_emergency": "lookups",
        "is_over": "lookups",
        "note_look": "conversations.unread.marks",
        "open_restrictions": "lookups",
        "iter_sealed_details": "lookups",
        "mask_reporter": "lookups",
        "mask_resident": "lookups",
        "open_scopes": "kept_scopes",
        "open_staff": "lookups",
        "read_identity": "lookups",
        "retention_days": "clocks",
        "retention_policies": "registry",
        "rights_lookups": "registry",
        "seal_details": "identity.custody.details",
    },
)
