"""The failure desk, where officers decide about messages and events that failed."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import QUESTION, THEFT, Appoint, Launch, journal, outbox

from anninh_core.app import App
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.tips import TipState
from anninh_core.kernel.errors import BadInput, NotFound, Refused
from anninh_core.messaging.failures.listing import DeliveryFailure, StalledFailures
from anninh_core.ports.messengers.messenger import Verdict
from anninh_core.ports.storages.changes import ChangeSet, InboxSettled, NewInbox
from anninh_core.ports.storages.queues import InboxState
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger
from anninh_core.usecase import Actor
from anninh_core.usecase.decision import DECISION
from anninh_core.vocabulary.messages import DeliveryNews, DeliveryReport

AN = "Thử Văn An"


def make_message_fail(chat: MockChat, dialog: Dialog, failure: str = "rejected", name: str = AN) -> None:
    chat.fail_next(failure)
    dialog.says(name, THEFT)


def test_resent_message_arrives(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """A person can send a failed message again; it arrives, leaves the failure desk, and the journal entry names that
    person.
    """
    make_message_fail(chat, dialog)
    (trouble,) = app.failures.troubles(handler)
    app.failures.resend(handler, trouble.id)
    entry = journal(app)[-1]
    assert (entry.actor, entry.events, entry.facts["outbox"]) == (handler.label, ("delivery.resent",), trouble.id)
    app.worker.drain()
    dialog.hears(AN, "Mã tiếp nhận")
    assert app.failures.troubles(handler) == ()


def test_given_up_message_is_not_sent(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """A message that is given up leaves the failure desk and stays in the ledger as cancelled; a decision keeps the
    reason.
    """
    make_message_fail(chat, dialog, "expired_token")
    (trouble,) = app.failures.troubles(handler)
    app.failures.give_up(handler, trouble.id, "moved_away")
    app.worker.drain()
    dialog.hears_nothing(AN)
    assert app.failures.troubles(handler) == ()
    assert [row.state for row in app.failures.ledger(handler, trouble.cause)] == ["cancelled"]
    (decision,) = (
        app.internals.context.open_record(DECISION, record)
        for record in app.internals.context.storage.maintenance.scan("decision")
    )
    assert (decision.subject, decision.text) == (f"outbox:{trouble.id}", "moved_away")


def test_confirmed_delivery_answers_the_tip(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """If a person confirms that an answer arrived, its tip is answered with that proof, in the same commit."""
    dialog.says(AN, THEFT)
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.settle(handler, tip.id, TipState.RESOLVED, answer="Đã tìm thấy xe.", reason="solved")
    chat.fail_next("expired_token")
    app.tips.answer(handler, tip.id)
    app.worker.drain()
    assert app.tips.get(handler, tip.id).state is TipState.RESOLVED
    before = len(journal(app))
    app.failures.confirm(handler, outbox(app, "tip.answer")[0].id, "gọi điện lúc 9 giờ")
    assert len(journal(app)) == before + 1
    assert journal(app)[-1].events == ("delivery.confirmed", "tip.answered")
    answered = app.tips.get(handler, tip.id)
    assert (answered.state, answered.answer_proof) == (TipState.ANSWERED, "gọi điện lúc 9 giờ")


def test_confirmed_delivery_answers_the_inquiry(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """If a person confirms that an answer arrived, its inquiry is answered."""
    dialog.says(AN, QUESTION)
    inquiry = app.inquiries.list(handler).items[0]
    chat.fail_next("rejected")
    app.inquiries.answer(handler, inquiry.id, text="Tại Công an huyện.")
    app.worker.drain()
    app.failures.confirm(handler, outbox(app, "inquiry.answer")[0].id, "ở quầy")
    assert app.inquiries.get(handler, inquiry.id).state is InquiryState.ANSWERED


def test_a_confirmation_needs_a_proof(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """Confirming a delivery without a proof is refused."""
    make_message_fail(chat, dialog)
    with pytest.raises(BadInput, match="The proof is missing: write how you know, for example a link"):
        app.failures.confirm(handler, outbox(app)[0].id, "  ")


def test_only_waiting_failures_are_decided(app: App, dialog: Dialog, handler: Actor) -> None:
    """A delivered message can't be sent again or given up, and an unknown row is refused with a hint where to find
    rows.
    """
    dialog.says(AN, THEFT)
    with pytest.raises(BadInput, match="but only these states wait for a person"):
        app.failures.resend(handler, outbox(app)[0].id)
    with pytest.raises(NotFound, match="no row 'x'"):
        app.failures.give_up(handler, "x", "typo")


def test_the_desk_is_closed_to_others(app: App, chat: MockChat, dialog: Dialog, appoint: Appoint) -> None:
    """An editor can neither see failures nor decide about them."""
    make_message_fail(chat, dialog)
    editor = appoint("editor")
    with pytest.raises(Refused, match=r"delivery\.read"):
        app.failures.troubles(editor)
    with pytest.raises(Refused, match=r"delivery\.read"):
        app.failures.ledger(editor, "tip:1")
    with pytest.raises(Refused, match=r"delivery\.decide"):
        app.failures.resend(editor, outbox(app)[0].id)
    assert outbox(app)[0].state == "failed"


def test_a_board_sees_its_own_groups_troubles(
    app: App, chat: MockChat, dialog: Dialog, appoint: Appoint, launch: Launch
) -> None:
    """The management board of a commune sees and decides failures of its own group, but none of the district."""
    group = launch()
    make_message_fail(chat, dialog)
    chat.fail_next("rejected")
    app.groups.remind(appoint("board_admin"), group.id)
    app.worker.drain()
    board = appoint("board_admin", unit="ninh-hoa")
    assert [trouble.purpose for trouble in app.failures.troubles(board)] == ["group.reminder"]
    assert app.failures.troubles(appoint("board_admin", unit="ninh-hai")) == ()
    with pytest.raises(Refused, match=r"delivery\.decide"):
        app.failures.resend(board, outbox(app, "tip.receipt")[0].id)
    app.failures.resend(board, outbox(app, "group.reminder")[0].id)
    app.worker.drain()
    assert outbox(app, "group.reminder")[0].state == "delivered"


def test_limit_counts_visible_failures_only(app: App, launch: Launch, appoint: Appoint) -> None:
    """Failures that an officer can't see don't count towards the limit of the list."""
    group = launch()
    for n, conversation in enumerate(("oa.nobody", group.conversation)):
        row = NewInbox(
            id=f"in-{n}",
            source="oa",
            dedupe=str(n),
            conversation=conversation,
            received_at=app.internals.context.clock.now(),
            scope="",
            body=b"",
        )
        app.internals.context.storage.commit([ChangeSet(inbox=(row,))])
        (claimed,) = app.internals.context.storage.queues.claim_inbox(
            app.internals.context.clock.now(), timedelta(minutes=1), 1
        )
        app.internals.context.storage.commit(
            [ChangeSet(inbox_settled=InboxSettled(id=row.id, token=claimed.token, state=InboxState.FAILED))]
        )
    board = appoint("board_admin", unit="ninh-hoa")
    assert [trouble.id for trouble in app.failures.troubles(board, limit=1)] == ["in-1"]


def test_troubles_come_oldest_first(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """Failures are listed oldest first, up to the limit."""
    for name in ("An", "Bình", "Cúc"):
        chat.fail_next("rejected")
        dialog.says(name, THEFT)
    since = [trouble.since for trouble in app.failures.troubles(handler)]
    assert since == sorted(since)
    assert len(app.failures.troubles(handler, limit=2)) == 2


def test_proof_in_words_is_encrypted(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """A proof in words is encrypted, since it may name a person, and the ledger names only the confirming officer; a
    link is kept unencrypted.
    """
    for name in (AN, "Thử Thị Bình"):
        make_message_fail(chat, dialog, name=name)
    words, link = outbox(app)
    app.failures.confirm(handler, words.id, "bà Mẫu xác nhận qua 0912345678")
    app.failures.confirm(handler, link.id, "https://vi-du.vn/bai/1")
    assert [row.proof for row in outbox(app)] == [f"by word of {handler.id}", "https://vi-du.vn/bai/1"]
    (decision,) = (
        app.internals.context.open_record(DECISION, record)
        for record in app.internals.context.storage.maintenance.scan("decision")
    )
    assert (decision.subject, decision.text) == (f"outbox:{words.id}", "bà Mẫu xác nhận qua 0912345678")


def record_failed_event(app: App, chat: MockChat) -> None:
    """Accept an event and record that its processing failed."""
    chat.says(chat.person(AN), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    (row,) = app.internals.context.storage.queues.claim_inbox(
        app.internals.context.clock.now(), timedelta(minutes=1), 1
    )
    settled = InboxSettled(id=row.id, token=row.token, state=InboxState.FAILED, error="RuntimeError")
    app.internals.context.storage.commit([ChangeSet(inbox_settled=settled)])


def test_a_failed_event_is_run_again(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """A person can have a failed event processed again, and its reporter gets the receipt."""
    record_failed_event(app, chat)
    (trouble,) = app.failures.troubles(handler)
    assert (trouble.direction, trouble.state, trouble.safe_actions) == ("in", "failed", ("rerun", "give-up"))
    app.failures.rerun(handler, trouble.id)
    entry = journal(app)[-1]
    assert (entry.actor, entry.events, entry.facts["inbox"]) == (handler.label, ("delivery.rerun",), trouble.id)
    app.worker.drain()
    dialog.hears(AN, "Mã tiếp nhận")
    assert app.failures.troubles(handler) == ()
    with pytest.raises(NotFound, match="for which you have the permission"):
        app.failures.rerun(handler, trouble.id)


def test_a_failed_event_is_given_up(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """An event that is given up leaves the failure desk unprocessed, and a decision keeps the reason."""
    record_failed_event(app, chat)
    (trouble,) = app.failures.troubles(handler)
    app.failures.give_up(handler, trouble.id, "thử máy")
    app.worker.drain()
    assert app.failures.troubles(handler) == ()
    dialog.hears_nothing(AN)
    (decision,) = (
        app.internals.context.open_record(DECISION, record)
        for record in app.internals.context.storage.maintenance.scan("decision")
    )
    assert (decision.subject, decision.text) == (f"inbox:{trouble.id}", "thử máy")


def test_both_directions_make_one_list(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """Incoming and outgoing failures are one list with filters for direction, state and messenger, and pages without
    gaps or repeats.
    """
    for name, failure in (("Thử Thị Hoa", "rejected"), ("Thử Thị Mai", "expired_token")):
        make_message_fail(chat, dialog, failure, name)
    record_failed_event(app, chat)
    make_message_fail(chat, dialog, name="Thử Thị Lan")
    whole = app.failures.troubles(handler)
    paged: list[DeliveryFailure] = []
    while page := app.failures.troubles(handler, limit=2, after=paged[-1].id if paged else ""):
        paged += page
    assert tuple(paged) == whole
    assert [trouble.direction for trouble in whole].count("in") == 1
    assert len(whole) >= 3
    incoming = tuple(trouble for trouble in whole if trouble.direction == "in")
    assert app.failures.troubles(handler, direction="in") == incoming
    assert app.failures.troubles(handler, direction="out") == tuple(
        trouble for trouble in whole if trouble not in incoming
    )
    waiting = app.failures.troubles(handler, state="needs_person")
    assert waiting == tuple(trouble for trouble in whole if trouble.state == "needs_person")
    assert app.failures.troubles(handler, messenger="oa") == whole
    assert app.failures.troubles(handler, messenger="zalo") == ()
    assert app.failures.troubles(handler, direction="in", state="unknown") == ()


@pytest.mark.parametrize(("direction", "state"), [("up", ""), ("", "delivered")])
def test_invalid_filter_is_refused(app: App, handler: Actor, direction: str, state: str) -> None:
    """A filter value that doesn't exist is refused, since an empty list would look like good news."""
    with pytest.raises(BadInput, match="isn't possible: the direction is in or out, the state is one of"):
        app.failures.troubles(handler, direction=direction, state=state)


