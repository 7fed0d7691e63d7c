"""Echoes: events in which the platform reports messages of the official account itself."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from attrs import evolve
from tests.messaging.conftest import THEFT, Launch, journal, outbox, read_outbox_states
from tests.messaging.remembering import Wall, build_recording_messenger, deliver_echo, queue_text
from tests.workflows.conftest import read_messages

from anninh_core.app import App
from anninh_core.app.bootstrap.messaging import build_outcome_recorder
from anninh_core.domain.conversations.model import CONVERSATION, Message
from anninh_core.kernel.errors import BadInput
from anninh_core.messaging.outbound.outcomes import DeliveryOutcome
from anninh_core.ports.storages.queues import InboxState, OutboxRow, OutboxState
from anninh_core.testing import FixedClock, MockChat, SeededIds, memory_app, pump
from anninh_core.testing.memory.ports.queues import MemoryQueues
from anninh_core.usecase import Actor, system
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Address, Place

AN = "Thử Văn An"
TEXT = "Anh chị cho biết thêm biển số xe"


@pytest.fixture
def recording_platform(anninh_clock: FixedClock) -> Wall:
    """A record of the messages on the platform; the platform can't be queried, so that only echoes report messages."""
    return Wall(anninh_clock, blind=True)


@pytest.fixture
def anninh_app(
    mock_chat: MockChat, recording_platform: Wall, anninh_clock: FixedClock, anninh_ids: SeededIds
) -> Iterator[App]:
    """An app with a messenger `oa` that records the messages it sends."""
    messenger = build_recording_messenger(mock_chat, recording_platform)
    with memory_app(mock_chat, clock=anninh_clock, ids=anninh_ids, messengers={"oa": messenger}) as app:
        yield app


@pytest.fixture
def resident_address(app: App, chat: MockChat) -> Address:
    """The address of a resident with an open tip."""
    chat.says(chat.person(AN), THEFT)
    pump(app, chat)
    return Address("oa", Place.PERSON, chat.person(AN))


@pytest.fixture
def resident_conversation(app: App, resident_address: Address) -> str:
    return app.internals.services.conversations.id_of(resident_address)


def read_operator_messages(app: App) -> list[Message]:
    return [message for message in read_messages(app) if message.kind == "operator"]


