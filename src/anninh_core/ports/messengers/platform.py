"""What a messenger may do beyond its port: small optional protocols, each detected by `isinstance`.

Every method that speaks to the platform raises one of the `DeliveryError` classes and nothing else, as in the port.
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
        """How fast it is used unless its settings name a `pace`."""
        ...


@runtime_checkable
class Probed(Protocol):
    """A messenger whose platform tries the webhook with a request that says nothing and carries no signature."""

    def is_probe(self, request: WebhookRequest) -> bool:
        """Tell whether a request is such a try: it is answered 200, and nothing is stored. Never raises."""
        ...


@runtime_checkable
class NotesWebhooks(Protocol):
    """A messenger that remembers when its webhook was last called, or what no message tells."""

    def note_webhook(self, request: WebhookRequest) -> None:
        """Note a request that `verify` has found genuine, before it is stored. Never raises, whatever the body."""
        ...


@runtime_checkable
class SplitsRequests(Protocol):
    """A messenger whose platform puts several events into one webhook request."""

    def split(self, body: bytes) -> Sequence[bytes]:
        """Return the events of a verified body, each as `parse` and `dedupe_key` take it, in their order.

        Each is stored by itself, so that one which can't be read keeps none of the others back. What isn't a list of
        events is returned as it is, as one; where this raises, the whole body is stored as one event.
        """
        ...


@runtime_checkable
class SharesWebhook(Protocol):
    """A messenger whose platform sends the events of several instances to one address."""

    @property
    def webhook_shared_by(self) -> str:
        """What is equal for the instances that share an address, such as the application's id."""
        ...

    def takes(self, body: bytes) -> bool:
        """Tell whether an event is this instance's, before anybody knows whether it is genuine. Never raises."""
        ...


@runtime_checkable
class ShowsFiles(Protocol):
    """A messenger whose platform wants to see a file on our web address, to know that it is ours."""

    def files(self) -> Mapping[str, bytes]:
        """Return name -> content of the files at the root of the web server; public."""
        ...


@runtime_checkable
class CatchesUp(Protocol):
    """A messenger that can read what its webhook has missed."""

    def missed_events(self) -> Sequence[bytes]:
        """Return events that may not have come in, as `parse` takes them; empty while there is nothing to look for.

        Called by every worker once a minute; the messenger itself sees to it that only one looks, and how often.
        Each event has the dedupe key that it would have had as a webhook, so that nothing is processed twice.
        """
        ...


@runtime_checkable
class Polls(Protocol):
    """A messenger that asks its platform for events instead of being called."""

    @property
    def polls(self) -> bool:
        """Whether it does, as it is configured."""
        ...

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        """Return events, as `parse` takes them, waiting at most so long for one; all of them, in their order.

        Workers of several processes call it: take a lease of `AdapterServices.state`, and give nothing at once while
        another holds it. The core calls again once everything that came is durable, and not before. So tell a platform
        that keeps events until then (`poll_replay`) that they arrived with the next poll, not with this one.
        """
        ...


@runtime_checkable
class Fetches(Protocol):
    """A messenger whose incoming media lie on the platform and have to be fetched soon."""

    @property
    def fetches(self) -> bool:
        """Whether it does, as it is configured."""
        ...

    def fetch(self, attachment: Attachment) -> bytes:
        """Return what lies behind an attachment's `url`.

        Raises:
            RetryLater: not now.
            RecipientUnreachable: it isn't there any more.
            MediaTooLarge: it is too large.
            RequestRejected: its address isn't one of the platform's.
        """
        ...


@runtime_checkable
class LimitsContact(Protocol):
    """A messenger whose platform lets us write to somebody only for a time after they last wrote."""

    @property
    def contact_period(self) -> timedelta:
        """How long after somebody's last message we may write to them."""
        ...


@runtime_checkable
class TriesAccess(Protocol):
    """A messenger that can ask its platform, by one cheap call, whether we may still act there."""

    def try_access(self) -> None:
        """Return where the platform answers and takes our rights. Called once a minute; it changes and sends nothing.

        Raises:
            NeedsPerson: it doesn't take our token or rights any more.
            RetryLater, UnknownOutcome: it isn't reached, or doesn't answer now.
        """
        ...


@runtime_checkable
class SendsByMethod(Protocol):
    """A messenger that knows other ways to a person than a message in an open conversation."""

    def send_by(self, method: str, message: OutgoingMessage) -> Receipt:
        """Send a substitute for a message by another delivery method of the profile, `template` or `phone`.

        Called once another one raised `RecipientUnreachable`. Where this raises `Unsupported`, `RecipientUnreachable`
        or `RequestRejected`, nothing was sent, and the next method is tried. Nobody can ask the platform afterwards
        whether an `UnknownOutcome` arrived: a person decides.

        Raises:
            Unsupported: nothing is configured for this method and purpose.
        """
        ...


@runtime_checkable
class PreviewsTexts(Protocol):
    """A messenger that can tell what it would make of a message, such as several shorter ones."""

    def preview(self, message: OutgoingMessage) -> Sequence[str]:
        """Return the texts that `send` would send, one after the other, without asking the platform.

        The recipient is nobody: only whether it is a person or a group counts.

        Raises:
            Unsupported, RequestRejected: as `send` does.
        """
        ...


@frozen(kw_only=True)
class GroupLook:
    """How a group is doing on its platform.

    Attributes:
        members: how many are in it.
        link: by which people join, "" for none.
        usable: whether it can be written to.
        ends: the day on which the right to it runs out; None for never or not known.
    """

    members: int
    link: str = ""
    usable: bool = True
    ends: date | None = None


@runtime_checkable
class LooksAtGroups(Protocol):
    """A messenger that can tell how a group is doing."""

    def look(self, group: Address) -> GroupLook:
        """Return how a group is doing now."""
        ...
