"""What is known of the templates in use, for an hour at a time."""

from datetime import datetime, timedelta
from threading import Lock

from anninh_core.kernel.errors import DeliveryError
from anninh_core.ports.clock import Clock
from anninh_zalo.templates.catalogue import TemplateCatalogue, ZaloTemplate

LIFETIME = timedelta(hours=1)


class TemplateCache:
    """Remembers templates in this process. Safe to use from several threads."""

    def __init__(self, catalogue: TemplateCatalogue, clock: Clock) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._lock = Lock()
        self._entries: dict[str, tuple[datetime, ZaloTemplate | None]] = {}

    def get(self, id: str) -> ZaloTemplate | None:
        """Return a template, None where Zalo doesn't tell: then it is Zalo that checks what is sent."""
        now = self._clock.now()
        with self._lock:
            cached_at, template = self._entries.get(id, (now - LIFETIME, None))
        if now - cached_at < LIFETIME:
            return template
        try:
            template = self._catalogue.get_template(id)
        except DeliveryError:
            template = None
        with self._lock:
            self._entries[id] = (now, template)
        return template
