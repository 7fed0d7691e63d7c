"""What changes, told to whoever may know of it, for as long as they listen."""

from anninh_core.web.api.events.endpoint import EventsEndpoint
from anninh_core.web.api.events.feed import Change, ChangeFeed

__all__ = ["Change", "ChangeFeed", "EventsEndpoint"]
