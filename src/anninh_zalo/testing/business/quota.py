"""How many template messages a day."""

from anninh_zalo.testing.call import SandboxCall
from anninh_zalo.testing.clock import day
from anninh_zalo.testing.wire import Json, SandboxRefusal


def quota_json(call: SandboxCall) -> Json:
    """Return the quota of today, as text."""
    remaining = call.account.daily - call.account.spent[_today(call)]
    return {"dailyQuota": str(call.account.daily), "remainingQuota": str(max(remaining, 0))}


def take(call: SandboxCall, over: int) -> Json:
    """Take one message from today's quota and return what is left.

    Raises:
        SandboxRefusal: with `over` if nothing is.
    """
    if call.account.spent[_today(call)] >= call.account.daily:
        raise SandboxRefusal(over, "Out of today's quota")
    call.account.spent[_today(call)] += 1
    return quota_json(call)


def _today(call: SandboxCall) -> str:
    return f"templates {day(call.world.now())}"
