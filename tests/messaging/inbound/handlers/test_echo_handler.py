"""What the platform tells of the official side's own words."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from attrs import evolve
from tests.messaging.conftest import THEFT, Launch, journal, outbox, states
from tests.messaging.remembering import Wall, echo, remembering, tell
from tests.workflows.conftest import heard

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
def wall(anninh_clock: FixedClock) -> Wall:
    """What stands on the platform; it can't be asked, so that only echoes tell."""
    return Wall(anninh_clock, blind=True)


@pytest.fixture
def anninh_app(mock_chat: MockChat, wall: Wall, anninh_clock: FixedClock, anninh_ids: SeededIds) -> Iterator[App]:
    """An app whose messenger `oa` tells of what it wrote."""
    messenger = remembering(mock_chat, wall)
    with memory_app(mock_chat, clock=anninh_clock, ids=anninh_ids, messengers={"oa": messenger}) as app:
        yield app


@pytest.fixture
def an(app: App, chat: MockChat) -> Address:
    """A resident with a tip under way."""
    chat.says(chat.person(AN), THEFT)
    pump(app, chat)
    return Address("oa", Place.PERSON, chat.person(AN))


@pytest.fixture
def where(app: App, an: Address) -> str:
    """Their conversation."""
    return app.internals.services.conversations.id_of(an)


def operators(app: App) -> list[Message]:
    return [message for message in heard(app) if message.kind == "operator"]


