"""How many template messages a day."""

from anninh_zalo.testing.call import Call
from anninh_zalo.testing.clock import day
from anninh_zalo.testing.wire import Json, Refused


def shown(call: Call) -> Json:
    """Return the quota of today, as text."""
    left = call.account.daily - call.account.spent[_today(call)]
    return {"dailyQuota": str(call.account.daily), "remainingQuota": str(max(left, 0))}


def take(call: Call, over: int) -> Json:
    """Take one message from today's quota and return what is left.

    Raises:
        Refused: with `over` if nothing is.
    """
    if call.account.spent[_today(call)] >= call.account.daily:
        raise Refused(over, "Out of today's quota")
    call.account.spent[_today(call)] += 1
    return shown(call)


def _today(call: Call) -> str:
    return f"templates {day(call.world.now())}"
