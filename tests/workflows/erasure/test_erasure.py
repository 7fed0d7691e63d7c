"""What becomes of a person's wish to be erased, from the platform's event to the last key."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import PILOT, QUESTION, THEFT, Launch, journal, outbox
from tests.workflows.erasure.conftest import NAME, REASON, RULE, Withdraws, ended, erased, messages, readable

from anninh_core.app import App
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, pump
from anninh_core.usecase import Actor
from anninh_core.usecase.decision import DECISION
from anninh_core.vocabulary.messages import Withdrawal


def test_officers_are_told(app: App, chat: MockChat, dialog: Dialog, operator: Actor, withdraws: Withdraws) -> None:
    """By a pseudonym and nothing else; nothing is erased before one of them decides."""
    dialog.says(NAME, "chào")
    wish = withdraws()
    notice = dialog.hears("Quản trị", r"Người dân (\w+) yêu cầu xóa")
    assert notice[1] == wish.conversation.rpartition(".")[2][:4].upper()
    assert NAME not in notice.string
    assert {row.lane for row in outbox(app, "notice.withdrawal")} == {"broadcast"}
    assert (wish.state, wish.is_pending, readable(app, wish.conversation)) == (ErasureState.OPEN, True, True)
    assert "chào" in {message.text for message in messages(app)}


def test_its_age_is_told(app: App, dialog: Dialog, clock: FixedClock, operator: Actor, withdraws: Withdraws) -> None:
    """It counts from when it came, and stands still once somebody has decided."""
    dialog.says(NAME, "chào")
    wish = withdraws()
    clock.advance(timedelta(days=4))
    assert wish.age(clock.now()) == timedelta(days=4)
    refused = app.retention.refuse_erasure(operator, wish.id, rule=RULE, reason=REASON)
    clock.advance(timedelta(days=4))
    assert refused.age(clock.now()) == timedelta(days=4)
    assert app.retention.erasures(operator).items == ()
    assert [one.state for one in app.retention.erasures(operator, pending=False).items] == [ErasureState.REFUSED]


def test_repeated_withdrawal_is_one_request(app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws) -> None:
    """It is one wish as long as nobody has decided."""
    dialog.says(NAME, "chào")
    assert withdraws().id == withdraws().id
    assert len(app.retention.erasures(operator).items) == len(outbox(app, "notice.withdrawal")) == 1


def test_of_somebody_unknown(app: App, chat: MockChat, operator: Actor) -> None:
    """Of whom nothing is kept there is nothing to decide; the trail says that they asked."""
    chat.withdraws(chat.person(NAME))
    pump(app, chat)
    assert app.retention.erasures(operator).items == ()
    assert "erasure.of_nobody" in {event for entry in journal(app) for event in entry.events}


def test_of_nobody_knows_whom(
    *, app: App, chat: MockChat, dialog: Dialog, operator: Actor, withdraws: Withdraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is put before an officer all the same, who looks for them by hand and says what was done."""
    gone = Withdrawal(conversation=None, alias="app-7")
    monkeypatch.setattr(MockMessenger, "parse", lambda *_: [gone])
    wish = withdraws()
    assert (wish.conversation, wish.alias, wish.asked_at) == ("", "app-7", wish.received_at)
    dialog.hears("Quản trị", "không cho biết là ai")
    with pytest.raises(WrongStep, match="can't be carried out, because the platform didn't name the"):
        erased(app, operator, wish)
    done = app.retention.refuse_erasure(operator, wish.id, rule=RULE, reason="Đã tìm và xóa bằng tay.")
    assert done.state is ErasureState.REFUSED


def test_erasure_removes_identity_and_texts(
    *, app: App, chat: MockChat, dialog: Dialog, operator: Actor, launch: Launch, withdraws: Withdraws
) -> None:
    """Who they are and their words, in groups too, and nothing of anybody else; the decision stays on record."""
    launch()
    for name in (NAME, "Thử Thị Bình"):
        dialog.says(name, f"chào, tôi là {name}")
        dialog.says(name, f"cảm ơn, {name}", to=PILOT)
    wish = withdraws()
    done = erased(app, operator, wish)
    left = [message.text for message in messages(app)]
    assert not [text for text in left if NAME in text]
    assert len([text for text in left if "Bình" in text]) == 2
    assert not readable(app, wish.conversation)
    assert (done.state, done.decided_by) == (ErasureState.DONE, operator.id)
    (decision,) = app.internals.context.iter_readable(
        DECISION, app.internals.context.storage.maintenance.scan(DECISION.name, 100)
    )
    assert (decision.subject, decision.by) == (f"erasure:{wish.id}", operator.id)
    assert (decision.rule, decision.text, decision.reason) == (RULE, REASON, "erasure.granted")


def test_a_closed_case_stays(
    *, app: App, chat: MockChat, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws
) -> None:
    """With its own text, for as long as the profile says; its reporter and what they wrote can't be found any more."""
    tip = ended(app, dialog, handler)
    wish = withdraws()
    erased(app, operator, wish)
    assert app.tips.get(handler, tip.id).text == tip.text
    assert {
        (message.text, message.erased) for message in app.conversations.history(handler, f"tip:{tip.id}").items
    } == {("", True)}
    assert not readable(app, wish.conversation)


@pytest.mark.parametrize("words", [THEFT, QUESTION])
def test_an_open_case_forbids_it(app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws, words: str) -> None:
    """The officer is told which; nothing is decided or lost, and it waits."""
    dialog.says(NAME, words)
    wish = withdraws()
    with pytest.raises(WrongStep, match="isn't over"):
        erased(app, operator, wish)
    assert app.retention.erasures(operator).items == (wish,)
    assert words in {message.text for message in messages(app)}


def test_an_officer_isn_t_erased(app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws) -> None:
    """Notices would reach nobody any more."""
    wish = withdraws("Quản trị")
    with pytest.raises(WrongStep, match="officer"):
        erased(app, operator, wish)


def test_erasure_needs_purge_permission(app: App, dialog: Dialog, handler: Actor, withdraws: Withdraws) -> None:
    """Only those who may order a purge see and decide; and they say why and by which rule."""
    dialog.says(NAME, "chào")
    wish = withdraws()
    for act in (lambda: erased(app, handler, wish), lambda: app.retention.erasures(handler)):
        with pytest.raises(Refused, match=r"system\.operate"):
            act()


@pytest.mark.parametrize(("rule", "reason"), [("", REASON), (RULE, " ")])
def test_a_decision_says_why(
    *, app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws, rule: str, reason: str
) -> None:
    """And cites a rule."""
    dialog.says(NAME, "chào")
    wish = withdraws()
    with pytest.raises(BadInput, match="A decision about a person's data needs a rule and a reason"):
        app.retention.erase(operator, wish.id, rule=rule, reason=reason)


def test_it_is_decided_once(app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws) -> None:
    """What was erased or refused isn't decided again."""
    dialog.says(NAME, "chào")
    wish = withdraws()
    erased(app, operator, wish)
    for act in (erased, lambda *_: app.retention.refuse_erasure(operator, wish.id, rule=RULE, reason=REASON)):
        with pytest.raises(WrongStep, match="done already"):
            act(app, operator, wish)
