"""Without the keys, the journal entries about purges, holds and erasures link no case to a person."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256

import pytest
from attrs import evolve
from tests.messaging.conftest import THEFT, journal
from tests.workflows.erasure.conftest import NAME, Withdraws, erase_resident, report_and_end

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


def describe_as_before(record: Record, names: ResidentNames) -> Touched:
    """Describe a record for the journal as the previous version did: with hashes that aren't keyed, and with an alias
    for conversations only.
    """
    is_unnamed = record.kind == CONVERSATION.name
    id = names.alias(record.kind, record.id, record.version) if is_unnamed else record.id
    return Touched(record.kind, id, record.version, sha256(record.body).hexdigest(), hash_columns(record))


@pytest.fixture
def earlier_journal_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the app write journal entries as the previous version did."""
    monkeypatch.setattr(unit_of_work, "touched_by", describe_as_before)


def iter_personal_records(app: App) -> Iterator[Record]:
    """Yield the records whose id contains a conversation id."""
    maintenance = app.internals.context.storage.maintenance
    yield from maintenance.scan(CONVERSATION.name)
    yield from (order for order in maintenance.scan(PURGE_ORDER.name) if not CASE.match(order.id.encode()))


def get_resident(app: App) -> str:
    """Return the id of the conversation with the most versions, which is that of the person who wrote most."""
    return max(iter_personal_records(app), key=lambda record: record.version).id


def list_computable_values(app: App) -> list[bytes]:
    """Return all values that can be read or computed from the stored personal records without the keys."""
    values = [value for record in iter_personal_records(app) for value in (record.id, sha256(record.body).hexdigest())]
    columns = [
        hash_columns(evolve(record, columns={**record.columns, "done": is_done} if record.columns else {}))
        for record in iter_personal_records(app)
        for is_done in (False, True)
    ]
    return [value.encode() for value in (*values, *columns)]


def list_case_entries(app: App) -> list[Entry]:
    """Return the journal entries that name a case or a message."""
    return [entry for entry in journal(app) if CASE.search(entry_bytes(entry))]


def order_purges(app: App, operator: Actor, conversation: str) -> list[str]:
    """Order the purge of a conversation's identity and of its messages, and return the scopes of both."""
    scopes = [f"identity:{conversation}", f"conversation:{conversation}"]
    for scope in scopes:
        app.internals.runner.ensure_key(scope)
        run_step(app.internals.services.retention.purges.order_destruction, operator, scope, "hoa-lu", DAY * 3, "other")
    return scopes


def get_purge_order(app: App, scope: str) -> PurgeOrder:
    record = app.internals.context.storage.records.get(PURGE_ORDER.name, scope)
    assert record is not None
    return app.internals.context.open_record(PURGE_ORDER, record)


def test_hold_links_no_reporter_to_the_case(app: App, dialog: Dialog, operator: Actor, handler: Actor) -> None:
    """A hold on a case cancels the purge orders about its reporter, and the journal doesn't link the two."""
    other = UnsafeLocalUsers(app).appoint("Quản trị Hai", "hoa-lu", "operator")
    tips = [report_and_end(app, dialog, handler), report_and_end(app, dialog, handler)]
    conversation = get_resident(app)
    for tip in tips:
        scopes = order_purges(app, operator, conversation)
        hold = app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
        app.retention.release_hold(other, hold.id)
        assert [get_purge_order(app, scope).cancelled_at is not None for scope in scopes] == [True, True]
    values = list_computable_values(app)
    assert len(values) > 12
    links = [
        (entry.action, value) for entry in list_case_entries(app) for value in values if value in entry_bytes(entry)
    ]
    assert links == []


def test_conversation_hashes_never_repeat(app: App, dialog: Dialog, handler: Actor) -> None:
    """No hash of a conversation's body occurs twice in the journal, and none of its columns, although the columns are
    the same in each version.
    """
    for _ in range(2):
        report_and_end(app, dialog, handler)
    touched = [record for entry in journal(app) for record in entry.touched if record.kind == CONVERSATION.name]
    hashes = [hash_value for record in touched for hash_value in (record.body_hash, record.columns_hash)]
    assert len(touched) > 1
    assert len(set(hashes)) == len(hashes)


def test_message_hash_cannot_be_guessed(app: App, dialog: Dialog) -> None:
    """The journal has no plain hash of a message's columns, because anyone could find the sender's conversation by
    trying ids.
    """
    dialog.says(NAME, "Chào các anh")
    conversation = get_resident(app)
    (message,) = app.internals.context.storage.maintenance.scan("message")
    assert (message.columns["sender"], message.scope) == (conversation, f"conversation:{conversation}")
    hashes = {record.columns_hash for entry in journal(app) for record in entry.touched}
    assert hash_columns(message) not in hashes


def test_read_digest_is_keyed(app: App, dialog: Dialog, operator: Actor, withdraw_function: Withdraws) -> None:
    """The digest of read records in the journal is keyed, so that guesses about the read record can't be tested."""
    dialog.says(NAME, THEFT)
    request = withdraw_function()
    app.retention.erasure(operator, request.id)
    digest = journal(app)[-1].facts["digest"]
    assert digest == app.internals.context.names.digest([request.id])
    assert digest != sha256(request.id.encode()).hexdigest()


