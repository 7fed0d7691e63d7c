"""Unknown outcomes of sends are found by the messages on the platform."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.messaging.conftest import THEFT, journal, outbox, read_outbox_states
from tests.messaging.remembering import RecordingMessenger, Wall, build_recording_messenger, deliver_echo, queue_text

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
def recording_platform(anninh_clock: FixedClock) -> Wall:
    """A record of the messages on the platform, which can be listed."""
    return Wall(anninh_clock)


@pytest.fixture
def mock_messenger(mock_chat: MockChat, recording_platform: Wall) -> RecordingMessenger:
    """The messenger `oa`, which can list the messages on the platform."""
    return build_recording_messenger(mock_chat, recording_platform)


@pytest.fixture
def resident_address(app: App, chat: MockChat) -> Address:
    """A resident's address, known to the app."""
    address = Address("oa", Place.PERSON, chat.person(AN))
    chat.says(chat.person(AN), "chúc mừng năm mới")
    pump(app, chat)
    return address


@pytest.fixture
def resident_conversation(app: App, resident_address: Address) -> str:
    """The id of the resident's conversation."""
    return app.internals.services.conversations.id_of(resident_address)


def read_test_rows(app: App) -> list[OutboxRow]:
    return outbox(app, "test.told")


def test_message_on_the_platform_is_not_sent_again(
    app: App, recording_platform: Wall, resident_conversation: str
) -> None:
    """A send with a lost response is settled under the platform's id if the message is on the platform."""
    recording_platform.plans = ["lost_answer"]
    queue_text(app, resident_conversation, TEXT)
    app.worker.drain()
    (row,) = read_test_rows(app)
    assert (row.state, row.proof, row.platform_id) == (
        "delivered",
        "reconciled",
        recording_platform.find_program_messages(TEXT)[0].id,
    )


def test_missing_message_is_sent_again(
    app: App, recording_platform: Wall, resident_conversation: str, clock: FixedClock
) -> None:
    """A message that isn't on the platform after two minutes is sent again; the wait is needed because platforms may
    show messages late.
    """
    recording_platform.plans = ["lost_before"]
    queue_text(app, resident_conversation, TEXT)
    app.worker.drain()
    clock.advance(GRACE_PERIOD - timedelta(seconds=1))
    app.worker.drain()
    assert (read_outbox_states(app, "test.told"), len(recording_platform.find_program_messages(TEXT))) == (
        ["unknown"],
        0,
    )
    clock.advance(LOOK)
    app.worker.drain()
    clock.advance(timedelta(seconds=5))
    app.worker.drain()
    assert (read_outbox_states(app, "test.told"), len(recording_platform.find_program_messages(TEXT))) == (
        ["delivered"],
        1,
    )


def test_late_message_settles_the_row(
    app: App, recording_platform: Wall, resident_address: Address, resident_conversation: str, clock: FixedClock
) -> None:
    """A message that appears on the platform within the grace period settles the row."""
    recording_platform.plans = ["lost_before"]
    queue_text(app, resident_conversation, TEXT)
    app.worker.drain()
    clock.advance(timedelta(minutes=1))
    line = recording_platform.write(resident_address, TEXT.replace(" ", "  "))
    app.worker.drain()
    assert [(row.state, row.platform_id) for row in read_test_rows(app)] == [("delivered", line.id)]


def test_unlisted_outcome_stays_unknown(
    app: App, recording_platform: Wall, resident_conversation: str, clock: FixedClock
) -> None:
    """If the platform can't list messages as old as a row, the row stays unknown and isn't sent again."""
    recording_platform.plans = ["lost_answer"]
    recording_platform.blind = True
    queue_text(app, resident_conversation, TEXT)
    for _ in range(30):
        app.worker.drain()
        clock.advance(timedelta(minutes=1))
    assert (read_outbox_states(app, "test.told"), len(recording_platform.find_program_messages(TEXT))) == (
        ["unknown"],
        1,
    )
    assert recording_platform.looks > 5


