"""Purposes of messages, with flags that decide how a message of each purpose is handled.

A purpose's name is stored in the outbox, and used in the profile (the wording of the same name, its ladder) and in
options of messengers. Decisions about a message by its purpose use a flag here, never a part of the name.
"""

from collections.abc import Iterator, Mapping
from itertools import chain

from attrs import frozen

from anninh_core._moved import keep_old_imports


@frozen(kw_only=True)
class Purpose:
    """The purpose of an outbox row.

    Attributes:
        name: stored name, such as `tip.receipt`.
        is_message: whether it is a message in the wording of the same name; otherwise it is an action or a fetch.
        urgent: may use the reserve of a rate limit: the recipient may be in danger, or will write again.
        waits_in_quiet_hours: waits for the morning although its lane is `REPLY`: the recipient is an officer.
        notice: notifies officers about the system's state; if it can't be sent, no one is notified.
    """

    name: str
    is_message: bool = True
    urgent: bool = False
    waits_in_quiet_hours: bool = False
    notice: bool = False


_URGENT = ("tip.receipt", "tip.emergency", "tip.ask_danger", "inquiry.received")
_FAMILIES: Mapping[str, str] = {
    "tip": "receipt emergency ask_back answer state states not_found withdrawn private reporter_added which "
    "which_noted number_missing number_mistyped other_matter add_words withdrawal_asked withdrawal_declined "
    "reopening_asked reopening_accepted reopening_refused returned guidance_whistleblow guidance_complaint "
    "guidance_accusation guidance_outside "
    "ask_place ask_place_freely ask_danger danger_denied ask_matter file_lost",
    "inquiry": "received answer",
    "moderation": "remind told ask_remove appeal_received upheld overturned",
    "rights": "received answered",
    "content": "post correction withdrawn cancel",
}
_NOTICES = (
    "tasks failures emergency group_ends group_unusable withdrawal withdrawal_unknown health health_well break_glass "
    "identity_asked identity_approved address_opened leak_held flood flood_unit "
    "rights_asked drafts quarantined"
)


_OFFICERS = (
    "officer.assigned",
    "officer.withdrawal_asked",
    "officer.reopening_asked",
    "officer.corrected",
    "officer.place_corrected",
    "officer.place_named",
    "officer.place_offered",
)


def _iter_purposes() -> Iterator[Purpose]:
    for family, names in _FAMILIES.items():
        for name in (f"{family}.{last}" for last in names.split()):
            yield Purpose(name=name, urgent=name in _URGENT)
    for name in _NOTICES.split():
        yield Purpose(name=f"notice.{name}", notice=True)
    for name in ("before", "today", "late"):
        yield Purpose(name=f"urge.{name}", waits_in_quiet_hours=True)
    for name in ("help", "chatter.reply", "flood.told", "group.reminder", "group.charter", *_OFFICERS):
        yield Purpose(name=name)
    yield Purpose(name="moderation.act", is_message=False)
    yield Purpose(name="attachment.fetch", is_message=False)
    yield Purpose(name="attachment.inspect", is_message=False)


def _iter_duty_purposes() -> Iterator[Purpose]:
    for name in ("page", "page_again", "page_handed_up", "page_more", "page_more_many", "unheard"):
        yield Purpose(name=f"duty.{name}", urgent=True, notice=True)
    for name in ("claimed", "new", "new_many", "escalated", "digest", "window"):
        yield Purpose(name=f"duty.{name}", notice=True)
    for name in ("bound", "bound_elsewhere", "code_wrong", "reply", "sign_in_code"):
        yield Purpose(name=f"officer.{name}")
    yield Purpose(name="group.danger", urgent=True)


PURPOSES: Mapping[str, Purpose] = {purpose.name: purpose for purpose in chain(_iter_purposes(), _iter_duty_purposes())}
"""Every built-in purpose by its name. A ladder applies to one purpose, or to all with the same prefix before a dot."""


def find_purpose(name: str) -> Purpose:
    """Return a purpose by its name; a purpose that isn't built in, such as a plugin's, has no flags set."""
    return PURPOSES.get(name) or Purpose(name=name)


keep_old_imports(__name__)
