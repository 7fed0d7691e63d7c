"""Rows of the queues mean today what they meant in the release that sealed them."""

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
    """Return the rows of the outbox that the release described."""
    queues = app.internals.context.storage.queues
    rows = {label: queues.outbox_row(one["id"]) for label, one in told["outbox"]["rows"].items()}
    return {label: row for label, row in rows.items() if row is not None}


def test_every_name_is_there(told: Told) -> None:
    """Of every lane, state and act there is a row: whichever name got lost, it would be missed."""
    rows = told["outbox"]["rows"].values()
    assert {row["lane"] for row in rows} == {"emergency", "reply", "broadcast", "media"}
    assert {row["sealed"]["act"] for row in rows} == {"send", "delete", "remove_member", "lock", "unlock", "fetch"}
    settled = {"delivered", "failed", "needs_person", "unknown", "cancelled"}
    assert {row["state"] for row in rows} == {*_PENDING, *settled}
    assert {row["state"] for row in told["inbox"]["rows"].values()} == {"new", "claimed", "done", "failed"}


def test_the_outbox_holds_what_it_held(app: App, told: Told) -> None:
    """Each row's sealed words and act, its lane, purpose, cause and state; and what its error says."""
    depth = app.internals.context.storage.queues.depth()
    said = told["outbox"]["rows"]
    assert {state: depth[f"outbox.{state}"] for state in told["outbox"]["depth"]} == told["outbox"]["depth"]
    rows = stored(app, told)
    assert rows.keys() == said.keys()
    for label, row in rows.items():
        body = app.internals.context.encryptor.decrypt(row.scope, row.body, row_associated_data("outbox", row.id))
        assert keeps(said[label]["sealed"], as_stored(decode_message(body))), label
        assert {name: getattr(row, name) for name in _CLEAR} == {name: said[label][name] for name in _CLEAR}, label
        assert (row.error, row.due_at) == (_reason(said[label]), datetime.fromisoformat(said[label]["due_at"])), label


def test_errors_tell_how_a_message_was_sent(app: App, told: Told) -> None:
    """What an error told by its beginning is a column: by which fallback a row left, and what was put off."""
    for label, row in stored(app, told).items():
        said = told["outbox"]["rows"][label]
        assert (row.delivery_method, is_fallback_started(row)) == (said["method"] or "", said["begun"]), label
        assert (row.deferred_until is not None) == said["stepped_aside"], label


def test_what_stepped_aside_goes_on(own: App, told: Told) -> None:
    """Of the rows that failed, only the one that was just being put off is taken up again."""
    outcomes = build_outcome_recorder(own.internals.runner, own.internals.services)
    taken_up = {label for label, row in stored(own, told).items() if outcomes.restore(row)}
    said = told["outbox"]["rows"]
    assert taken_up == {label for label, one in said.items() if one["stepped_aside"] and one["state"] == "failed"}
    assert len(taken_up) == 1


def test_what_waits_leaves_as_what_it_is(own: App, clock: FixedClock, told: Told) -> None:
    """A day later what waited has left, once: words as words, and what was to be done in a group in its order.

    What left by a template, or may have, and what ended, doesn't leave again.
    """
    said = told["outbox"]["rows"]
    scribe = own.internals.messengers["oa"]
    assert isinstance(scribe, Scribe)
    leaves = {one["id"]: one for label, one in said.items() if one["state"] in _PENDING or label == "unknown"}
    acts = [_act(own, one["sealed"]) for one in leaves.values() if one["purpose"] == "moderation.act"]
    clock.advance(timedelta(hours=25))
    for _ in range(4):
        own.worker.drain()
        clock.advance(timedelta(minutes=30))
    sent = [key for act, key, _ in scribe.done if act == "send" and key in {one["id"] for one in said.values()}]
    assert sorted(sent) == sorted(id for id, one in leaves.items() if one["sealed"]["act"] == "send")
    assert [text for _, key, text in scribe.done if key in leaves] == [leaves[key]["sealed"]["text"] for key in sent]
    for group in {where for _, where, _ in acts}:
        done = [one for one in scribe.done if one[0] != "send" and one[1] == group]
        assert done == [one for one in acts if one[1] == group]


def _reason(said: Told) -> str:
    """Return what is left of an error once the fallback that it began with is a column."""
    error: str = said["error"]
    reason = error.removeprefix(f"rung {said['method']}: ")
    return "" if said["begun"] else reason


def _act(app: App, sealed: Told) -> tuple[str, str, str]:
    """Return what the messenger is to be asked for."""
    target = _address(app, sealed["target"]).id if sealed["act"] == "remove_member" else sealed["target"]
    return sealed["act"], _address(app, sealed["to"]).id, target


def _address(app: App, conversation: str) -> Address:
    return app.internals.services.conversations.who(system("delivery"), conversation).address


def test_the_inbox_holds_what_it_held(app: App, told: Told) -> None:
    """Each event opens as it came, in its state; the one that failed lies on the failure desk with its reason."""
    depth = app.internals.context.storage.queues.depth()
    said = told["inbox"]["rows"]
    assert {state: depth[f"inbox.{state}"] for state in told["inbox"]["depth"]} == told["inbox"]["depth"]
    rows = {row.id: row for row in app.internals.context.storage.queues.inbox(tuple(InboxState), limit=1000)}
    names = ("source", "conversation", "state", "attempts", "error")
    for label, one in said.items():
        row = rows[one["id"]]
        assert {name: getattr(row, name) for name in names} == {name: one[name] for name in names}, label
        opens = row.body and app.internals.context.encryptor.decrypt(
            row.scope, row.body, row_associated_data("inbox", row.id)
        )
        assert (json.loads(opens) if opens else "") == one["sealed"], label
    failed = [(row.id, row.error) for row in inbox_rows(app.internals.context.storage.queues, (InboxState.FAILED,))]
    assert failed == [(one["id"], one["error"]) for one in said.values() if one["state"] == "failed"]
