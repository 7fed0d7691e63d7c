"""A resident's request for erasure is handled from the platform's event to the destruction of the last key."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import PILOT, QUESTION, THEFT, Launch, journal, outbox
from tests.workflows.erasure.conftest import (
    NAME,
    REASON,
    RULE,
    Withdraws,
    erase_resident,
    is_readable,
    read_messages,
    report_and_end,
)

from anninh_core.app import App
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, pump
from anninh_core.usecase import Actor
from anninh_core.usecase.decision import DECISION
from anninh_core.vocabulary.messages import Withdrawal


def test_withdrawal_notifies_operators(
    app: App, chat: MockChat, dialog: Dialog, operator: Actor, withdraw_function: Withdraws
) -> None:
    """Operators get a notice of a withdrawal with only a pseudonym, and nothing is erased before a decision."""
    dialog.says(NAME, "chào")
    request = withdraw_function()
    notice = dialog.hears("Quản trị", r"Người dân (\w+) yêu cầu xóa")
    assert notice[1] == request.conversation.rpartition(".")[2][:4].upper()
    assert NAME not in notice.string
    assert {row.lane for row in outbox(app, "notice.withdrawal")} == {"broadcast"}
    assert (request.state, request.is_pending, is_readable(app, request.conversation)) == (
        ErasureState.OPEN,
        True,
        True,
    )
    assert "chào" in {message.text for message in read_messages(app)}


def test_age_counts_until_the_decision(
    app: App, dialog: Dialog, clock: FixedClock, operator: Actor, withdraw_function: Withdraws
) -> None:
    """The age of a request for erasure counts from its arrival until its decision."""
    dialog.says(NAME, "chào")
    request = withdraw_function()
    clock.advance(timedelta(days=4))
    assert request.age(clock.now()) == timedelta(days=4)
    refused = app.retention.refuse_erasure(operator, request.id, rule=RULE, reason=REASON)
    clock.advance(timedelta(days=4))
    assert refused.age(clock.now()) == timedelta(days=4)
    assert app.retention.erasures(operator).items == ()
    assert [erasure.state for erasure in app.retention.erasures(operator, pending=False).items] == [
        ErasureState.REFUSED
    ]


def test_repeated_withdrawal_is_one_request(
    app: App, dialog: Dialog, operator: Actor, withdraw_function: Withdraws
) -> None:
    """Repeated withdrawals of a resident are one request until its decision."""
    dialog.says(NAME, "chào")
    assert withdraw_function().id == withdraw_function().id
    assert len(app.retention.erasures(operator).items) == len(outbox(app, "notice.withdrawal")) == 1


def test_withdrawal_by_unknown_person_is_logged(app: App, chat: MockChat, operator: Actor) -> None:
    """A withdrawal by an unknown person opens no request and is in the journal."""
    chat.withdraws(chat.person(NAME))
    pump(app, chat)
    assert app.retention.erasures(operator).items == ()
    assert "erasure.of_nobody" in {event for entry in journal(app) for event in entry.events}


def test_anonymous_withdrawal_is_handled_by_hand(
    *,
    app: App,
    chat: MockChat,
    dialog: Dialog,
    operator: Actor,
    withdraw_function: Withdraws,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If the platform names no person in a withdrawal, it opens a request; an officer searches by hand and records the
    result.
    """
    withdrawal = Withdrawal(conversation=None, alias="app-7")
    monkeypatch.setattr(MockMessenger, "parse", lambda *_: [withdrawal])
    request = withdraw_function()
    assert (request.conversation, request.alias, request.asked_at) == ("", "app-7", request.received_at)
    dialog.hears("Quản trị", "không cho biết là ai")
    with pytest.raises(WrongStep, match="can't be carried out, because the platform didn't name the"):
        erase_resident(app, operator, request)
    done = app.retention.refuse_erasure(operator, request.id, rule=RULE, reason="Đã tìm và xóa bằng tay.")
    assert done.state is ErasureState.REFUSED