def test_erasure_entries_name_one_case_each(
    app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraw_function: Withdraws
) -> None:
    """Each journal entry of an erasure names the messages of a single case, without the request's id or another value
    that the entries share.
    """
    for _ in range(2):
        report_and_end(app, dialog, handler)
    dialog.says(NAME, "cảm ơn nhé")
    request = withdraw_function()
    erase_resident(app, operator, request)
    entries = [entry for entry in journal(app) if entry.action == "withdrawing.erase" and "messages" in entry.facts]
    cases = [{_case_of(app, record.id) for record in entry.touched if record.kind == "message"} for entry in entries]
    assert len(entries) > 2
    assert {len(names) for names in cases} == {1}
    assert len({entry.facts["erasure"] for entry in entries} - {request.id}) == len(entries)
    assert [entry for entry in list_case_entries(app) if request.conversation.encode() in entry_bytes(entry)] == []


def _case_of(app: App, id: str) -> str:
    record = app.internals.context.storage.records.get("message", id)
    assert record is not None
    return str(record.columns["case"])


def test_altered_purge_orders_are_detected(app: App, dialog: Dialog, operator: Actor, handler: Actor) -> None:
    """A purge order about a person that was altered or restored is detected by its id."""
    tip = report_and_end(app, dialog, handler)
    conversation = get_resident(app)
    identity, _ = order_purges(app, operator, conversation)
    assert [*find_mismatches(app.internals.context)] == []
    storage = app.internals.context.storage
    assert isinstance(storage, MemoryStorage)
    orders = storage.tables.records[PURGE_ORDER.name]
    before = orders[identity]
    orders[identity] = evolve(before, columns={**before.columns, "done": True})
    assert [(mismatch.id, mismatch.mismatch.value) for mismatch in find_mismatches(app.internals.context)] == [
        (identity, "columns")
    ]
    orders[identity] = evolve(before, body=bytes([before.body[0] ^ 1]) + before.body[1:])
    assert [(mismatch.id, mismatch.mismatch.value) for mismatch in find_mismatches(app.internals.context)] == [
        (identity, "altered")
    ]
    orders[identity] = before
    app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    orders[identity] = before
    assert [(mismatch.id, mismatch.mismatch.value) for mismatch in find_mismatches(app.internals.context)] == [
        (identity, "older")
    ]


@pytest.mark.usefixtures("earlier_journal_format")
def test_earlier_entries_have_no_mismatch(
    *, app: App, dialog: Dialog, operator: Actor, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records and entries of the previous version have no mismatch, before and after this version changes the same
    records.
    """
    report_and_end(app, dialog, handler)
    conversation = get_resident(app)
    order_purges(app, operator, conversation)
    assert [*find_mismatches(app.internals.context)] == []
    monkeypatch.undo()
    assert [*find_mismatches(app.internals.context)] == []
    report_and_end(app, dialog, handler)
    order_purges(app, operator, conversation)
    assert [*find_mismatches(app.internals.context)] == []


@pytest.mark.parametrize("is_old", [False, True])
def test_entries_prove_a_damaged_orders_purge(
    *, app: App, clock: FixedClock, dialog: Dialog, operator: Actor, monkeypatch: pytest.MonkeyPatch, is_old: bool
) -> None:
    """If a purge order is damaged, its journal entries, written by this version or the previous one, prove that the
    scope was purged.
    """
    dialog.says(NAME, THEFT)
    conversation = get_resident(app)
    if is_old:
        monkeypatch.setattr(unit_of_work, "touched_by", describe_as_before)
    identity, _ = order_purges(app, operator, conversation)
    clock.advance(DAY * 4)
    app.internals.services.retention.purges.purge(operator, scopes=[identity])
    monkeypatch.undo()
    storage = app.internals.context.storage
    assert isinstance(storage, MemoryStorage)
    orders = storage.tables.records[PURGE_ORDER.name]
    orders[identity] = evolve(orders[identity], body=b"\0" * 40)
    assert app.internals.context.is_purged(identity)
    assert not app.internals.context.is_purged(f"conversation:{conversation}")


def test_interrupted_purge_continues_its_orders(app: App, clock: FixedClock, dialog: Dialog, operator: Actor) -> None:
    """A purge that was interrupted and is called again with the same request key continues its orders, which it finds
    by their aliases.
    """
    dialog.says(NAME, THEFT)
    conversation = get_resident(app)
    scopes = order_purges(app, operator, conversation)
    clock.advance(DAY * 4)
    purges = app.internals.services.retention.purges
    other_worker = app.internals.context.storage.leases.acquire("purge", "other", clock.now(), timedelta(minutes=10))
    assert other_worker is not None
    assert purges.purge(operator.with_request("purge-1"), scopes=scopes) == ()
    app.internals.context.storage.leases.release(other_worker)
    assert {order.id for order in purges.purge(operator.with_request("purge-1"), scopes=scopes)} == set(scopes)
    assert app.internals.context.is_purged(scopes[0])
