"""Who has the store and no keys joins no case to a person by what purges, holds and erasures leave in the journal."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256

import pytest
from attrs import evolve
from tests.messaging.conftest import THEFT, journal
from tests.workflows.erasure.conftest import NAME, Withdraws, ended, erased

from anninh_core.app import App
from anninh_core.domain.audit.record_check import find_mismatches
from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.domain.retention.model import PurgeOrder
from anninh_core.ports.storages.changes import Entry, Record, Touched, entry_bytes
from anninh_core.testing import Dialog, FixedClock
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.memory import MemoryStorage
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, unit_of_work
from anninh_core.usecase.journal.entries import hash_columns
from anninh_core.usecase.resident_names import ResidentNames

DAY = timedelta(days=1)
CASE = re.compile(rb"(?:tip|inquiry|post|message):")


def name_as_before(record: Record, names: ResidentNames) -> Touched:
    """Name a record as the version before this one did: hashes in clear, and an alias for conversations alone."""
    is_unnamed = record.kind == CONVERSATION.name
    id = names.alias(record.kind, record.id, record.version) if is_unnamed else record.id
    return Touched(record.kind, id, record.version, sha256(record.body).hexdigest(), hash_columns(record))


@pytest.fixture
def by_an_earlier_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written leaves entries as the version before this one wrote them."""
    monkeypatch.setattr(unit_of_work, "touched_by", name_as_before)


def personal_records(app: App) -> Iterator[Record]:
    """Yield the records whose ids tell whose conversation they are about."""
    maintenance = app.internals.context.storage.maintenance
    yield from maintenance.scan(CONVERSATION.name)
    yield from (order for order in maintenance.scan(PURGE_ORDER.name) if not CASE.match(order.id.encode()))


def resident(app: App) -> str:
    """Return the conversation of who wrote most."""
    return max(personal_records(app), key=lambda record: record.version).id


def computed(app: App) -> list[bytes]:
    """Return what whoever has the store knows and computes of these records."""
    values = [value for one in personal_records(app) for value in (one.id, sha256(one.body).hexdigest())]
    columns = [
        hash_columns(evolve(one, columns={**one.columns, "done": is_done} if one.columns else {}))
        for one in personal_records(app)
        for is_done in (False, True)
    ]
    return [value.encode() for value in (*values, *columns)]


def about_cases(app: App) -> list[Entry]:
    """Return the entries that name a case or a message."""
    return [entry for entry in journal(app) if CASE.search(entry_bytes(entry))]


def orders_about(app: App, operator: Actor, conversation: str) -> list[str]:
    """Let an order stand for who somebody is, and one for what they said; return the scopes."""
    scopes = [f"identity:{conversation}", f"conversation:{conversation}"]
    for scope in scopes:
        app.internals.runner.ensure_key(scope)
        run_step(app.internals.services.retention.purges.order_destruction, operator, scope, "hoa-lu", DAY * 3, "other")
    return scopes


def order_of(app: App, scope: str) -> PurgeOrder:
    record = app.internals.context.storage.records.get(PURGE_ORDER.name, scope)
    assert record is not None
    return app.internals.context.open_record(PURGE_ORDER, record)


def test_a_hold_joins_nobody_to_its_case(app: App, dialog: Dialog, operator: Actor, handler: Actor) -> None:
    """It cancels orders about who reported; its entry has nothing that the store's rows are, or hash to."""
    other = UnsafeLocalUsers(app).appoint("Quản trị Hai", "hoa-lu", "operator")
    tips = [ended(app, dialog, handler), ended(app, dialog, handler)]
    conversation = resident(app)
    for tip in tips:
        scopes = orders_about(app, operator, conversation)
        hold = app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
        app.retention.release_hold(other, hold.id)
        assert [order_of(app, scope).cancelled_at is not None for scope in scopes] == [True, True]
    known = computed(app)
    assert len(known) > 12
    joined = [(entry.action, value) for entry in about_cases(app) for value in known if value in entry_bytes(entry)]
    assert joined == []


def test_no_hash_of_a_conversation_stands_twice(app: App, dialog: Dialog, handler: Actor) -> None:
    """Neither of its body nor of its columns, which are the same in every version."""
    for _ in range(2):
        ended(app, dialog, handler)
    touched = [one for entry in journal(app) for one in entry.touched if one.kind == CONVERSATION.name]
    hashes = [hash for one in touched for hash in (one.body_hash, one.columns_hash)]
    assert len(touched) > 1
    assert len(set(hashes)) == len(hashes)


def test_whose_message_came_to_a_case_later_is_not_tried_out(app: App, dialog: Dialog) -> None:
    """Before, its columns had the conversation's id; all else that they had is in the record now, or is guessed."""
    dialog.says(NAME, "Chào các anh")
    conversation = resident(app)
    (message,) = app.internals.context.storage.maintenance.scan("message")
    assert (message.columns["sender"], message.scope) == (conversation, f"conversation:{conversation}")
    written = {one.columns_hash for entry in journal(app) for one in entry.touched}
    assert hash_columns(message) not in written


