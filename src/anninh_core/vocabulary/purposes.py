"""Purposes of messages: each defined once, with its flags.

A purpose's name stands in the outbox, in the profile (the wording of the same name, its ladder) and in options of
messengers. What is decided about a message by its purpose is a flag here, never a part of the name.
"""

from collections.abc import Iterator, Mapping

from attrs import frozen


@frozen(kw_only=True)
class Purpose:
    """What a row of the outbox is for.

    Attributes:
        name: as it is stored, such as `tip.receipt`.
        is_message: whether it is a message in the wording of the same name; otherwise something is done or fetched.
        urgent: may use the reserve of a rate limit: whoever waits for it may be in danger, or writes again.
        waits_in_quiet_hours: waits for the morning although it leaves among the replies: it goes to an officer.
        notice: tells officers how the system is doing; nobody is notified when such a message fails.
    """

    name: str
    is_message: bool = True
    urgent: bool = False
    waits_in_quiet_hours: bool = False
    notice: bool = False


def _iter_purposes() -> Iterator[Purpose]:
    for name in ("receipt", "emergency"):
        yield Purpose(name=f"tip.{name}", urgent=True)
    asked = ("ask_back", "ask_place", "ask_place_freely")
    for name in (*asked, "answer", "state", "not_found", "withdrawn", "private", "reporter_added"):
        yield Purpose(name=f"tip.{name}")
    yield Purpose(name="inquiry.received", urgent=True)
    yield Purpose(name="inquiry.answer")
    for name in ("remind", "told", "ask_remove", "appeal_received", "upheld", "overturned"):
        yield Purpose(name=f"moderation.{name}")
    for name in ("post", "correction", "withdrawn", "cancel"):
        yield Purpose(name=f"content.{name}")
    for name in ("tasks", "failures", "emergency", "group_ends", "group_unusable"):
        yield Purpose(name=f"notice.{name}", notice=True)
    for name in ("withdrawal", "withdrawal_unknown", "health", "health_well", "break_glass"):
        yield Purpose(name=f"notice.{name}", notice=True)
    for name in ("identity_asked", "identity_approved", "address_opened"):
        yield Purpose(name=f"notice.{name}", notice=True)
    for name in ("before", "today", "late"):
        yield Purpose(name=f"urge.{name}", waits_in_quiet_hours=True)
    for name in ("help", "chatter.reply", "group.reminder", "group.charter", "officer.assigned"):
        yield Purpose(name=name)
    yield Purpose(name="moderation.act", is_message=False)
    yield Purpose(name="attachment.fetch", is_message=False)


PURPOSES: Mapping[str, Purpose] = {purpose.name: purpose for purpose in _iter_purposes()}
"""Every purpose of ours by its name. A ladder is for one that is said, or for all that begin alike before a dot."""


def purpose_of(name: str) -> Purpose:
    """Return a purpose by its name; one that isn't ours, such as a plugin's, has no flags."""
    return PURPOSES.get(name) or Purpose(name=name)
