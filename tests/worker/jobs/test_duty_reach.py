"""The worker stores whether an emergency would reach an officer on duty, and which emergencies reached no officer."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import FIRE, Appoint

from anninh_core.app import App
from anninh_core.domain.duty import Shift
from anninh_core.kernel.errors import DecryptionError
from anninh_core.ports.health import Check
from anninh_core.testing import Dialog, FixedClock, MockChat, pump
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Address, Place
from anninh_core.worker.jobs.duty_reach import DutyReach, read_duty_record

OFFICER = "Trực Một"


@pytest.fixture
def dialog(app: App, chat: MockChat) -> Dialog:
    return Dialog(chat, lambda: pump(app, chat))


@pytest.fixture
def duty_officer(app: App, appoint: Appoint, chat: MockChat, dialog: Dialog) -> Actor:
    """An officer with a chat, who is alone on the roster of the whole authority."""
    dialog.says(OFFICER, "chào")
    conversation = app.internals.services.conversations.id_of(Address("oa", Place.PERSON, chat.person(OFFICER)))
    officer = appoint("tip_officer", conversation=conversation)
    app.duty.set_roster(appoint("tip_supervisor"), "hoa-lu", shifts=[Shift(officers=(officer.id,))])
    return officer


def check_and_read_problems(app: App) -> tuple[Check, ...]:
    """Run the check of the duty roster, and return the problems that it stored."""
    app.worker.jobs["check_duty"].run()
    record = read_duty_record(app.internals.context.storage.states)
    assert record is not None
    return record.problems


def block_account(app: App, chat: MockChat) -> None:
    """Let the officer on duty and all others block the account, and let a resident report a fire."""
    for _ in range(20):
        chat.fail_next("recipient_gone")
    chat.says(chat.person("Bà Mẫu"), FIRE)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.drain()
    app.worker.jobs["page_officers"].run()


def test_reachable_officer_is_no_problem(app: App, duty_officer: Actor) -> None:
    """If the officer on duty can be reached, no problem is stored."""
    assert check_and_read_problems(app) == ()
    assert DutyReach(app.internals.runner).store_problems() == 0
    assert duty_officer.id


def test_blocked_chat_is_a_problem(app: App, chat: MockChat, duty_officer: Actor) -> None:
    """After the first permanent refusal of a message, the unreachable officer on duty and the emergency are stored as
    problems.
    """
    block_account(app, chat)
    duty, emergency = check_and_read_problems(app)
    assert (duty.name, emergency.name[:10]) == ("duty", "emergency ")
    assert f"{duty_officer.id} (lost_chat)" in duty.what
    assert emergency.what == f"No page about {emergency.name} has reached an officer."


def test_writing_again_makes_reachable(app: App, chat: MockChat, clock: FixedClock, duty_officer: Actor) -> None:
    """An officer who writes to the account is reachable again, whatever failed before."""
    block_account(app, chat)
    clock.advance(timedelta(minutes=1))
    chat.says(chat.person(OFFICER), "tôi đây")
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.inbox.run(10)
    assert "duty" not in {check.name for check in check_and_read_problems(app)}
    assert duty_officer.id


def test_empty_roster_is_a_problem(app: App, clock: FixedClock, appoint: Appoint) -> None:
    """An empty roster is a problem if no other officer can be reached either."""
    officer = appoint("tip_officer")
    today = clock.now().date()
    shift = Shift(officers=(officer.id,))
    chief = appoint("tip_supervisor")
    app.duty.set_roster(chief, "hoa-lu", shifts=[shift], valid_from=today, valid_to=today + timedelta(days=1))
    clock.advance(timedelta(days=3))
    (duty,) = check_and_read_problems(app)
    assert duty.what == "No officer is on duty now for huyện Hoa Lư, and no other officer can be paged."


def test_each_unit_with_a_roster_is_checked(app: App, appoint: Appoint) -> None:
    """Each unit with a roster is checked, and named in its problem."""
    officer = appoint("tip_officer", unit="ninh-hoa")
    app.duty.set_roster(appoint("tip_supervisor"), "ninh-hoa", shifts=[Shift(officers=(officer.id,))])
    whats = [check.what for check in check_and_read_problems(app)]
    name = app.district.unit("ninh-hoa").name
    assert any(what.startswith(f"No officer on duty for {name} can be paged in an emergency: ") for what in whats)


def test_unreadable_rosters_are_a_problem(app: App, duty_officer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """If rosters can't be read, that is a problem with the class of the error."""

    def raise_read_error(*_: object) -> object:
        raise DecryptionError("roster:x doesn't open")

    monkeypatch.setattr(app.internals.context.encryptor, "decrypt_record", raise_read_error)
    monkeypatch.setattr(type(app.internals.context), "iter_readable", raise_read_error)
    (duty,) = check_and_read_problems(app)
    assert duty.what == "It couldn't be checked whether an emergency would reach an officer: DecryptionError."
    assert duty_officer.id
