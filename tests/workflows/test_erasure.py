"""What becomes of a person's wish to be erased, from the platform's event to the last key."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.messaging.conftest import PILOT, QUESTION, THEFT, Appoint, Launch, journal, outbox

from anninh_core.app import App
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, Message
from anninh_core.domain.retention import Erasure, ErasureState
from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.errors import BadInput, DecryptionError, Refused, WrongStep
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, pump
from anninh_core.usecase import Actor
from anninh_core.usecase.decision import DECISION
from anninh_core.usecase.encryption.blob_references import BlobReferences
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Withdrawal
from anninh_core.workflows import erasure

NAME = "Thử Văn An"
RULE, REASON = "91/2025/QH15, điều 14", "Người dân yêu cầu."
Withdraws = Callable[..., Erasure]
"""Called with a person's name: they withdraw; returns their wish as it was put down."""


@pytest.fixture
def operator(appoint: Appoint, chat: MockChat, app: App) -> Actor:
    """An operator of the whole district who has a chat."""
    phone = chat.person("Quản trị")
    chat.says(phone, "chào")
    pump(app, chat)
    said = next(iter(messages(app)))
    chat.hears(phone)
    return appoint("operator", conversation=said.conversation)


@pytest.fixture
def withdraws(app: App, chat: MockChat, operator: Actor) -> Withdraws:
    def withdraw(name: str = NAME) -> Erasure:
        chat.withdraws(chat.person(name))
        pump(app, chat)
        return app.retention.erasures(operator).items[-1]

    return withdraw


def messages(app: App) -> list[Message]:
    """Return every message whose words can be read, or that says that they are gone."""
    return [*app.context.iter_readable(MESSAGE, app.context.storage.maintenance.scan(MESSAGE.name, 100))]


def readable(app: App, conversation: str) -> bool:
    record = app.context.storage.records.get(CONVERSATION.name, conversation)
    assert record is not None
    try:
        return app.context.open_record(CONVERSATION, record).id == conversation
    except DecryptionError:
        return False


