"""Protocols for the other side of a platform, with which a test sees what arrives there and lets people write."""

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
"""Name -> description of the events that a `StagesEvents` may be asked to stage."""


class Outside(Protocol):
    """The platform's other side, as far as a test can reach it."""

    def incoming(self, text: str) -> WebhookRequest:
        """Let the kit's `person` write a private text and return the request that the messenger gets for it.

        For a messenger that polls, its body is what a poll would return; it is already taken from the platform.
        """
        ...

    def delivered(self) -> Sequence[tuple[Address, str]]:
        """Return all messages that have arrived, or are ready for the person who posts them, oldest first."""
        ...

    def fail(self, name: str) -> bool:
        """Make the next call to the platform, a send or a poll, fail in the way `name`, such as `rate_limit`; return
        False if that can't be done.
        """
        ...


@runtime_checkable
class Writes(Protocol):
    """A platform's other side on which a test can let a person write and leave the event there; for messengers that
    poll.
    """

    def writes(self, text: str) -> None:
        """Let the kit's `person` write a text, and fetch nothing."""
        ...


@runtime_checkable
class StagesEvents(Protocol):
    """A platform's other side on which a test can stage other events than a person writing."""

    def stage(self, event: str, text: str, quoted: str = "") -> WebhookRequest | None:
        """Let an event happen and return the request that the messenger gets for it.

        Args:
            event: a name of `EVENTS`.
            text: the text, if the event has one.
            quoted: for a quote, the id of the quoted message, as the messenger parsed it.

        Returns:
            The request; None if the platform has no event of this type.
        """
        ...


@runtime_checkable
class TellsTime(Protocol):
    """A platform's other side that knows when the kit's person last wrote."""

    @property
    def wrote_at(self) -> datetime:
        """Time of the person's last message by the platform's clock, with its time zone."""
        ...


@runtime_checkable
class ShowsQuotes(Protocol):
    """A platform's other side that sees which messages are quoted by those of the system."""

    def quotes(self) -> Sequence[str]:
        """Return for each message of `delivered` the id of the message that it quotes, as the messenger parsed it, or
        "".
        """
        ...


@runtime_checkable
class AsksForDelay(Protocol):
    """A platform's other side that asks for a delay when it fails by `rate_limit`."""

    @property
    def delay(self) -> timedelta:
        """The delay that the platform asks for."""
        ...


@runtime_checkable
class FailsMidway(Protocol):
    """A platform's other side that can make a later call fail; for messengers that send a long text in parts."""

    def fail_after(self, calls: int, name: str) -> bool:
        """Let `calls` calls to the platform succeed and the next one fail in the way `name`; return False if that isn't
        possible.
        """
        ...
