"""Despite a damaged row, emergencies send urgent notices, lists show all other records, and the worker continues."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from tests.scenarios.cases.conftest import open_storage
from tests.scenarios.cases.duty_bench import FIRE, DutyBench

from anninh_core.domain.duty.states import AlarmState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import TooMuchDamage
from anninh_core.ports.storages.storage import Find
from anninh_core.testing import Dialog, FixedClock, MockChat, memory_app, pump

OFFICER = "Trực Một"
OTHER = "Trực Hai"
FIRST_REPORTER = "Bà Thử"
SECOND_REPORTER = "Ông Hai"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The path of the app's SQLite file."""
    return tmp_path / "anninh.db"


@pytest.fixture
def duty(
    request: pytest.FixtureRequest, tmp_path: Path, mock_chat: MockChat, anninh_clock: FixedClock
) -> Iterator[DutyBench]:
    """A duty bench with an app on a SQLite file, at two in the morning."""
    anninh_clock.set(datetime(2021, 9, 18, 2, tzinfo=VIETNAM))
    request.param = "sqlite"
    with open_storage(request, tmp_path) as storage, memory_app(mock_chat, clock=anninh_clock, storage=storage) as app:
        yield DutyBench.of(app, mock_chat, anninh_clock, Dialog(mock_chat, partial(pump, app, mock_chat)))


def flip_body(database: Path, kind: str, id: str) -> None:
    """Flip a bit in the middle of a record's body."""
    with closing(sqlite3.connect(database)) as file, file:
        (body,) = file.execute(f"SELECT body FROM r_{kind} WHERE id = ?", (id,)).fetchone()
        half = len(body) // 2
        altered = body[:half] + bytes([body[half] ^ 1]) + body[half + 1 :]
        assert file.execute(f"UPDATE r_{kind} SET body = ? WHERE id = ?", (altered, id)).rowcount == 1


def test_damaged_alarm_stops_no_urgent_notice(duty: DutyBench, database: Path) -> None:
    """If an alarm is damaged, its emergency and the next one still get urgent notices within a minute."""
    first = duty.appoint_officer(OFFICER)
    duty.put_on_duty(first, duty.appoint_officer(OTHER))
    duty.dialog.says(FIRST_REPORTER, FIRE)
    flip_body(database, "alarm", duty.get_only_alarm().id)
    duty.dialog.says(SECOND_REPORTER, "Có người cầm dao đuổi nhau ở chợ, cứu với")
    duty.wait(1)

    alarms = duty.list_alarms()
    assert len(alarms) == 2
    assert all(first.id in {page.officer for page in alarm.pages} for alarm in alarms)
    duty.wait(10)
    for alarm in duty.list_alarms():
        duty.app.duty.claim(first, alarm.id)
    assert {alarm.state for alarm in duty.list_alarms()} == {AlarmState.ACKNOWLEDGED}


def test_an_emergency_whose_tip_is_damaged_pages(duty: DutyBench, database: Path) -> None:
    """If the tip of an emergency is damaged, an alarm is opened from the journal alone, with a placeholder as its
    code.
    """
    first = duty.appoint_officer(OFFICER)
    duty.put_on_duty(first)
    duty.chat.says(duty.chat.person(FIRST_REPORTER), FIRE)
    for request in duty.chat.webhooks():
        duty.app.intake.accept("oa", request)
    duty.app.worker.inbox.run(10)
    (tip,) = duty.app.tips.list(duty.boss).items
    flip_body(database, "tip", tip.id)
    duty.app.worker.drain()
    duty.wait(1)

    alarm = duty.get_only_alarm()
    assert alarm.code == "?????"
    assert [page.officer for page in alarm.pages] == [first.id]


