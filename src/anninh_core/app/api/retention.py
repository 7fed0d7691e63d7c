from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.retention.clocks.preview import Previews
from anninh_core.domain.retention.erasures import Erasures
from anninh_core.domain.retention.legal_holds import LegalHolds
from anninh_core.domain.retention.proof.service import Proofs
from anninh_core.domain.retention.purges import Purges
from anninh_core.workflows.erasure import ErasureWorkflow

_purges = part(lambda internals: internals.services.retention.purges)
_previews = part(lambda internals: internals.services.retention.previews)
_proofs = part(lambda internals: internals.services.retention.proofs)
_legal_holds = part(lambda internals: internals.services.retention.legal_holds)
_erasures = part(lambda internals: internals.services.retention.erasures)
_erasure = part(lambda internals: internals.workflows.erasure)


class RetentionApi(Noun):
    """Legal holds, purges and erasures. Every verb takes the actor first."""

    order_purge = verb(_purges, Purges.order_purge)
    purge = verb(_purges, Purges.purge)
    preview = verb(_previews, Previews.preview)
    preview_counts = verb(_previews, Previews.preview_counts)
    gather_needles = verb(_proofs, Proofs.gather_needles)
    prove_purge = verb(_proofs, Proofs.prove_purge)
    hold = verb(_legal_holds, LegalHolds.hold)
    release_hold = verb(_legal_holds, LegalHolds.release_hold)
    holds = verb(_legal_holds, LegalHolds.holds)
    erasures = verb(_erasures, Erasures.erasures)
    erasure = verb(_erasures, Erasures.erasure)
    refuse_erasure = verb(_erasures, Erasures.refuse_erasure)
    erase = verb(_erasure, ErasureWorkflow.erase)
