"""Custodians: public keys to which personal details are sealed. Every transition is a pure method."""

from datetime import datetime

from attrs import evolve, frozen

from anninh_core.domain.identity.states import CustodianState
from anninh_core.domain.identity.views import CustodianView
from anninh_core.kernel.errors import Refused, WrongStep
from anninh_core.usecase.views import make_view


@frozen(kw_only=True)
class Custodian:
    """A public key, and who holds its private half.

    Attributes:
        id: of the key, see `key_id_of`: people compare it with what the holder's own machine shows.
        unit: the authority.
        officer: whose key it is; "" for the recovery key, which lies locked away and belongs to nobody alone.
        public_key: 32 bytes in hexadecimal.
        since, until: from when to when details were sealed to it.
        confirmed_by: id of the second officer, who put it in force; "" before.
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
        """Whether it is the recovery key."""
        return not self.officer

    @property
    def key(self) -> bytes:
        """The public key itself."""
        return bytes.fromhex(self.public_key)

    def to_view(self) -> CustodianView:
        """Return what may leave."""
        return make_view(CustodianView, self)

    def confirmed(self, by: str, at: datetime) -> "Custodian":
        """Return the key in use.

        Raises:
            Refused: by whoever proposed it, or holds it.
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
        """Return the key out of use.

        Raises:
            WrongStep: it is already.
        """
        if self.state is CustodianState.ENDED:
            raise WrongStep("Key {key} was ended already.", key=self.id)
        return evolve(self, state=CustodianState.ENDED, ended_by=by, until=at)
