"""What became of sends, by what stands on the platform."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.messaging.conftest import THEFT, journal, outbox, states
from tests.messaging.remembering import Remembering, Wall, echo, remembering, tell

from anninh_core.app import App
from anninh_core.app.bootstrap.messaging import build_outcome_recorder, build_reconciler
from anninh_core.messaging.outbound.reconciliation import (
    CLOCK_TOLERANCE,
    GRACE_PERIOD,
    MAX_LATENESS,
    match_messages,
    may_match,
)
from anninh_core.messaging.outbound.row_opener import RowOpener
from anninh_core.ports.messengers.messenger import Found
from anninh_core.ports.storages.queues import OutboxRow, OutboxState
from anninh_core.testing import FixedClock, MockChat, pump
from anninh_core.usecase import system
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Address, Place

AN = "Thử Văn An"
TEXT = "Anh chị cho biết thêm biển số xe"
LOOK = timedelta(seconds=31)
MORNING = datetime(2021, 9, 1, 1, tzinfo=UTC)


@pytest.fixture
def wall(anninh_clock: FixedClock) -> Wall:
    """What stands on the platform."""
    return Wall(anninh_clock)


@pytest.fixture
def mock_messenger(mock_chat: MockChat, wall: Wall) -> Remembering:
    """The messenger `oa`, which can be asked what stands there."""
    return remembering(mock_chat, wall)


@pytest.fixture
def an(app: App, chat: MockChat) -> Address:
    """A resident's address; the app knows them."""
    address = Address("oa", Place.PERSON, chat.person(AN))
    chat.says(chat.person(AN), "chúc mừng năm mới")
    pump(app, chat)
    return address


@pytest.fixture
def where(app: App, an: Address) -> str:
    """The resident's conversation."""
    return app.internals.services.conversations.id_of(an)


def told(app: App) -> list[OutboxRow]:
    return outbox(app, "test.told")


def test_what_stands_there_is_not_sent_again(app: App, wall: Wall, where: str) -> None:
    """A lost answer is settled at once under the platform's id."""
    wall.plans = ["lost_answer"]
    tell(app, where, TEXT)
    app.worker.drain()
    (row,) = told(app)
    assert (row.state, row.proof, row.platform_id) == ("delivered", "reconciled", wall.ours(TEXT)[0].id)


def test_what_doesnt_stand_there_is_waited_for_and_sent_again(
    app: App, wall: Wall, where: str, clock: FixedClock
) -> None:
    """A platform may show a message late: only after two minutes it counts as not sent, and leaves once more."""
    wall.plans = ["lost_before"]
    tell(app, where, TEXT)
    app.worker.drain()
    clock.advance(GRACE_PERIOD - timedelta(seconds=1))
    app.worker.drain()
    assert (states(app, "test.told"), len(wall.ours(TEXT))) == (["unknown"], 0)
    clock.advance(LOOK)
    app.worker.drain()
    clock.advance(timedelta(seconds=5))
    app.worker.drain()
    assert (states(app, "test.told"), len(wall.ours(TEXT))) == (["delivered"], 1)


def test_a_message_that_shows_late_is_found(app: App, wall: Wall, an: Address, where: str, clock: FixedClock) -> None:
    """What comes to stand there within the grace is taken for what was sent."""
    wall.plans = ["lost_before"]
    tell(app, where, TEXT)
    app.worker.drain()
    clock.advance(timedelta(minutes=1))
    line = wall.write(an, TEXT.replace(" ", "  "))
    app.worker.drain()
    assert [(row.state, row.platform_id) for row in told(app)] == [("delivered", line.id)]


def test_a_platform_that_cant_tell_leaves_it_to_a_person(app: App, wall: Wall, where: str, clock: FixedClock) -> None:
    """Where the list doesn't reach back, nothing is sent again blindly."""
    wall.plans = ["lost_answer"]
    wall.blind = True
    tell(app, where, TEXT)
    for _ in range(30):
        app.worker.drain()
        clock.advance(timedelta(minutes=1))
    assert (states(app, "test.told"), len(wall.ours(TEXT))) == (["unknown"], 1)
    assert wall.looks > 5