def test_operator_message_settles_no_row(
    app: App, recording_platform: Wall, resident_address: Address, resident_conversation: str, clock: FixedClock
) -> None:
    """An operator's message of the same text doesn't settle a row that was never sent."""
    recording_platform.plans = ["lost_before"]
    queue_text(app, resident_conversation, TEXT)
    app.worker.drain()
    deliver_echo(app, recording_platform.write(resident_address, TEXT, by_operator=True))
    for _ in range(6):
        clock.advance(timedelta(minutes=1))
        app.worker.drain()
    assert (read_outbox_states(app, "test.told"), len(recording_platform.find_program_messages(TEXT))) == (
        ["delivered"],
        1,
    )


def test_one_message_settles_one_row(app: App, recording_platform: Wall, resident_conversation: str) -> None:
    """A platform message that settles a row can't settle a second one."""
    recording_platform.plans = ["lost_before", "lost_answer"]
    recording_platform.blind = True
    for lane in (Lane.REPLY, Lane.BROADCAST):
        queue_text(app, resident_conversation, TEXT, lane=lane)
    app.worker.drain()
    outcomes = build_outcome_recorder(app.internals.runner, app.internals.services)
    (line,) = recording_platform.find_program_messages(TEXT)
    assert [outcomes.record_match(row, line.id, "reconciled") for row in read_test_rows(app)] == [True, False]
    assert read_outbox_states(app, "test.told") == ["delivered", "unknown"]


def test_message_settles_the_older_row(app: App, recording_platform: Wall, resident_conversation: str) -> None:
    """If two rows have equal text, one platform message settles only the older row."""
    recording_platform.plans = ["lost_before", "lost_answer"]
    recording_platform.blind = True
    for lane in (Lane.REPLY, Lane.BROADCAST):
        queue_text(app, resident_conversation, TEXT, lane=lane)
    app.worker.drain()
    recording_platform.blind = False
    reconciler = build_reconciler(app.internals.runner, app.internals.services, app.internals.messengers)
    opener = RowOpener(app.internals.runner, app.internals.services.conversations, app.internals.messengers)
    older, younger = read_test_rows(app)
    assert [reconciler.reconcile(opener.open(row)) for row in (younger, older)] == [False, True]


def test_send_in_progress_blocks_reconciliation(
    app: App, recording_platform: Wall, resident_conversation: str, clock: FixedClock
) -> None:
    """While the same text is being sent, a platform message settles no other row."""
    recording_platform.plans = ["lost_before"]
    recording_platform.blind = True
    first = queue_text(app, resident_conversation, TEXT)
    app.worker.drain()
    queue_text(app, resident_conversation, TEXT, lane=Lane.BROADCAST)
    queues = app.internals.context.storage.queues
    now = clock.now()
    (claimed,) = queues.claim_outbox(now, timedelta(minutes=10), 1)
    queues.start(claimed.id, claimed.token, now, timedelta(minutes=10))
    recording_platform.write(
        Address(
            "oa",
            Place.PERSON,
            app.internals.services.conversations.who(system("delivery"), resident_conversation).address.id,
        ),
        TEXT,
    )
    recording_platform.blind = False
    clock.advance(timedelta(minutes=5))
    app.worker.drain()
    row = queues.outbox_row(first)
    assert row is not None
    assert row.state == "unknown"


def test_settled_receipt_is_recorded_in_its_case(
    app: App, recording_platform: Wall, chat: MockChat, clock: FixedClock
) -> None:
    """A receipt settled by its echo counts as received by the reporter."""
    recording_platform.plans = ["lost_answer"]
    recording_platform.blind = True
    chat.says(chat.person(AN), THEFT)
    pump(app, chat)
    assert read_outbox_states(app, "tip.receipt") == ["unknown"]
    clock.advance(timedelta(seconds=1))
    deliver_echo(app, recording_platform.lines[-1])
    app.worker.drain()
    (row,) = outbox(app, "tip.receipt")
    assert (row.state, row.proof, row.platform_id) == ("delivered", "echo", recording_platform.lines[-1].id)
    assert [entry.events for entry in journal(app) if "tip.receipt_arrived" in entry.events] != []


