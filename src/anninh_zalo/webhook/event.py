"""Models for the part that all of Zalo's events have in common."""

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
    """A party of an event that must have an id."""

    id: Id


AnyParty = Annotated[Party, ObjectOrEmpty]
_NOBODY = Party()


class AccountSide(Enum):
    """The field of an event that has the official account's id, if it isn't `oa_id`."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    OA_ID = "nowhere else"
    # Zalo's documentation and other programs' code disagree on the sender of a report that a message was seen.
    EITHER = "sender or recipient"


class ZaloEvent(EventModel):
    """Any event of Zalo, known or not; unnamed fields are in `model_extra`.

    Attributes:
        oa_id: the official account, if the event names it: in groups and about followers.
        user_id_by_app: the person's id within the application; often missing.
        timestamp: time of the event, None if it is unreadable.
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
        """Return the ids of the event among which the official account's is; empty if the event has none."""
        parties = {
            AccountSide.SENDER: (self.sender.id,),
            AccountSide.RECIPIENT: (self.recipient.id,),
            AccountSide.OA_ID: (),
        }
        ids = (self.oa_id,) if self.oa_id else parties.get(self.account_is, (self.sender.id, self.recipient.id))
        return tuple(filter(None, ids))

    def belongs_to(self, oa_id: str) -> bool:
        """Return whether the event concerns an account; an event without account ids concerns every account."""
        ids = self.account_ids()
        return not ids or oa_id in ids
