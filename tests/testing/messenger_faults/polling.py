"""Faults of messengers that poll: events are lost, doubled, or fetched by two processes."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from threading import Lock

from attrs import evolve
from tests.testing.messenger_faults.bot import Bot, PollingBot
from tests.testing.messenger_faults.platform import Json

from anninh_core.kernel.errors import DeliveryError, RetryLater
from anninh_core.vocabulary.messages import Address, Place, WebhookRequest


class FirstOfAPoll(PollingBot):
    """All but the first event of a poll are dropped."""

    def fetch(self) -> list[bytes]:
        return super().fetch()[:1]


class PollTurnedRound(PollingBot):
    """The events of a poll are returned newest first."""

    def fetch(self) -> list[bytes]:
        return super().fetch()[::-1]


class SeveralAtOnce(PollingBot):
    """Processes poll without a lease."""

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        return self.fetch()


class LockOfThisProcess(PollingBot):
    """A lock excludes other threads, but not other processes."""

    lock = Lock()

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        with self.lock:
            return self.fetch()


class LeaseResultIgnored(PollingBot):
    """A lease is requested, and its refusal is ignored."""

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        with self.services.state.lease("poll", wait + timedelta(minutes=1)):
            return self.fetch()


class LeaseOfItsOwn(PollingBot):
    """Each poll takes a lease with another name."""

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        with self.services.state.lease(f"poll {self.services.ids.new()}", wait) as lease:
            return [] if lease is None else self.fetch()


class ConfirmsAtOnce(PollingBot):
    """Events are confirmed to the platform before the core has stored them."""

    def fetch(self) -> list[bytes]:
        bodies = super().fetch()
        if bodies:
            self.ask("getUpdates", sends=False, offset=self.offset)
        return bodies


class KeepsTheOffsetAtOnce(PollingBot):
    """The next offset is stored before the core has stored the events, so that they are lost in a crash."""

    def fetch(self) -> list[bytes]:
        stored = self.services.state.get("offset")
        self.offset = int(stored.value or b"0")
        bodies = super().fetch()
        self.services.state.put("offset", str(self.offset).encode(), stored.version)
        return bodies


class NeverConfirms(PollingBot):
    """Events are never confirmed, so that all come again and again."""

    def fetch(self) -> list[bytes]:
        bodies = super().fetch()
        self.offset = 0
        return bodies


class OffsetBeforeTheAnswer(PollingBot):
    """Waiting updates count as confirmed when the response to a poll is lost."""

    def on_garbage(self, status: int, *, sends: bool) -> Json:
        self.offset += 1000
        return super().on_garbage(status, sends=sends)


class StopsAtAPage(PollingBot):
    """A web page instead of a response raises an error of another type."""

    def on_garbage(self, status: int, *, sends: bool) -> Json:
        raise ValueError(f"HTTP {status}")


class TokenInThePoll(PollingBot):
    """The client's text about a refused poll is passed on with the token in it."""

    def on_refused(self, error: OSError) -> DeliveryError:
        return RetryLater(f"no connection: {error}")


class AcceptsAnyRequest(PollingBot):
    """Every request is accepted, although a polling bot should get none."""

    def verify(self, request: WebhookRequest) -> bool:
        return True


class PolledGroupIsAPerson(PollingBot):
    """A polled group message is taken for a private one."""

    def conversation(self, message: Json) -> Address:
        return evolve(super().conversation(message), place=Place.PERSON)


class PolledEditIsNew(PollingBot):
    """A polled edit of a message is taken for a new message."""

    def is_message(self, update: Json) -> bool:
        return update["kind"] in ("message", "edited") and not update["message"]["from"]["bot"]

    def id_of(self, update: Json) -> str:
        return str(update["update_id"])


class StorageTroubleInThePoll(PollingBot):
    """While the adapter's state is unavailable, a poll raises an error of the storage."""

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        with self.services.state.lease("poll", wait + timedelta(minutes=1)) as lease:
            return [] if lease is None else self.fetch()


FAULTS: Mapping[type[Bot], str] = {
    FirstOfAPoll: "M-120",
    PollTurnedRound: "M-120",
    SeveralAtOnce: "M-121",
    LockOfThisProcess: "M-121",
    LeaseResultIgnored: "M-121",
    LeaseOfItsOwn: "M-121",
    ConfirmsAtOnce: "M-122",
    KeepsTheOffsetAtOnce: "M-122",
    NeverConfirms: "M-69",
    OffsetBeforeTheAnswer: "M-123",
    StopsAtAPage: "M-123",
    TokenInThePoll: "M-123",
    AcceptsAnyRequest: "M-112",
    PolledGroupIsAPerson: "M-100",
    PolledEditIsNew: "M-104",
    StorageTroubleInThePoll: "M-80",
}
"""Faulty messenger -> number of the rule that must find its fault."""