def build_row(id: str, due: float, settled: float, clock: FixedClock) -> OutboxRow:
    """Return an outbox row with an unknown outcome; `due` and `settled` are minutes from now."""
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
def test_match_needs_a_plausible_time(anninh_clock: FixedClock, minutes: float, fitting: bool) -> None:
    """A platform message may match a row from the row's due time, minus the clock tolerance, until an hour after its
    settlement.
    """
    sent_row = build_row("1", 0, 1, anninh_clock)
    assert (timedelta(minutes=2), timedelta(hours=1)) == (CLOCK_TOLERANCE, MAX_LATENESS)
    assert may_match(sent_row, anninh_clock.now() + timedelta(minutes=minutes), anninh_clock.now()) is fitting


SPANS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 100)), max_size=5)


@given(spans=SPANS, written=st.lists(st.integers(-10, 400), max_size=5))
def test_matching_is_as_large_as_possible(spans: Sequence[tuple[int, int]], written: Sequence[int]) -> None:
    """The matching of rows and messages has the largest possible size."""
    clock = FixedClock(MORNING)
    rows = [build_row(str(at), due, due + duration, clock) for at, (due, duration) in enumerate(spans)]
    messages = [Found(platform_id=str(at), at=clock.now() + timedelta(minutes=m)) for at, m in enumerate(written)]
    matches = match_messages(rows, messages, clock.now())
    assert len({match.platform_id for match in matches.values()}) == len(matches)
    assert all(may_match(queued, matches[queued.id].at, clock.now()) for queued in rows if queued.id in matches)
    assert len(matches) == _largest_matching(rows, messages, clock)


def _largest_matching(rows: Sequence[OutboxRow], messages: Sequence[Found], clock: FixedClock) -> int:
    """Return the size of the largest matching by trying every choice."""
    if not rows:
        return 0
    first = rows[0]
    rest = rows[1:]
    choices = (
        1 + _largest_matching(rest, [*messages[:at], *messages[at + 1 :]], clock)
        for at, message in enumerate(messages)
        if may_match(first, message.at, clock.now())
    )
    return max(_largest_matching(rest, messages, clock), *choices, 0)


def test_all_unknown_rows_have_their_turn(
    app: App, recording_platform: Wall, resident_address: Address, resident_conversation: str, clock: FixedClock
) -> None:
    """Rows that the platform can't report on don't keep later rows from being reconciled, since the rows take turns."""
    recording_platform.plans = ["lost_before"] * 3
    recording_platform.blind = True
    for number in range(3):
        queue_text(
            app, resident_conversation, f"{TEXT} {number}", lane=(Lane.EMERGENCY, Lane.REPLY, Lane.BROADCAST)[number]
        )
    app.worker.drain()
    assert read_outbox_states(app, "test.told") == ["unknown"] * 3
    texts: list[str] = []
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, RecordingMessenger)
    messenger.asked = texts.append
    for _ in range(4):
        clock.advance(LOOK)
        app.worker.step(limit=2)
    assert texts == [f"{TEXT} {number}" for number in (0, 1, 2, 0, 1, 2)]


def test_slow_reconciliation_is_interrupted(
    app: App, recording_platform: Wall, resident_conversation: str, clock: FixedClock
) -> None:
    """A slow reconciliation is interrupted after some seconds, and the next one continues with the next row."""
    recording_platform.plans = ["lost_before"] * 3
    recording_platform.blind = True
    for lane in (Lane.EMERGENCY, Lane.REPLY, Lane.BROADCAST):
        queue_text(app, resident_conversation, f"{TEXT} {lane}", lane=lane)
    app.worker.drain()
    texts: list[str] = []
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, RecordingMessenger)

    def record_slowly(text: str) -> None:
        texts.append(text)
        clock.advance(timedelta(seconds=6))

    messenger.asked = record_slowly
    for _ in range(3):
        clock.advance(LOOK)
        before = len(texts)
        app.worker.step()
        assert len(texts) == before + 1
    assert len(set(texts)) == 3
