"""The services of all domain modules of one app. Each opens when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from operator import attrgetter

from attrs import field, frozen

from anninh_core import domain as services
from anninh_core.domain.accounts.rules import OfficerLookups, SignInRules
from anninh_core.usecase.kinds import CaseAccess
from anninh_core.usecase.runner import UseCaseRunner


@frozen
class Services:
    """The domain services of an app. They keep no state, so it does no harm if two threads open one at once."""

    _runner: UseCaseRunner
    _sign_in_rules: SignInRules = field(factory=SignInRules)

    @cached_property
    def _cases(self) -> Mapping[str, CaseAccess]:
        return {
            "tip": CaseAccess(
                services.TIP,
                self.tips.queries.get,
                services.is_open_emergency,
                attrgetter("emergency_by"),
                services.is_over,
                services.is_joined,
                attrgetter("is_locked"),
            ),
            "inquiry": CaseAccess(services.INQUIRY, self.inquiries.queries.get, is_over=services.is_over),
        }

    @cached_property
    def accounts(self) -> services.Accounts:
        """By what officers sign in."""
        return services.Accounts(
            self._runner, OfficerLookups(services.find_holder, services.find_bound_chat), self._sign_in_rules
        )

    @cached_property
    def units(self) -> services.Units:
        """Officers and their grants."""
        return services.Units(self._runner)

    @cached_property
    def labels(self) -> services.LabelBook:
        """What officers read of closed words."""
        return services.LabelBook(self._runner)

    @cached_property
    def conversations(self) -> services.Conversations:
        """Messages and who said them."""
        return services.Conversations(self._runner, self._cases, services.seal_details, services.open_restrictions)

    @cached_property
    def threads(self) -> services.MessageThreads:
        """Where messages belong."""
        return services.MessageThreads(self._runner, self._cases)

    @cached_property
    def notes(self) -> services.CaseNotes:
        """Notes in the files of cases."""
        return services.CaseNotes(self._runner, self._cases, services.open_restrictions)

    @cached_property
    def unread(self) -> services.UnreadCases:
        """Which cases have something new for an officer."""
        return services.UnreadCases(self._runner, self._cases)

    @cached_property
    def _draft_subjects(self) -> Mapping[str, CaseAccess]:
        return {
            **self._cases,
            "item": CaseAccess(services.ITEM, self.content.queries.get),
            "post": CaseAccess(services.POST, self.moderation.queries.get),
            "report": CaseAccess(services.REPORT, self.reports.queries.get),
        }

    @cached_property
    def drafts(self) -> services.Drafts:
        """What officers have half written."""
        return services.Drafts(self._runner, self._draft_subjects)

    @cached_property
    def draft_upkeep(self) -> services.DraftUpkeep:
        """What becomes of it without them."""
        return services.DraftUpkeep(self._runner.context, self._runner.permits, self._draft_subjects)

    @cached_property
    def ready_answers(self) -> services.ReadyAnswers:
        """Wordings that officers may put into what they write."""
        return services.ReadyAnswers(self._runner)

    @cached_property
    def timelines(self) -> services.CaseTimelines:
        """What happened in cases."""
        return services.CaseTimelines(
            self._runner,
            self._cases,
            sent_days=lambda: services.retention_days(self._runner.context.district)["outbox"],
            restricts=services.open_restrictions,
        )

    @cached_property
    def message_files(self) -> services.MessageFiles:
        """Files that came with messages."""
        return services.MessageFiles(self._runner, self._cases, services.open_restrictions)

    @cached_property
    def conversation_details(self) -> services.ConversationDetails:
        """Residents' names, sealed to the custodians."""
        return services.ConversationDetails(self._runner, services.seal_details, services.find_active_keys)

    @cached_property
    def duty(self) -> services.DutyService:
        """Who is told of what."""
        return services.DutyService(self._runner, self._cases, services.has_chat)

    @cached_property
    def officer_chats(self) -> services.OfficerChats:
        """Which chat is which officer's."""
        return services.OfficerChats(self._runner)

    @cached_property
    def groups(self) -> services.Groups:
        """The registry of groups."""
        return services.Groups(self._runner)

    @cached_property
    def tips(self) -> services.Tips:
        """Tips."""
        return services.Tips(
            self._runner,
            services.has_attachment,
            services.mask_resident,
            services.open_restrictions,
            services.note_look,
            mask_reporter=services.mask_reporter,
        )

    @cached_property
    def inquiries(self) -> services.Inquiries:
        """Questions on procedures and the knowledge base."""
        return services.Inquiries(self._runner, services.note_look)

    @cached_property
    def content(self) -> services.Content:
        """Items, their review and publication."""
        return services.Content(self._runner)

    @cached_property
    def leaks(self) -> services.Leaks:
        """What texts that are about to leave give away."""
        known = tuple(kind.name for kind in services.KINDS if kind.identifies)
        return services.Leaks(self._runner, services.LeakCheck(self._runner.context, known, services.open_staff))

    @cached_property
    def moderation(self) -> services.Moderation:
        """Unsuitable posts."""
        return services.Moderation(self._runner, services.find_posted)

    @cached_property
    def programme(self) -> services.Programme:
        """The plan: milestones, duties, urging, difficulties."""
        return services.Programme(self._runner)

    @cached_property
    def quarantine(self) -> services.Quarantine:
        """What couldn't be worked on."""
        return services.Quarantine(self._runner)

    @cached_property
    def reports(self) -> services.Reports:
        """Reports; they count every kind of record."""
        return services.Reports(
            self._runner, queries=services.dated_queries(self._runner.context), kinds=services.KINDS
        )

    @cached_property
    def audit(self) -> services.Audit:
        """The audit log and its chain."""
        wrong_counters = partial(services.find_wrong_counters, self._runner, services.KINDS)
        return services.Audit(self._runner, wrong_counters)

    @cached_property
    def identity(self) -> services.Disclosures:
        """Who residents are, opened for a time."""
        return services.Disclosures(self._runner, self._cases, services.read_identity, services.open_restrictions)

    @cached_property
    def emergency_openings(self) -> services.EmergencyOpenings:
        """Where residents can be reached, opened by one person in an emergency."""
        return services.EmergencyOpenings(self._runner, self._cases, services.read_identity)

    @cached_property
    def custodians(self) -> services.Custodians:
        """Who holds the keys to personal details."""
        return services.Custodians(self._runner, services.iter_sealed_details, self.conversation_details.add_wrap)

    @cached_property
    def retention(self) -> services.Retention:
        """Purges, legal holds, wishes to be erased."""
        policies = services.retention_policies(self._runner.context.district)
        return services.Retention(
            self._runner,
            policies,
            services.SEALED_WITH,
            open_scopes=services.open_scopes(policies),
            kinds=services.KINDS,
            scope_kinds=services.clocked_scopes(policies),
            erasure_decided=self.rights.handling.follow_erasure,
        )

    @cached_property
    def rights(self) -> services.Rights:
        """Requests about data of one's own."""
        policies = services.retention_policies(self._runner.context.district)
        return services.Rights(self._runner, services.rights_lookups(policies))

    @cached_property
    def personal_records(self) -> services.PersonalRecords:
        """Names and words that their persons had corrected."""
        return services.PersonalRecords(self._runner, services.seal_details)

    @cached_property
    def key_management(self) -> services.KeyManagement:
        """Epochs, and what is known of the keys."""
        return services.KeyManagement(self._runner)
