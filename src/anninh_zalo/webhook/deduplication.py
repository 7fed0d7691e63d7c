"""Recognise redelivered events by a key, or refuse them by their age."""

import hashlib
from datetime import datetime, timedelta

from anninh_core.kernel.errors import ConfigurationError
from anninh_zalo.webhook.event import ZaloEvent
from anninh_zalo.webhook.groups import GroupChanged
from anninh_zalo.webhook.messages import MessageReacted, MessageReceived, MessageSeen, ZaloMessageEvent
from anninh_zalo.webhook.people import ChatNowClicked, FollowChanged, WithdrawalRequested

SHORTEST_MAX_AGE = timedelta(hours=2)
"""Shortest maximum age of an event that may be set. Zalo redelivers 30 seconds, 5, 15, 30 and 60 minutes after a
failure. Whether these count from the first attempt or from the previous one isn't documented; added up they are just
under two hours.
"""


def dedupe_key(event: ZaloEvent, body: bytes) -> str:
    """Return a key that is equal for redeliveries of an event.

    A message has an id, which its reports and reactions share: name and id together are the key. Another event is
    identified by its name, its time and its subjects; if these are unknown, by its bytes, which are the same in a
    redelivery. Derived keys are digests: they may be stored in clear.
    """
    if isinstance(event, ZaloMessageEvent) and event.message.msg_id:
        return f"{event.event_name}:{event.message.msg_id}"
    subject_ids = _subject_ids(event)
    if event.timestamp is None or not any(subject_ids):
        return _compute_digest(body)
    parts = (event.event_name, event.timestamp.isoformat(), *event.account_ids(), *subject_ids)
    return _compute_digest("\0".join(parts).encode())


def _compute_digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _subject_ids(event: ZaloEvent) -> tuple[str, ...]:
    """Return the ids of an event's subjects, fine enough to distinguish events with the same name and moment."""
    match event:
        case MessageReceived():
            return (event.message.msg_id,)
        case MessageSeen():
            return event.message.msg_ids
        case MessageReacted():
            return (event.sender.id, event.message.msg_id, event.message.react_icon)
        case FollowChanged():
            return (event.follower.id,)
        case ChatNowClicked() | WithdrawalRequested():
            return (event.user_id or event.user_id_by_app,)
        case GroupChanged():
            return (event.group_id, *(user.id for user in event.users))
        case _:
            return ()


def parse_max_age(hours: str, option: str) -> timedelta | None:
    """Return the maximum age of an event, None for any age, from an option in hours ("" or "0": any age).

    Any age is the right choice as long as received events are remembered: a redelivered event is recognised by its key,
    whereas an age limit also refuses residents' messages from a time when the platform couldn't reach us.

    Raises:
        ConfigurationError: no number, or so short that redelivered events would be refused.
    """
    if hours in ("", "0"):
        return None
    try:
        max_age = timedelta(hours=float(hours))
    except (ValueError, OverflowError):
        raise ConfigurationError(
            "The option {option} has {hours!r}, which isn't a number of hours: give 2 or more, or 0 for any age.",
            option=option,
            hours=hours,
        ) from None
    if not max_age >= SHORTEST_MAX_AGE:
        raise ConfigurationError(
            "The option {option} refuses events that are more than {hours} hours old, but Zalo may still "
            "deliver an event again within that time: give 2 or more, or 0 for any age.",
            option=option,
            hours=hours,
        )
    return max_age


def is_too_old(event: ZaloEvent, now: datetime, window: timedelta | None) -> bool:
    """Return whether an event is older than the maximum age `window`; if one is set, an event without a readable time
    counts as too old.
    """
    return window is not None and (event.timestamp is None or now - event.timestamp > window)
