"""Rules of the sandbox for when a person may be written to, and what it costs."""

from datetime import datetime, timedelta

from anninh_zalo.testing.clock import VIETNAM, format_day
from anninh_zalo.testing.state import SandboxAccount, SandboxProfile
from anninh_zalo.testing.wire import Json, SandboxRefusal
from anninh_zalo.testing.world import World

WINDOW = timedelta(days=7)
FREE = timedelta(hours=48)


def require_open_window(world: World, person: SandboxProfile) -> None:
    """Check that a person interacted with the account in the last 7 days, and so may be written to.

    Raises:
        SandboxRefusal: the person refuses messages, can't receive any, or had no such interaction.
    """
    if person.refusal:
        raise SandboxRefusal(person.refusal, "The user can't receive this message")
    if person.last_interaction is None:
        raise SandboxRefusal(-232, "The user has not interacted with the OA or the interaction has expired")
    if world.now() - person.last_interaction > WINDOW:
        raise SandboxRefusal(-230, "The user has not interacted with the OA in the past 7 days")


def charge_message(world: World, account: SandboxAccount, person: SandboxProfile) -> Json:
    """Charge a message to the free quota, or to the package once that is used up, and return the quota used, in the
    format of responses.

    Raises:
        SandboxRefusal: both are used up.
    """
    free = count_free_messages(world, person)
    if free is None or free > 0:
        person.replies += 1
        return reply_quota_json(world, account, person)
    month = world.now().astimezone(VIETNAM).strftime("%Y-%m")
    if account.spent[month] >= account.monthly:
        raise SandboxRefusal(-211, "Out of quota")
    account.spent[month] += 1
    return {
        "quota_type": "sub_quota",
        "remain": str(account.monthly - account.spent[month]),
        "total": str(account.monthly),
        "expired_date": format_day(_begin_of_next_month(world)),
        "owner_type": "OA",
        "owner_id": account.id,
    }


def count_free_messages(world: World, person: SandboxProfile) -> int | None:
    """Return the number of free messages left for a person, or None for any number."""
    if person.last_interaction is None or world.now() - person.last_interaction > FREE:
        return 0
    most = world.variants.free_replies
    return None if most is None else max(most - person.replies, 0)


def reply_quota_json(world: World, account: SandboxAccount, person: SandboxProfile) -> Json:
    """Return the quota of free messages to a person, in the format of responses."""
    remaining = count_free_messages(world, person)
    most = world.variants.free_replies
    until = (person.last_interaction or world.now()) + FREE
    return {
        "quota_type": "reply",
        "remain": "unlimited" if remaining is None else str(remaining),
        "total": "unlimited" if most is None else str(most),
        "expired_date": format_day(until),
        "owner_type": "OA",
        "owner_id": account.id,
    }


def read_package_quota(world: World, account: SandboxAccount) -> tuple[int, str]:
    """Return the number of messages left in the package this month, and the day on which the quota ends."""
    month = world.now().astimezone(VIETNAM).strftime("%Y-%m")
    return max(account.monthly - account.spent[month], 0), format_day(_begin_of_next_month(world))


def _begin_of_next_month(world: World) -> datetime:
    local = world.now().astimezone(VIETNAM)
    return (local.replace(day=1) + timedelta(days=32)).replace(day=1)
