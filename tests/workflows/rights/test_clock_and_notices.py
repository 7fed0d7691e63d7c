"""Officers get notices about requests and their number in the digest, and requests have a retention of their own."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import Appoint
from tests.workflows.rights.conftest import (
    NAME,
    REASON,
    RULE,
    Ask,
    RightsOffice,
    find_request,
    record_at_desk,
    record_proof,
)

from anninh_core.app import App
from anninh_core.domain.rights import AnswerOutcome
from anninh_core.testing import Dialog, FixedClock, MockChat, pump
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Address, Place
from anninh_core.vocabulary.rights import RightsKind


def appoint_with_chat(app: App, chat: MockChat, appoint: Appoint, name: str, role: str) -> Actor:
    """Appoint an officer with a chat."""
    chat.says(person := chat.person(name), "chào")
    pump(app, chat)
    chat.hears(person)
    account = app.internals.services.conversations.id_of(Address("oa", Place.PERSON, person))
    return appoint(role, conversation=account)


def test_custodians_are_notified_of_a_request(
    app: App, chat: MockChat, dialog: Dialog, ask: Ask, appoint: Appoint
) -> None:
    """Identity custodians get a notice of a request with its number and deadline, without the applicant's name."""
    appoint_with_chat(app, chat, appoint, "Cán bộ Giữ Kín", "identity_custodian")
    number = ask(NAME, "xóa dữ liệu của tôi")
    notice = dialog.hears("Cán bộ Giữ Kín", r"yêu cầu về dữ liệu cá nhân số (DL-\w+).*hạn trả lời: (.+)\.")
    assert (notice[1], NAME in notice[0]) == (number, False)


@pytest.fixture
def officers_on_chat(app: App, chat: MockChat, appoint: Appoint) -> None:
    """A data officer and a tip officer with chats for their digests."""
    appoint_with_chat(app, chat, appoint, "Cán bộ Dữ Liệu", "data_officer")
    appoint_with_chat(app, chat, appoint, "Cán bộ Tin", "tip_officer")


@pytest.mark.usefixtures("officers_on_chat")
def test_digest_counts_unanswered_requests(app: App, dialog: Dialog, ask: Ask, clock: FixedClock) -> None:
    """The daily digest of data officers has the numbers of unanswered and overdue requests, and that of other officers
    has none.
    """
    ask(NAME, "xóa dữ liệu của tôi")
    ask("Bà Khác", "cho tôi xem dữ liệu của tôi")
    for days, late in ((1, 0), (18, 2)):
        clock.advance(timedelta(days=days))
        app.worker.jobs["tell_digests"].run()
        app.worker.drain()
        digest = dialog.hears("Cán bộ Dữ Liệu", r"(\d) yêu cầu về dữ liệu cá nhân chưa trả lời \((\d)")
        assert digest.groups() == ("2", str(late))
    dialog.hears_nothing("Cán bộ Tin")


def test_request_is_kept_like_decisions(app: App, ask: Ask, office: RightsOffice, clock: FixedClock) -> None:
    """A request is kept as long as decisions are, counted from its answer or the end of its restriction."""
    request = record_proof(app, office.checker, office.data, ask(NAME, "ngừng sử dụng dữ liệu của tôi"))
    scope = f"rights_request:{request.id}"
    app.rights.restrict(office.data, request.id, rule=RULE, reason=REASON)
    app.rights.answer(office.data, request.id, AnswerOutcome.GRANTED, text="Đã ngừng.")
    days = timedelta(days=app.district.retention_days["decision"] + 1)

    def is_due() -> bool:
        page = app.retention.preview(office.operator, days=8, data="decision")
        return any(item.scope == scope for item in page.items)

    clock.advance(days)
    assert not is_due()
    app.rights.lift_restriction(office.data, request.id, reason="Xong")
    clock.advance(days)
    assert is_due()


def test_request_outlives_its_applicant(
    app: App, dialog: Dialog, ask: Ask, office: RightsOffice, clock: FixedClock
) -> None:
    """A request and its answer remain after the applicant's erasure, and aren't linked to the person's later
    requests.
    """
    dialog.says(NAME, "chào")
    request = record_proof(app, office.checker, office.data, ask(NAME, "xóa dữ liệu của tôi"))
    answered = app.rights.answer(office.data, request.id, AnswerOutcome.GRANTED, text="Sẽ xóa.")
    app.retention.erase(office.operator, answered.erasures[0], rule=RULE, reason=REASON)
    clock.advance(timedelta(days=8))
    assert app.worker.jobs["carry_out_erasures"].run() == 1
    kept = app.rights.request(office.data, request.id)
    assert (kept.number, kept.answer == answered.answer) == (request.number, True)
    second = find_request(app, office.data, ask(NAME, "xóa dữ liệu của tôi"))
    assert second.id != request.id


def test_paper_request_belongs_to_the_authority(app: App, appoint: Appoint, office: RightsOffice) -> None:
    """A request on paper belongs to the authority's unit, and keeps the officer who recorded it."""
    desk = appoint("board_admin", unit="ninh-hoa")
    summary = record_at_desk(app, desk, RightsKind.ACCESS)
    request = app.rights.request(office.data, summary.id)
    assert (request.unit, request.taken_at, request.taken_by) == ("hoa-lu", "ninh-hoa", desk.id)
