"""Recognizes events that are delivered again."""

import hashlib
from datetime import datetime, timedelta

from anninh_core.kernel.errors import ConfigurationError
from anninh_zalo.webhook.event import Event
from anninh_zalo.webhook.groups import GroupChanged
from anninh_zalo.webhook.messages import Reacted, Received, Seen, Sent
from anninh_zalo.webhook.people import ClickedChatNow, Follows, Withdrew

SHORTEST_WINDOW = timedelta(hours=2)
"""Zalo delivers again 30 seconds, 5, 15, 30 and 60 minutes after a failure. Whether these count from the first time or
from the one before isn't documented; added up they are just under two hours."""


def dedupe_key(event: Event, body: bytes) -> str:
    """Return what is equal for the same event delivered again.

    A message has an id, which its reports and reactions share: name and id together are the key. Another event is
    known by its name, its time and whom or what it concerns; where these aren't known, by its bytes, which are the
    same when Zalo delivers again. Derived keys are digests: they may be stored in clear.
    """
    if isinstance(event, Sent) and event.message.msg_id:
        return f"{event.event_name}:{event.message.msg_id}"
    concerned = _concerned(event)
    if event.timestamp is None or not any(concerned):
        return _digest(body)
    parts = (event.event_name, event.timestamp.isoformat(), *event.accounts(), *concerned)
    return _digest("\0".join(parts).encode())


def _digest(what: bytes) -> str:
    return f"sha256:{hashlib.sha256(what).hexdigest()}"


def _concerned(event: Event) -> tuple[str, ...]:
    """Return whom or what an event concerns, as finely as events of one name and one moment may differ."""
    match event:
        case Received():
            return (event.message.msg_id,)
        case Seen():
            return event.message.msg_ids
        case Reacted():
            return (event.sender.id, event.message.msg_id, event.message.react_icon)
        case Follows():
            return (event.follower.id,)
        case ClickedChatNow() | Withdrew():
            return (event.user_id or event.user_id_by_app,)
        case GroupChanged():
            return (event.group_id, *(user.id for user in event.users))
        case _:
            return ()


def checked_window(hours: str, option: str) -> timedelta | None:
    """Return how old an event may be, None for any age, from an option in hours ("" or "0": any age).

    Any age is the right choice as long as what was taken in is remembered: an event delivered a second time is known
    by its key, whereas an age limit also turns away what a resident wrote while the platform couldn't reach us.

    Raises:
        ConfigurationError: no number, or so short that events delivered again after a failure would be refused.
    """
    if hours in ("", "0"):
        return None
    try:
        window = timedelta(hours=float(hours))
    except (ValueError, OverflowError):
        raise ConfigurationError(
            f"{option}: {hours!r} is no number of hours; give 0 for any age, or 2 and more"
        ) from None
    if not window >= SHORTEST_WINDOW:
        raise ConfigurationError(
            f"{option}: within {hours} hours Zalo may still deliver an event again, which would be refused; "
            f"give 2 hours or more, or 0 for any age"
        )
    return window


def too_old(event: Event, now: datetime, window: timedelta | None) -> bool:
    """Tell whether an event is older than the window; one without a readable time is, where there is a window."""
    return window is not None and (event.timestamp is None or now - event.timestamp > window)
