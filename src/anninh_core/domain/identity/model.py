"""Identities, and disclosures, which open one field of an identity once. Every transition is a pure method."""

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
"""How long a request waits for a decision: later, the stated need or the case's officer may have changed."""


@frozen(kw_only=True)
class Disclosure:
    """An officer's request for one field of a resident's identity, and another officer's decision.

    Attributes:
        case: `kind:id` of the case.
        conversation: conversation id of the resident.
        purpose: why it is needed, in words.
        ground: the rule or article of law that allows it; "" in disclosures of earlier versions.
        asked_seq: number of the last audit log entry before the request; its history begins after it.
        decided_by: officer who decided; never the one who requested it.
        until: end of the time in which the field may be read.
        opened_at: when it was read, which is possible only once.
        lapsed_at: when it was found that its time ended without a decision or access.
        field: the requested field.
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
    # This field comes last, since it shadows the function `field` of attrs from here on.
    field: IdentityField = IdentityField.WHOLE
    version: int = 0

    def __attrs_post_init__(self) -> None:
        if not self.purpose.strip():
            raise BadInput(
                "A request for an identity of {case} needs a purpose: write what you need it for.", case=self.case
            )

    def for_handlers(self, names: Pseudonyms) -> "Disclosure":
        """Return the disclosure for officers: with a pseudonym for its conversation that is used in this case only."""
        return evolve(self, conversation=names(self.conversation, self.case))

    def to_view(self) -> DisclosureView:
        """Return the read-only view of the disclosure."""
        return make_view(DisclosureView, self)

    @property
    def is_open(self) -> bool:
        """Whether a decision about the disclosure is pending, or the approved field may still be read."""
        return self.ends_at is not None

    @property
    def ends_at(self) -> datetime | None:
        """The time at which the disclosure lapses without a decision or access; None after it was refused, opened or
        has lapsed.
        """
        if self.state is DisclosureState.REQUESTED:
            return self.requested_at + DECISION_TIME
        return self.until if self.state is DisclosureState.APPROVED else None

    def has_lapsed(self, at: datetime) -> bool:
        """Return whether the time of the disclosure is over although no lapse is recorded yet."""
        return self.ends_at is not None and at >= self.ends_at

    def approved(self, by: str, at: datetime, until: datetime) -> "Disclosure":
        """Return the request approved until a given time.

        Raises:
            Refused: `by` requested it.
            WrongStep: it was decided before, or waited too long.
            BadInput: `until` isn't after `at`.
        """
        if until <= at:
            raise BadInput(
                "A disclosure can't end on {until}, before it begins: give at least one minute.", until=until
            )
        return evolve(self._decided(DisclosureState.APPROVED, by, at), until=until)

    def refused(self, by: str, at: datetime) -> "Disclosure":
        """Return the request refused; raise as `approved` does."""
        return self._decided(DisclosureState.REFUSED, by, at)

    def opened(self, by: str, at: datetime) -> "Disclosure":
        """Return the disclosure used up by its only access.

        Raises:
            Refused: another officer requested it, it isn't approved, its time is over, or it was used already.
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
        """Return the disclosure as lapsed: it can't be used any more.

        Raises:
            WrongStep: its time isn't over, or it is no longer open.
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
    """A person's identity, as the vault has it. Never stored outside the vault, never logged.

    Attributes:
        conversation: conversation id; outside the vault the only reference to the person.
        numbers: phone numbers and numbers of identity papers.
        sealed: encrypted name and numbers, if only a custodian opens them; then the plain fields are empty.
    """

    conversation: str
    name: str = field(repr=False)
    address: Address
    numbers: tuple[str, ...] = field(default=(), repr=False)
    sealed: Envelope | None = field(default=None, repr=False)

    def only(self, requested_field: IdentityField, name: str) -> "RevealedIdentity":
        """Return one field of the identity, without the others.

        Args:
            requested_field: the field to keep.
            name: pseudonym of the person, used in the disclosure's case only.
        """
        whole = requested_field is IdentityField.WHOLE
        return RevealedIdentity(
            conversation=name,
            field=requested_field,
            name=self.name if whole or requested_field is IdentityField.NAME else "",
            address=self.address if whole or requested_field is IdentityField.ADDRESS else None,
            numbers=self.numbers if whole or requested_field is IdentityField.NUMBERS else (),
        )


@frozen(kw_only=True)
class RevealedIdentity:
    """The identity field that a disclosure opened. Never stored, never logged.

    Attributes:
        conversation: pseudonym used in this case only, so that it leads to no other case of the person.
        field: the requested field; the others are empty.
        name: the name that the platform reported, or "".
        address: the person's address on the platform.
    """

    conversation: str
    name: str = field(default="", repr=False)
    address: Address | None = None
    numbers: tuple[str, ...] = field(default=(), repr=False)
    field: IdentityField  # This field comes last, since it shadows the function `field` of attrs from here on.

    def to_view(self) -> RevealedIdentityView:
        """Return the view of the requested field: the only view with an identity."""
        messenger, address = (self.address.messenger, self.address.id) if self.address else ("", "")
        return make_view(RevealedIdentityView, self, messenger=messenger, address=address)
