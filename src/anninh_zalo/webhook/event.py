"""What all events have."""

from enum import Enum
from typing import Annotated, ClassVar

from anninh_zalo.webhook.values import AnObject, AnyMoment, AnyText, Id, Shape


class Party(Shape):
    """A user, an official account, a group, or a telephone number.

    Attributes:
        admin_id: the person who wrote in the OA Manager, for the account as a sender.
    """

    id: AnyText = ""
    admin_id: AnyText = ""


class Known(Party):
    """Somebody without whom the event makes no sense."""

    id: Id


AnyParty = Annotated[Party, AnObject]
_NOBODY = Party()


class Side(Enum):
    """Where an event names the official account, if not in `oa_id`."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    OA_ID = "nowhere else"
    # Zalo's documentation and the code of others disagree who sends a report that a message was seen.
    EITHER = "sender or recipient"


class Event(Shape):
    """Any event, known or not; what isn't named here is in `model_extra`.

    Attributes:
        oa_id: the official account, where the event says so: in groups and about followers.
        user_id_by_app: the person's id within the application; often missing.
        timestamp: when it happened, None where it can't be read.
    """

    account_is: ClassVar[Side] = Side.EITHER

    event_name: str
    app_id: AnyText = ""
    oa_id: AnyText = ""
    user_id_by_app: AnyText = ""
    sender: AnyParty = _NOBODY
    recipient: AnyParty = _NOBODY
    timestamp: AnyMoment = None

    def accounts(self) -> tuple[str, ...]:
        """Return the ids among which the official account's is; none where the event doesn't tell."""
        parties = {Side.SENDER: (self.sender.id,), Side.RECIPIENT: (self.recipient.id,), Side.OA_ID: ()}
        named = (self.oa_id,) if self.oa_id else parties.get(self.account_is, (self.sender.id, self.recipient.id))
        return tuple(filter(None, named))

    def belongs_to(self, oa_id: str) -> bool:
        """Tell whether the event concerns an account; one that names none concerns every account."""
        accounts = self.accounts()
        return not accounts or oa_id in accounts