def test_list_leaves_out_damaged_tip(duty: DutyBench, database: Path) -> None:
    """A list leaves out a damaged tip, counts it as damaged, and shows the others."""
    duty.dialog.says(FIRST_REPORTER, "Hàng xóm đổ rác ra đường nhiều ngày nay")
    duty.dialog.says(SECOND_REPORTER, "Đèn đường ở ngõ 5 hỏng")
    newest, oldest = duty.app.tips.list(duty.boss).items
    flip_body(database, "tip", oldest.id)

    page = duty.app.tips.list(duty.boss)
    assert [tip.id for tip in page.items] == [newest.id]
    assert page.damaged == 1


def test_quarantined_record_is_listed_and_released(duty: DutyBench, database: Path) -> None:
    """An operator sees a quarantined record with the job and the reason, and after the repair a retry ends the
    quarantine.
    """
    duty.put_on_duty(duty.appoint_officer(OFFICER))
    duty.dialog.says(FIRST_REPORTER, FIRE)
    alarm = duty.get_only_alarm()
    flip_body(database, "alarm", alarm.id)
    duty.wait(3)
    quarantine = duty.app.quarantine
    (item,) = quarantine.items(duty.boss, consumer="page_officers").items
    assert (item.about, item.reason, item.unit, item.tries) == (f"alarm:{alarm.id}", "Damaged", "hoa-lu", 2)

    flip_body(database, "alarm", alarm.id)
    quarantine.retry(duty.boss, item.id)
    duty.wait(1)
    assert not quarantine.items(duty.boss, consumer="page_officers").items


def test_too_much_damage_stops_a_job_and_no_pages(duty: DutyBench, database: Path) -> None:
    """More than twenty damaged alarms stop the notices of new tips, but not the urgent notices."""
    first = duty.appoint_officer(OFFICER)
    duty.put_on_duty(first)
    for number in range(22):
        duty.dialog.says(f"Người {number}", f"Hàng xóm đổ rác ra đường lần {number}")
    duty.app.worker.jobs["tell_new_tips"].run()
    for alarm in duty.app.duty.alarms(duty.boss, limit=100).items:
        flip_body(database, "alarm", alarm.id)
    duty.clock.advance(timedelta(hours=2))
    with pytest.raises(TooMuchDamage):
        duty.app.worker.jobs["tell_new_tips"].run()
    duty.dialog.says(SECOND_REPORTER, FIRE)
    duty.app.worker.jobs["page_officers"].run()

    assert [page.officer for page in duty.get_only_alarm().pages] == [first.id]


def test_lost_data_key_sends_urgent_notice(duty: DutyBench, database: Path) -> None:
    """An alarm with a lost data key counts as damaged and not as purged, and another alarm replaces it."""
    first = duty.appoint_officer(OFFICER)
    duty.put_on_duty(first)
    duty.dialog.says(FIRST_REPORTER, FIRE)
    with closing(sqlite3.connect(database)) as file, file:
        assert file.execute("DELETE FROM keyring WHERE scope = ?", (f"alarm:{duty.get_only_alarm().id}",)).rowcount == 1
    duty.wait(1)

    alarm = duty.get_only_alarm()
    assert alarm.about.startswith("alarm:")
    assert [page.officer for page in alarm.pages] == [first.id]


@pytest.mark.parametrize("kind", ["officer", "roster", "conversation"])
def test_what_a_page_needs_is_inspected(duty: DutyBench, database: Path, kind: str) -> None:
    """A damaged officer, roster or conversation is quarantined before an urgent notice needs it."""
    officer = duty.appoint_officer(OFFICER)
    duty.put_on_duty(officer)
    inspect = duty.app.worker.jobs["inspect_officers"]
    assert inspect.run() == 0
    (roster,) = duty.app.internals.context.storage.records.find(Find(kind="roster", order="id")).records
    conversation = duty.app.units.officer(duty.boss, officer.id).conversation
    id = {"officer": officer.id, "roster": roster.id, "conversation": conversation}[kind]
    flip_body(database, kind, id)

    assert inspect.run() == 1
    (item,) = duty.app.quarantine.items(duty.boss, consumer="inspect_officers").items
    assert (item.about, item.reason) == (f"{kind}:{id}", "Damaged")
