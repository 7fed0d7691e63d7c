"""Models of events about people and about the account itself: follows, submitted data, requests for deletion and
others.
"""

from typing import Annotated

from anninh_zalo.webhook.event import AccountSide, AnyParty, Party, ZaloEvent
from anninh_zalo.webhook.field_types import AnyText, AnyTexts, EventModel, ObjectOrEmpty, OptionalTimestamp

_NOBODY = Party()


class _AccountEvent(ZaloEvent):
    """An event with account and user, without a sender."""

    account_is = AccountSide.OA_ID

    user_id: AnyText = ""


class FollowChanged(ZaloEvent):
    """The event that a person follows the account, or no longer does.

    Attributes:
        source: origin of the follow, such as `oa_profile`, `message_invite` or `social_plugin`.
    """

    follower: AnyParty = _NOBODY
    source: AnyText = ""

    @property
    def is_following(self) -> bool:
        """Whether the person follows now."""
        return self.event_name == "follow"


class ChatNowClicked(_AccountEvent):
    """The event that a person who never wrote opened the conversation: the account may write first."""


class WithdrawalRequested(_AccountEvent):
    """The event that a person requests the deletion of all their data, which the law requires.

    Of the two ids in Zalo's documentation, `user_id` is the one that the account can write to.
    """


class PermissionRevoked(ZaloEvent):
    """The event that the account revoked the application's permission: nothing can be sent until an administrator
    consents again.

    Zalo documents no more than the name of this event, so no other field is required.
    """


class FullAddress(EventModel):
    """A person's address, as they typed it."""

    user_city: AnyText = ""
    user_ward: AnyText = ""
    user_address: AnyText = ""


class UserInfo(EventModel):
    """Data that a person submitted; `address` to `ward` is the older form."""

    name: AnyText = ""
    phone: AnyText = ""
    user_dob: AnyText = ""
    gender: AnyText = ""
    full_address: Annotated[FullAddress, ObjectOrEmpty] = FullAddress()
    address: AnyText = ""
    city: AnyText = ""
    district: AnyText = ""
    ward: AnyText = ""


class UserInfoSubmitted(ZaloEvent):
    """The event that a person submitted the requested contact data."""

    info: Annotated[UserInfo, ObjectOrEmpty] = UserInfo()


class UserTag(EventModel):
    """A label of the account, and the people with it."""

    name: AnyText = ""
    user_ids: AnyTexts = ()


class TagChanged(ZaloEvent):
    """The event that a label was put on people, removed from them, or deleted."""

    tag: Annotated[UserTag, ObjectOrEmpty] = UserTag()


class UserData(EventModel):
    """Content of an event about a widget or a user's data."""

    method: AnyText = ""
    user_id: AnyText = ""
    user_external_id: AnyText = ""
    url: AnyText = ""
    message: AnyText = ""


class UserDataUpdated(ZaloEvent):
    """The event that a user's data changed, or that a widget did or didn't identify a visitor."""

    data: Annotated[UserData, ObjectOrEmpty] = UserData()


class ExtensionPurchased(ZaloEvent):
    """The event that the account bought an extension."""

    extension_id: AnyText = ""


class CallConsentChanged(ZaloEvent):
    """The event that a person received a request for consent to calls from the account, or answered it.

    Attributes:
        request_type: SENT or EXPIRED, of the request.
        user_consent: ALLOW or USER_BLOCKED, of the person's answer.
    """

    phone: AnyText = ""
    request_type: AnyText = ""
    user_consent: AnyText = ""
    create_time: OptionalTimestamp = None
    confirmed_time: OptionalTimestamp = None
    expired_time: OptionalTimestamp = None


class CallEvent(ZaloEvent):
    """The event that a person called the account, or the account a person; times in the platform's own units."""

    user_id: AnyText = ""
    phone: AnyText = ""
    call_id: AnyText = ""
    call_type: AnyText = ""
    init_time: AnyText = ""
    call_duration: AnyText = ""
    waiting_time: AnyText = ""
    talk_time: AnyText = ""
    status_code: AnyText = ""