def test_an_echo_of_what_is_known_costs_one_look(
    app: App, wall: Wall, an: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nearly all echoes are such: the outbox is asked for the platform's id and for nothing else, nothing changes."""
    before = outbox(app)
    asked = list[str]()
    sound = {name: getattr(MemoryQueues, name) for name in ("by_platform_id", "outbox", "outbox_row")}
    for name in sound:

        def look(self: MemoryQueues, *args: object, called: str = name, **more: object) -> object:
            asked.append(called)
            return sound[called](self, *args, **more)

        monkeypatch.setattr(MemoryQueues, name, look)
    echo(app, wall.lines[-1])
    monkeypatch.setattr(type(app.worker), "recover", lambda *_: None)
    app.worker.step()
    assert asked == ["by_platform_id"]
    monkeypatch.undo()
    assert outbox(app) == before
    assert operators(app) == []


def test_an_echo_settles_what_was_unknown(app: App, wall: Wall, where: str) -> None:
    """The answer was lost, the echo comes: it is delivered, by the echo, under the platform's id, once."""
    wall.plans = ["lost_answer"]
    row_id = tell(app, where, TEXT)
    app.worker.drain()
    assert states(app, "test.told") == ["unknown"]
    for _ in range(2):
        echo(app, wall.lines[-1])
        app.worker.drain()
    row = app.internals.context.storage.queues.outbox_row(row_id)
    assert row is not None
    assert (row.state, row.proof, row.platform_id) == ("delivered", "echo", wall.lines[-1].id)
    assert [entry.facts["outbox"] for entry in journal(app) if "delivery.echoed" in entry.events] == [row_id]


def test_two_echoes_settle_two_of_the_same_words(app: App, wall: Wall, where: str) -> None:
    """Equal texts are told apart by count, the older one first."""
    wall.plans = ["lost_answer", "lost_answer"]
    rows = [tell(app, where, TEXT, lane=lane) for lane in (Lane.EMERGENCY, Lane.REPLY)]
    app.worker.drain()
    first, second = wall.lines[-2:]
    echo(app, second)
    app.worker.drain()
    assert {row.id: row.state for row in told(app)} == {rows[0]: "delivered", rows[1]: "unknown"}
    echo(app, first)
    app.worker.drain()
    assert sorted(row.platform_id for row in told(app)) == sorted(line.id for line in (first, second))


def told(app: App) -> Sequence[OutboxRow]:
    return outbox(app, "test.told")


@pytest.mark.parametrize("text", ["Lời khác hẳn", "", " "])
def test_other_words_settle_nothing(app: App, wall: Wall, an: Address, where: str, text: str) -> None:
    """An application beside ours wrote, or nothing was said: what is unknown stays unknown."""
    wall.plans = ["lost_before"]
    tell(app, where, TEXT)
    app.worker.drain()
    echo(app, wall.write(an, text))
    app.worker.drain()
    assert states(app, "test.told") == ["unknown"]
    assert operators(app) == []


def test_what_went_by_another_rung_was_said_in_other_words(app: App, wall: Wall, an: Address, where: str) -> None:
    """A row that waits for news of a template isn't settled by words in the conversation."""
    tell(app, where, TEXT)
    queues = app.internals.context.storage.queues
    now = app.internals.context.clock.now()
    (row,) = queues.claim_outbox(now, timedelta(minutes=2), 1)
    queues.start(row.id, row.token, now, timedelta(minutes=2))
    build_outcome_recorder(app.internals.runner, app.internals.services).record(
        row, DeliveryOutcome(state=OutboxState.UNKNOWN, method="template")
    )
    echo(app, wall.write(an, TEXT))
    app.worker.drain()
    assert states(app, "test.told") == ["unknown"]


def test_what_was_written_long_after_is_another_message(
    app: App, wall: Wall, an: Address, where: str, clock: FixedClock
) -> None:
    """The same words an hour and more after the send can't be what was sent then."""
    wall.plans = ["lost_before"]
    tell(app, where, TEXT)
    app.worker.drain()
    clock.advance(timedelta(hours=2))
    echo(app, wall.write(an, TEXT))
    app.worker.drain()
    assert states(app, "test.told") == ["unknown"]


def test_an_echo_that_overtakes_its_answer_is_put_off(
    app: App, wall: Wall, an: Address, where: str, clock: FixedClock
) -> None:
    """As long as these words are being sent nothing is concluded; once the answer is there, nothing is left to do."""
    row_id = tell(app, where, TEXT)
    queues = app.internals.context.storage.queues
    now = clock.now()
    (row,) = queues.claim_outbox(now, timedelta(minutes=2), 1)
    queues.start(row.id, row.token, now, timedelta(minutes=2))
    line = wall.write(an, TEXT)
    echo(app, line)
    app.worker.drain()
    (event,) = queues.inbox((InboxState.NEW,))
    assert event.error == "RetryLater"
    arrived = DeliveryOutcome(state=OutboxState.DELIVERED, platform_id=line.id, proof="accepted")
    build_outcome_recorder(app.internals.runner, app.internals.services).record(row, arrived)
    clock.advance(timedelta(seconds=5))
    app.worker.drain()
    settled = queues.outbox_row(row_id)
    assert settled is not None
    assert (settled.proof, queues.inbox((InboxState.NEW, InboxState.CLAIMED, InboxState.FAILED))) == ("accepted", [])


def test_what_an_operator_writes_stands_in_the_case(
    *, app: App, wall: Wall, an: Address, where: str, handler: Actor, clock: FixedClock
) -> None:
    """Whoever handles the case sees it; it settles nothing, and nobody has been heard by it."""
    wall.plans = ["lost_before"]
    tell(app, where, TEXT)
    app.worker.drain()
    (record,) = app.internals.context.storage.maintenance.scan(CONVERSATION.name)
    before = app.internals.context.open_record(CONVERSATION, record)
    clock.advance(timedelta(minutes=3))
    line = wall.write(an, TEXT, by_operator=True)
    for _ in range(2):
        echo(app, line)
        app.worker.drain()
    (written,) = operators(app)
    case = app.conversations.history(handler, before.last_case)
    assert (written.text, written.sender, written.platform_id, written.case) == (TEXT, "", line.id, before.last_case)
    assert [message.kind for message in case.items] == ["tip", "operator"]
    (record,) = app.internals.context.storage.maintenance.scan(CONVERSATION.name)
    assert evolve(app.internals.context.open_record(CONVERSATION, record), version=before.version) == before
    assert states(app, "test.told") == ["unknown"]


def test_an_operator_may_write_first(app: App, wall: Wall, chat: MockChat) -> None:
    """A conversation that nobody knew is known then, without anybody having been heard in it."""
    address = Address("oa", Place.PERSON, chat.person("Thử Thị Bình"))
    echo(app, wall.write(address, "Chào chị", by_operator=True))
    app.worker.drain()
    (written,) = operators(app)
    (record,) = app.internals.context.storage.maintenance.scan(CONVERSATION.name)
    known = app.internals.context.open_record(CONVERSATION, record)
    assert (written.conversation, written.case) == (known.id, "")
    assert (known.address, known.last_heard) == (address, None)


def test_an_operators_words_are_no_report(app: App, wall: Wall, launch: Launch, handler: Actor) -> None:
    """What the official side wrote in a group can't be marked as somebody's tip."""
    group = launch()
    address = app.internals.services.conversations.who(system("delivery"), group.conversation).address
    echo(app, wall.write(address, "Mời bà con họp", by_operator=True))
    app.worker.drain()
    (written,) = operators(app)
    with pytest.raises(BadInput, match="This message was written by the official side: mark a message"):
        app.conversations.create_tip(handler, [written.id])
