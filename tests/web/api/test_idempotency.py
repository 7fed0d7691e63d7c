from datetime import timedelta

import pytest
from tests.web.api.conftest import Call

from anninh_core.app import App
from anninh_core.operations import Door
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor

WORDS = {"text": "Có trộm xe máy ở chợ", "unit": "hoa-lu"}
KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def tips(app: App, officer: Actor) -> int:
    return len(app.tips.list(officer).items)


def test_a_command_sent_twice_is_carried_out_once(call: Call, app: App, officer: Actor) -> None:
    """The second answer says so and shows the record; spaces and the order of members make no other body."""
    first = call("tips.record_walk_in", officer, WORDS, headers=KEY)
    body = b'{ "unit": "hoa-lu",\n "text": "C\\u00f3 tr\\u1ed9m xe m\\u00e1y \\u1edf ch\\u1ee3"}'
    again = call("tips.record_walk_in", officer, content=body, headers={**KEY, "Content-Type": "application/json"})

    assert (first.status_code, again.status_code, tips(app, officer)) == (200, 200, 1)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()


def test_a_guarded_command_sent_twice_is_replayed(call: Call, app: App, officer: Actor) -> None:
    """The version that was seen guards the first commit; the act itself has made another one since."""
    tip = app.tips.record_walk_in(officer, "Có trộm xe máy ở chợ", unit="hoa-lu")
    words = {"tip_id": tip.id, "category": "crime"}
    headers = {**KEY, "If-Match": f'"{tip.version}"'}

    first, again = (call("tips.triage", officer, words, headers=headers) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["ETag"] == first.headers["ETag"]


def test_the_answer_is_read_anew(call: Call, app: App, officer: Actor) -> None:
    """Whoever may see the tip no more is told that there is none; nothing of the first answer was kept."""
    boss = UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "tip_officer", "tip_supervisor")
    call("tips.record_walk_in", officer, WORDS, headers=KEY)
    (tip,) = app.tips.list(boss).items
    app.tips.exclusions.add(boss, tip.id, officer.id, "Là người bị tố cáo")

    again = call("tips.record_walk_in", officer, WORDS, headers=KEY)

    assert (again.status_code, again.json()["code"]) == (404, "not_found")


def test_a_key_with_another_body_is_refused(call: Call, app: App, officer: Actor) -> None:
    """It is a mistake of the caller, who learns nothing of the first body."""
    call("tips.record_walk_in", officer, WORDS, headers=KEY)

    other = call("tips.record_walk_in", officer, {**WORDS, "text": "Mất bò"}, headers=KEY)

    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert tips(app, officer) == 1


def test_a_key_is_its_callers_and_its_operations(call: Call, app: App, officer: Actor) -> None:
    """Another officer, or another operation, may have the same one."""
    other = UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "tip_officer")

    answers = [call("tips.record_walk_in", one, WORDS, headers=KEY) for one in (officer, other)]
    (first, second) = app.tips.list(officer).items
    triaged = [
        call("tips.triage", officer, {"tip_id": tip.id, "category": "crime"}, headers=KEY) for tip in (first, second)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.status_code for answer in triaged] == [200, 422]  # one operation, one key, two bodies


def test_a_day_later_the_body_is_compared_no_more(call: Call, app: App, officer: Actor, clock: FixedClock) -> None:
    """The act isn't done twice, but what the key came with is forgotten, and so nothing is shown."""
    call("tips.record_walk_in", officer, WORDS, headers=KEY)
    clock.advance(timedelta(hours=25))

    again = call("tips.record_walk_in", officer, WORDS, headers=KEY)

    assert (again.status_code, again.json()["code"], tips(app, officer)) == (409, "already_done", 1)


def test_a_refused_command_keeps_its_key(call: Call, app: App, officer: Actor) -> None:
    """What was not carried out is carried out when it is sent again."""
    refused = call("tips.record_walk_in", officer, {**WORDS, "unit": "nowhere"}, headers=KEY)

    assert refused.status_code == 404
    assert call("tips.record_walk_in", officer, WORDS, headers=KEY).status_code == 200


@pytest.mark.parametrize("key", ["", " ", "a" * 101, "a b", "\x7f"])
def test_what_is_no_key(call: Call, officer: Actor, key: str) -> None:
    """A key is 1 to 100 visible letters of ASCII."""
    answer = call("tips.record_walk_in", officer, WORDS, headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["path"]) == (422, "Idempotency-Key")


def test_what_takes_no_key(app: App, call: Call, officer: Actor) -> None:
    """Queries, disclosures and whatever takes or gives a secret: of these nothing may be kept."""
    door = Door(app)

    assert not door.find("tips.get").takes_key
    assert not door.find("identity.reveal_identity").takes_key
    assert not door.find("accounts.change_password").takes_key
    assert door.find("tips.assign").takes_key
    assert call("tips.overdue", officer, {}, headers=KEY).status_code == 422
