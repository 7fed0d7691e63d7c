"""Identities, and the disclosures that open one field of one, once. Every transition is a pure method."""

from datetime import datetime, timedelta

from attrs import evolve, field, frozen

from anninh_core.domain.identity.states import DisclosureState, IdentityField
from anninh_core.domain.identity.views import DisclosureView, RevealedIdentityView
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.usecase.encryption.envelope import Envelope
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.messages import Address

DECISION_TIME = timedelta(days=7)
"""How long a request waits for a decision: a need that nobody answered for a week is no longer the one that was stated,
and the case may since have gone to somebody else."""


"""What a disclosure may ask for."""


@frozen(kw_only=True)
class Disclosure:
    """One officer's request for one field of a resident's identity, and another one's decision.

    Attributes:
        case: `kind:id` of the case it is for.
        conversation: whose identity.
        purpose: why it is needed, in words.
        ground: the rule or article of law that allows it; "" in disclosures of earlier versions.
        asked_seq: the journal's last line when it was asked: its history begins after it.
        decided_by: officer who decided; never the one who asked.
        until: the field may be read before this moment.
        opened_at: when it was read: that is done once.
        lapsed_at: when it was found that it can't be used any more: nobody decided, or nobody looked, in time.
        field: what was asked for.
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
    ground: str = field(default="", repr=False)
    opened_at: datetime | None = None
    lapsed_at: datetime | None = None
    field: IdentityField = IdentityField.WHOLE  # last: from here on `field` is this one
    version: int = 0

    def __attrs_post_init__(self) -> None:
        if not self.purpose.strip():
            raise BadInput(
                "A request for an identity of {case} needs a purpose: write what you need it for.", case=self.case
            )

    def for_handlers(self, names: Pseudonyms) -> "Disclosure":
        """Return the disclosure as officers see it: whose it is stands under a name of the case alone."""
        return evolve(self, conversation=names(self.conversation, self.case))

    def to_view(self) -> DisclosureView:
        """Return what may leave."""
        return make_view(DisclosureView, self)

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to decide, or may still look."""
        return self.ends_at is not None

    @property
    def ends_at(self) -> datetime | None:
        """When it lapses unless somebody decides, or looks, before; None if it is done with."""
        if self.state is DisclosureState.REQUESTED:
            return self.requested_at + DECISION_TIME
        return self.until if self.state is DisclosureState.APPROVED else None

    def has_lapsed(self, at: datetime) -> bool:
        """Tell whether its time is over although nobody has written that down yet."""
        return self.ends_at is not None and at >= self.ends_at

    def approved(self, by: str, at: datetime, until: datetime) -> "Disclosure":
        """Return the request granted until a moment.

        Raises:
            Refused: by the officer who asked.
            WrongStep: it was decided before, or it waited too long.
            BadInput: the time would be over at once.
        """
        if until <= at:
            raise BadInput(
                "A disclosure can't end on {until}, before it begins: give at least one minute.", until=until
            )
        return evolve(self._decided(DisclosureState.APPROVED, by, at), until=until)

    def refused(self, by: str, at: datetime) -> "Disclosure":
        """Return the request turned down; raises as `approved` does."""
        return self._decided(DisclosureState.REFUSED, by, at)

    def opened(self, by: str, at: datetime) -> "Disclosure":
        """Return the disclosure used up by the one look that it is for.

        Raises:
            Refused: somebody else asked for it, it isn't approved, its time is over, or it was used already.
        """
        if by != self.requested_by:
            raise Refused(
                "Disclosure {disclosure} was granted to another officer: request your own with "
                "{act:identity.request_identity}.",
                disclosure=self.id,
            )
        if self.opened_at is not None:
            self.opened_at.isoformat()
            raise Refused(
                "Disclosure {disclosure} was opened on {opened_at} and opens only once: request it again "
                "with {act:identity.request_identity}.",
                disclosure=self.id,
                opened_at=self.opened_at,
            )
        if self.state is DisclosureState.LAPSED or self.has_lapsed(at):
            over = self.until or self.requested_at + DECISION_TIME
            raise Refused(
                "Disclosure {disclosure} ended on {ended_at}: request it again with {act:identity.request_identity}.",
                disclosure=self.id,
                ended_at=over,
            )
        if self.state is not DisclosureState.APPROVED:
            raise Refused(
                "Disclosure {disclosure} is {state}: a second person must approve it first.",
                disclosure=self.id,
                state=self.state,
            )
        return evolve(self, state=DisclosureState.OPENED, opened_at=at)

    def lapsed(self, at: datetime) -> "Disclosure":
        """Return the disclosure as one that can't be used any more.

        Raises:
            WrongStep: its time isn't over, or it is done with.
        """
        if not self.has_lapsed(at):
            raise WrongStep(
                "Disclosure {disclosure} is {state} and hasn't lapsed.", disclosure=self.id, state=self.state
            )
        return evolve(self, state=DisclosureState.LAPSED, lapsed_at=at)

    def _decided(self, state: DisclosureState, by: str, at: datetime) -> "Disclosure":
        if by == self.requested_by:
            raise Refused(
                "Officer {officer} asked for disclosure {disclosure}: a second person must decide about it.",
                officer=by,
                disclosure=self.id,
            )
        if self.state is not DisclosureState.REQUESTED:
            raise WrongStep(
                "Disclosure {disclosure} is {state} already: if the identity is needed again, make a new "
                "request with {act:identity.request_identity}.",
                disclosure=self.id,
                state=self.state,
            )
        if self.has_lapsed(at):
            raise WrongStep(
                "Disclosure {disclosure} waited for more than {days} days: have it requested again with "
                "{act:identity.request_identity}.",
                disclosure=self.id,
                days=DECISION_TIME.days,
            )
        return evolve(self, state=state, decided_by=by, decided_at=at)


@frozen(kw_only=True)
class Identity:
    """Who somebody is, as the vault knows it. Never stored outside the vault, never logged.

    Attributes:
        conversation: the id under which everybody else knows them.
        numbers: phone numbers and numbers of identity papers.
        sealed: name and numbers, where only a custodian opens them; then they are empty here.
    """

    conversation: str
    name: str = field(repr=False)
    address: Address
    numbers: tuple[str, ...] = field(default=(), repr=False)
    sealed: Envelope | None = field(default=None, repr=False)

    def only(self, asked: IdentityField, name: str) -> "RevealedIdentity":
        """Return one field of it, without the others, under the name that it has in a case alone."""
        whole = asked is IdentityField.WHOLE
        return RevealedIdentity(
            conversation=name,
            field=asked,
            name=self.name if whole or asked is IdentityField.NAME else "",
            address=self.address if whole or asked is IdentityField.ADDRESS else None,
            numbers=self.numbers if whole or asked is IdentityField.NUMBERS else (),
        )


@frozen(kw_only=True)
class RevealedIdentity:
    """What a disclosure opened. Never stored, never logged.

    Attributes:
        conversation: a name for whoever it is that stands in this case alone: it leads to no other case of theirs.
        field: what was asked for; the others are empty.
        name: the name that the platform told; "" where it told none.
        address: where they write from.
    """

    conversation: str
    name: str = field(default="", repr=False)
    address: Address | None = None
    numbers: tuple[str, ...] = field(default=(), repr=False)
    field: IdentityField  # last: from here on `field` is this one

    def to_view(self) -> RevealedIdentityView:
        """Return what was asked for: the one answer in which an identity leaves."""
        messenger, address = (self.address.messenger, self.address.id) if self.address else ("", "")
        return make_view(RevealedIdentityView, self, messenger=messenger, address=address)