def test_known_echo_costs_one_query(
    app: App, recording_platform: Wall, resident_address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An echo of a delivered message costs one query by the platform's id and changes nothing."""
    before = outbox(app)
    calls = list[str]()
    originals = {name: getattr(MemoryQueues, name) for name in ("by_platform_id", "outbox", "outbox_row")}
    for name in originals:

        def count_query(self: MemoryQueues, *args: object, method: str = name, **options: object) -> object:
            calls.append(method)
            return originals[method](self, *args, **options)

        monkeypatch.setattr(MemoryQueues, name, count_query)
    deliver_echo(app, recording_platform.lines[-1])
    monkeypatch.setattr(type(app.worker), "recover", lambda *_: None)
    app.worker.step()
    assert calls == ["by_platform_id"]
    monkeypatch.undo()
    assert outbox(app) == before
    assert read_operator_messages(app) == []


def test_echo_settles_an_unknown_outcome(app: App, recording_platform: Wall, resident_conversation: str) -> None:
    """An echo settles a row with an unknown outcome once, as delivered under the platform's id."""
    recording_platform.plans = ["lost_answer"]
    row_id = queue_text(app, resident_conversation, TEXT)
    app.worker.drain()
    assert read_outbox_states(app, "test.told") == ["unknown"]
    for _ in range(2):
        deliver_echo(app, recording_platform.lines[-1])
        app.worker.drain()
    row = app.internals.context.storage.queues.outbox_row(row_id)
    assert row is not None
    assert (row.state, row.proof, row.platform_id) == ("delivered", "echo", recording_platform.lines[-1].id)
    assert [entry.facts["outbox"] for entry in journal(app) if "delivery.echoed" in entry.events] == [row_id]


def test_each_echo_settles_one_of_equal_texts(app: App, recording_platform: Wall, resident_conversation: str) -> None:
    """Echoes of equal texts settle one row each, the oldest first."""
    recording_platform.plans = ["lost_answer", "lost_answer"]
    rows = [queue_text(app, resident_conversation, TEXT, lane=lane) for lane in (Lane.EMERGENCY, Lane.REPLY)]
    app.worker.drain()
    first, second = recording_platform.lines[-2:]
    deliver_echo(app, second)
    app.worker.drain()
    assert {row.id: row.state for row in read_test_rows(app)} == {rows[0]: "delivered", rows[1]: "unknown"}
    deliver_echo(app, first)
    app.worker.drain()
    assert sorted(row.platform_id for row in read_test_rows(app)) == sorted(line.id for line in (first, second))


def read_test_rows(app: App) -> Sequence[OutboxRow]:
    return outbox(app, "test.told")


@pytest.mark.parametrize("text", ["Lời khác hẳn", "", " "])
def test_echo_of_other_text_settles_nothing(
    app: App, recording_platform: Wall, resident_address: Address, resident_conversation: str, text: str
) -> None:
    """An echo with another text or none, such as by another application, settles no row."""
    recording_platform.plans = ["lost_before"]
    queue_text(app, resident_conversation, TEXT)
    app.worker.drain()
    deliver_echo(app, recording_platform.write(resident_address, text))
    app.worker.drain()
    assert read_outbox_states(app, "test.told") == ["unknown"]
    assert read_operator_messages(app) == []


def test_echo_settles_no_template_message(
    app: App, recording_platform: Wall, resident_address: Address, resident_conversation: str
) -> None:
    """A row sent as a template isn't settled by the echo of a conversation message."""
    queue_text(app, resident_conversation, TEXT)
    queues = app.internals.context.storage.queues
    now = app.internals.context.clock.now()
    (row,) = queues.claim_outbox(now, timedelta(minutes=2), 1)
    queues.start(row.id, row.token, now, timedelta(minutes=2))
    build_outcome_recorder(app.internals.runner, app.internals.services).record(
        row, DeliveryOutcome(state=OutboxState.UNKNOWN, method="template")
    )
    deliver_echo(app, recording_platform.write(resident_address, TEXT))
    app.worker.drain()
    assert read_outbox_states(app, "test.told") == ["unknown"]


def test_late_echo_settles_nothing(
    app: App, recording_platform: Wall, resident_address: Address, resident_conversation: str, clock: FixedClock
) -> None:
    """An echo of the same text an hour or more after the send doesn't settle the row."""
    recording_platform.plans = ["lost_before"]
    queue_text(app, resident_conversation, TEXT)
    app.worker.drain()
    clock.advance(timedelta(hours=2))
    deliver_echo(app, recording_platform.write(resident_address, TEXT))
    app.worker.drain()
    assert read_outbox_states(app, "test.told") == ["unknown"]


def test_echo_during_send_is_deferred(
    app: App, recording_platform: Wall, resident_address: Address, resident_conversation: str, clock: FixedClock
) -> None:
    """An echo that arrives while its message is being sent is deferred, and has no effect after the send is
    recorded.
    """
    row_id = queue_text(app, resident_conversation, TEXT)
    queues = app.internals.context.storage.queues
    now = clock.now()
    (row,) = queues.claim_outbox(now, timedelta(minutes=2), 1)
    queues.start(row.id, row.token, now, timedelta(minutes=2))
    line = recording_platform.write(resident_address, TEXT)
    deliver_echo(app, line)
    app.worker.drain()
    (event,) = queues.inbox((InboxState.NEW,))
    assert event.error == "RetryLater"
    outcome = DeliveryOutcome(state=OutboxState.DELIVERED, platform_id=line.id, proof="accepted")
    build_outcome_recorder(app.internals.runner, app.internals.services).record(row, outcome)
    clock.advance(timedelta(seconds=5))
    app.worker.drain()
    delivered = queues.outbox_row(row_id)
    assert delivered is not None
    assert (delivered.proof, queues.inbox((InboxState.NEW, InboxState.CLAIMED, InboxState.FAILED))) == ("accepted", [])


def test_operator_message_is_shown_in_the_case(
    *,
    app: App,
    recording_platform: Wall,
    resident_address: Address,
    resident_conversation: str,
    handler: Actor,
    clock: FixedClock,
) -> None:
    """A message by an operator on the platform is shown once in the case, settles no row and doesn't change the
    conversation.
    """
    recording_platform.plans = ["lost_before"]
    queue_text(app, resident_conversation, TEXT)
    app.worker.drain()
    (record,) = app.internals.context.storage.maintenance.scan(CONVERSATION.name)
    before = app.internals.context.open_record(CONVERSATION, record)
    clock.advance(timedelta(minutes=3))
    line = recording_platform.write(resident_address, TEXT, by_operator=True)
    for _ in range(2):
        deliver_echo(app, line)
        app.worker.drain()
    (message,) = read_operator_messages(app)
    case = app.conversations.history(handler, before.last_case)
    assert (message.text, message.sender, message.platform_id, message.case) == (TEXT, "", line.id, before.last_case)
    assert [item.kind for item in case.items] == ["tip", "operator"]
    (record,) = app.internals.context.storage.maintenance.scan(CONVERSATION.name)
    assert evolve(app.internals.context.open_record(CONVERSATION, record), version=before.version) == before
    assert read_outbox_states(app, "test.told") == ["unknown"]


def test_operator_message_creates_the_conversation(app: App, recording_platform: Wall, chat: MockChat) -> None:
    """An operator's first message creates the conversation, without a time of a resident's last message."""
    address = Address("oa", Place.PERSON, chat.person("Thử Thị Bình"))
    deliver_echo(app, recording_platform.write(address, "Chào chị", by_operator=True))
    app.worker.drain()
    (message,) = read_operator_messages(app)
    (record,) = app.internals.context.storage.maintenance.scan(CONVERSATION.name)
    conversation = app.internals.context.open_record(CONVERSATION, record)
    assert (message.conversation, message.case) == (conversation.id, "")
    assert (conversation.address, conversation.last_heard) == (address, None)


def test_operator_message_cannot_become_a_tip(
    app: App, recording_platform: Wall, launch: Launch, handler: Actor
) -> None:
    """An operator's message in a group can't be made a tip."""
    group = launch()
    address = app.internals.services.conversations.who(system("delivery"), group.conversation).address
    deliver_echo(app, recording_platform.write(address, "Mời bà con họp", by_operator=True))
    app.worker.drain()
    (message,) = read_operator_messages(app)
    with pytest.raises(BadInput, match="This message was written by the official side: mark a message"):
        app.conversations.create_tip(handler, [message.id])