def test_erasure_removes_identity_and_texts(
    *, app: App, chat: MockChat, dialog: Dialog, operator: Actor, launch: Launch, withdraw_function: Withdraws
) -> None:
    """An erasure removes a person's identity and messages, also in groups, but no other person's, and records the
    decision.
    """
    launch()
    for name in (NAME, "Thử Thị Bình"):
        dialog.says(name, f"chào, tôi là {name}")
        dialog.says(name, f"cảm ơn, {name}", to=PILOT)
    request = withdraw_function()
    done = erase_resident(app, operator, request)
    texts = [message.text for message in read_messages(app)]
    assert not [text for text in texts if NAME in text]
    assert len([text for text in texts if "Bình" in text]) == 2
    assert not is_readable(app, request.conversation)
    assert (done.state, done.decided_by) == (ErasureState.DONE, operator.id)
    (decision,) = app.internals.context.iter_readable(
        DECISION, app.internals.context.storage.maintenance.scan(DECISION.name, 100)
    )
    assert (decision.subject, decision.by) == (f"erasure:{request.id}", operator.id)
    assert (decision.rule, decision.text, decision.reason) == (RULE, REASON, "erasure.granted")


def test_closed_case_outlives_erasure(
    *, app: App, chat: MockChat, dialog: Dialog, operator: Actor, handler: Actor, withdraw_function: Withdraws
) -> None:
    """A closed case keeps its own text after its reporter's erasure, but not the reporter's messages and identity."""
    tip = report_and_end(app, dialog, handler)
    request = withdraw_function()
    erase_resident(app, operator, request)
    assert app.tips.get(handler, tip.id).text == tip.text
    assert {
        (message.text, message.erased) for message in app.conversations.history(handler, f"tip:{tip.id}").items
    } == {("", True)}
    assert not is_readable(app, request.conversation)


@pytest.mark.parametrize("words", [THEFT, QUESTION])
def test_open_case_refuses_erasure(
    app: App, dialog: Dialog, operator: Actor, withdraw_function: Withdraws, words: str
) -> None:
    """While a reporter has an open case their erasure is refused, and the request waits unchanged."""
    dialog.says(NAME, words)
    request = withdraw_function()
    with pytest.raises(WrongStep, match="isn't over"):
        erase_resident(app, operator, request)
    assert app.retention.erasures(operator).items == (request,)
    assert words in {message.text for message in read_messages(app)}


def test_officer_cannot_be_erased(app: App, dialog: Dialog, operator: Actor, withdraw_function: Withdraws) -> None:
    """An officer can't be erased, because notices couldn't reach the officer any more."""
    request = withdraw_function("Quản trị")
    with pytest.raises(WrongStep, match="officer"):
        erase_resident(app, operator, request)


def test_erasure_needs_purge_permission(app: App, dialog: Dialog, handler: Actor, withdraw_function: Withdraws) -> None:
    """Only officers with permission to order purges see and decide requests for erasure."""
    dialog.says(NAME, "chào")
    request = withdraw_function()
    for act in (lambda: erase_resident(app, handler, request), lambda: app.retention.erasures(handler)):
        with pytest.raises(Refused, match=r"system\.operate"):
            act()


@pytest.mark.parametrize(("rule", "reason"), [("", REASON), (RULE, " ")])
def test_decision_needs_rule_and_reason(
    *, app: App, dialog: Dialog, operator: Actor, withdraw_function: Withdraws, rule: str, reason: str
) -> None:
    """A decision about an erasure needs a reason and a rule."""
    dialog.says(NAME, "chào")
    request = withdraw_function()
    with pytest.raises(BadInput, match="A decision about a person's data needs a rule and a reason"):
        app.retention.erase(operator, request.id, rule=rule, reason=reason)


def test_request_is_decided_once(app: App, dialog: Dialog, operator: Actor, withdraw_function: Withdraws) -> None:
    """A request for erasure that was carried out or refused can't be decided again."""
    dialog.says(NAME, "chào")
    request = withdraw_function()
    erase_resident(app, operator, request)
    for act in (
        erase_resident,
        lambda *_: app.retention.refuse_erasure(operator, request.id, rule=RULE, reason=REASON),
    ):
        with pytest.raises(WrongStep, match="done already"):
            act(app, operator, request)
