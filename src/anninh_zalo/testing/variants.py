"""Variants of the platform's behaviour, where documentation and experience contradict each other."""

from typing import Literal

from attrs import frozen


@frozen(kw_only=True)
class Variants:
    """Variants of behaviour; the defaults are those that cause clients more trouble, or were observed more often.

    Attributes:
        consents_at_once: the permission page sends the administrator straight back, without a form.
        echoes_state: the callback carries the `state` of the permission request.
        spent_refresh_code: error code for a refresh token that was used before; -14014 and -118 were reported as well.
        unknown_refresh_code: error code for a refresh token that never existed.
        reports_arrival: a message to a person is reported as received at once.
        receipts_from: sender in `user_received_message` and `user_seen_message`.
        redelivers_refused: redelivery also after a status other than 200, or after 2 seconds without a response. The
            documentation mentions only connections that couldn't be opened.
        free_replies: free messages in the 48 hours after an interaction; None is no limit.
        night: messages that aren't sent from 22 to 6 o'clock in Vietnam. `promotion`, from the documentation: articles
            to followers and promotional templates. `all`, from one client's authors: all messages sent by programs.
        night_by_phone: promotional templates to telephone numbers are refused at night as well, with -133; perhaps no
            longer so.
        group_name: maximum number of characters of a group's name.
        group_urls: pictures in groups may come from any address; otherwise they have to be uploaded first.
        nested_history: pages of conversations come as `{"data": {"data": [...]}}`.
        nested_assets: assets of groups come as `{"data": {"assets": [...]}}`.
        old_group_events: older names of group events: `react_request_join_group_accept`, `user_leave_group` and so on.
        plain_webhooks: bodies of signed webhooks are encoded as by `JSON.stringify`. Otherwise no usual library encodes
            them the same way, so that a body that was parsed and encoded again doesn't verify: as on the platform,
            which doesn't document its encoding.
        flat_bot_chat: messages to a bot name their chat in `chat_id` and `chat_type`, as one client reads them;
            otherwise in `chat`, with `id` and `chat_type`, as observed.
        flat_bot_webhook: the bot's webhook gets the bare event, as observed; otherwise `{"ok": true, "result": ...}`.
    """

    consents_at_once: bool = True
    echoes_state: bool = True
    spent_refresh_code: int = -14020
    unknown_refresh_code: int = -14014
    reports_arrival: bool = True
    receipts_from: Literal["user", "oa"] = "user"
    redelivers_refused: bool = False
    free_replies: int | None = 8
    night: Literal["promotion", "all", "none"] = "promotion"
    night_by_phone: bool = True
    group_name: int = 30
    group_urls: bool = False
    nested_history: bool = False
    nested_assets: bool = False
    old_group_events: bool = False
    plain_webhooks: bool = False
    flat_bot_chat: bool = False
    flat_bot_webhook: bool = True
