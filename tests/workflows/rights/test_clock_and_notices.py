"""Who is told that somebody asks, what the digest counts, and how long a request is kept."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import Appoint
from tests.workflows.rights.conftest import NAME, REASON, RULE, Ask, Office, by_desk, prove, waiting

from anninh_core.app import App
from anninh_core.domain.rights import AnswerOutcome
from anninh_core.testing import Dialog, FixedClock, MockChat, pump
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Address, Place
from anninh_core.vocabulary.rights import RightsKind


def with_chat(app: App, chat: MockChat, appoint: Appoint, name: str, role: str) -> Actor:
    """Appoint an officer who writes from a chat of their own."""
    chat.says(person := chat.person(name), "chào")
    pump(app, chat)
    chat.hears(person)
    account = app.internals.services.conversations.id_of(Address("oa", Place.PERSON, person))
    return appoint(role, conversation=account)


def test_who_looks_is_told(app: App, chat: MockChat, dialog: Dialog, ask: Ask, appoint: Appoint) -> None:
    """By a number and a day, and nothing of who asks."""
    with_chat(app, chat, appoint, "Cán bộ Giữ Kín", "identity_custodian")
    number = ask(NAME, "xóa dữ liệu của tôi")
    told = dialog.hears("Cán bộ Giữ Kín", r"yêu cầu về dữ liệu cá nhân số (DL-\w+).*hạn trả lời: (.+)\.")
    assert (told[1], NAME in told[0]) == (number, False)


@pytest.fixture
def on_chat(app: App, chat: MockChat, appoint: Appoint) -> None:
    """A data officer and a tip officer who read their digests."""
    with_chat(app, chat, appoint, "Cán bộ Dữ Liệu", "data_officer")
    with_chat(app, chat, appoint, "Cán bộ Tin", "tip_officer")


@pytest.mark.usefixtures("on_chat")
def test_digest_counts_unanswered_requests(app: App, dialog: Dialog, ask: Ask, clock: FixedClock) -> None:
    """Counts what isn't answered, and what is due; whoever may neither look nor handle hears nothing of it."""
    ask(NAME, "xóa dữ liệu của tôi")
    ask("Bà Khác", "cho tôi xem dữ liệu của tôi")
    for days, late in ((1, 0), (18, 2)):
        clock.advance(timedelta(days=days))
        app.worker.jobs["tell_digests"].run()
        app.worker.drain()
        told = dialog.hears("Cán bộ Dữ Liệu", r"(\d) yêu cầu về dữ liệu cá nhân chưa trả lời \((\d)")
        assert told.groups() == ("2", str(late))
    dialog.hears_nothing("Cán bộ Tin")


def test_how_long_it_is_kept(app: App, ask: Ask, office: Office, clock: FixedClock) -> None:
    """As long as decisions, from its answer or the end of its restriction on; until then it waits."""
    request = prove(app, office.checker, office.data, ask(NAME, "ngừng sử dụng dữ liệu của tôi"))
    scope = f"rights_request:{request.id}"
    app.rights.restrict(office.data, request.id, rule=RULE, reason=REASON)
    app.rights.answer(office.data, request.id, AnswerOutcome.GRANTED, text="Đã ngừng.")
    days = timedelta(days=app.district.retention_days["decision"] + 1)

    def due() -> bool:
        page = app.retention.preview(office.operator, days=8, data="decision")
        return any(item.scope == scope for item in page.items)

    clock.advance(days)
    assert not due()
    app.rights.lift_restriction(office.data, request.id, reason="Xong")
    clock.advance(days)
    assert due()


def test_it_survives_whoever_asked(app: App, dialog: Dialog, ask: Ask, office: Office, clock: FixedClock) -> None:
    """Once they are erased, what was asked and answered stands on record, and leads to nobody."""
    dialog.says(NAME, "chào")
    request = prove(app, office.checker, office.data, ask(NAME, "xóa dữ liệu của tôi"))
    answered = app.rights.answer(office.data, request.id, AnswerOutcome.GRANTED, text="Sẽ xóa.")
    app.retention.erase(office.operator, answered.erasures[0], rule=RULE, reason=REASON)
    clock.advance(timedelta(days=8))
    assert app.worker.jobs["carry_out_erasures"].run() == 1
    kept = app.rights.request(office.data, request.id)
    assert (kept.number, kept.answer == answered.answer) == (request.number, True)
    again = waiting(app, office.data, ask(NAME, "xóa dữ liệu của tôi"))
    assert again.id != request.id


def test_a_request_on_paper(app: App, appoint: Appoint, office: Office) -> None:
    """Is the authority's: the commune that took it in sees nothing more of it."""
    desk = appoint("board_admin", unit="ninh-hoa")
    taken = by_desk(app, desk, RightsKind.ACCESS)
    request = app.rights.request(office.data, taken.id)
    assert (request.unit, request.taken_at, request.taken_by) == ("hoa-lu", "ninh-hoa", desk.id)
