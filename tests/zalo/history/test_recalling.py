"""Messages that the account sent are found in its conversations at Zalo."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from tests.zalo.conftest import Bench
from tests.zalo.history.conftest import MINUTE, build_history, write_lines

from anninh_core.kernel.errors import RetryLater, UnknownOutcome
from anninh_core.vocabulary.messages import Address, Attachment, OutgoingMessage, Place
from anninh_zalo.history.history import History
from anninh_zalo.sending.parts import SplitOptions
from anninh_zalo.testing import Person

TEXT = "Cảm ơn bà con."


def list_platform_ids(entries: object) -> Sequence[str] | None:
    return None if entries is None else [entry.platform_id for entry in entries]  # type: ignore[attr-defined]


def build_address(id: str, place: Place = Place.PERSON) -> Address:
    return Address("oa", place, id)


def test_message_with_lost_response_is_found(bench: Bench, history: History) -> None:
    """A message whose response was lost is found with its id and time; a message that never reached Zalo isn't
    found.
    """
    person = bench.add_writer()
    since = bench.clock.now()
    message = bench.build_message(person)
    bench.sandbox.fail_next("lost_answer", "/message/cs")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(message)
    entries = history.sent_like(message, since)
    assert entries is not None
    assert [(entry.platform_id, entry.at) for entry in entries] == [(person.heard[-1].id, bench.clock.now())]
    other = bench.build_message(person, "Lời khác.", "k-2")
    bench.sandbox.fail_next("lost_before", "/message/cs")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(other)
    assert history.sent_like(other, since) == []


def test_only_the_account_s_exact_text_matches(bench: Bench, history: History) -> None:
    """Only messages of the account with the same text match, except for differences in white space and Unicode form."""
    person = bench.add_writer()
    since = bench.clock.now()
    person.says(TEXT)
    bench.account.operator_says(person.id, TEXT.lower())
    bench.account.operator_says(person.id, f"{TEXT} Chào.")
    matching_ids = [bench.account.operator_says(person.id, text).id for text in (TEXT, "Cảm  ơn ba\u0300\ncon. ")]

    assert list_platform_ids(history.find_own_text(build_address(person.id), TEXT, since)) == matching_ids
    assert list_platform_ids(history.find_own_text(build_address(person.id), "  ", since)) is None


def test_long_conversation_is_read_back(bench: Bench, history: History) -> None:
    """The pages of a long conversation are read back to the given time."""
    person = bench.add_writer()
    write_lines(bench, person, 50)
    bench.clock.advance(MINUTE)
    since = bench.clock.now()
    bench.messenger.send(bench.build_message(person))
    write_lines(bench, person, 137)
    before = len(bench.sandbox.calls)

    assert list_platform_ids(history.find_own_text(build_address(person.id), TEXT, since)) == [person.heard[0].id]
    assert len(bench.sandbox.calls) - before == 14
    assert list_platform_ids(history.find_own_text(build_address(person.id), TEXT, bench.clock.now())) == []


def test_incomplete_list_proves_nothing(bench: Bench) -> None:
    """Whether a message was sent stays unknown if the page limit is reached or a long list ends before the given
    time.
    """
    person = bench.add_writer()
    since = bench.clock.now() - MINUTE
    write_lines(bench, person, 30)

    assert build_history(bench, most_pages=2).find_own_text(build_address(person.id), TEXT, since) is None
    assert build_history(bench).find_own_text(build_address(person.id), TEXT, since) is None


def test_new_conversation_is_complete(bench: Bench, history: History) -> None:
    """A conversation that fits on one page counts as complete, but an empty one proves nothing."""
    person = bench.add_writer()
    silent_person = bench.account.person("Khuất Thị Khác", follows=True)
    since = bench.clock.now() - MINUTE

    assert history.find_own_text(build_address(person.id), TEXT, since) == []
    assert history.find_own_text(build_address(silent_person.id), TEXT, since) is None


def test_own_group_messages_are_recognised(
    bench: Bench, history: History, group_with_admin: tuple[str, Person]
) -> None:
    """The account's messages in a group are recognised by the author's id."""
    id, admin = group_with_admin
    admin.says_in_group(id, TEXT)
    bench.clock.advance(MINUTE)
    since = bench.clock.now()
    sent = bench.messenger.send(OutgoingMessage(key="k", to=build_address(id, Place.GROUP), text=TEXT, purpose="probe"))

    assert list_platform_ids(history.find_own_text(build_address(id, Place.GROUP), TEXT, since)) == [sent.platform_id]


def test_split_or_attached_message_is_unknown(bench: Bench) -> None:
    """Whether a message was sent stays unknown for a split text, an attachment or an empty text, because these aren't
    one message with the text.
    """
    person = bench.add_writer()
    since = bench.clock.now()
    history = build_history(bench, cutting=SplitOptions(limit=100))
    picture = Attachment("image", "a.png", blob="0" * 64)

    assert history.sent_like(bench.build_message(person, "lời " * 40), since) is None
    assert history.sent_like(bench.build_message(person, attachments=(picture,)), since) is None
    assert history.sent_like(bench.build_message(person, " "), since) is None


def test_search_uses_the_escaped_text(bench: Bench, history: History) -> None:
    """The search for a message uses the text as the sender changes it, for example the brackets of a mention."""
    person = bench.add_writer()
    since = bench.clock.now()
    message = bench.build_message(person, "[@123] chào")
    sent = bench.messenger.send(message)

    assert list_platform_ids(history.sent_like(message, since)) == [sent.platform_id]


@pytest.mark.parametrize("failure", ["rejected", "recipient_gone", -224])
def test_unreadable_conversation_is_unknown(bench: Bench, history: History, failure: str | int) -> None:
    """Whether a message was sent stays unknown, without an error, if the conversation is unreadable: a person checks
    the row anyway.
    """
    person = bench.add_writer()
    bench.sandbox.fail_next(failure, "/oa/conversation")

    assert history.find_own_text(build_address(person.id), TEXT, bench.clock.now()) is None


def test_rate_limited_search_is_retried(bench: Bench, history: History) -> None:
    """A rate limit raises `RetryLater` instead of a result."""
    person = bench.add_writer()
    since = bench.clock.now()
    bench.sandbox.fail_next("rate_limit", "/oa/conversation")
    with pytest.raises(RetryLater):
        history.find_own_text(build_address(person.id), TEXT, since)
    assert history.find_own_text(build_address(person.id), TEXT, since) == []


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
    """Whether a message was sent stays unknown if any line is unreadable, because that line may be the message, which
    otherwise would be sent twice.
    """
    pages = [{"error": 0, "data": lines}, {"error": 0, "data": []}]
    monkeypatch.setattr(bench.messenger.api, "ask", lambda _: pages.pop(0))

    assert build_history(bench).find_own_text(build_address("1"), TEXT, bench.clock.now()) is None


def test_unreadable_lists_prove_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A response without a list doesn't count as an empty conversation."""
    monkeypatch.setattr(bench.messenger.api, "ask", lambda _: {"error": 0, "data": {}})
    at: datetime = bench.clock.now()

    assert build_history(bench).find_own_text(build_address("1"), TEXT, at) is None
