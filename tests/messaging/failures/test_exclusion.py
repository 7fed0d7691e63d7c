"""An officer who is excluded from a case can neither see nor decide the failures of its messages."""

from collections.abc import Callable

import pytest
from tests.messaging.conftest import THEFT, Appoint, journal, outbox

from anninh_core.app import App
from anninh_core.domain.tips import Tip, TipState
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.testing import Dialog, MockChat
from anninh_core.usecase import Actor

AN = "Thử Văn An"
Act = Callable[[App, Actor, str], object]


def make_answer_fail(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> tuple[Tip, str]:
    """Make the answer to a tip fail, and return the tip and the outbox row of the answer."""
    dialog.says(AN, THEFT)
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.settle(handler, tip.id, TipState.RESOLVED, answer="Đã tìm thấy xe.", reason="solved")
    chat.fail_next("rejected")
    app.tips.answer(handler, tip.id)
    app.worker.drain()
    return tip, outbox(app, "tip.answer")[0].id


@pytest.mark.parametrize(
    "act",
    [
        lambda app, actor, row: app.failures.waiting(actor, row),
        lambda app, actor, row: app.failures.confirm(actor, row, "gọi điện"),
        lambda app, actor, row: app.failures.confirm_posted(actor, row),
        lambda app, actor, row: app.failures.resend(actor, row),
        lambda app, actor, row: app.failures.give_up(actor, row, "moved_away"),
    ],
)
def test_an_excluded_officer_decides_nothing(
    *, app: App, chat: MockChat, dialog: Dialog, handler: Actor, appoint: Appoint, act: Act
) -> None:
    """An excluded officer who decides about a row of the case gets the same refusal as for a missing row; the journal
    has the true reason.
    """
    tip, row = make_answer_fail(app, chat, dialog, handler)
    app.tips.exclusions.add(appoint("tip_supervisor"), tip.id, handler.id, "người nhà")
    before = len(journal(app))
    messages = set()
    for id in (row, "nothing"):
        with pytest.raises(Refused) as refused:
            act(app, handler, id)
        messages.add(str(refused.value).replace(id, "X"))
    assert len(messages) == 1
    entries = journal(app)[before:]
    assert [entry.outcome for entry in entries] == ["refused", "refused"]
    assert "excluded" in str(entries[0].facts["why"])
    assert outbox(app, "tip.answer")[0].state == "failed"


def test_an_excluded_officer_sees_no_failure_and_no_ledger(
    *, app: App, chat: MockChat, dialog: Dialog, handler: Actor, appoint: Appoint
) -> None:
    """An excluded officer sees the case's failure neither in the list nor in the ledger; other officers see it, and
    each read is in the journal.
    """
    tip, row = make_answer_fail(app, chat, dialog, handler)
    other = appoint("tip_officer")
    app.tips.exclusions.add(appoint("tip_supervisor"), tip.id, handler.id, "người nhà")
    assert app.failures.troubles(handler) == ()
    assert app.failures.alarm(handler) is None
    with pytest.raises(Refused):
        app.failures.ledger(handler, f"tip:{tip.id}")
    assert [trouble.id for trouble in app.failures.troubles(other)] == [row]
    assert [entry.action for entry in journal(app) if entry.actor == other.label] == ["delivery.troubles"]
    assert row in {sent.id for sent in app.failures.ledger(other, f"tip:{tip.id}")}
    assert journal(app)[-1].action == "delivery.ledger"


@pytest.mark.parametrize("id", ["ninh-hoa", "nobody", "conversation:x"])
def test_only_officers_are_excluded(app: App, dialog: Dialog, handler: Actor, appoint: Appoint, id: str) -> None:
    """Only an officer can be excluded; a unit's id or an unknown id is refused."""
    dialog.says(AN, THEFT)
    tip = app.tips.list(handler).items[0]
    with pytest.raises(BadInput, match="lists, or exclude a whole unit with"):
        app.tips.exclusions.add(appoint("tip_supervisor"), tip.id, id, "người nhà")


def test_tip_is_assigned_to_permitted_officers_only(app: App, dialog: Dialog, handler: Actor, appoint: Appoint) -> None:
    """A tip can't be assigned to an unknown officer, to an officer without the role for the tip's unit, or to an
    excluded officer.
    """
    dialog.says(AN, THEFT)
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime", unit="ninh-hoa")
    editor = appoint("editor")
    local = appoint("tip_officer", unit="ninh-van")
    excluded = appoint("tip_officer")
    app.tips.exclusions.add(appoint("tip_supervisor"), tip.id, excluded.id, "người nhà")
    for id, why in (
        ("nobody", "lists the officers"),
        (editor.id, "no tips"),
        (local.id, "no tips"),
        (excluded.id, "excluded"),
    ):
        with pytest.raises(BadInput, match=why):
            app.tips.assign(handler, tip.id, unit="ninh-hoa", officers=[id])
    assert app.tips.assign(handler, tip.id, unit="ninh-hoa", officers=[handler.id]).handlers == (handler.id,)


def test_unit_officers_see_failed_answers(
    *, app: App, chat: MockChat, dialog: Dialog, handler: Actor, appoint: Appoint
) -> None:
    """Officers of a tip's unit see that its answer failed, although the reporter wrote to the district; officers of
    other units don't.
    """
    dialog.says(AN, THEFT)
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime", unit="ninh-hoa")
    local = appoint("tip_officer", unit="ninh-hoa")
    stranger = appoint("tip_officer", unit="ninh-van")
    app.tips.settle(local, tip.id, TipState.RESOLVED, answer="Đã tìm thấy xe.", reason="solved")
    chat.fail_next("rejected")
    app.tips.answer(local, tip.id)
    app.worker.drain()
    (trouble,) = app.failures.troubles(local)
    assert app.failures.troubles(stranger) == ()
    app.failures.confirm(local, trouble.id, "gọi điện lúc 9 giờ")
    assert app.tips.get(local, tip.id).state is TipState.ANSWERED
