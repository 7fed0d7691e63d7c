"""Variants of the platform's behaviour, where documentation and experience contradict each other."""

from typing import Literal

from attrs import frozen


@frozen(kw_only=True)
class Variants:
    """Readings; the defaults are those that a client has more trouble with, or that more people saw.

    Attributes:
        consents_at_once: the permission page sends the administrator straight back, without a form.
        echoes_state: the callback carries the `state` of the permission request.
        spent_refresh_code: what a refresh token gets that was used before; -14014 and -118 are told of as well.
        unknown_refresh_code: what a refresh token gets that never existed.
        reports_arrival: a message to a person is reported as received at once.
        receipts_from: who is the sender in `user_received_message` and `user_seen_message`.
        redelivers_refused: redelivery also after an answer other than 200, or after 2 seconds without one. The
            documentation speaks of connections that couldn't be opened.
        free_replies: messages in the 48 hours after an interaction that cost nothing; None is no limit.
        night: what isn't sent from 22 to 6 o'clock in Vietnam. `promotion`, as the documentation says: articles to
            followers and promoting templates. `all`, as one client's authors have it: whatever programs send.
        night_by_phone: promoting templates to telephone numbers are held as well, with -133; perhaps no longer so.
        group_name: characters of a group's name at most.
        group_urls: pictures in groups may come from any address; otherwise they have to be uploaded first.
        nested_history: pages of conversations come as `{"data": {"data": [...]}}`.
        nested_assets: assets of groups come as `{"data": {"assets": [...]}}`.
        old_group_events: older names of group events: `react_request_join_group_accept`, `user_leave_group` and so on.
        plain_webhooks: bodies of signed webhooks are spelt as `JSON.stringify` spells them. Otherwise no usual library
            spells them the same way, so that a body that was parsed and written anew doesn't verify: as it doesn't on
            the platform, whose own spelling nobody tells.
        flat_bot_chat: messages to a bot name their chat in `chat_id` and `chat_type`, as one client reads them;
            otherwise in `chat`, with `id` and `chat_type`, as seen.
        flat_bot_webhook: the bot's webhook gets the bare event, as seen; otherwise `{"ok": true, "result": ...}`.
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
