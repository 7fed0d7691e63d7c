"""Legal holds, purges and erasures, and requests of people about data of theirs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain.retention.service import Retention
    from anninh_core.domain.rights.service import Rights
    from anninh_core.workflows import ErasureWorkflow, PossibleRightsSteps, RightsWorkflow
    from anninh_core.workflows.possible_steps.offers import Verbs


class RetentionApi:
    """Legal holds, purges and erasures. Every verb takes the actor first."""

    def __init__(self, retention: "Retention", erasure: "ErasureWorkflow") -> None:
        self.order_purge = retention.purges.order_purge
        self.purge = retention.purges.purge
        self.preview = retention.previews.preview
        self.preview_counts = retention.previews.preview_counts
        self.gather_needles = retention.proofs.gather_needles
        self.prove_purge = retention.proofs.prove_purge
        self.hold = retention.legal_holds.hold
        self.release_hold = retention.legal_holds.release_hold
        self.holds = retention.legal_holds.holds
        self.erasures = retention.erasures.erasures
        self.erasure = retention.erasures.erasure
        self.refuse_erasure = retention.erasures.refuse_erasure
        self.erase = erasure.erase


class RightsApi:
    """Requests of people about data of theirs. Every verb takes the actor first."""

    def __init__(
        self,
        rights: "Rights",
        workflow: "RightsWorkflow",
        possible_steps: "Callable[[Verbs], PossibleRightsSteps]",
    ) -> None:
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
        self.can_do = possible_steps({**vars(self)}).can_do
