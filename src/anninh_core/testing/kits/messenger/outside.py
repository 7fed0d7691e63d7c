"""The platform's other side as a test reaches it: what the author of a messenger gives the kit."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from anninh_core.vocabulary.messages import Address, WebhookRequest

EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "another_person": "somebody other than the kit's person writes to us alone",
        "echo": "our own side has written, and the platform tells us of it",
        "edit": "the kit's person changes the message that they wrote last",
        "group": "somebody writes in the kit's group, or in any group where the kit has none",
        "picture": "the kit's person sends a picture with the text as its caption",
        "quote": "the kit's person answers the message `quoted`",
        "redelivery": "the platform tells the message that the kit's person wrote last again, on a later try",
        "together": "the kit's person writes each line of the text as a message, and one request brings them all",
        "unknown": "something happens that no messenger has heard of, such as an event of a later year",
    }
)
"""What an outside that is `StagesEvents` is asked for, by name."""


class Outside(Protocol):
    """The platform's other side, as far as a test can reach it."""

    def incoming(self, text: str) -> WebhookRequest:
        """Let the kit's `person` write a text to us alone and return the request that the messenger gets for it.

        Of a messenger that polls that is a body as a poll would bring it, already taken from the platform.
        """
        ...

    def delivered(self) -> Sequence[tuple[Address, str]]:
        """Return everything that has arrived, or lies ready for the person who posts it, oldest first."""
        ...

    def fail(self, name: str) -> bool:
        """Make the next call, a send or a poll, fail by a name such as `rate_limit`; False if that can't be done."""
        ...


@runtime_checkable
class Writes(Protocol):
    """An outside that can let somebody write and leave the event where it is; for messengers that poll."""

    def writes(self, text: str) -> None:
        """Let the kit's `person` write a text, and fetch nothing."""
        ...


@runtime_checkable
class StagesEvents(Protocol):
    """An outside that can let other things happen than a person writing."""

    def stage(self, event: str, text: str, quoted: str = "") -> WebhookRequest | None:
        """Let something happen and return the request that the messenger gets for it.

        Args:
            event: a name of `EVENTS`.
            text: the words, where it has words.
            quoted: of a quote, the message's id as the messenger understood it.

        Returns:
            The request; None if the platform has no such event.
        """
        ...


@runtime_checkable
class TellsTime(Protocol):
    """An outside that knows when the kit's person last wrote."""

    @property
    def wrote_at(self) -> datetime:
        """When, by the platform's clock, aware."""
        ...


@runtime_checkable
class ShowsQuotes(Protocol):
    """An outside that sees which messages ours have quoted."""

    def quotes(self) -> Sequence[str]:
        """Return for each of `delivered` the id that it quotes, as the messenger understood it, or ""."""
        ...


@runtime_checkable
class AsksForDelay(Protocol):
    """An outside whose platform says how long to wait when it fails by `rate_limit`."""

    @property
    def delay(self) -> timedelta:
        """How long it asks for."""
        ...


@runtime_checkable
class FailsMidway(Protocol):
    """An outside that can let a later call fail; for messengers that send a long text as several."""

    def fail_after(self, calls: int, name: str) -> bool:
        """Let so many calls succeed and the next one fail by a name; False if that can't be done."""
        ...
