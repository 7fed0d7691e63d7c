"""Events about messages by template (ZNS, now ZBS): quotas, quality, and what people answered."""

from typing import Annotated

from pydantic import AliasChoices, Field

from anninh_zalo.webhook.event import Event, Side
from anninh_zalo.webhook.values import AnObject, AnyMoment, AnyText, AnyTexts, Shape


class Change(Shape):
    """What it was and what it is."""

    prev_value: AnyText = Field(default="", validation_alias=AliasChoices("prev_value", "prev_status"))
    new_value: AnyText = Field(default="", validation_alias=AliasChoices("new_value", "new_status"))


_AnyChange = Annotated[Change, AnObject]


class TemplateChanged(Event):
    """The account's daily quota or tags, or the status, quality or quota of a template changed.

    Attributes:
        oa_id: spelt `oaId` by some of these events.
        template_id: "" where it concerns the account.
        reason: why, in Zalo's words.
    """

    account_is = Side.OA_ID

    oa_id: AnyText = Field(default="", validation_alias=AliasChoices("oa_id", "oaId"))
    template_id: AnyText = ""
    quota: _AnyChange = Change()
    status: _AnyChange = Change()
    quality: _AnyChange = Change()
    reason: AnyText = ""


class Feedback(Shape):
    """How a person rated a message."""

    note: AnyText = ""
    rate: AnyText = ""
    submit_time: AnyMoment = None
    msg_id: AnyText = ""
    feedbacks: AnyTexts = ()
    tracking_id: AnyText = ""


class Answered(Event):
    """A person rated a message by template, or pressed a button in it."""

    oa_id: AnyText = Field(default="", validation_alias=AliasChoices("oa_id", "oaId"))
    message: Annotated[Feedback, AnObject] = Feedback()


class Journey(Event):
    """A conversation by template was acknowledged, or ran out of time."""

    oa_id: AnyText = Field(default="", validation_alias=AliasChoices("oa_id", "oaId"))
