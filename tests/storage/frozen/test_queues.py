"""Queue rows have the same meaning today as in the release that encrypted them."""

import json
from datetime import datetime, timedelta

import pytest
from tests.storage.frozen.conftest import RecordingMessenger, Told, as_stored, has_all_stored

from anninh_core.app import App
from anninh_core.app.bootstrap.messaging import build_outcome_recorder
from anninh_core.messaging.rows import is_being_sent_by_fallback, iter_inbox_rows
from anninh_core.ports.storages.queues import InboxState, OutboxRow
from anninh_core.testing import FixedClock
from anninh_core.usecase import system
from anninh_core.usecase.encryption.encryptor import build_row_associated_data
from anninh_core.usecase.outbox_message import decode_message
from anninh_core.vocabulary.messages import Address

pytestmark = pytest.mark.slow

_CLEAR = ("conversation", "messenger", "lane", "purpose", "cause", "after", "state", "attempts", "platform_id", "proof")
_PENDING = ("waiting", "ready", "claimed", "started")


def read_described_rows(app: App, description: Told) -> dict[str, OutboxRow]:
    """Return the outbox rows that the release described, by label."""
    queues = app.internals.context.storage.queues
    rows = {label: queues.outbox_row(entry["id"]) for label, entry in description["outbox"]["rows"].items()}
    return {label: row for label, row in rows.items() if row is not None}


def test_release_left_every_lane_and_state(release_description: Told) -> None:
    """The release's database has a row of every lane, state and act, so that any lost name would be noticed."""
    rows = release_description["outbox"]["rows"].values()
    assert {row["lane"] for row in rows} == {"emergency", "reply", "broadcast", "media"}
    assert {row["sealed"]["act"] for row in rows} == {"send", "delete", "remove_member", "lock", "unlock", "fetch"}
    settled = {"delivered", "failed", "needs_person", "unknown", "cancelled"}
    assert {row["state"] for row in rows} == {*_PENDING, *settled}
    assert {row["state"] for row in release_description["inbox"]["rows"].values()} == {
        "new",
        "claimed",
        "done",
        "failed",
    }


def test_outbox_rows_are_unchanged(app: App, release_description: Told) -> None:
    """Each outbox row keeps its encrypted content, its lane, purpose, cause and state, and its error's reason."""
    depth = app.internals.context.storage.queues.depth()
    described = release_description["outbox"]["rows"]
    assert {state: depth[f"outbox.{state}"] for state in release_description["outbox"]["depth"]} == release_description[
        "outbox"
    ]["depth"]
    rows = read_described_rows(app, release_description)
    assert rows.keys() == described.keys()
    for label, row in rows.items():
        body = app.internals.context.encryptor.decrypt(row.scope, row.body, build_row_associated_data("outbox", row.id))
        assert has_all_stored(described[label]["sealed"], as_stored(decode_message(body))), label
        assert {name: getattr(row, name) for name in _CLEAR} == {name: described[label][name] for name in _CLEAR}, label
        assert (row.error, row.due_at) == (
            _error_reason(described[label]),
            datetime.fromisoformat(described[label]["due_at"]),
        ), label


def test_delivery_methods_are_columns(app: App, release_description: Told) -> None:
    """The delivery method and the deferral, which were once a prefix of a row's error, are columns now."""
    for label, row in read_described_rows(app, release_description).items():
        described = release_description["outbox"]["rows"][label]
        assert (row.delivery_method, is_being_sent_by_fallback(row)) == (
            described["method"] or "",
            described["begun"],
        ), label
        assert (row.deferred_until is not None) == described["stepped_aside"], label


def test_only_deferred_row_is_restored(own_app: App, release_description: Told) -> None:
    """Of the failed outbox rows, only the deferred one is restored."""
    outcomes = build_outcome_recorder(own_app.internals.runner, own_app.internals.services)
    taken_up = {
        label for label, row in read_described_rows(own_app, release_description).items() if outcomes.restore(row)
    }
    described = release_description["outbox"]["rows"]
    assert taken_up == {
        label for label, entry in described.items() if entry["stepped_aside"] and entry["state"] == "failed"
    }
    assert len(taken_up) == 1


def test_waiting_rows_are_sent_once(own_app: App, clock: FixedClock, release_description: Told) -> None:
    """A day later each waiting row has been sent once as a message, or its act was done in its group in the right
    order.

    Rows that were sent by a template or may have been sent, and ended rows, aren't sent again.
    """
    described = release_description["outbox"]["rows"]
    scribe = own_app.internals.messengers["oa"]
    assert isinstance(scribe, RecordingMessenger)
    leaves = {
        entry["id"]: entry for label, entry in described.items() if entry["state"] in _PENDING or label == "unknown"
    }
    acts = [
        _expected_call(own_app, entry["sealed"]) for entry in leaves.values() if entry["purpose"] == "moderation.act"
    ]
    clock.advance(timedelta(hours=25))
    for _ in range(4):
        own_app.worker.drain()
        clock.advance(timedelta(minutes=30))
    sent = [
        key for act, key, _ in scribe.done if act == "send" and key in {entry["id"] for entry in described.values()}
    ]
    assert sorted(sent) == sorted(id for id, entry in leaves.items() if entry["sealed"]["act"] == "send")
    assert [text for _, key, text in scribe.done if key in leaves] == [leaves[key]["sealed"]["text"] for key in sent]
    for group in {group for _, group, _ in acts}:
        done = [entry for entry in scribe.done if entry[0] != "send" and entry[1] == group]
        assert done == [entry for entry in acts if entry[1] == group]


def _error_reason(described: Told) -> str:
    """Return the reason in a described row's error, without the delivery method, which is a column now."""
    error: str = described["error"]
    reason = error.removeprefix(f"rung {described['method']}: ")
    return "" if described["begun"] else reason


def _expected_call(app: App, sealed: Told) -> tuple[str, str, str]:
    """Return the messenger's call that carries out the act of a decrypted row."""
    target = _address_of(app, sealed["target"]).id if sealed["act"] == "remove_member" else sealed["target"]
    return sealed["act"], _address_of(app, sealed["to"]).id, target


def _address_of(app: App, conversation: str) -> Address:
    return app.internals.services.conversations.who(system("delivery"), conversation).address


def test_inbox_rows_are_unchanged(app: App, release_description: Told) -> None:
    """Each inbox event keeps its state and decrypts unchanged, and the failed one is listed with its reason."""
    depth = app.internals.context.storage.queues.depth()
    described = release_description["inbox"]["rows"]
    assert {state: depth[f"inbox.{state}"] for state in release_description["inbox"]["depth"]} == release_description[
        "inbox"
    ]["depth"]
    rows = {row.id: row for row in app.internals.context.storage.queues.inbox(tuple(InboxState), limit=1000)}
    names = ("source", "conversation", "state", "attempts", "error")
    for label, entry in described.items():
        row = rows[entry["id"]]
        assert {name: getattr(row, name) for name in names} == {name: entry[name] for name in names}, label
        opens = row.body and app.internals.context.encryptor.decrypt(
            row.scope, row.body, build_row_associated_data("inbox", row.id)
        )
        assert (json.loads(opens) if opens else "") == entry["sealed"], label
    failed = [
        (row.id, row.error) for row in iter_inbox_rows(app.internals.context.storage.queues, (InboxState.FAILED,))
    ]
    assert failed == [(entry["id"], entry["error"]) for entry in described.values() if entry["state"] == "failed"]
