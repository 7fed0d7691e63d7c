"""Queue rows have the same meaning today as in the release that encrypted them."""

import json
from datetime import datetime, timedelta

import pytest
from tests.storage.frozen.conftest import Scribe, Told, as_stored, keeps

from anninh_core.app import App
from anninh_core.app.bootstrap.messaging import build_outcome_recorder
from anninh_core.messaging.rows import inbox_rows, is_fallback_started
from anninh_core.ports.storages.queues import InboxState, OutboxRow
from anninh_core.testing import FixedClock
from anninh_core.usecase import system
from anninh_core.usecase.encryption.encryptor import row_associated_data
from anninh_core.usecase.outbox_message import decode_message
from anninh_core.vocabulary.messages import Address

pytestmark = pytest.mark.slow

_CLEAR = ("conversation", "messenger", "lane", "purpose", "cause", "after", "state", "attempts", "platform_id", "proof")
_PENDING = ("waiting", "ready", "claimed", "started")


def stored(app: App, told: Told) -> dict[str, OutboxRow]:
    """Return the outbox rows that the release described, by label."""
    queues = app.internals.context.storage.queues
    rows = {label: queues.outbox_row(entry["id"]) for label, entry in told["outbox"]["rows"].items()}
    return {label: row for label, row in rows.items() if row is not None}


def test_release_left_every_lane_and_state(told: Told) -> None:
    """The release left a row of every lane, state and act, so that any lost name would be noticed."""
    rows = told["outbox"]["rows"].values()
    assert {row["lane"] for row in rows} == {"emergency", "reply", "broadcast", "media"}
    assert {row["sealed"]["act"] for row in rows} == {"send", "delete", "remove_member", "lock", "unlock", "fetch"}
    settled = {"delivered", "failed", "needs_person", "unknown", "cancelled"}
    assert {row["state"] for row in rows} == {*_PENDING, *settled}
    assert {row["state"] for row in told["inbox"]["rows"].values()} == {"new", "claimed", "done", "failed"}


def test_outbox_rows_are_unchanged(app: App, told: Told) -> None:
    """Each outbox row keeps its encrypted content, its lane, purpose, cause and state, and its error's reason."""
    depth = app.internals.context.storage.queues.depth()
    described = told["outbox"]["rows"]
    assert {state: depth[f"outbox.{state}"] for state in told["outbox"]["depth"]} == told["outbox"]["depth"]
    rows = stored(app, told)
    assert rows.keys() == described.keys()
    for label, row in rows.items():
        body = app.internals.context.encryptor.decrypt(row.scope, row.body, row_associated_data("outbox", row.id))
        assert keeps(described[label]["sealed"], as_stored(decode_message(body))), label
        assert {name: getattr(row, name) for name in _CLEAR} == {name: described[label][name] for name in _CLEAR}, label
        assert (row.error, row.due_at) == (
            _reason(described[label]),
            datetime.fromisoformat(described[label]["due_at"]),
        ), label


def test_delivery_methods_are_columns(app: App, told: Told) -> None:
    """The delivery method and a deferral, which began an error once, are columns now."""
    for label, row in stored(app, told).items():
        described = told["outbox"]["rows"][label]
        assert (row.delivery_method, is_fallback_started(row)) == (described["method"] or "", described["begun"]), label
        assert (row.deferred_until is not None) == described["stepped_aside"], label


def test_only_deferred_row_is_restored(own: App, told: Told) -> None:
    """Of the failed rows, only the deferred row is restored."""
    outcomes = build_outcome_recorder(own.internals.runner, own.internals.services)
    taken_up = {label for label, row in stored(own, told).items() if outcomes.restore(row)}
    described = told["outbox"]["rows"]
    assert taken_up == {
        label for label, entry in described.items() if entry["stepped_aside"] and entry["state"] == "failed"
    }
    assert len(taken_up) == 1


def test_waiting_rows_are_sent_once(own: App, clock: FixedClock, told: Told) -> None:
    """A day later each waiting row was sent once as a message, or done in its group in order.

    Rows that left by a template or may have left, and ended rows, aren't sent again.
    """
    described = told["outbox"]["rows"]
    scribe = own.internals.messengers["oa"]
    assert isinstance(scribe, Scribe)
    leaves = {
        entry["id"]: entry for label, entry in described.items() if entry["state"] in _PENDING or label == "unknown"
    }
    acts = [_act(own, entry["sealed"]) for entry in leaves.values() if entry["purpose"] == "moderation.act"]
    clock.advance(timedelta(hours=25))
    for _ in range(4):
        own.worker.drain()
        clock.advance(timedelta(minutes=30))
    sent = [
        key for act, key, _ in scribe.done if act == "send" and key in {entry["id"] for entry in described.values()}
    ]
    assert sorted(sent) == sorted(id for id, entry in leaves.items() if entry["sealed"]["act"] == "send")
    assert [text for _, key, text in scribe.done if key in leaves] == [leaves[key]["sealed"]["text"] for key in sent]
    for group in {group for _, group, _ in acts}:
        done = [entry for entry in scribe.done if entry[0] != "send" and entry[1] == group]
        assert done == [entry for entry in acts if entry[1] == group]


def _reason(described: Told) -> str:
    """Return the reason in an error, without the delivery method that is a column now."""
    error: str = described["error"]
    reason = error.removeprefix(f"rung {described['method']}: ")
    return "" if described["begun"] else reason


def _act(app: App, sealed: Told) -> tuple[str, str, str]:
    """Return the call that the messenger gets for an act."""
    target = _address(app, sealed["target"]).id if sealed["act"] == "remove_member" else sealed["target"]
    return sealed["act"], _address(app, sealed["to"]).id, target


def _address(app: App, conversation: str) -> Address:
    return app.internals.services.conversations.who(system("delivery"), conversation).address


def test_inbox_rows_are_unchanged(app: App, told: Told) -> None:
    """Each inbox event decrypts unchanged in its state, and the failed one is on the failure desk with its reason."""
    depth = app.internals.context.storage.queues.depth()
    described = told["inbox"]["rows"]
    assert {state: depth[f"inbox.{state}"] for state in told["inbox"]["depth"]} == told["inbox"]["depth"]
    rows = {row.id: row for row in app.internals.context.storage.queues.inbox(tuple(InboxState), limit=1000)}
    names = ("source", "conversation", "state", "attempts", "error")
    for label, entry in described.items():
        row = rows[entry["id"]]
        assert {name: getattr(row, name) for name in names} == {name: entry[name] for name in names}, label
        opens = row.body and app.internals.context.encryptor.decrypt(
            row.scope, row.body, row_associated_data("inbox", row.id)
        )
        assert (json.loads(opens) if opens else "") == entry["sealed"], label
    failed = [(row.id, row.error) for row in inbox_rows(app.internals.context.storage.queues, (InboxState.FAILED,))]
    assert failed == [(entry["id"], entry["error"]) for entry in described.values() if entry["state"] == "failed"]
