"""Rate limits of messages by token buckets that all processes share."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from tests.messaging.conftest import FIRE, THEFT, outbox, read_outbox_states
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


def build_row(id: str, lane: Lane = Lane.BROADCAST, purpose: str = "content.post", to: str = "") -> OutboxRow:
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
def shared_states() -> States:
    return MemoryStorage().states


def test_rows_over_the_limit_are_spaced(shared_states: States) -> None:
    """In a batch over the limit, the later rows get increasing due times."""
    later = RateLimiter(shared_states, {"oa": PACE}, NAMES).take("oa", [build_row(id) for id in "abcde"], NOW)
    assert later == {"c": NOW + SECOND, "d": NOW + 2 * SECOND, "e": NOW + 3 * SECOND}


def test_only_urgent_rows_use_the_reserve(shared_states: States) -> None:
    """Only emergencies and receipts can use the reserve."""
    limiter = RateLimiter(shared_states, {"oa": PACE}, NAMES)
    limiter.take("oa", [build_row("a"), build_row("b")], NOW)
    pressing = [build_row("e", Lane.EMERGENCY, "tip.emergency"), build_row("r", Lane.REPLY, "tip.receipt")]
    assert limiter.take("oa", [build_row("c"), build_row("t", Lane.REPLY, "tip.answer")], NOW).keys() == {"c", "t"}
    assert limiter.take("oa", pressing, NOW) == {}
    assert limiter.available("oa", NOW) == 0


def test_tokens_are_shared_and_survive_restarts(shared_states: States) -> None:
    """Rate limiters over the same storage share their tokens, also after a restart."""
    RateLimiter(shared_states, {"oa": PACE}, NAMES).take("oa", [build_row("a")], NOW)
    after_restart = RateLimiter(shared_states, {"oa": PACE}, NAMES)
    assert after_restart.available("oa", NOW) == 3
    assert after_restart.take("oa", [build_row("b"), build_row("c")], NOW).keys() == {"c"}


def test_recipients_are_limited_separately(shared_states: States) -> None:
    """Two messages to one recipient are spaced, and a message to another recipient leaves at once."""
    limiter = RateLimiter(shared_states, {"oa": RateLimit(recipient=Rate(per_minute=6))}, NAMES)
    later = limiter.take("oa", [build_row("a", to="p"), build_row("b", to="p"), build_row("c", to="q")], NOW)
    assert later == {"b": NOW + 10 * SECOND}
    assert limiter.available("oa", NOW) is None


def test_clock_set_back_waits_for_one_token(shared_states: States) -> None:
    """If the clock is set back an hour with an empty bucket, the next message waits for one token."""
    limiter = RateLimiter(shared_states, {"oa": PACE}, NAMES)
    limiter.take("oa", [build_row(id, Lane.EMERGENCY) for id in "abcd"], NOW)
    earlier = NOW - timedelta(hours=1)
    assert limiter.available("oa", earlier) == 0
    assert limiter.available("oa", earlier + 2 * SECOND) == 2
    assert limiter.take("oa", [build_row("e")], earlier + 3 * SECOND) == {}


class ContendedStates:
    """A store of states in which another process wins the first `times` writes."""

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
def test_conflicts_are_retried_a_few_times(shared_states: States, times: int, waiting: object) -> None:
    """A batch is retried after conflicts with other processes, and deferred after five of them."""
    assert (
        RateLimiter(ContendedStates(shared_states, times), {"oa": PACE}, NAMES).take("oa", [build_row("a")], NOW)
        == waiting
    )


def test_concurrent_workers_take_no_token_twice(shared_states: States) -> None:
    """Eight concurrent workers together send no more than one could."""
    start = Barrier(8)
    later: list[dict[str, datetime]] = [{}] * 8

    def take_token(n: int) -> None:
        start.wait()
        later[n] = dict(RateLimiter(shared_states, {"oa": PACE}, NAMES).take("oa", [build_row(f"{n}")], NOW))

    threads = [Thread(target=take_token, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= later.count({}) <= 2


@pytest.fixture
def anninh_app(
    mock_chat: MockChat, mock_messenger: MockMessenger, anninh_clock: FixedClock, anninh_ids: SeededIds
) -> Iterator[App]:
    """An app that sends six messages a minute, with a burst of three and a reserve of one."""
    pace = RateSettings(per_minute=6, burst=3, reserve=1)
    settings = Settings(messengers={"oa": MessengerSettings(type="mock", pace=pace)})
    messengers = {"oa": mock_messenger}
    with memory_app(mock_chat, clock=anninh_clock, ids=anninh_ids, settings=settings, messengers=messengers) as app:
        yield app


@pytest.fixture
def post_to_groups(app: App, chat: MockChat) -> Post:
    """Return a function that puts a text into the outbox for each of `number` groups."""

    def queue_posts(number: int) -> None:
        def write_posts(uow: UnitOfWork) -> None:
            uow.permit("hoa-lu")
            for n in range(number):
                to = f"nhóm {n}"
                uow.send(
                    create_group(app, chat, to), to, lane=Lane.BROADCAST, purpose="x", cause="item:1", scope="item:1"
                )

        app.internals.runner.run_command(system("router"), "test.send", Permission.INTAKE, write_posts)

    return queue_posts


def create_group(app: App, chat: MockChat, title: str) -> str:
    """Found a group in the mock chat, post in it, and return its conversation."""
    group = chat.found_group(title)
    chat.says(chat.person("Người thử"), "chào", to=group)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    for _ in range(3):
        app.worker.step()
    return last_conversation(app)


def test_waiting_rows_count_no_attempt(app: App, clock: FixedClock, post_to_groups: Post) -> None:
    """Rows over the limit are deferred without an attempt, and leave at the rate of the settings."""
    post_to_groups(6)
    app.worker.drain()
    assert sorted(read_outbox_states(app, "x")) == ["delivered"] * 2 + ["ready"] * 4
    assert {message.attempts for message in outbox(app, "x") if message.state == "ready"} == {0}
    for delivered in (3, 4, 5, 6):
        clock.advance(10 * SECOND)
        app.worker.drain()
        assert read_outbox_states(app, "x").count("delivered") == delivered
    assert {message.attempts for message in outbox(app, "x")} == {1}


def test_a_broadcast_leaves_room_for_emergencies(
    app: App, chat: MockChat, dialog: Dialog, post_to_groups: Post
) -> None:
    """During a broadcast of twenty posts the emergency numbers leave at once by the reserve, and the receipt after them
    waits.
    """
    post_to_groups(20)
    app.worker.drain()
    chat.says(chat.person("Thử Văn An"), FIRE)
    pump(app, chat)
    dialog.hears("Thử Văn An", "113.*114")
    assert read_outbox_states(app, "tip.emergency") == ["delivered"]
    assert [message.state for message in outbox(app, "tip.receipt")] != ["delivered"]


def test_mock_without_settings_has_no_limit(mock_chat: MockChat, clock: FixedClock) -> None:
    """Without rate settings every message leaves at once."""
    with memory_app(mock_chat, clock=clock) as app:
        for n in range(20):
            mock_chat.says(mock_chat.person(f"Thử {n}"), THEFT)
        pump(app, mock_chat)
        assert set(read_outbox_states(app, "tip.receipt")) == {"delivered"}
