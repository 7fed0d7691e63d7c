"""Events about messages by template (ZNS, now ZBS): quotas, quality, and what people answered."""

from typing import Annotated

from pydantic import AliasChoices, Field

from anninh_zalo.webhook.event import AccountSide, ZaloEvent
from anninh_zalo.webhook.field_types import AnyText, AnyTexts, EventModel, ObjectOrEmpty, OptionalTimestamp


class ValueChange(EventModel):
    """What it was and what it is."""

    prev_value: AnyText = Field(default="", validation_alias=AliasChoices("prev_value", "prev_status"))
    new_value: AnyText = Field(default="", validation_alias=AliasChoices("new_value", "new_status"))


_AnyChange = Annotated[ValueChange, ObjectOrEmpty]


class TemplateChanged(ZaloEvent):
    """The account's daily quota or tags, or the status, quality or quota of a template changed.

    Attributes:
        oa_id: spelt `oaId` by some of these events.
        template_id: "" where it concerns the account.
        reason: why, in Zalo's words.
    """

    account_is = AccountSide.OA_ID

    oa_id: AnyText = Field(default="", validation_alias=AliasChoices("oa_id", "oaId"))
    template_id: AnyText = ""
    quota: _AnyChange = ValueChange()
    status: _AnyChange = ValueChange()
    quality: _AnyChange = ValueChange()
    reason: AnyText = ""


class TemplateFeedback(EventModel):
    """How a person rated a message."""

    note: AnyText = ""
    rate: AnyText = ""
    submit_time: OptionalTimestamp = None
    msg_id: AnyText = ""
    feedbacks: AnyTexts = ()
    tracking_id: AnyText = ""


class TemplateAnswered(ZaloEvent):
    """A person rated a message by template, or pressed a button in it."""

    oa_id: AnyText = Field(default="", validation_alias=AliasChoices("oa_id", "oaId"))
    message: Annotated[TemplateFeedback, ObjectOrEmpty] = TemplateFeedback()


class JourneyEvent(ZaloEvent):
    """A conversation by template was acknowledged, or ran out of time."""

    oa_id: AnyText = Field(default="", validation_alias=AliasChoices("oa_id", "oaId"))
