"""Legal holds, purges and erasures."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain import Retention
    from anninh_core.workflows import ErasureWorkflow


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
