"""An officer with a bound chat may sign in with a code that is sent to this chat, which doesn't count as a second
factor.
"""

from datetime import timedelta

import pytest
from tests.domain.accounts.conftest import Trail
from tests.support.sign_in import CLIENT, AccountHolder

from anninh_core.app import App
from anninh_core.kernel.errors import NotSignedIn, Refused, StepUpNeeded, TooManyRequests
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.testing import Dialog, FixedClock, MockChat, pump
from anninh_core.usecase.actor import Actor

CHAT = "Cán bộ Hoa"


@pytest.fixture
def holder_with_chat(anninh_app: App, dialog: Dialog, hoa: AccountHolder, boss: Actor) -> AccountHolder:
    """Return the officer Hoa, who has a bound chat."""
    dialog.says(CHAT, anninh_app.units.begin_binding(boss, hoa.id).code)
    dialog.hears(CHAT, "gắn với cán bộ")
    return hoa


@pytest.fixture
def request_code(
    anninh_app: App, mock_chat: MockChat, dialog: Dialog, holder_with_chat: AccountHolder
) -> "CodeRequest":
    return CodeRequest(anninh_app, mock_chat, dialog, holder_with_chat)


class CodeRequest:
    """Requests a sign-in code for an officer and returns it from the chat."""

    def __init__(self, app: App, chat: MockChat, dialog: Dialog, holder: AccountHolder) -> None:
        self.app = app
        self.chat = chat
        self.dialog = dialog
        self.holder = holder

    def __call__(self) -> str:
        self.app.accounts.request_chat_code(self.holder.name, client=CLIENT)
        pump(self.app, self.chat)
        return self.dialog.hears(CHAT, r"một lần: (\S+)\. Mã dùng được trong 10 phút")[1]


def test_chat_code_signs_in_once(anninh_app: App, holder_with_chat: AccountHolder, request_code: CodeRequest) -> None:
    """A chat code signs in once, never counts as a second factor, and its session can't be confirmed with a second
    factor.
    """
    code = request_code()
    begun = anninh_app.accounts.sign_in_by_chat_code(holder_with_chat.name, code.lower(), client=CLIENT)
    me = anninh_app.accounts.authenticate_token(begun.token)
    assert (me.id, me.sign_in.method, begun.fresh_until) == (holder_with_chat.id, SignInMethod.CHAT, None)
    with pytest.raises(StepUpNeeded):
        anninh_app.accounts.renew_recovery_codes(me)
    with pytest.raises(Refused, match="can't be confirmed with a second factor: sign in with your"):
        anninh_app.accounts.step_up(me, holder_with_chat.code())
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.sign_in_by_chat_code(holder_with_chat.name, code, client=CLIENT)


def test_a_code_ends_after_minutes(
    anninh_app: App, holder_with_chat: AccountHolder, request_code: CodeRequest, anninh_clock: FixedClock
) -> None:
    """A code expires after ten minutes, and a second request within moments sends no code."""
    code = request_code()
    anninh_app.accounts.request_chat_code(holder_with_chat.name, client=CLIENT)
    pump(anninh_app, request_code.chat)
    request_code.dialog.hears_nothing(CHAT)
    anninh_clock.advance(timedelta(minutes=10))
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.sign_in_by_chat_code(holder_with_chat.name, code, client=CLIENT)


def test_requests_dont_reveal_bound_chats(
    anninh_app: App, lan: AccountHolder, mock_chat: MockChat, journal: Trail
) -> None:
    """A request for a chat code gives the same result and the same entry for an unknown name and for an account without
    a chat.
    """
    before = len(journal())
    for name in ("nobody", lan.name):
        assert anninh_app.accounts.request_chat_code(name) is None
        with pytest.raises(NotSignedIn):
            anninh_app.accounts.sign_in_by_chat_code(name, "AAAA-BBBB")
    pump(anninh_app, mock_chat)
    requests = [entry for entry in journal()[before:] if entry.events == ("account.code_asked",)]
    assert [dict(entry.facts) for entry in requests] == [{}, {}]
    assert mock_chat.messages() == []


def test_asking_and_guessing_are_slowed_down(anninh_app: App, holder_with_chat: AccountHolder) -> None:
    """Requests for chat codes and guesses of codes are slowed down, so that chats aren't flooded and codes aren't
    guessed.
    """
    with pytest.raises(TooManyRequests):
        request_often(anninh_app, holder_with_chat.name)
    with pytest.raises(TooManyRequests):
        guess_often(anninh_app, holder_with_chat.name)


def request_often(app: App, name: str) -> None:
    for _ in range(20):
        app.accounts.request_chat_code(name)


def guess_often(app: App, name: str) -> None:
    for _ in range(20):
        try:
            app.accounts.sign_in_by_chat_code(name, "AAAA-BBBB")
        except NotSignedIn:
            continue
        raise AssertionError("a guess was right")


def test_code_isnt_stored_in_clear(anninh_app: App, request_code: CodeRequest, journal: Trail) -> None:
    """A chat code is neither in the journal nor in the account; in the outbox it is encrypted."""
    code = request_code()
    assert code not in str(journal())
    record = anninh_app.internals.context.storage.records.get("account", request_code.holder.id)
    assert record is not None
    assert code.encode() not in anninh_app.internals.context.open_body(record)
