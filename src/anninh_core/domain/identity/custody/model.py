"""Custodians, who hold the keys to personal details. Details are encrypted to their public keys, and every transition
is a pure method.
"""

from datetime import datetime

from attrs import evolve, frozen

from anninh_core.domain.identity.states import CustodianState
from anninh_core.domain.identity.views import CustodianView
from anninh_core.kernel.errors import Refused, WrongStep
from anninh_core.usecase.views import make_view


@frozen(kw_only=True)
class Custodian:
    """A custodian: a public key, and the holder of its private half.

    Attributes:
        id: of the key, see `compute_key_id`: people compare it with the id on the holder's own machine.
        unit: the authority.
        officer: holder of the key; "" for the recovery key, which is locked away and has no single holder.
        public_key: 32 bytes in hexadecimal.
        since, until: period in which details were encrypted to it.
        confirmed_by: id of the second officer, who put it in use; "" before.
        proposed_by: id of the officer who proposed it.
    """

    id: str
    unit: str
    officer: str
    public_key: str
    proposed_by: str
    proposed_at: datetime
    state: CustodianState = CustodianState.PROPOSED
    confirmed_by: str = ""
    since: datetime | None = None
    ended_by: str = ""
    until: datetime | None = None
    version: int = 0

    @property
    def is_recovery(self) -> bool:
        """Whether the custodian's key is the recovery key."""
        return not self.officer

    @property
    def key(self) -> bytes:
        """The custodian's public key as bytes."""
        return bytes.fromhex(self.public_key)

    def to_view(self) -> CustodianView:
        """Return the read-only view of the custodian."""
        return make_view(CustodianView, self)

    def confirmed(self, by: str, at: datetime) -> "Custodian":
        """Return the custodian with the key in use.

        Raises:
            Refused: `by` proposed the key or holds it.
            WrongStep: it was confirmed or ended before.
        """
        if by in (self.proposed_by, self.officer):
            raise Refused(
                "Officer {officer} proposed key {key} or holds it: a second person must confirm it.",
                officer=by,
                key=self.id,
            )
        if self.state is not CustodianState.PROPOSED:
            raise WrongStep(
                "Key {key} is {state}: only a proposed key can be confirmed.", key=self.id, state=self.state
            )
        return evolve(self, state=CustodianState.ACTIVE, confirmed_by=by, since=at)

    def ended(self, by: str, at: datetime) -> "Custodian":
        """Return the custodian with the key out of use.

        Raises:
            WrongStep: it was ended before.
        """
        if self.state is CustodianState.ENDED:
            raise WrongStep("Key {key} was ended already.", key=self.id)
        return evolve(self, state=CustodianState.ENDED, ended_by=by, until=at)
