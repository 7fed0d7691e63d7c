"""Requests of people about data of theirs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain import Rights
    from anninh_core.workflows import RightsWorkflow


class RightsApi:
    """Requests of people about data of theirs. Every verb takes the actor first."""

    def __init__(self, rights: "Rights", workflow: "RightsWorkflow") -> None:
        self.record_request = rights.intake.record_request
        self.requests_to_check = rights.checking.requests_to_check
        self.record_check = rights.checking.record_check
        self.link_account = rights.checking.link_account
        self.link_receipt = rights.checking.link_receipt
        self.requests = rights.handling.requests
        self.request = rights.handling.request
        self.clock = rights.handling.clock
        self.extend_request = rights.handling.extend_request
        self.leave_out = rights.handling.leave_out
        self.take_in = rights.handling.take_in
        self.restrict = rights.handling.restrict
        self.lift_restriction = rights.handling.lift_restriction
        self.find = workflow.find
        self.export = workflow.export
        self.correct_name = workflow.correct_name
        self.correct_words = workflow.correct_words
        self.answer = workflow.answer
