"""Rate limits of messenger instances, from the settings or else the platform's safe pace."""

from collections.abc import Mapping

from attrs import evolve

from anninh_core.app.settings import MessengerSettings
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import Paced
from anninh_core.vocabulary.rates import Rate


def resolve_rate_limits(
    messengers: Mapping[str, Messenger], settings: Mapping[str, MessengerSettings]
) -> Mapping[str, RateLimit]:
    """Return the rate limits by messenger instance; instances without a limit are omitted."""
    limits = {
        name: limit
        for name, messenger_settings in settings.items()
        if (limit := messenger_settings.rate_limit()) is not None
    }
    for name, messenger in messengers.items():
        limit = limits.get(name, RateLimit())
        if limit.overall is None and isinstance(messenger, Paced):
            safe_pace = messenger.safe_pace
            rate = Rate(per_minute=safe_pace.per_minute, burst=safe_pace.burst, reserve=safe_pace.reserve)
            limits[name] = evolve(limit, overall=rate)
    return limits
