"""The domain services of one app, each built on first use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from operator import attrgetter

from attrs import field, frozen

from anninh_core.app.bootstrap import domain
from anninh_core.domain.accounts.rules import OfficerLookups, SignInRules
from anninh_core.domain.services import Services
from anninh_core.usecase.kinds import CaseAccess
from anninh_core.usecase.runner import UseCaseRunner


@frozen
class BuiltServices(Services):
    """Builds the services. They keep no state, so two threads may safely build the same service at once."""

    _runner: UseCaseRunner
    _sign_in_rules: SignInRules = field(factory=SignInRules)

    @cached_property
    def _cases(self) -> Mapping[str, CaseAccess]:
        return {
            "tip": CaseAccess(
                domain.TIP,
                self.tips.queries.get,
                domain.is_open_emergency,
                attrgetter("emergency_by"),
                domain.is_case_over,
                domain.is_joined_tip,
                attrgetter("is_locked"),
            ),
            "inquiry": CaseAccess(domain.INQUIRY, self.inquiries.queries.get, is_over=domain.is_case_over),
        }

    @cached_property
    def accounts(self) -> domain.Accounts:
        return domain.Accounts(
            self._runner, OfficerLookups(domain.find_holder, domain.find_bound_chat), self._sign_in_rules
        )

    @cached_property
    def units(self) -> domain.Units:
        return domain.Units(self._runner)

    @cached_property
    def conversations(self) -> domain.Conversations:
        return domain.Conversations(self._runner, self._cases, domain.seal_details, domain.make_restriction_check)

    @cached_property
    def threads(self) -> domain.MessageThreads:
        return domain.MessageThreads(self._runner, self._cases)

    @cached_property
    def notes(self) -> domain.CaseNotes:
        return domain.CaseNotes(self._runner, self._cases, domain.make_restriction_check)

    @cached_property
    def unread(self) -> domain.UnreadCases:
        return domain.UnreadCases(self._runner, self._cases)

    @cached_property
    def _draft_subjects(self) -> Mapping[str, CaseAccess]:
        return {
            **self._cases,
            "item": CaseAccess(domain.ITEM, self.content.queries.get),
            "post": CaseAccess(domain.POST, self.moderation.queries.get),
            "report": CaseAccess(domain.REPORT, self.reports.queries.get),
        }

    @cached_property
    def drafts(self) -> domain.Drafts:
        return domain.Drafts(self._runner, self._draft_subjects)

    @cached_property
    def draft_upkeep(self) -> domain.DraftUpkeep:
        return domain.DraftUpkeep(self._runner.context, self._runner.permits, self._draft_subjects)

    @cached_property
    def ready_answers(self) -> domain.ReadyAnswers:
        return domain.ReadyAnswers(self._runner)

    @cached_property
    def timelines(self) -> domain.CaseTimelines:
        return domain.CaseTimelines(
            self._runner,
            self._cases,
            sent_days=lambda: domain.retention_days(self._runner.context.district)["outbox"],
            restricts=domain.make_restriction_check,
        )

    @cached_property
    def message_files(self) -> domain.MessageFiles:
        return domain.MessageFiles(self._runner, self._cases, domain.make_restriction_check)

    @cached_property
    def conversation_details(self) -> domain.ConversationDetails:
        return domain.ConversationDetails(self._runner, domain.seal_details, domain.find_active_keys)

    @cached_property
    def duty(self) -> domain.DutyService:
        return domain.DutyService(self._runner, self._cases, domain.has_chat)

    @cached_property
    def officer_chats(self) -> domain.OfficerChats:
        return domain.OfficerChats(self._runner)

    @cached_property
    def groups(self) -> domain.Groups:
        return domain.Groups(self._runner)

    @cached_property
    def tips(self) -> domain.Tips:
        return domain.Tips(
            self._runner,
            domain.has_attachment,
            domain.mask_resident,
            domain.make_restriction_check,
            domain.record_case_view,
            mask_reporter=domain.mask_reporter,
        )

    @cached_property
    def inquiries(self) -> domain.Inquiries:
        return domain.Inquiries(self._runner, domain.record_case_view)

    @cached_property
    def content(self) -> domain.Content:
        return domain.Content(self._runner)

    @cached_property
    def leaks(self) -> domain.Leaks:
        identifying_kinds = tuple(kind.name for kind in domain.KINDS if kind.has_identifiers)
        return domain.Leaks(
            self._runner, domain.LeakCheck(self._runner.context, identifying_kinds, domain.make_staff_check)
        )

    @cached_property
    def moderation(self) -> domain.Moderation:
        return domain.Moderation(self._runner, domain.find_post_origin)

    @cached_property
    def programme(self) -> domain.Programme:
        return domain.Programme(self._runner)

    @cached_property
    def quarantine(self) -> domain.Quarantine:
        return domain.Quarantine(self._runner)

    @cached_property
    def reports(self) -> domain.Reports:
        return domain.Reports(self._runner, queries=domain.dated_queries(self._runner.context), kinds=domain.KINDS)

    @cached_property
    def audit(self) -> domain.Audit:
        wrong_counters = partial(domain.find_wrong_counters, self._runner, domain.KINDS)
        return domain.Audit(self._runner, wrong_counters)

    @cached_property
    def identity(self) -> domain.Disclosures:
        return domain.Disclosures(self._runner, self._cases, domain.read_identity, domain.make_restriction_check)

    @cached_property
    def emergency_openings(self) -> domain.EmergencyOpenings:
        return domain.EmergencyOpenings(self._runner, self._cases, domain.read_identity)

    @cached_property
    def custodians(self) -> domain.Custodians:
        return domain.Custodians(self._runner, domain.iter_sealed_details, self.conversation_details.add_wrap)

    @cached_property
    def retention(self) -> domain.Retention:
        policies = domain.make_retention_policies(self._runner.context.district)
        return domain.Retention(
            self._runner,
            policies,
            domain.SEALED_WITH,
            open_scopes=domain.make_scope_opener(policies),
            kinds=domain.KINDS,
            scope_kinds=domain.list_clocked_scope_kinds(policies),
            erasure_decided=self.rights.handling.follow_erasure,
        )

    @cached_property
    def rights(self) -> domain.Rights:
        policies = domain.make_retention_policies(self._runner.context.district)
        return domain.Rights(self._runner, domain.make_rights_lookups(policies))

    @cached_property
    def personal_records(self) -> domain.PersonalRecords:
        return domain.PersonalRecords(self._runner, domain.seal_details)

    @cached_property
    def key_management(self) -> domain.KeyManagement:
        return domain.KeyManagement(self._runner)
