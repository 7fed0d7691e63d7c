"""The account's sent messages, found in its conversations."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from tests.zalo.conftest import Bench
from tests.zalo.history.conftest import MINUTE, history_of, talk

from anninh_core.kernel.errors import RetryLater, UnknownOutcome
from anninh_core.vocabulary.messages import Address, Attachment, OutgoingMessage, Place
from anninh_zalo.history.history import History
from anninh_zalo.sending.parts import SplitOptions
from anninh_zalo.testing import Person

TEXT = "Cảm ơn bà con."


def ids(entries: object) -> Sequence[str] | None:
    return None if entries is None else [entry.platform_id for entry in entries]  # type: ignore[attr-defined]


def address(id: str, place: Place = Place.PERSON) -> Address:
    return Address("oa", place, id)


def test_message_with_lost_response_is_found(bench: Bench, history: History) -> None:
    """A message sent with a lost response is found with its id and time, and a message that was lost on the way
    isn't.
    """
    person = bench.somebody()
    since = bench.clock.now()
    message = bench.to(person)
    bench.sandbox.fail_next("lost_answer", "/message/cs")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(message)
    entries = history.sent_like(message, since)
    assert entries is not None
    assert [(entry.platform_id, entry.at) for entry in entries] == [(person.heard[-1].id, bench.clock.now())]
    other = bench.to(person, "Lời khác.", "k-2")
    bench.sandbox.fail_next("lost_before", "/message/cs")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(other)
    assert history.sent_like(other, since) == []


def test_only_the_account_s_exact_text_matches(bench: Bench, history: History) -> None:
    """Only the account's messages with the same text match, apart from white space and Unicode form."""
    person = bench.somebody()
    since = bench.clock.now()
    person.says(TEXT)
    bench.account.operator_says(person.id, TEXT.lower())
    bench.account.operator_says(person.id, f"{TEXT} Chào.")
    matching_ids = [bench.account.operator_says(person.id, text).id for text in (TEXT, "Cảm  ơn ba\u0300\ncon. ")]

    assert ids(history.find_own_text(address(person.id), TEXT, since)) == matching_ids
    assert ids(history.find_own_text(address(person.id), "  ", since)) is None


def test_long_conversation_is_read_back(bench: Bench, history: History) -> None:
    """Pages of a long conversation are read back to the given time."""
    person = bench.somebody()
    talk(bench, person, 50)
    bench.clock.advance(MINUTE)
    since = bench.clock.now()
    bench.messenger.send(bench.to(person))
    talk(bench, person, 137)
    before = len(bench.sandbox.calls)

    assert ids(history.find_own_text(address(person.id), TEXT, since)) == [person.heard[0].id]
    assert len(bench.sandbox.calls) - before == 14
    assert ids(history.find_own_text(address(person.id), TEXT, bench.clock.now())) == []


def test_incomplete_list_proves_nothing(bench: Bench) -> None:
    """The result is unknown if the page limit is reached or a long list ends before the given time."""
    person = bench.somebody()
    since = bench.clock.now() - MINUTE
    talk(bench, person, 30)

    assert history_of(bench, most_pages=2).find_own_text(address(person.id), TEXT, since) is None
    assert history_of(bench).find_own_text(address(person.id), TEXT, since) is None


def test_new_conversation_is_complete(bench: Bench, history: History) -> None:
    """A conversation that fits on one page is complete, but an empty one proves nothing."""
    person = bench.somebody()
    silent_person = bench.account.person("Khuất Thị Khác", follows=True)
    since = bench.clock.now() - MINUTE

    assert history.find_own_text(address(person.id), TEXT, since) == []
    assert history.find_own_text(address(silent_person.id), TEXT, since) is None


def test_own_group_messages_are_recognised(bench: Bench, history: History, group: tuple[str, Person]) -> None:
    """The account's messages in a group are recognised by the author's id."""
    id, admin = group
    admin.says_in_group(id, TEXT)
    bench.clock.advance(MINUTE)
    since = bench.clock.now()
    sent = bench.messenger.send(OutgoingMessage(key="k", to=address(id, Place.GROUP), text=TEXT, purpose="probe"))

    assert ids(history.find_own_text(address(id, Place.GROUP), TEXT, since)) == [sent.platform_id]


def test_split_or_attached_message_is_unknown(bench: Bench) -> None:
    """The result is unknown for a split text, an attachment and an empty text, as these aren't one message with the
    text.
    """
    person = bench.somebody()
    since = bench.clock.now()
    history = history_of(bench, cutting=SplitOptions(limit=100))
    picture = Attachment("image", "a.png", blob="0" * 64)

    assert history.sent_like(bench.to(person, "lời " * 40), since) is None
    assert history.sent_like(bench.to(person, attachments=(picture,)), since) is None
    assert history.sent_like(bench.to(person, " "), since) is None


def test_search_uses_the_escaped_text(bench: Bench, history: History) -> None:
    """The search uses the text as the sender changes it, such as the brackets of a mention."""
    person = bench.somebody()
    since = bench.clock.now()
    message = bench.to(person, "[@123] chào")
    sent = bench.messenger.send(message)

    assert ids(history.sent_like(message, since)) == [sent.platform_id]


@pytest.mark.parametrize("failure", ["rejected", "recipient_gone", -224])
def test_unreadable_conversation_is_unknown(bench: Bench, history: History, failure: str | int) -> None:
    """The result is unknown for an unreadable conversation, without an error, as a person checks the row anyway."""
    person = bench.somebody()
    bench.sandbox.fail_next(failure, "/oa/conversation")

    assert history.find_own_text(address(person.id), TEXT, bench.clock.now()) is None


def test_rate_limited_search_is_retried(bench: Bench, history: History) -> None:
    """A rate limit raises `RetryLater` instead of a result."""
    person = bench.somebody()
    since = bench.clock.now()
    bench.sandbox.fail_next("rate_limit", "/oa/conversation")
    with pytest.raises(RetryLater):
        history.find_own_text(address(person.id), TEXT, since)
    assert history.find_own_text(address(person.id), TEXT, since) == []


LINE = {"src": 0, "time": 1793588400000, "type": "text", "message": "Chào.", "message_id": "m1", "from_id": "9"}


@pytest.mark.parametrize(
    "lines",
    [
        [LINE, {**LINE, "message_id": None, "message": TEXT}],
        [LINE, {**LINE, "message_id": "m2", "time": "hôm nay", "message": TEXT}],
        ["?", LINE],
        [LINE, {**LINE, "message_id": "m2", "time": 1793588500000}],
    ],
    ids=["no id", "no time", "no line", "oldest first"],
)
def test_unreadable_lines_prove_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch, lines: Sequence[object]) -> None:
    """The result is unknown if any line is unreadable, as that line may be the message, which would be sent a second
    time.
    """
    pages = [{"error": 0, "data": lines}, {"error": 0, "data": []}]
    monkeypatch.setattr(bench.messenger.api, "ask", lambda _: pages.pop(0))

    assert history_of(bench).find_own_text(address("1"), TEXT, bench.clock.now()) is None


def test_unreadable_lists_prove_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A response without a list isn't an empty conversation."""
    monkeypatch.setattr(bench.messenger.api, "ask", lambda _: {"error": 0, "data": {}})
    at: datetime = bench.clock.now()

    assert history_of(bench).find_own_text(address("1"), TEXT, at) is None
