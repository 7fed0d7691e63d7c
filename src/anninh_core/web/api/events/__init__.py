"""What changes, told to whoever may know of it, for as long as they listen."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.web.api.events.endpoint import EventsEndpoint
    from anninh_core.web.api.events.feed import ChangeFeed

__all__ = ["ChangeFeed", "EventsEndpoint"]

lazy(
    __name__,
    {
        "ChangeFeed": "feed",
        "EventsEndpoint": "endpoint",
    },
)