def ended(app: App, dialog: Dialog, handler: Actor) -> Tip:
    """Let somebody report, and hear the outcome."""
    dialog.says(NAME, THEFT)
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, unit="ninh-hoa", category=tip.category, urgency="ordinary")
    app.tips.settle(handler, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.answer(handler, tip.id)
    app.worker.drain()
    return app.tips.get(handler, tip.id)


def erased(app: App, operator: Actor, wish: Erasure) -> Erasure:
    return app.retention.erase(operator, wish.id, rule=RULE, reason=REASON)


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


def test_told_twice(app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws) -> None:
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
    with pytest.raises(WrongStep, match="didn't say who"):
        erased(app, operator, wish)
    done = app.retention.refuse_erasure(operator, wish.id, rule=RULE, reason="Đã tìm và xóa bằng tay.")
    assert done.state is ErasureState.REFUSED


def test_everything_goes(
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
    (decision,) = app.context.iter_readable(DECISION, app.context.storage.maintenance.scan(DECISION.name, 100))
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


@pytest.mark.parametrize("held", ["identity", "conversation", "tip"])
def test_a_hold_forbids_it(
    *, app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws, held: str
) -> None:
    """Whether it is on the person, their conversation or a case of theirs; once it is released, it can be done."""
    tip = ended(app, dialog, handler)
    wish = withdraws()
    scope = f"{held}:{tip.id if held == 'tip' else wish.conversation}"
    hold = app.retention.hold(operator, scope, unit=tip.unit, reason="Điều tra", review_on=date(2031, 1, 1))
    with pytest.raises(WrongStep, match=f"legal hold {hold.id}"):
        erased(app, operator, wish)
    assert readable(app, wish.conversation)
    app.retention.release_hold(operator, hold.id)
    assert erased(app, operator, wish).state is ErasureState.DONE


def test_an_officer_isn_t_erased(app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws) -> None:
    """Notices would reach nobody any more."""
    wish = withdraws("Quản trị")
    with pytest.raises(WrongStep, match="officer"):
        erased(app, operator, wish)


def test_who_may(app: App, dialog: Dialog, handler: Actor, withdraws: Withdraws) -> None:
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
    with pytest.raises(BadInput, match="cites a rule"):
        app.retention.erase(operator, wish.id, rule=rule, reason=reason)


def test_it_is_decided_once(app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws) -> None:
    """What was erased or refused isn't decided again."""
    dialog.says(NAME, "chào")
    wish = withdraws()
    erased(app, operator, wish)
    for act in (erased, lambda *_: app.retention.refuse_erasure(operator, wish.id, rule=RULE, reason=REASON)):
        with pytest.raises(WrongStep, match="done already"):
            act(app, operator, wish)


def test_broken_off(
    app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on under the decision that stands, portion by portion."""
    for words in ("chào", "chào lần nữa", "cảm ơn"):
        dialog.says(NAME, words)
    wish = withdraws()
    monkeypatch.setattr(erasure, "_BATCH_SIZE", 1)
    monkeypatch.setattr(app.services.retention.erasures, "order_erasure", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        erased(app, operator, wish)
    monkeypatch.undo()
    (granted,) = app.retention.erasures(operator).items
    assert (granted.state, granted.is_pending) == (ErasureState.GRANTED, True)
    assert erased(app, operator, wish).decided_at == granted.decided_at
    assert len([*app.context.storage.maintenance.scan(DECISION.name, 100)]) == 1


@pytest.mark.parametrize("late", [False, True])
def test_somebody_still_writing(
    *, app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    """What is said in the last moment isn't destroyed unseen; the officer carries it out again."""
    dialog.says(NAME, "chào")
    wish, order, words = withdraws(), erasure.ErasureWorkflow._order_erasure, ["cảm ơn"]

    def meanwhile(self: erasure.ErasureWorkflow, uow: UnitOfWork, *, id: str) -> Erasure:
        if words and not late:
            dialog.says(NAME, words.pop())
        done = order(self, uow, id=id)
        if words:
            dialog.says(NAME, words.pop())
        return done

    monkeypatch.setattr(erasure.ErasureWorkflow, "_order_erasure", meanwhile)
    with pytest.raises(WrongStep, match="just now"):
        erased(app, operator, wish)
    assert readable(app, wish.conversation)
    assert erased(app, operator, wish).state is ErasureState.DONE
    assert {message.text for message in messages(app) if message.sender == wish.conversation} == {""}


def test_who_comes_back(
    *, app: App, chat: MockChat, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws
) -> None:
    """Begins anew, is heard and answered, and may withdraw once more; the old case can still be read."""
    tip = ended(app, dialog, handler)
    erased(app, operator, withdraws())
    dialog.says(NAME, "chào")
    assert readable(app, tip.conversation)
    assert app.tips.get(handler, tip.id).id == tip.id
    assert app.conversations.history(handler, f"tip:{tip.id}").items
    again = withdraws()
    assert erased(app, operator, again).state is ErasureState.DONE
    assert not readable(app, tip.conversation)
    assert "chào" not in {message.text for message in messages(app) if message.sender == tip.conversation}


def test_nothing_is_damaged(app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws) -> None:
    """Once they are back and have a new key, everything of before that has their name either opens or was taken out."""
    dialog.says(NAME, "chào")
    erased(app, operator, withdraws())
    dialog.says(NAME, "chào lại")
    assert {"", "chào", "chào lại"} == {message.text for message in messages(app)}
    names = BlobReferences(app.runner, frozenset({bytes(32)}))
    for row in app.context.storage.maintenance.dump():
        names.scan_row(row)
    assert names.unreadable == 0


def test_what_came_between(
    *, app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said after the order and before the purge goes with the rest, and damages nothing when they are back."""
    dialog.says(NAME, "chào")
    wish, purge = withdraws(), app.retention.purge
    with monkeypatch.context() as patched:
        patched.setattr(type(app.services.retention.purges), "purge", lambda *_, **__: ())
        erased(app, operator, wish)
        dialog.says(NAME, "cảm ơn")
    purge(operator)
    dialog.says(NAME, "chào lại")
    mine = [message.text for message in messages(app) if message.sender == wish.conversation]
    assert mine == ["", "chào lại"]
    assert withdraws().is_pending


def test_who_came_back_can_be_held(app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws) -> None:
    """The purge of before is over; what is under hold isn't purged again."""
    dialog.says(NAME, "chào")
    wish = withdraws()
    erased(app, operator, wish)
    scope = f"identity:{wish.conversation}"
    with pytest.raises(WrongStep, match="ordered before"):
        app.retention.hold(operator, scope, unit="hoa-lu", reason="Điều tra", review_on=date(2031, 1, 1))
    dialog.says(NAME, "chào lại")
    app.retention.hold(operator, scope, unit="hoa-lu", reason="Điều tra", review_on=date(2031, 1, 1))
    with pytest.raises(WrongStep, match="legal hold"):
        app.retention.order_purge(operator, scope, unit="hoa-lu", reason="request")
