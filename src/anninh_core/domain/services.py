"""The type of an app's domain services. The app builds them: `app/bootstrap/services.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from anninh_core.domain.accounts.service import Accounts
    from anninh_core.domain.audit.service import Audit
    from anninh_core.domain.content.service import Content
    from anninh_core.domain.conversations.details import ConversationDetails
    from anninh_core.domain.conversations.message_files import MessageFiles
    from anninh_core.domain.conversations.notes.service import CaseNotes
    from anninh_core.domain.conversations.rights import PersonalRecords
    from anninh_core.domain.conversations.service import Conversations
    from anninh_core.domain.conversations.threads import MessageThreads
    from anninh_core.domain.conversations.timeline.service import CaseTimelines
    from anninh_core.domain.conversations.unread.service import UnreadCases
    from anninh_core.domain.drafts.ready_answers import ReadyAnswers
    from anninh_core.domain.drafts.service import Drafts
    from anninh_core.domain.drafts.upkeep import DraftUpkeep
    from anninh_core.domain.duty.service import DutyService
    from anninh_core.domain.groups.service import Groups
    from anninh_core.domain.identity.custody.service import Custodians
    from anninh_core.domain.identity.disclosures import Disclosures
    from anninh_core.domain.identity.emergencies import EmergencyOpenings
    from anninh_core.domain.inquiries.service import Inquiries
    from anninh_core.domain.key_management.service import KeyManagement
    from anninh_core.domain.leaks.service import Leaks
    from anninh_core.domain.moderation.service import Moderation
    from anninh_core.domain.programme.service import Programme
    from anninh_core.domain.quarantine.service import Quarantine
    from anninh_core.domain.reports.service import Reports
    from anninh_core.domain.retention.service import Retention
    from anninh_core.domain.rights.service import Rights
    from anninh_core.domain.tips.service import Tips
    from anninh_core.domain.units.chats import OfficerChats
    from anninh_core.domain.units.service import Units


class Services(Protocol):
    """The domain services of an app, each created on first access."""

    @property
    def accounts(self) -> Accounts:
        """Accounts with which officers sign in."""

    @property
    def units(self) -> Units:
        """Officers and their grants."""

    @property
    def conversations(self) -> Conversations:
        """Messages and their senders."""

    @property
    def threads(self) -> MessageThreads:
        """Assignment of messages to cases."""

    @property
    def notes(self) -> CaseNotes:
        """Notes in the files of cases."""

    @property
    def unread(self) -> UnreadCases:
        """Cases with unread entries for an officer."""

    @property
    def drafts(self) -> Drafts:
        """Officers' unfinished texts."""

    @property
    def draft_upkeep(self) -> DraftUpkeep:
        """Upkeep of drafts without their officers."""

    @property
    def ready_answers(self) -> ReadyAnswers:
        """Text blocks that officers may insert into what they write."""

    @property
    def timelines(self) -> CaseTimelines:
        """Timelines of cases."""

    @property
    def message_files(self) -> MessageFiles:
        """Files attached to messages."""

    @property
    def conversation_details(self) -> ConversationDetails:
        """Residents' names, sealed to the custodians."""

    @property
    def duty(self) -> DutyService:
        """Alarms, and which officers are notified."""

    @property
    def officer_chats(self) -> OfficerChats:
        """Chats bound to officers."""

    @property
    def groups(self) -> Groups:
        """The registry of groups."""

    @property
    def tips(self) -> Tips:
        """Tips of residents, from their reception to the closed case."""

    @property
    def inquiries(self) -> Inquiries:
        """Questions on procedures and the knowledge base."""

    @property
    def content(self) -> Content:
        """Items, their review and publication."""

    @property
    def leaks(self) -> Leaks:
        """Checks of outgoing texts for personal data and other leaks."""

    @property
    def moderation(self) -> Moderation:
        """Moderation of unsuitable posts in groups."""

    @property
    def programme(self) -> Programme:
        """The plan: milestones, obligations, reminders, difficulties."""

    @property
    def quarantine(self) -> Quarantine:
        """Events that couldn't be processed."""

    @property
    def reports(self) -> Reports:
        """Reports; they count every kind of record."""

    @property
    def audit(self) -> Audit:
        """The audit log and its chain."""

    @property
    def identity(self) -> Disclosures:
        """Disclosures of residents' identities for a limited time."""

    @property
    def emergency_openings(self) -> EmergencyOpenings:
        """Residents' contact data, opened by one person in an emergency."""

    @property
    def custodians(self) -> Custodians:
        """Custodians of the keys to personal details."""

    @property
    def retention(self) -> Retention:
        """Purges, legal holds, requests for erasure."""

    @property
    def rights(self) -> Rights:
        """Residents' requests about their own data."""

    @property
    def personal_records(self) -> PersonalRecords:
        """Names and messages corrected at the request of their persons."""

    @property
    def key_management(self) -> KeyManagement:
        """Key epochs and the state of the keys."""
