from datetime import timedelta

import pytest
from tests.web.api.conftest import Call

from anninh_core.app import App
from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor

WORDS = {"text": "Có trộm xe máy ở chợ", "unit": "hoa-lu"}
KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def count_tips(app: App, officer: Actor) -> int:
    return len(app.tips.list(officer).items)


def test_a_command_sent_twice_is_carried_out_once(call: Call, app: App, officer: Actor) -> None:
    """A command that is sent twice is carried out once; the second response is marked as replayed, whatever the
    formatting of the JSON.
    """
    first = call("tips.record_walk_in", officer, WORDS, headers=KEY)
    body = b'{ "unit": "hoa-lu",\n "text": "C\\u00f3 tr\\u1ed9m xe m\\u00e1y \\u1edf ch\\u1ee3"}'
    repeated = call("tips.record_walk_in", officer, content=body, headers={**KEY, "Content-Type": "application/json"})

    assert (first.status_code, repeated.status_code, count_tips(app, officer)) == (200, 200, 1)
    assert "Idempotency-Replayed" not in first.headers
    assert repeated.headers["Idempotency-Replayed"] == "true"
    assert repeated.json() == first.json()


def test_a_guarded_command_sent_twice_is_replayed(call: Call, app: App, officer: Actor) -> None:
    """A repeated command with `If-Match` gets a replayed response, although the first call changed the version."""
    tip = app.tips.record_walk_in(officer, "Có trộm xe máy ở chợ", unit="hoa-lu")
    arguments = {"tip_id": tip.id, "category": "crime"}
    headers = {**KEY, "If-Match": f'"{tip.version}"'}

    first, repeated = (call("tips.triage", officer, arguments, headers=headers) for _ in range(2))

    assert (first.status_code, repeated.status_code) == (200, 200)
    assert repeated.headers["Idempotency-Replayed"] == "true"
    assert repeated.headers["ETag"] == first.headers["ETag"]


def test_replayed_response_is_read_again(call: Call, app: App, officer: Actor) -> None:
    """A replayed response is read again from the records with the caller's present permissions; nothing of the first
    response is stored.
    """
    boss = UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "tip_officer", "tip_supervisor")
    call("tips.record_walk_in", officer, WORDS, headers=KEY)
    (tip,) = app.tips.list(boss).items
    app.tips.exclusions.add(boss, tip.id, officer.id, "Là người bị tố cáo")

    repeated = call("tips.record_walk_in", officer, WORDS, headers=KEY)

    assert (repeated.status_code, repeated.json()["code"]) == (404, "not_found")


def test_a_key_with_another_body_is_refused(call: Call, app: App, officer: Actor) -> None:
    """A request under a used key with another body is refused without revealing the first body."""
    call("tips.record_walk_in", officer, WORDS, headers=KEY)

    response = call("tips.record_walk_in", officer, {**WORDS, "text": "Mất bò"}, headers=KEY)

    assert (response.status_code, response.json()["code"]) == (422, "key_reused")
    assert count_tips(app, officer) == 1


def test_key_belongs_to_caller_and_operation(call: Call, app: App, officer: Actor) -> None:
    """An idempotency key is unique only for its officer and operation: others can use the same key."""
    other_officer = UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "tip_officer")

    responses = [call("tips.record_walk_in", actor, WORDS, headers=KEY) for actor in (officer, other_officer)]
    (first, second) = app.tips.list(officer).items
    triaged = [
        call("tips.triage", officer, {"tip_id": tip.id, "category": "crime"}, headers=KEY) for tip in (first, second)
    ]

    assert [response.status_code for response in responses] == [200, 200]
    # Both requests are for the same operation under the same key, but with different bodies.
    assert [response.status_code for response in triaged] == [200, 422]


def test_body_is_compared_for_a_day(call: Call, app: App, officer: Actor, clock: FixedClock) -> None:
    """A day later a repeated command is still not carried out twice, but its body can't be compared and no record is
    shown.
    """
    call("tips.record_walk_in", officer, WORDS, headers=KEY)
    clock.advance(timedelta(hours=25))

    repeated = call("tips.record_walk_in", officer, WORDS, headers=KEY)

    assert (repeated.status_code, repeated.json()["code"], count_tips(app, officer)) == (409, "already_done", 1)


def test_a_refused_command_keeps_its_key(call: Call, app: App, officer: Actor) -> None:
    """A refused command can be repeated with the same key."""
    refused = call("tips.record_walk_in", officer, {**WORDS, "unit": "nowhere"}, headers=KEY)

    assert refused.status_code == 404
    assert call("tips.record_walk_in", officer, WORDS, headers=KEY).status_code == 200


@pytest.mark.parametrize("key", ["", " ", "a" * 101, "a b", "\x7f"])
def test_invalid_key_is_refused(call: Call, officer: Actor, key: str) -> None:
    """An idempotency key has 1 to 100 visible ASCII characters, and any other is refused."""
    response = call("tips.record_walk_in", officer, WORDS, headers={"Idempotency-Key": key})

    assert (response.status_code, response.json()["path"]) == (422, "Idempotency-Key")


def test_some_operations_take_no_key(app: App, call: Call, officer: Actor) -> None:
    """Queries, disclosures and operations with secrets accept no idempotency key, because nothing of them may be
    stored.
    """
    gateway = OperationGateway(app)

    assert not gateway.find("tips.get").takes_key
    assert not gateway.find("identity.reveal_identity").takes_key
    assert not gateway.find("accounts.change_password").takes_key
    assert gateway.find("tips.assign").takes_key
    assert call("tips.overdue", officer, {}, headers=KEY).status_code == 422
