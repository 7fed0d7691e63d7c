"""Optional capabilities of a messenger beyond its port: small protocols, each detected by `isinstance`.

Every method that calls the platform raises one of the `DeliveryError` classes and nothing else, as in the port.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol, runtime_checkable

from attrs import frozen

from anninh_core.vocabulary.messages import (
    Address,
    Attachment,
    OutgoingMessage,
    Receipt,
    WebhookRequest,
)
from anninh_core.vocabulary.rates import Rate


@runtime_checkable
class Paced(Protocol):
    """A messenger whose platform limits the rate of requests."""

    @property
    def safe_pace(self) -> Rate:
        """Rate limit for requests to the platform that is safe, used unless the settings name a `pace`."""
        ...


@runtime_checkable
class Probed(Protocol):
    """A messenger whose platform tests the webhook with an empty, unsigned request."""

    def is_probe(self, request: WebhookRequest) -> bool:
        """Return whether a request is the platform's test of the webhook: it is answered 200, and nothing is stored.
        Never raises.
        """
        ...


@runtime_checkable
class NotesWebhooks(Protocol):
    """A messenger that records when its webhook was last called, or facts that no message contains."""

    def note_webhook(self, request: WebhookRequest) -> None:
        """Record a request that `verify` has found genuine, before it is stored. Never raises, whatever the body."""
        ...


@runtime_checkable
class SplitsRequests(Protocol):
    """A messenger whose platform puts several events into one webhook request."""

    def split(self, body: bytes) -> Sequence[bytes]:
        """Return the events of a verified body in order, each as input for `parse` and `dedupe_key`.

        Each event is stored separately, so that an unreadable event doesn't block the others. A body that isn't a list
        of events is returned unchanged as a single event; if this raises, the whole body is stored as one event.
        """
        ...


@runtime_checkable
class SharesWebhook(Protocol):
    """A messenger whose platform sends the events of several instances to one address."""

    @property
    def webhook_shared_by(self) -> str:
        """Value shared by the instances with a common address, such as the application's id."""
        ...

    def takes(self, body: bytes) -> bool:
        """Return whether an event belongs to this instance, before it is verified. Never raises."""
        ...


@runtime_checkable
class ShowsFiles(Protocol):
    """A messenger whose platform verifies our web address by a file on it."""

    def files(self) -> Mapping[str, bytes]:
        """Return name -> content of the files at the root of the web server; anyone may read them."""
        ...


@runtime_checkable
class CatchesUp(Protocol):
    """A messenger that can fetch events missed by its webhook."""

    def missed_events(self) -> Sequence[bytes]:
        """Return events that may have been missed, as input for `parse`; empty if there is nothing to check.

        Called by every worker once a minute; the messenger ensures that only one checks, and how often. Each event has
        the dedupe key that it would have had as a webhook, so that nothing is processed twice.
        """
        ...


@runtime_checkable
class Polls(Protocol):
    """A messenger that polls its platform for events instead of receiving webhooks."""

    @property
    def polls(self) -> bool:
        """Whether polling is configured."""
        ...

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        """Return all events in order, as input for `parse`, waiting at most `wait` for the first.

        Workers of several processes call this method: take a lease of `AdapterServices.state`, and return nothing
        immediately while another holds it. The core calls again only when all returned events are durable. If the
        platform keeps events until acknowledged (`poll_replay`), acknowledge them with the next poll, not with this
        one.
        """
        ...


@runtime_checkable
class Fetches(Protocol):
    """A messenger whose incoming media stay on the platform and have to be fetched soon."""

    @property
    def fetches(self) -> bool:
        """Whether fetching is configured."""
        ...

    def fetch(self, attachment: Attachment) -> bytes:
        """Return the content of an incoming attachment, at its `url`.

        Raises:
            RetryLater: not now.
            RecipientUnreachable: the content is gone.
            MediaTooLarge: the content is too large.
            RequestRejected: the address isn't one of the platform's.
        """
        ...


@runtime_checkable
class LimitsContact(Protocol):
    """A messenger whose platform allows messages to a person only for a time after their last message."""

    @property
    def contact_period(self) -> timedelta:
        """Time after a person's last message in which the system may write to the person."""
        ...


@runtime_checkable
class TriesAccess(Protocol):
    """A messenger that can check its access to the platform by one cheap call."""

    def try_access(self) -> None:
        """Return normally if the platform answers and accepts the messenger's permissions. Called once a minute;
        changes and sends nothing.

        Raises:
            NeedsPerson: the platform no longer accepts our token or permissions.
            RetryLater, UnknownOutcome: the platform can't be reached, or doesn't answer now.
        """
        ...


@runtime_checkable
class SendsByMethod(Protocol):
    """A messenger that can deliver by other methods than a message in an open conversation."""

    def send_by(self, method: str, message: OutgoingMessage) -> Receipt:
        """Send a substitute for a message by another delivery method of the profile, `template` or `phone`.

        Called after another method raised `RecipientUnreachable`. If this raises `Unsupported`, `RecipientUnreachable`
        or `RequestRejected`, nothing was sent, and the next method is tried. An `UnknownOutcome` can't be checked on
        the platform afterwards: a person decides.

        Raises:
            Unsupported: nothing is configured for this method and purpose.
        """
        ...


@runtime_checkable
class PreviewsTexts(Protocol):
    """A messenger that can preview how it would send a message, for instance split into several."""

    def preview(self, message: OutgoingMessage) -> Sequence[str]:
        """Return the texts that `send` would send, in order, without calling the platform.

        The recipient is a dummy: only its type, person or group, counts.

        Raises:
            Unsupported, RequestRejected: as `send` does.
        """
        ...


@frozen(kw_only=True)
class GroupLook:
    """State of a group on its platform.

    Attributes:
        members: number of members.
        link: link for joining, "" for none.
        usable: whether messages can be sent to it.
        ends: day on which the group's subscription ends; None for never or unknown.
    """

    members: int
    link: str = ""
    usable: bool = True
    ends: date | None = None


@runtime_checkable
class LooksAtGroups(Protocol):
    """A messenger that can query the state of a group."""

    def look(self, group: Address) -> GroupLook:
        """Return the current state of a group."""
        ...
