"""A purge lists every record that becomes unreadable."""

import pytest
from attrs import evolve

from anninh_core.app import App
from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.registry import SEALED_WITH
from anninh_core.domain.retention import sealed
from anninh_core.domain.retention.sealed import name_destroyed
from anninh_core.testing import Dialog, FixedClock, MockChat, UnsafeLocalUsers, memory_app, pump
from anninh_core.usecase.actor import Actor, person
from anninh_core.usecase.unit_of_work import UnitOfWork


@pytest.fixture
def chat(anninh_clock: FixedClock) -> MockChat:
    return MockChat(anninh_clock)


@pytest.fixture
def app(chat: MockChat, anninh_clock: FixedClock) -> App:
    return memory_app(chat, clock=anninh_clock)


@pytest.fixture
def lan(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Chỉ huy Mẫu", "hoa-lu", "tip_supervisor", "tip_officer")


def uow(app: App) -> UnitOfWork:
    return UnitOfWork(app.internals.context, app.internals.runner.permits, person("operator"), "governance.purge")


def test_case_is_purged_with_its_decisions(app: App, lan: Actor) -> None:
    """The purge of a case lists the case and the decisions encrypted under its scope; decisions about another case
    stay.
    """
    tip, other = (app.tips.record_walk_in(lan, f"Có trộm {number}", unit="hoa-lu") for number in range(2))
    for id in (tip.id, other.id):
        app.tips.exclusions.add(lan, id, lan.id, reason="Người nhà")
    act = uow(app)
    assert name_destroyed(act, SEALED_WITH, f"tip:{tip.id}") == []
    decisions = [
        record.id
        for record in app.internals.context.storage.maintenance.scan("decision")
        if record.scope == f"tip:{tip.id}"
    ]
    assert act.opened.destroyed == [f"tip:{tip.id}@2", f"decision:{decisions[0]}@1"]
    assert act.build_change_set().entry.named == tuple(act.opened.destroyed)  # type: ignore[union-attr]


def test_conversation_is_purged_with_its_messages(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """The purge of a conversation lists its messages that belong to no case, in several entries if needed; it doesn't
    list the conversation itself.
    """
    monkeypatch.setattr(sealed, "MAX_NAMED", 3)
    dialog = Dialog(chat, lambda: pump(app, chat))
    for _ in range(7):
        dialog.says("Thử Văn An", "cảm ơn các anh")
    messages = list(app.internals.context.storage.maintenance.scan(MESSAGE.name))
    (scope,) = {message.scope for message in messages}
    table = app.internals.context.storage.tables.records[MESSAGE.name]  # type: ignore[attr-defined]
    for elsewhere in ("a:1", "tip:1"):
        moved = messages.pop()
        table[moved.id] = evolve(moved, scope=elsewhere)
    act = uow(app)
    act.opened.destroyed.append("tip:1@1")  # The same act has already destroyed another record.
    parts = name_destroyed(act, SEALED_WITH, scope)
    named = [*act.opened.destroyed[1:], *(name for part in parts for name in part.named)]
    assert sorted(named) == sorted(f"message:{message.id}@{message.version}" for message in messages)
    assert max(len(part.named) for part in parts) == len(act.opened.destroyed) == 3
    assert not any(name.startswith(("conversation:", "identity:")) for name in named)
