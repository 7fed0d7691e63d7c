"""Pacing: buckets that all processes share."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from tests.messaging.conftest import FIRE, THEFT, outbox, states
from tests.support.conversations import last_conversation

from anninh_core.app import App, MessengerSettings, Settings
from anninh_core.app.settings import RateSettings
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.messaging.outbound.rate_limits import RateLimiter
from anninh_core.ports.storages.queues import OutboxRow, OutboxState
from anninh_core.ports.storages.storage import Lease, States
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, SeededIds, memory_app, pump
from anninh_core.testing.memory import MemoryKeys, MemoryStorage
from anninh_core.usecase import system
from anninh_core.usecase.resident_names import ResidentNames
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.rates import Rate

NOW = datetime(2021, 9, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PACE = RateLimit(overall=Rate(per_minute=60, burst=4, reserve=2))
NAMES = ResidentNames(MemoryKeys())
Post = Callable[..., None]


def row(id: str, lane: Lane = Lane.BROADCAST, purpose: str = "content.post", to: str = "") -> OutboxRow:
    return OutboxRow(
        id=id,
        messenger="oa",
        conversation=to or f"oa.{id}",
        lane=lane,
        due_at=NOW,
        cause="item:1",
        purpose=purpose,
        scope="",
        body=b"",
        after="",
        state=OutboxState.CLAIMED,
        attempts=0,
        token=1,
        created_seq=1,
    )


@pytest.fixture
def shared() -> States:
    return MemoryStorage().states


def test_later_rows_of_a_batch_get_later_moments(shared: States) -> None:
    """Two leave, the others come back one after the other instead of all at once."""
    later = RateLimiter(shared, {"oa": PACE}, NAMES).take("oa", [row(id) for id in "abcde"], NOW)
    assert later == {"c": NOW + SECOND, "d": NOW + 2 * SECOND, "e": NOW + 3 * SECOND}


def test_what_presses_uses_the_reserve(shared: States) -> None:
    """A broadcast leaves two tokens; an emergency and a receipt take them, and nobody else."""
    pacer = RateLimiter(shared, {"oa": PACE}, NAMES)
    pacer.take("oa", [row("a"), row("b")], NOW)
    pressing = [row("e", Lane.EMERGENCY, "tip.emergency"), row("r", Lane.REPLY, "tip.receipt")]
    assert pacer.take("oa", [row("c"), row("t", Lane.REPLY, "tip.answer")], NOW).keys() == {"c", "t"}
    assert pacer.take("oa", pressing, NOW) == {}
    assert pacer.available("oa", NOW) == 0


def test_processes_share_and_a_restart_forgets_nothing(shared: States) -> None:
    """What one has taken another one lacks, also a new one over the same storage."""
    RateLimiter(shared, {"oa": PACE}, NAMES).take("oa", [row("a")], NOW)
    after_restart = RateLimiter(shared, {"oa": PACE}, NAMES)
    assert after_restart.available("oa", NOW) == 3
    assert after_restart.take("oa", [row("b"), row("c")], NOW).keys() == {"c"}


def test_one_recipient_doesnt_hold_back_another(shared: States) -> None:
    """Two messages to one person are spaced, one to somebody else leaves."""
    pacer = RateLimiter(shared, {"oa": RateLimit(recipient=Rate(per_minute=6))}, NAMES)
    later = pacer.take("oa", [row("a", to="p"), row("b", to="p"), row("c", to="q")], NOW)
    assert later == {"b": NOW + 10 * SECOND}
    assert pacer.available("oa", NOW) is None


def test_a_clock_set_back_wedges_nothing(shared: States) -> None:
    """An hour back with an empty bucket: the next one waits for one token, not for the hour."""
    pacer = RateLimiter(shared, {"oa": PACE}, NAMES)
    pacer.take("oa", [row(id, Lane.EMERGENCY) for id in "abcd"], NOW)
    back = NOW - timedelta(hours=1)
    assert pacer.available("oa", back) == 0
    assert pacer.available("oa", back + 2 * SECOND) == 2
    assert pacer.take("oa", [row("e")], back + 3 * SECOND) == {}


class Contended:
    """States that another process always changes first, `times` times."""

    def __init__(self, inner: States, times: int) -> None:
        self._inner = inner
        self.times = times
        self.get = inner.get

    def put(self, owner: str, name: str, body: bytes, expected: int, fence: Lease | None = None) -> bool:
        if self.times:
            self.times -= 1
            return False
        return self._inner.put(owner, name, body, expected, fence)


@pytest.mark.parametrize(("times", "waiting"), [(4, {}), (5, {"a": NOW + SECOND})])
def test_others_are_met_a_few_times(shared: States, times: int, waiting: object) -> None:
    """The batch is taken again against what others left; after five times it waits for a moment."""
    assert RateLimiter(Contended(shared, times), {"oa": PACE}, NAMES).take("oa", [row("a")], NOW) == waiting


def test_workers_side_by_side_take_no_token_twice(shared: States) -> None:
    """Eight of them at the same moment: no more leaves than one alone could send."""
    start = Barrier(8)
    later: list[dict[str, datetime]] = [{}] * 8

    def take(n: int) -> None:
        start.wait()
        later[n] = dict(RateLimiter(shared, {"oa": PACE}, NAMES).take("oa", [row(f"{n}")], NOW))

    threads = [Thread(target=take, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= later.count({}) <= 2


@pytest.fixture
def anninh_app(
    mock_chat: MockChat, mock_messenger: MockMessenger, anninh_clock: FixedClock, anninh_ids: SeededIds
) -> Iterator[App]:
    """An app that sends six messages a minute, three at once, one of them kept back."""
    pace = RateSettings(per_minute=6, burst=3, reserve=1)
    settings = Settings(messengers={"oa": MessengerSettings(type="mock", pace=pace)})
    messengers = {"oa": mock_messenger}
    with memory_app(mock_chat, clock=anninh_clock, ids=anninh_ids, settings=settings, messengers=messengers) as app:
        yield app


@pytest.fixture
def post(app: App, chat: MockChat) -> Post:
    """Puts a text into the outbox for each of some groups."""

    def make(number: int) -> None:
        def send(uow: UnitOfWork) -> None:
            uow.permit("hoa-lu")
            for n in range(number):
                to = f"nhóm {n}"
                uow.send(to_group(app, chat, to), to, lane=Lane.BROADCAST, purpose="x", cause="item:1", scope="item:1")

        app.internals.runner.run_command(system("router"), "test.send", Permission.INTAKE, send)

    return make


def to_group(app: App, chat: MockChat, title: str) -> str:
    """Found a group in the chat and enter it; returns its conversation."""
    group = chat.found_group(title)
    chat.says(chat.person("Người thử"), "chào", to=group)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    for _ in range(3):
        app.worker.step()
    return last_conversation(app)


def test_what_must_wait_counts_no_try(app: App, clock: FixedClock, post: Post) -> None:
    """The rest of a broadcast is ready for later, untried; it leaves at the rate of the settings, in a minute."""
    post(6)
    app.worker.drain()
    assert sorted(states(app, "x")) == ["delivered"] * 2 + ["ready"] * 4
    assert {each.attempts for each in outbox(app, "x") if each.state == "ready"} == {0}
    for gone in (3, 4, 5, 6):
        clock.advance(10 * SECOND)
        app.worker.drain()
        assert states(app, "x").count("delivered") == gone
    assert {each.attempts for each in outbox(app, "x")} == {1}


def test_a_broadcast_leaves_room_for_emergencies(app: App, chat: MockChat, dialog: Dialog, post: Post) -> None:
    """While twenty posts queue up, the numbers to call leave at once; once the reserve is gone, a receipt waits too."""
    post(20)
    app.worker.drain()
    chat.says(chat.person("Thử Văn An"), FIRE)
    pump(app, chat)
    dialog.hears("Thử Văn An", "113.*114")
    assert states(app, "tip.emergency") == ["delivered"]
    assert [each.state for each in outbox(app, "tip.receipt")] != ["delivered"]


def test_a_mock_is_not_held_back_by_itself(mock_chat: MockChat, clock: FixedClock) -> None:
    """Without settings everything leaves at once."""
    with memory_app(mock_chat, clock=clock) as app:
        for n in range(20):
            mock_chat.says(mock_chat.person(f"Thử {n}"), THEFT)
        pump(app, mock_chat)
        assert set(states(app, "tip.receipt")) == {"delivered"}
