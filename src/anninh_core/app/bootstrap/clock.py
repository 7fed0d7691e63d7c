"""Choice of an app's clock: the machine's, or the demo's."""

import logging

from anninh_core.app.demo_clock import DemoClock, find_demo_time
from anninh_core.app.settings import Settings
from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.dates import short_moment
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.ports.clock import Clock
from anninh_core.ports.storages.storage import Storage

_log = logging.getLogger(__name__)


def choose_clock(storage: Storage, settings: Settings) -> Clock:
    """Return the demo clock for the storage of a demo, else the machine's clock.

    Raises:
        ConfigurationError: the storage is a demo's, but the settings are for real work, which must not use a demo
            clock.
    """
    moment = find_demo_time(storage)
    if moment is None:
        return SystemClock()
    if not settings.unsafe_local_users:
        raise ConfigurationError(
            "This storage holds a demo with its own clock, but the settings are for real work: make a folder "
            "for real work with `anninh init DIR`, or set `unsafe_local_users = true` to see the demo."
        )
    _log.warning("this is a demo, and its clock begins at %s; put nothing real into it", short_moment(moment))
    return DemoClock(moment)
