"""How fast each messenger instance may be used: as the settings say, else as its platform bears."""

from collections.abc import Mapping

from attrs import evolve

from anninh_core.app.settings import MessengerSettings
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.ports.messenger import Messenger
from anninh_core.ports.platform import Paced
from anninh_core.vocabulary.rates import Rate


def paces(messengers: Mapping[str, Messenger], settings: Mapping[str, MessengerSettings]) -> Mapping[str, RateLimit]:
    """Return instance -> its pace; one that nothing holds back isn't in it."""
    found = {name: pace for name, chosen in settings.items() if (pace := chosen.pacing()) is not None}
    for name, messenger in messengers.items():
        pace = found.get(name, RateLimit())
        if pace.overall is None and isinstance(messenger, Paced):
            safe = messenger.safe_pace
            rate = Rate(per_minute=safe.per_minute, burst=safe.burst, reserve=safe.reserve)
            found[name] = evolve(pace, overall=rate)
    return found
