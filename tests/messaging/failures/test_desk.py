"""The failure desk."""

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


def failed(chat: MockChat, dialog: Dialog, failure: str = "rejected", name: str = AN) -> None:
    chat.fail_next(failure)
    dialog.says(name, THEFT)


def test_what_is_sent_again_arrives(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """A person decides to try once more; the desk is empty and the entry names who decided."""
    failed(chat, dialog)
    (trouble,) = app.failures.troubles(handler)
    app.failures.resend(handler, trouble.id)
    entry = journal(app)[-1]
    assert (entry.actor, entry.events, entry.facts["outbox"]) == (handler.label, ("delivery.resent",), trouble.id)
    app.worker.drain()
    dialog.hears(AN, "Mã tiếp nhận")
    assert app.failures.troubles(handler) == ()


def test_what_is_given_up_stays_unsent(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """It is off the desk, with the reason in the journal, and the ledger keeps it."""
    failed(chat, dialog, "expired_token")
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


def test_a_confirmed_answer_reaches_its_tip(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """A person states that the answer arrived; the tip is answered by that proof, in the same commit."""
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


def test_a_confirmed_answer_reaches_its_inquiry(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """The same for a question."""
    dialog.says(AN, QUESTION)
    inquiry = app.inquiries.list(handler).items[0]
    chat.fail_next("rejected")
    app.inquiries.answer(handler, inquiry.id, text="Tại Công an huyện.")
    app.worker.drain()
    app.failures.confirm(handler, outbox(app, "inquiry.answer")[0].id, "ở quầy")
    assert app.inquiries.get(handler, inquiry.id).state is InquiryState.ANSWERED


def test_a_confirmation_needs_a_proof(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """`It arrived` alone is no proof."""
    failed(chat, dialog)
    with pytest.raises(BadInput, match="The proof is missing: write how you know, for example a link"):
        app.failures.confirm(handler, outbox(app)[0].id, "  ")


def test_only_what_waits_is_decided(app: App, dialog: Dialog, handler: Actor) -> None:
    """What arrived can't be sent again or given up, and an unknown row says where to look."""
    dialog.says(AN, THEFT)
    with pytest.raises(BadInput, match="but only these states wait for a person"):
        app.failures.resend(handler, outbox(app)[0].id)
    with pytest.raises(NotFound, match="no row 'x'"):
        app.failures.give_up(handler, "x", "typo")


def test_the_desk_is_closed_to_others(app: App, chat: MockChat, dialog: Dialog, appoint: Appoint) -> None:
    """An editor neither sees nor decides."""
    failed(chat, dialog)
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
    """A commune's board sees and decides what concerns its group; what concerns the district stays there."""
    group = launch()
    failed(chat, dialog)
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


def test_others_failed_events_hide_none_of_ones_own(app: App, launch: Launch, appoint: Appoint) -> None:
    """The limit counts what the officer may see."""
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
    """What waits longest is shown first, up to a limit."""
    for name in ("An", "Bình", "Cúc"):
        chat.fail_next("rejected")
        dialog.says(name, THEFT)
    since = [trouble.since for trouble in app.failures.troubles(handler)]
    assert since == sorted(since)
    assert len(app.failures.troubles(handler, limit=2)) == 2


def test_how_it_is_known_is_kept_sealed(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """Words may name somebody: the ledger says only whose word it is, the words lie sealed. A link stands as it is."""
    for name in (AN, "Thử Thị Bình"):
        failed(chat, dialog, name=name)
    words, link = outbox(app)
    app.failures.confirm(handler, words.id, "bà Mẫu xác nhận qua 0912345678")
    app.failures.confirm(handler, link.id, "https://vi-du.vn/bai/1")
    assert [row.proof for row in outbox(app)] == [f"by word of {handler.id}", "https://vi-du.vn/bai/1"]
    (decision,) = (
        app.internals.context.open_record(DECISION, record)
        for record in app.internals.context.storage.maintenance.scan("decision")
    )
    assert (decision.subject, decision.text) == (f"outbox:{words.id}", "bà Mẫu xác nhận qua 0912345678")


def failed_event(app: App, chat: MockChat) -> None:
    """Take an event in and let processing it fail for good."""
    chat.says(chat.person(AN), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    (row,) = app.internals.context.storage.queues.claim_inbox(
        app.internals.context.clock.now(), timedelta(minutes=1), 1
    )
    failed = InboxSettled(id=row.id, token=row.token, state=InboxState.FAILED, error="RuntimeError")
    app.internals.context.storage.commit([ChangeSet(inbox_settled=failed)])


def test_a_failed_event_is_run_again(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """Once what broke it is mended, a person lets it be processed, and its reporter is answered."""
    failed_event(app, chat)
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
    """It is off the desk and stays unprocessed; who decided, and why, stands in a decision."""
    failed_event(app, chat)
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
    """It is filtered by direction, state and messenger, and read page by page without a gap or a repeat."""
    for name, failure in (("Thử Thị Hoa", "rejected"), ("Thử Thị Mai", "expired_token")):
        failed(chat, dialog, failure, name)
    failed_event(app, chat)
    failed(chat, dialog, name="Thử Thị Lan")
    whole = app.failures.troubles(handler)
    paged: list[DeliveryFailure] = []
    while page := app.failures.troubles(handler, limit=2, after=paged[-1].id if paged else ""):
        paged += page
    assert tuple(paged) == whole
    assert [trouble.direction for trouble in whole].count("in") == 1
    assert len(whole) >= 3
    came = tuple(trouble for trouble in whole if trouble.direction == "in")
    assert app.failures.troubles(handler, direction="in") == came
    assert app.failures.troubles(handler, direction="out") == tuple(one for one in whole if one not in came)
    waiting = app.failures.troubles(handler, state="needs_person")
    assert waiting == tuple(trouble for trouble in whole if trouble.state == "needs_person")
    assert app.failures.troubles(handler, messenger="oa") == whole
    assert app.failures.troubles(handler, messenger="zalo") == ()
    assert app.failures.troubles(handler, direction="in", state="unknown") == ()


@pytest.mark.parametrize(("direction", "state"), [("up", ""), ("", "delivered")])
def test_a_filter_that_fits_nothing_is_refused(app: App, handler: Actor, direction: str, state: str) -> None:
    """Instead of an empty list that looks like good news."""
    with pytest.raises(BadInput, match="isn't possible: the direction is in or out, the state is one of"):
        app.failures.troubles(handler, direction=direction, state=state)


@pytest.fixture
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform that can't tell what became of a message."""
    monkeypatch.setattr(MockMessenger, "reconcile", lambda *_: Verdict.UNKNOWN)


@pytest.mark.usefixtures("untold")
def test_what_is_safe_is_said(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """What may have arrived is never offered to be sent again; what has not is."""
    for failure in ("rejected", "lost_answer"):
        chat.fail_next(failure)
        dialog.says(failure, THEFT)
    safe = {trouble.state: trouble.safe_actions for trouble in app.failures.troubles(handler)}
    assert safe == {"failed": ("resend", "give-up"), "unknown": ("confirm", "give-up")}


def test_an_alarm_is_raised_when_the_list_stands_still(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, handler: Actor
) -> None:
    """Older than a day: how many and since when. A clock set back raises none; once it is decided, it is over."""
    failed(chat, dialog)
    since = clock.now()
    clock.advance(timedelta(hours=24))
    assert app.failures.alarm(handler) is None
    clock.advance(timedelta(seconds=1))
    failed(chat, dialog)
    raised = app.failures.alarm(handler)
    assert raised == StalledFailures(count=2, since=since, age=timedelta(hours=24, seconds=1))
    clock.advance(timedelta(hours=-25))
    assert app.failures.alarm(handler) is None
    clock.advance(timedelta(hours=25))
    app.failures.give_up(handler, app.failures.troubles(handler)[0].id, "đã gọi")
    assert app.failures.alarm(handler) is None


def test_others_lists_raise_no_alarm(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, appoint: Appoint
) -> None:
    """What stands still at the district is not for a commune that can't see it."""
    failed(chat, dialog)
    clock.advance(timedelta(hours=25))
    assert app.failures.alarm(appoint("board_admin", unit="ninh-hai")) is None
    assert app.failures.alarm(appoint("board_admin")) is not None


def test_a_message_that_the_platform_took_back_lies_on_the_desk(
    app: App, dialog: Dialog, clock: FixedClock, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later report of failure overrules the receipt, once; sent again, it arrives."""
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


@pytest.mark.usefixtures("untold")
def test_a_message_of_unknown_outcome_is_only_sent_again_by_a_person(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, handler: Actor
) -> None:
    """Days go by and nothing repeats it; a person who has made sure may."""
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