def test_an_operators_same_words_are_not_ours(app: App, wall: Wall, an: Address, where: str, clock: FixedClock) -> None:
    """What a person wrote by hand doesn't count for what never left."""
    wall.plans = ["lost_before"]
    tell(app, where, TEXT)
    app.worker.drain()
    echo(app, wall.write(an, TEXT, by_operator=True))
    for _ in range(6):
        clock.advance(timedelta(minutes=1))
        app.worker.drain()
    assert (states(app, "test.told"), len(wall.ours(TEXT))) == (["delivered"], 1)


def test_one_message_settles_one_row(app: App, wall: Wall, where: str) -> None:
    """Whoever finds a message that another row has already is refused, however close they look at it."""
    wall.plans = ["lost_before", "lost_answer"]
    wall.blind = True
    for lane in (Lane.REPLY, Lane.BROADCAST):
        tell(app, where, TEXT, lane=lane)
    app.worker.drain()
    outcomes = build_outcome_recorder(app.internals.runner, app.internals.services)
    (line,) = wall.ours(TEXT)
    assert [outcomes.record_match(row, line.id, "reconciled") for row in told(app)] == [True, False]
    assert states(app, "test.told") == ["delivered", "unknown"]


def test_who_looks_at_the_younger_one_leaves_the_message_to_the_older(app: App, wall: Wall, where: str) -> None:
    """Two workers that look at two rows of the same words at once never take one message for both."""
    wall.plans = ["lost_before", "lost_answer"]
    wall.blind = True
    for lane in (Lane.REPLY, Lane.BROADCAST):
        tell(app, where, TEXT, lane=lane)
    app.worker.drain()
    wall.blind = False
    reconciler = build_reconciler(app.internals.runner, app.internals.services, app.internals.messengers)
    opener = RowOpener(app.internals.runner, app.internals.services.conversations, app.internals.messengers)
    older, younger = told(app)
    assert [reconciler.reconcile(opener.open(row)) for row in (younger, older)] == [False, True]


def test_a_send_under_way_may_be_what_stands_there(app: App, wall: Wall, where: str, clock: FixedClock) -> None:
    """As long as the same words are just being sent, nothing is concluded from what stands there."""
    wall.plans = ["lost_before"]
    wall.blind = True
    first = tell(app, where, TEXT)
    app.worker.drain()
    tell(app, where, TEXT, lane=Lane.BROADCAST)
    queues = app.internals.context.storage.queues
    now = clock.now()
    (claimed,) = queues.claim_outbox(now, timedelta(minutes=10), 1)
    queues.start(claimed.id, claimed.token, now, timedelta(minutes=10))
    wall.write(
        Address("oa", Place.PERSON, app.internals.services.conversations.who(system("delivery"), where).address.id),
        TEXT,
    )
    wall.blind = False
    clock.advance(timedelta(minutes=5))
    app.worker.drain()
    row = queues.outbox_row(first)
    assert row is not None
    assert row.state == "unknown"


def test_what_arrived_is_noted_in_its_case(app: App, wall: Wall, chat: MockChat, clock: FixedClock) -> None:
    """A receipt whose answer was lost and whose echo came later counts as received by the reporter."""
    wall.plans = ["lost_answer"]
    wall.blind = True
    chat.says(chat.person(AN), THEFT)
    pump(app, chat)
    assert states(app, "tip.receipt") == ["unknown"]
    clock.advance(timedelta(seconds=1))
    echo(app, wall.lines[-1])
    app.worker.drain()
    (row,) = outbox(app, "tip.receipt")
    assert (row.state, row.proof, row.platform_id) == ("delivered", "echo", wall.lines[-1].id)
    assert [entry.events for entry in journal(app) if "tip.receipt_arrived" in entry.events] != []


