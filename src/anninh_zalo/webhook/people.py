"""Events about people and about the account itself: who follows, who gave what, who wants to be forgotten."""

from typing import Annotated

from anninh_zalo.webhook.event import AccountSide, AnyParty, Party, ZaloEvent
from anninh_zalo.webhook.field_types import AnyText, AnyTexts, EventModel, ObjectOrEmpty, OptionalTimestamp

_NOBODY = Party()


class _AccountEvent(ZaloEvent):
    """It says which account and which user; there is no sender."""

    account_is = AccountSide.OA_ID

    user_id: AnyText = ""


class FollowChanged(ZaloEvent):
    """A person follows the account, or no longer does.

    Attributes:
        source: from where, such as `oa_profile`, `message_invite` or `social_plugin`.
    """

    follower: AnyParty = _NOBODY
    source: AnyText = ""

    @property
    def is_following(self) -> bool:
        """Whether the person follows now."""
        return self.event_name == "follow"


class ChatNowClicked(_AccountEvent):
    """A person who never wrote opened the conversation: the account may write first."""


class WithdrawalRequested(_AccountEvent):
    """A person wants everything of theirs deleted; the law wants it done.

    Of the two ids that Zalo documents, `user_id` is the one that the account can write to.
    """


class PermissionRevoked(ZaloEvent):
    """The account took the application's right away: nothing can be sent until somebody consents again.

    Zalo documents no more than the name of this event, so nothing else is expected of it.
    """


class FullAddress(EventModel):
    """Where a person lives, as they typed it."""

    user_city: AnyText = ""
    user_ward: AnyText = ""
    user_address: AnyText = ""


class UserInfo(EventModel):
    """What a person filled in; `address` to `ward` is the older form."""

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
    """A person answered a request for their particulars."""

    info: Annotated[UserInfo, ObjectOrEmpty] = UserInfo()


class UserTag(EventModel):
    """A label of the account's own, and whom it was put on."""

    name: AnyText = ""
    user_ids: AnyTexts = ()


class TagChanged(ZaloEvent):
    """People were given a label, it was taken from them, or it is gone altogether."""

    tag: Annotated[UserTag, ObjectOrEmpty] = UserTag()


class UserData(EventModel):
    """What an event about a widget or a user's data tells."""

    method: AnyText = ""
    user_id: AnyText = ""
    user_external_id: AnyText = ""
    url: AnyText = ""
    message: AnyText = ""


class UserDataUpdated(ZaloEvent):
    """A user's data changed, or a widget could or couldn't tell who a visitor is."""

    data: Annotated[UserData, ObjectOrEmpty] = UserData()


class ExtensionPurchased(ZaloEvent):
    """The account bought an extension."""

    extension_id: AnyText = ""


class CallConsentChanged(ZaloEvent):
    """A person was asked whether the account may call, or answered.

    Attributes:
        request_type: SENT or EXPIRED, of the question.
        user_consent: ALLOW or USER_BLOCKED, of the answer.
    """

    phone: AnyText = ""
    request_type: AnyText = ""
    user_consent: AnyText = ""
    create_time: OptionalTimestamp = None
    confirmed_time: OptionalTimestamp = None
    expired_time: OptionalTimestamp = None


class CallEvent(ZaloEvent):
    """A person called the account, or the account a person; times in the platform's own units."""

    user_id: AnyText = ""
    phone: AnyText = ""
    call_id: AnyText = ""
    call_type: AnyText = ""
    init_time: AnyText = ""
    call_duration: AnyText = ""
    waiting_time: AnyText = ""
    talk_time: AnyText = ""
    status_code: AnyText = ""