@pytest.fixture
def unknown_outcomes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform that can't report the outcome of a send."""
    monkeypatch.setattr(MockMessenger, "reconcile", lambda *_: Verdict.UNKNOWN)


@pytest.mark.usefixtures("unknown_outcomes")
def test_only_safe_actions_are_offered(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """Sending again is offered for a rejected message, but not for one that may have arrived."""
    for failure in ("rejected", "lost_answer"):
        chat.fail_next(failure)
        dialog.says(failure, THEFT)
    safe = {trouble.state: trouble.safe_actions for trouble in app.failures.troubles(handler)}
    assert safe == {"failed": ("resend", "give-up"), "unknown": ("confirm", "give-up")}


def test_old_failures_raise_an_alarm(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, handler: Actor
) -> None:
    """An alarm with number, time and age is raised for failures older than 24 hours, but not after a decision or if the
    clock was set back.
    """
    make_message_fail(chat, dialog)
    since = clock.now()
    clock.advance(timedelta(hours=24))
    assert app.failures.alarm(handler) is None
    clock.advance(timedelta(seconds=1))
    make_message_fail(chat, dialog)
    alarm = app.failures.alarm(handler)
    assert alarm == StalledFailures(count=2, since=since, age=timedelta(hours=24, seconds=1))
    clock.advance(timedelta(hours=-25))
    assert app.failures.alarm(handler) is None
    clock.advance(timedelta(hours=25))
    app.failures.give_up(handler, app.failures.troubles(handler)[0].id, "đã gọi")
    assert app.failures.alarm(handler) is None


def test_invisible_failures_raise_no_alarm(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, appoint: Appoint
) -> None:
    """A commune gets no alarm about failures of the district that it can't see."""
    make_message_fail(chat, dialog)
    clock.advance(timedelta(hours=25))
    assert app.failures.alarm(appoint("board_admin", unit="ninh-hai")) is None
    assert app.failures.alarm(appoint("board_admin")) is not None


def test_late_failure_report_reopens_the_delivery(
    app: App, dialog: Dialog, clock: FixedClock, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the platform later reports a delivered message as failed, it appears once on the failure desk and can be sent
    again.
    """
    dialog.says(AN, THEFT)
    (row,) = outbox(app)
    report = DeliveryReport("oa", row.platform_id, DeliveryNews.FAILED, clock.now())
    with monkeypatch.context() as patch:
        patch.setattr(MockMessenger, "parse", lambda *_: [report])
        for _ in range(2):
            dialog.says("Thử Thị Bình", "báo lỗi")
    (trouble,) = app.failures.troubles(handler)
    assert (trouble.id, trouble.state) == (row.id, "failed")
    assert "reported later" in trouble.reason
    app.failures.resend(handler, row.id)
    app.worker.drain()
    assert outbox(app)[0].state == "delivered"


@pytest.mark.usefixtures("unknown_outcomes")
def test_only_a_person_resends_unknown_outcomes(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, handler: Actor
) -> None:
    """A message with an unknown outcome is only sent again by a person."""
    chat.fail_next("lost_before")
    dialog.says(AN, THEFT)
    for _ in range(5):
        clock.advance(timedelta(hours=7))
        app.worker.tick()
        app.worker.drain()
    (row,) = outbox(app, "tip.receipt")
    assert (row.state, row.attempts) == ("unknown", 1)
    app.failures.resend(handler, row.id)
    app.worker.drain()
    assert (outbox(app, "tip.receipt")[0].state, len(chat.account.sent(row.id))) == ("delivered", 1)