def row(id: str, due: float, settled: float, clock: FixedClock) -> OutboxRow:
    """Return an unknown row, its times in minutes."""
    return OutboxRow(
        id=id,
        messenger="oa",
        conversation="oa.1",
        lane=Lane.REPLY,
        due_at=clock.now() + timedelta(minutes=due),
        cause="",
        purpose="",
        scope="",
        body=b"",
        after="",
        state=OutboxState.UNKNOWN,
        attempts=1,
        token=1,
        created_seq=int(id),
        settled_at=clock.now() + timedelta(minutes=settled),
    )


@pytest.mark.parametrize(("minutes", "fitting"), [(-2.1, False), (-1.9, True), (0, True), (60.9, True), (61.1, False)])
def test_when_a_message_may_have_been_written(anninh_clock: FixedClock, minutes: float, fitting: bool) -> None:
    """Not before its send was due, but for clocks that differ, and not long after it ended."""
    sent = row("1", 0, 1, anninh_clock)
    assert (timedelta(minutes=2), timedelta(hours=1)) == (CLOCK_TOLERANCE, MAX_LATENESS)
    assert may_match(sent, anninh_clock.now() + timedelta(minutes=minutes), anninh_clock.now()) is fitting


SPANS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 100)), max_size=5)


@given(spans=SPANS, written=st.lists(st.integers(-10, 400), max_size=5))
def test_as_many_are_matched_as_can_be(spans: Sequence[tuple[int, int]], written: Sequence[int]) -> None:
    """No choice of who is which leaves fewer over."""
    clock = FixedClock(MORNING)
    rows = [row(str(at), due, due + more, clock) for at, (due, more) in enumerate(spans)]
    found = [Found(platform_id=str(at), at=clock.now() + timedelta(minutes=m)) for at, m in enumerate(written)]
    mine = match_messages(rows, found, clock.now())
    assert len({one.platform_id for one in mine.values()}) == len(mine)
    assert all(may_match(one, mine[one.id].at, clock.now()) for one in rows if one.id in mine)
    assert len(mine) == _most(rows, found, clock)


def _most(rows: Sequence[OutboxRow], found: Sequence[Found], clock: FixedClock) -> int:
    """Try every choice."""
    if not rows:
        return 0
    first = rows[0]
    rest = rows[1:]
    taken = (
        1 + _most(rest, [*found[:at], *found[at + 1 :]], clock)
        for at, one in enumerate(found)
        if may_match(first, one.at, clock.now())
    )
    return max(_most(rest, found, clock), *taken, 0)


def test_what_nobody_can_tell_keeps_no_other_from_being_asked_about(
    app: App, wall: Wall, an: Address, where: str, clock: FixedClock
) -> None:
    """However many rows the platform can't tell about, the younger ones have their turn, and the first ones again."""
    wall.plans = ["lost_before"] * 3
    wall.blind = True
    for number in range(3):
        tell(app, where, f"{TEXT} {number}", lane=(Lane.EMERGENCY, Lane.REPLY, Lane.BROADCAST)[number])
    app.worker.drain()
    assert states(app, "test.told") == ["unknown"] * 3
    asked: list[str] = []
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, Remembering)
    messenger.asked = asked.append
    for _ in range(4):
        clock.advance(LOOK)
        app.worker.step(limit=2)
    assert asked == [f"{TEXT} {number}" for number in (0, 1, 2, 0, 1, 2)]


def test_a_slow_platform_is_asked_for_seconds_only(app: App, wall: Wall, where: str, clock: FixedClock) -> None:
    """A look that takes long is broken off, and the next one goes on where it was."""
    wall.plans = ["lost_before"] * 3
    wall.blind = True
    for lane in (Lane.EMERGENCY, Lane.REPLY, Lane.BROADCAST):
        tell(app, where, f"{TEXT} {lane}", lane=lane)
    app.worker.drain()
    asked: list[str] = []
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, Remembering)

    def slowly(text: str) -> None:
        asked.append(text)
        clock.advance(timedelta(seconds=6))

    messenger.asked = slowly
    for _ in range(3):
        clock.advance(LOOK)
        before = len(asked)
        app.worker.step()
        assert len(asked) == before + 1
    assert len(set(asked)) == 3
