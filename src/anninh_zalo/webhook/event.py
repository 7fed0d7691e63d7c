"""What all events have."""

from enum import Enum
from typing import Annotated, ClassVar

from anninh_zalo.webhook.field_types import AnyText, EventModel, Id, ObjectOrEmpty, OptionalTimestamp


class Party(EventModel):
    """A user, an official account, a group, or a telephone number.

    Attributes:
        admin_id: the person who wrote in the OA Manager, for the account as a sender.
    """

    id: AnyText = ""
    admin_id: AnyText = ""


class IdentifiedParty(Party):
    """Somebody without whom the event makes no sense."""

    id: Id


AnyParty = Annotated[Party, ObjectOrEmpty]
_NOBODY = Party()


class AccountSide(Enum):
    """Where an event names the official account, if not in `oa_id`."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    OA_ID = "nowhere else"
    # Zalo's documentation and the code of others disagree who sends a report that a message was seen.
    EITHER = "sender or recipient"


class ZaloEvent(EventModel):
    """Any event, known or not; what isn't named here is in `model_extra`.

    Attributes:
        oa_id: the official account, where the event says so: in groups and about followers.
        user_id_by_app: the person's id within the application; often missing.
        timestamp: when it happened, None where it can't be read.
    """

    account_is: ClassVar[AccountSide] = AccountSide.EITHER

    event_name: str
    app_id: AnyText = ""
    oa_id: AnyText = ""
    user_id_by_app: AnyText = ""
    sender: AnyParty = _NOBODY
    recipient: AnyParty = _NOBODY
    timestamp: OptionalTimestamp = None

    def account_ids(self) -> tuple[str, ...]:
        """Return the ids among which the official account's is; none where the event doesn't tell."""
        parties = {
            AccountSide.SENDER: (self.sender.id,),
            AccountSide.RECIPIENT: (self.recipient.id,),
            AccountSide.OA_ID: (),
        }
        ids = (self.oa_id,) if self.oa_id else parties.get(self.account_is, (self.sender.id, self.recipient.id))
        return tuple(filter(None, ids))

    def belongs_to(self, oa_id: str) -> bool:
        """Tell whether the event concerns an account; one that names none concerns every account."""
        ids = self.account_ids()
        return not ids or oa_id in ids
