"""Tips: from a resident's words to an answered, closed case."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain.conversations.notes.service import CaseNotes
    from anninh_core.domain.conversations.timeline.service import CaseTimelines
    from anninh_core.domain.conversations.unread.service import UnreadCases
    from anninh_core.domain.drafts.ready_answers import ReadyAnswers
    from anninh_core.domain.tips.incidents.service import Incidents
    from anninh_core.domain.tips.service import Tips
    from anninh_core.workflows import (
        CaseThreads,
        IncidentWork,
        MessageTriage,
        OutgoingPreviews,
        PossibleTipSteps,
        TipClaiming,
        TipPaperRendering,
        TipRouting,
    )
    from anninh_core.workflows.possible_steps.offers import Verbs


class TipsApi:
    """Tips: from a resident's words to an answered, closed case. Every verb takes the actor first."""

    def __init__(
        self,
        tips: "Tips",
        routing: "TipRouting",
        threads: "CaseThreads",
        triage: "MessageTriage",
        papers: "TipPaperRendering",
        *,
        claiming: "TipClaiming",
        timelines: "CaseTimelines",
        notes: "CaseNotes",
        unread: "UnreadCases",
        ready_answers: "ReadyAnswers",
        previews: "OutgoingPreviews",
        possible_steps: "Callable[[Verbs], PossibleTipSteps]",
    ) -> None:
        self.record_walk_in = tips.intake.record_walk_in
        self.triage = tips.handling.triage
        self.assign = tips.handling.assign
        self.verify = tips.handling.verify
        self.ask_back = tips.handling.ask_back
        self.settle = tips.settling.settle
        self.transfer = tips.settling.transfer
        self.merge = tips.settling.merge
        self.answer = tips.settling.answer
        self.answered_by_hand = tips.settling.answered_by_hand
        self.close = tips.settling.close
        self.reopen = tips.reopening.reopen
        self.exclude = tips.exclusions.exclude
        self._bind_shared_work(tips)
        self.claim = claiming.claim
        self.claim_for = claiming.claim_for
        self.release_claim = claiming.release_claim
        self._bind_queries(tips, timelines)
        self._bind_case_file(notes, unread, ready_answers)
        self._bind_papers(papers, previews)
        self.suggestion_agreement = tips.suggestions.suggestion_agreement
        self._bind_threads(threads)
        self.convert_to_inquiry = triage.tip_to_inquiry
        self._bind_sorting(tips, routing)
        self._bind_clocks(tips)
        self._bind_false_reports(tips)
        self.can_do = possible_steps({**vars(self)}).can_do

    def _bind_queries(self, tips: "Tips", timelines: "CaseTimelines") -> None:
        self.get = tips.queries.get
        self.by_receipt = tips.queries.by_receipt
        self.list = tips.queries.list
        self.worklist = tips.queries.worklist
        self.overdue = tips.queries.overdue
        self.due_soon = tips.queries.due_soon
        self.search = tips.queries.search
        self.suggest_handler = tips.queries.suggest_handler
        self.from_same_reporter = tips.queries.from_same_reporter
        self.linked = tips.queries.linked
        self.timeline = timelines.tip_timeline

    def _bind_case_file(self, notes: "CaseNotes", unread: "UnreadCases", ready_answers: "ReadyAnswers") -> None:
        """Name what officers write for each other, and what helps them to write."""
        self.add_note = notes.add_tip_note
        self.notes = notes.tip_notes
        self.unread = unread.unread_tips
        self.ready_answers = ready_answers.for_tips

    def _bind_threads(self, threads: "CaseThreads") -> None:
        """Name what decides of which messages a tip consists."""
        self.split = threads.split
        self.join = threads.join
        self.keep_together = threads.keep_together

    def _bind_papers(self, papers: "TipPaperRendering", previews: "OutgoingPreviews") -> None:
        """Name the drafts that are written of tips, and what shows an answer as it will leave."""
        self.preview_answer = previews.preview_answer
        self.register = papers.register
        self.monthly_list = papers.monthly_list
        self.slip = papers.slip

    def _bind_sorting(self, tips: "Tips", routing: "TipRouting") -> None:
        """Name what tells where tips belong, and which tell of the same."""
        self.suggest_handlers = routing.suggest_handlers
        self.suggest_duplicates = tips.sorting.suggest_duplicates
        self.suggest_place = tips.sorting.suggest_place
        self.explain_route = tips.sorting.explain_route
        self.simulate_routing = tips.sorting.simulate_routing
        self.count_sources = tips.sorting.count_sources
        self.unmerge = tips.sorting.unmerge

    def _bind_false_reports(self, tips: "Tips") -> None:
        self.mark_false = tips.false_reports.mark_false
        self.confirm_false = tips.false_reports.confirm_false
        self.clear_false = tips.false_reports.clear_false
        self.count_false_before = tips.false_reports.count_false_before

    def _bind_clocks(self, tips: "Tips") -> None:
        """Name the papers that change or meet clocks."""
        self.record_complex = tips.clocks.record_complex
        self.record_extension = tips.clocks.record_extension
        self.record_suspension = tips.clocks.record_suspension
        self.revoke_suspension = tips.clocks.revoke_suspension
        self.record_written_notice = tips.clocks.record_written_notice
        self.record_identity_refused = tips.clocks.record_identity_refused

    def _bind_shared_work(self, tips: "Tips") -> None:
        """Name what several people or units do about one tip, or its reporter asks for."""
        self.accept_withdrawal = tips.withdrawals.accept_withdrawal
        self.decline_withdrawal = tips.withdrawals.decline_withdrawal
        self.record_reply_by_hand = tips.handling.record_reply_by_hand
        self.transfer_to_unit = tips.transfers.transfer_to_unit
        self.accept_transfer = tips.transfers.accept_transfer
        self.return_transfer = tips.transfers.return_transfer
        self.record_return = tips.transfers.record_return
        self.request_reopening = tips.reopening.request_reopening
        self.judge_reopening = tips.reopening.judge_reopening
        self.exclude_unit = tips.exclusions.exclude_unit
        self.exclusions = tips.exclusions.exclusions
        self.confirm_lock = tips.locks.confirm_lock
        self.lift_lock = tips.locks.lift_lock
        self.open_subcase = tips.subcases.open_subcase
        self.take_subcase = tips.subcases.take_subcase
        self.finish_subcase = tips.subcases.finish_subcase
        self.return_subcase = tips.subcases.return_subcase
        self.call_off_subcase = tips.subcases.call_off_subcase
        self.subcase = tips.subcases.subcase
        self.subcases_of = tips.subcases.subcases_of
        self.list_subcases = tips.subcases.list_subcases


class IncidentsApi:
    """Incidents: tips that report one event. Every verb takes the actor first."""

    def __init__(self, incidents: "Incidents", work: "IncidentWork") -> None:
        self.join = incidents.join
        self.separate = incidents.separate
        self.set_role = incidents.set_role
        self.get = incidents.get
        self.find = incidents.find
        self.list = incidents.list
        self.propose = work.propose
        self.preview_answer = work.preview_answer
        self.answer = work.answer
