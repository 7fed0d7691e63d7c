"""Events about people and about the account itself: who follows, who gave what, who wants to be forgotten."""

from typing import Annotated

from anninh_zalo.webhook.event import AnyParty, Event, Party, Side
from anninh_zalo.webhook.values import AnObject, AnyMoment, AnyText, AnyTexts, Shape

_NOBODY = Party()


class _OfAccount(Event):
    """It says which account and which user; there is no sender."""

    account_is = Side.OA_ID

    user_id: AnyText = ""


class Follows(Event):
    """A person follows the account, or no longer does.

    Attributes:
        source: from where, such as `oa_profile`, `message_invite` or `social_plugin`.
    """

    follower: AnyParty = _NOBODY
    source: AnyText = ""

    @property
    def follows(self) -> bool:
        """Whether the person follows now."""
        return self.event_name == "follow"


class ClickedChatNow(_OfAccount):
    """A person who never wrote opened the conversation: the account may write first."""


class Withdrew(_OfAccount):
    """A person wants everything of theirs deleted; the law wants it done.

    Of the two ids that Zalo documents, `user_id` is the one that the account can write to.
    """


class PermissionRevoked(Event):
    """The account took the application's right away: nothing can be sent until somebody consents again.

    Zalo documents no more than the name of this event, so nothing else is expected of it.
    """


class FullAddress(Shape):
    """Where a person lives, as they typed it."""

    user_city: AnyText = ""
    user_ward: AnyText = ""
    user_address: AnyText = ""


class Info(Shape):
    """What a person filled in; `address` to `ward` is the older form."""

    name: AnyText = ""
    phone: AnyText = ""
    user_dob: AnyText = ""
    gender: AnyText = ""
    full_address: Annotated[FullAddress, AnObject] = FullAddress()
    address: AnyText = ""
    city: AnyText = ""
    district: AnyText = ""
    ward: AnyText = ""


class SubmittedInfo(Event):
    """A person answered a request for their particulars."""

    info: Annotated[Info, AnObject] = Info()


class Tag(Shape):
    """A label of the account's own, and whom it was put on."""

    name: AnyText = ""
    user_ids: AnyTexts = ()


class Tagged(Event):
    """People were given a label, it was taken from them, or it is gone altogether."""

    tag: Annotated[Tag, AnObject] = Tag()


class Data(Shape):
    """What an event about a widget or a user's data tells."""

    method: AnyText = ""
    user_id: AnyText = ""
    user_external_id: AnyText = ""
    url: AnyText = ""
    message: AnyText = ""


class Updated(Event):
    """A user's data changed, or a widget could or couldn't tell who a visitor is."""

    data: Annotated[Data, AnObject] = Data()


class Purchased(Event):
    """The account bought an extension."""

    extension_id: AnyText = ""


class Consent(Event):
    """A person was asked whether the account may call, or answered.

    Attributes:
        request_type: SENT or EXPIRED, of the question.
        user_consent: ALLOW or USER_BLOCKED, of the answer.
    """

    phone: AnyText = ""
    request_type: AnyText = ""
    user_consent: AnyText = ""
    create_time: AnyMoment = None
    confirmed_time: AnyMoment = None
    expired_time: AnyMoment = None


class Called(Event):
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