def test_what_was_opened_is_digested_with_the_keys(
    app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws
) -> None:
    """Else a guess at the conversation that a look opened beside a case could be tested."""
    dialog.says(NAME, THEFT)
    wish = withdraws()
    app.retention.erasure(operator, wish.id)
    digest = journal(app)[-1].facts["digest"]
    assert digest == app.internals.context.names.digest([wish.id])
    assert digest != sha256(wish.id.encode()).hexdigest()


def test_an_erasure_names_one_case_at_a_time(
    app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws
) -> None:
    """And no entry that names a message has its id, or another value that is in two of them."""
    for _ in range(2):
        ended(app, dialog, handler)
    dialog.says(NAME, "cảm ơn nhé")
    wish = withdraws()
    erased(app, operator, wish)
    entries = [entry for entry in journal(app) if entry.action == "withdrawing.erase" and "messages" in entry.facts]
    cases = [{_case_of(app, one.id) for one in entry.touched if one.kind == "message"} for entry in entries]
    assert len(entries) > 2
    assert {len(names) for names in cases} == {1}
    assert len({entry.facts["erasure"] for entry in entries} - {wish.id}) == len(entries)
    assert [entry for entry in about_cases(app) if wish.conversation.encode() in entry_bytes(entry)] == []


def _case_of(app: App, id: str) -> str:
    record = app.internals.context.storage.records.get("message", id)
    assert record is not None
    return str(record.columns["case"])


def test_the_records_are_still_compared(app: App, dialog: Dialog, operator: Actor, handler: Actor) -> None:
    """Of orders about people, too: one that was altered or put back is named, by its id."""
    tip = ended(app, dialog, handler)
    conversation = resident(app)
    identity, _ = orders_about(app, operator, conversation)
    assert [*find_mismatches(app.internals.context)] == []
    storage = app.internals.context.storage
    assert isinstance(storage, MemoryStorage)
    orders = storage.tables.records[PURGE_ORDER.name]
    before = orders[identity]
    orders[identity] = evolve(before, columns={**before.columns, "done": True})
    assert [(one.id, one.mismatch.value) for one in find_mismatches(app.internals.context)] == [(identity, "columns")]
    orders[identity] = evolve(before, body=bytes([before.body[0] ^ 1]) + before.body[1:])
    assert [(one.id, one.mismatch.value) for one in find_mismatches(app.internals.context)] == [(identity, "altered")]
    orders[identity] = before
    app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    orders[identity] = before
    assert [(one.id, one.mismatch.value) for one in find_mismatches(app.internals.context)] == [(identity, "older")]


@pytest.mark.usefixtures("by_an_earlier_version")
def test_what_an_earlier_version_wrote_is_still_compared(
    *, app: App, dialog: Dialog, operator: Actor, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after this version wrote the same records."""
    ended(app, dialog, handler)
    conversation = resident(app)
    orders_about(app, operator, conversation)
    assert [*find_mismatches(app.internals.context)] == []
    monkeypatch.undo()
    assert [*find_mismatches(app.internals.context)] == []
    ended(app, dialog, handler)
    orders_about(app, operator, conversation)
    assert [*find_mismatches(app.internals.context)] == []


@pytest.mark.parametrize("is_old", [False, True])
def test_a_damaged_order_is_believed_by_its_entries(
    *, app: App, clock: FixedClock, dialog: Dialog, operator: Actor, monkeypatch: pytest.MonkeyPatch, is_old: bool
) -> None:
    """Whether this version wrote them or an earlier one: what is purged stays so where the order doesn't open."""
    dialog.says(NAME, THEFT)
    conversation = resident(app)
    if is_old:
        monkeypatch.setattr(unit_of_work, "touched_by", name_as_before)
    identity, _ = orders_about(app, operator, conversation)
    clock.advance(DAY * 4)
    app.internals.services.retention.purges.purge(operator, scopes=[identity])
    monkeypatch.undo()
    storage = app.internals.context.storage
    assert isinstance(storage, MemoryStorage)
    orders = storage.tables.records[PURGE_ORDER.name]
    orders[identity] = evolve(orders[identity], body=b"\0" * 40)
    assert app.internals.context.is_purged(identity)
    assert not app.internals.context.is_purged(f"conversation:{conversation}")


def test_a_purge_called_again_goes_on_with_what_it_began(
    app: App, clock: FixedClock, dialog: Dialog, operator: Actor
) -> None:
    """Broken off behind its first step, under one request key: the orders are known again by their aliases."""
    dialog.says(NAME, THEFT)
    conversation = resident(app)
    scopes = orders_about(app, operator, conversation)
    clock.advance(DAY * 4)
    purges = app.internals.services.retention.purges
    other_worker = app.internals.context.storage.leases.acquire("purge", "other", clock.now(), timedelta(minutes=10))
    assert other_worker is not None
    assert purges.purge(operator.with_request("purge-1"), scopes=scopes) == ()
    app.internals.context.storage.leases.release(other_worker)
    assert {order.id for order in purges.purge(operator.with_request("purge-1"), scopes=scopes)} == set(scopes)
    assert app.internals.context.is_purged(scopes[0])
