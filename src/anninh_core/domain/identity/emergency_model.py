"""Addresses that one person opened in an emergency, and the second person's review. Transitions are pure methods."""

from datetime import datetime, timedelta

from attrs import evolve, field, frozen

from anninh_core.domain.identity.states import OpeningState
from anninh_core.domain.identity.views import EmergencyOpeningView, OpenedAddressView
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.messages import Address


@frozen(kw_only=True)
class EmergencyOpening:
    """A delivery address that one officer opened alone, since danger didn't wait for a second person.

    Attributes:
        case: `kind:id` of the case, which its record marks as an emergency.
        conversation: conversation id of the reporter.
        reason: why it couldn't wait, in words.
        due_at: deadline of the review by a second person; it stays listed after that too.
        reviewed_by: neither the officer who opened it nor the one who marked the case.
        marked_by: officer who had marked the case as an emergency, never the one who opened the address; "" if the
            case's text did; None in openings of earlier versions, which didn't record it.
    """

    id: str
    unit: str
    case: str
    conversation: str
    reason: str = field(repr=False)
    opened_by: str
    opened_at: datetime
    due_at: datetime
    state: OpeningState = OpeningState.UNREVIEWED
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
    marked_by: str | None = None
    version: int = 0

    def __attrs_post_init__(self) -> None:
        if not self.reason.strip():
            raise BadInput("Opening an address of {case} needs a reason: write why it can't wait.", case=self.case)

    def for_handlers(self, names: Pseudonyms) -> "EmergencyOpening":
        """Return the opening for officers: with a pseudonym for its conversation that is used in this case only."""
        return evolve(self, conversation=names(self.conversation, self.case))

    def to_view(self) -> EmergencyOpeningView:
        """Return the read-only view of the opening."""
        return make_view(EmergencyOpeningView, self)

    def age(self, now: datetime) -> timedelta:
        """Return how long the opening has been waiting for its review, or how long it waited until the review."""
        return (self.reviewed_at or now) - self.opened_at

    def is_overdue(self, now: datetime) -> bool:
        """Return whether the review of the opening is overdue."""
        return self.state is OpeningState.UNREVIEWED and now >= self.due_at

    def reviewed(self, by: str, at: datetime, *, justified: bool) -> "EmergencyOpening":
        """Return the opening with a second person's verdict.

        Raises:
            Refused: `by` opened the address or had marked the case as an emergency.
            WrongStep: it was reviewed before.
        """
        if by == self.opened_by:
            raise Refused(
                "Officer {officer} opened the address in emergency opening {opening}: a second person must review it.",
                officer=by,
                opening=self.id,
            )
        if by == self.marked_by:
            raise Refused(
                "Officer {officer} marked {case} as the emergency behind opening {opening}: another officer "
                "must review it.",
                officer=by,
                case=self.case,
                opening=self.id,
            )
        if self.state is not OpeningState.UNREVIEWED:
            raise WrongStep(
                "Emergency opening {opening} was reviewed already: it is {state}.", opening=self.id, state=self.state
            )
        state = OpeningState.JUSTIFIED if justified else OpeningState.UNJUSTIFIED
        return evolve(self, state=state, reviewed_by=by, reviewed_at=at)


@frozen(kw_only=True)
class OpenedAddress:
    """The result of an emergency opening. Never stored, never logged.

    Attributes:
        opening: id of the `EmergencyOpening` that is reviewed afterwards.
        address: the account on the platform.
    """

    opening: str
    address: Address

    def to_view(self) -> OpenedAddressView:
        """Return the view with the address. Besides a disclosure, this is the only view with an address."""
        return OpenedAddressView(opening=self.opening, messenger=self.address.messenger, address=self.address.id)
