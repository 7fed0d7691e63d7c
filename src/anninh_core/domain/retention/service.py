"""The class that holds all services of retention, for purges, previews, proofs, legal holds and erasure requests."""

from collections.abc import Mapping, Sequence
from typing import Any

from anninh_core.domain.retention.clocks.model import OpensScopes, make_empty_reader
from anninh_core.domain.retention.clocks.preview import Previews
from anninh_core.domain.retention.erasures import ErasureDecided, Erasures
from anninh_core.domain.retention.legal_holds import LegalHolds
from anninh_core.domain.retention.policy import RetentionPolicy
from anninh_core.domain.retention.proof.service import Proofs
from anninh_core.domain.retention.purges import Purges
from anninh_core.domain.retention.sealed import SealedWith
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.runner import UseCaseRunner


class Retention:
    """All use cases of retention."""

    def __init__(
        self,
        runner: UseCaseRunner,
        policies: Mapping[str, RetentionPolicy[Any]] | None = None,
        sealed_with: Sequence[SealedWith] = (),
        *,
        open_scopes: OpensScopes = make_empty_reader,
        kinds: Sequence[Kind[Any]] = (),
        scope_kinds: Sequence[str] = (),
        erasure_decided: ErasureDecided | None = None,
    ) -> None:
        """Set up the services; the arguments are as for `Purges`, `Previews` and `Erasures`."""
        self.purges = Purges(runner, policies, sealed_with, open_scopes=open_scopes, kinds=kinds)
        self.previews = Previews(runner, policies or {}, open_scopes, scope_kinds)
        self.proofs = Proofs(runner, policies or {}, sealed_with, kinds)
        self.legal_holds = LegalHolds(runner, policies or {})
        self.erasures = Erasures(runner, self.purges, erasure_decided)
