"""What is known of the templates in use, for an hour at a time."""

from datetime import datetime, timedelta
from threading import Lock

from anninh_core.kernel.errors import DeliveryError
from anninh_core.ports.clock import Clock
from anninh_zalo.templates.catalogue import Catalogue, Template

HOUR = timedelta(hours=1)


class Known:
    """Remembers templates in this process. Safe to use from several threads."""

    def __init__(self, catalogue: Catalogue, clock: Clock) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._lock = Lock()
        self._seen: dict[str, tuple[datetime, Template | None]] = {}

    def template(self, id: str) -> Template | None:
        """Return a template, None where Zalo doesn't tell: then it is Zalo that checks what is sent."""
        now = self._clock.now()
        with self._lock:
            at, found = self._seen.get(id, (now - HOUR, None))
        if now - at < HOUR:
            return found
        try:
            found = self._catalogue.info(id)
        except DeliveryError:
            found = None
        with self._lock:
            self._seen[id] = (now, found)
        return found
