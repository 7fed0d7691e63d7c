"""Identities, and the disclosures that open one for a time. Every transition is a pure method."""

from datetime import datetime
from enum import StrEnum

from attrs import evolve, field, frozen

from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.vocabulary.messages import Address


class DisclosureState(StrEnum):
    """Where a request for an identity stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"


@frozen(kw_only=True)
class Disclosure:
    """One officer's request to know who a resident is, and another one's decision.

    Attributes:
        case: `kind:id` of the case it is for.
        conversation: whose identity.
        purpose: why it is needed, in words.
        asked_seq: the journal's last line when it was asked: its history begins after it.
        decided_by: officer who decided; never the one who asked.
        until: the identity may be read before this moment.
    """

    id: str
    unit: str
    case: str
    conversation: str
    purpose: str = field(repr=False)
    requested_by: str
    requested_at: datetime
    asked_seq: int
    state: DisclosureState = DisclosureState.REQUESTED
    decided_by: str = ""
    decided_at: datetime | None = None
    until: datetime | None = None

    def __attrs_post_init__(self) -> None:
        if not self.purpose.strip():
            raise BadInput(f"an identity of case {self.case} is asked for without a purpose; say what it is needed for")

    def approved(self, by: str, at: datetime, until: datetime) -> "Disclosure":
        """Return the request granted until a moment.

        Raises:
            Refused: by the officer who asked.
            WrongStep: it was decided before, or the time would be over at once.
        """
        if until <= at:
            raise BadInput(f"a disclosure can't end on {until}, before it begins; give at least one hour")
        return evolve(self._decided(DisclosureState.APPROVED, by, at), until=until)

    def refused(self, by: str, at: datetime) -> "Disclosure":
        """Return the request turned down; raises as `approved` does."""
        return self._decided(DisclosureState.REFUSED, by, at)

    def check_readable(self, by: str, at: datetime) -> None:
        """Check that an officer may read the identity now.

        Raises:
            Refused: somebody else asked for it, it isn't approved, or its time is over.
        """
        if by != self.requested_by:
            raise Refused(f"disclosure {self.id} was granted to another officer; ask for one of your own")
        if self.state is not DisclosureState.APPROVED or self.until is None:
            raise Refused(f"disclosure {self.id} is {self.state}: a second person must approve it first")
        if at >= self.until:
            raise Refused(f"disclosure {self.id} ended on {self.until.isoformat()}; ask for it again")

    def _decided(self, state: DisclosureState, by: str, at: datetime) -> "Disclosure":
        if by == self.requested_by:
            raise Refused(f"officer {by} asked for disclosure {self.id}: a second person must decide about it")
        if self.state is not DisclosureState.REQUESTED:
            raise WrongStep(f"disclosure {self.id} is {self.state} already; a new need takes a new request")
        return evolve(self, state=state, decided_by=by, decided_at=at)


@frozen(kw_only=True)
class Identity:
    """Who somebody is, as the vault knows it. Never stored outside the vault, never logged.

    Attributes:
        conversation: the id under which everybody else knows them.
        numbers: phone numbers and numbers of identity papers.
    """

    conversation: str
    name: str = field(repr=False)
    address: Address
    numbers: tuple[str, ...] = field(default=(), repr=False)
