"""Models of events about messages by template (ZNS, now ZBS): quotas, quality, and people's answers."""

from typing import Annotated

from pydantic import AliasChoices, Field

from anninh_zalo.webhook.event import AccountSide, ZaloEvent
from anninh_zalo.webhook.field_types import AnyText, AnyTexts, EventModel, ObjectOrEmpty, OptionalTimestamp


class ValueChange(EventModel):
    """A value before and after a change."""

    prev_value: AnyText = Field(default="", validation_alias=AliasChoices("prev_value", "prev_status"))
    new_value: AnyText = Field(default="", validation_alias=AliasChoices("new_value", "new_status"))


_AnyChange = Annotated[ValueChange, ObjectOrEmpty]


class TemplateChanged(ZaloEvent):
    """The event that the account's daily quota or tags, or a template's status, quality or quota changed.

    Attributes:
        oa_id: named `oaId` in some of these events.
        template_id: "" for a change of the account.
        reason: reason in Zalo's text.
    """

    account_is = AccountSide.OA_ID

    oa_id: AnyText = Field(default="", validation_alias=AliasChoices("oa_id", "oaId"))
    template_id: AnyText = ""
    quota: _AnyChange = ValueChange()
    status: _AnyChange = ValueChange()
    quality: _AnyChange = ValueChange()
    reason: AnyText = ""


class TemplateFeedback(EventModel):
    """A person's rating of a message."""

    note: AnyText = ""
    rate: AnyText = ""
    submit_time: OptionalTimestamp = None
    msg_id: AnyText = ""
    feedbacks: AnyTexts = ()
    tracking_id: AnyText = ""


class TemplateAnswered(ZaloEvent):
    """The event that a person rated a message by template, or pressed a button in it."""

    oa_id: AnyText = Field(default="", validation_alias=AliasChoices("oa_id", "oaId"))
    message: Annotated[TemplateFeedback, ObjectOrEmpty] = TemplateFeedback()


class JourneyEvent(ZaloEvent):
    """The event that a conversation by template was acknowledged, or timed out."""

    oa_id: AnyText = Field(default="", validation_alias=AliasChoices("oa_id", "oaId"))
