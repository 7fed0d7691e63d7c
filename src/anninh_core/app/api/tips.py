"""Tips: from a resident's words to an answered, closed case."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain import Tips
    from anninh_core.workflows import CaseThreads, MessageTriage, TipRouting


class TipsApi:
    """Tips: from a resident's words to an answered, closed case. Every verb takes the actor first."""

    def __init__(self, tips: "Tips", routing: "TipRouting", threads: "CaseThreads", triage: "MessageTriage") -> None:
        self.record_walk_in = tips.intake.record_walk_in
        self.triage = tips.handling.triage
        self.assign = tips.handling.assign
        self.verify = tips.handling.verify
        self.ask_back = tips.handling.ask_back
        self.settle = tips.handling.settle
        self.transfer = tips.handling.transfer
        self.merge = tips.handling.merge
        self.answer = tips.handling.answer
        self.answered_by_hand = tips.handling.answered_by_hand
        self.close = tips.handling.close
        self.reopen = tips.handling.reopen
        self.exclude = tips.handling.exclude
        self.get = tips.queries.get
        self.by_receipt = tips.queries.by_receipt
        self.list = tips.queries.list
        self.overdue = tips.queries.overdue
        self.search = tips.queries.search
        self.suggest_handler = tips.queries.suggest_handler
        self.suggest_duplicates = tips.sorting.suggest_duplicates
        self.from_same_reporter = tips.queries.from_same_reporter
        self.suggest_handlers = routing.suggest_handlers
        self.accept_withdrawal = tips.withdrawals.accept_withdrawal
        self.decline_withdrawal = tips.withdrawals.decline_withdrawal
        self.split = threads.split
        self.join = threads.join
        self.keep_together = threads.keep_together
        self.convert_to_inquiry = triage.tip_to_inquiry
        self.suggest_place = tips.sorting.suggest_place
        self.explain_route = tips.sorting.explain_route
        self.simulate_routing = tips.sorting.simulate_routing
        self.count_sources = tips.sorting.count_sources
        self.unmerge = tips.sorting.unmerge
