"""Daily quota of template messages, as the sandbox counts it."""

from anninh_zalo.testing.call import SandboxCall
from anninh_zalo.testing.clock import format_day
from anninh_zalo.testing.wire import Json, SandboxRefusal


def quota_json(call: SandboxCall) -> Json:
    """Return today's quota of template messages, with the numbers as text."""
    remaining = call.account.daily - call.account.spent[_quota_name_of_today(call)]
    return {"dailyQuota": str(call.account.daily), "remainingQuota": str(max(remaining, 0))}


def take_message(call: SandboxCall, over: int) -> Json:
    """Take one message from today's quota, and return the remaining quota.

    Raises:
        SandboxRefusal: with `over` if the quota is used up.
    """
    if call.account.spent[_quota_name_of_today(call)] >= call.account.daily:
        raise SandboxRefusal(over, "Out of today's quota")
    call.account.spent[_quota_name_of_today(call)] += 1
    return quota_json(call)


def _quota_name_of_today(call: SandboxCall) -> str:
    return f"templates {format_day(call.world.now())}"
