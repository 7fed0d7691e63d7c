"""Faults of messengers that poll: events are lost, doubled, or taken by two at once."""

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
    """The events of a poll come newest first."""

    def fetch(self) -> list[bytes]:
        return super().fetch()[::-1]


class SeveralAtOnce(PollingBot):
    """Nobody is asked whether another process polls."""

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        return self.fetch()


class LockOfThisProcess(PollingBot):
    """A lock keeps threads apart; it knows nothing of other processes."""

    lock = Lock()

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        with self.lock:
            return self.fetch()


class LeaseNotLookedAt(PollingBot):
    """A lease is asked for, and what came of it isn't looked at."""

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        with self.services.state.lease("poll", wait + timedelta(minutes=1)):
            return self.fetch()


class LeaseOfItsOwn(PollingBot):
    """Each poll takes a lease of another name."""

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        with self.services.state.lease(f"poll {self.services.ids.new()}", wait) as lease:
            return [] if lease is None else self.fetch()


class ConfirmsAtOnce(PollingBot):
    """The platform is told that events arrived before the core has stored them."""

    def fetch(self) -> list[bytes]:
        bodies = super().fetch()
        if bodies:
            self.ask("getUpdates", sends=False, offset=self.offset)
        return bodies


class KeepsTheOffsetAtOnce(PollingBot):
    """The next offset is kept before the core has stored the events: after a crash they aren't asked for."""

    def fetch(self) -> list[bytes]:
        known = self.services.state.get("offset")
        self.offset = int(known.value or b"0")
        bodies = super().fetch()
        self.services.state.put("offset", str(self.offset).encode(), known.version)
        return bodies


class NeverConfirms(PollingBot):
    """The platform is never told what arrived: everything comes again and again."""

    def fetch(self) -> list[bytes]:
        bodies = super().fetch()
        self.offset = 0
        return bodies


class OffsetBeforeTheAnswer(PollingBot):
    """What waits is counted as arrived when the answer to a poll is lost."""

    def on_garbage(self, status: int, *, sends: bool) -> Json:
        self.offset += 1000
        return super().on_garbage(status, sends=sends)


class StopsAtAPage(PollingBot):
    """A web page in place of an answer raises an error of its own."""

    def on_garbage(self, status: int, *, sends: bool) -> Json:
        raise ValueError(f"HTTP {status}")


class TokenInThePoll(PollingBot):
    """What the client says of a poll that is refused is passed on, and with it the token."""

    def on_refused(self, error: OSError) -> DeliveryError:
        return RetryLater(f"no connection: {error}")


class BelievesCallers(PollingBot):
    """Nobody should call, so whoever does is believed."""

    def verify(self, request: WebhookRequest) -> bool:
        return True


class PolledGroupIsAPerson(PollingBot):
    """A message in a group is taken for a private one."""

    def conversation(self, message: Json) -> Address:
        return evolve(super().conversation(message), place=Place.PERSON)


class PolledEditIsNew(PollingBot):
    """A change of a message, polled, is taken for another one."""

    def is_message(self, update: Json) -> bool:
        return update["kind"] in ("message", "edited") and not update["message"]["from"]["bot"]

    def id_of(self, update: Json) -> str:
        return str(update["update_id"])


class StorageTroubleInThePoll(PollingBot):
    """While its own state is away, an error of the storage comes out of a poll."""

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        with self.services.state.lease("poll", wait + timedelta(minutes=1)) as lease:
            return [] if lease is None else self.fetch()


FAULTS: Mapping[type[Bot], str] = {
    FirstOfAPoll: "M-120",
    PollTurnedRound: "M-120",
    SeveralAtOnce: "M-121",
    LockOfThisProcess: "M-121",
    LeaseNotLookedAt: "M-121",
    LeaseOfItsOwn: "M-121",
    ConfirmsAtOnce: "M-122",
    KeepsTheOffsetAtOnce: "M-122",
    NeverConfirms: "M-69",
    OffsetBeforeTheAnswer: "M-123",
    StopsAtAPage: "M-123",
    TokenInThePoll: "M-123",
    BelievesCallers: "M-112",
    PolledGroupIsAPerson: "M-100",
    PolledEditIsNew: "M-104",
    StorageTroubleInThePoll: "M-80",
}
"""Faulty messenger -> number of the rule that has to find it."""
