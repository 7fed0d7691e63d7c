"""What the account sent, by what stands in its conversations."""

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


def ids(found: object) -> Sequence[str] | None:
    return None if found is None else [one.platform_id for one in found]  # type: ignore[attr-defined]


def address(id: str, place: Place = Place.PERSON) -> Address:
    return Address("oa", place, id)


def test_a_lost_answer_stands_there(bench: Bench, history: History) -> None:
    """What was sent without an answer is found with its id and its time; what was lost on the way there isn't."""
    person = bench.somebody()
    since = bench.clock.now()
    message = bench.to(person)
    bench.sandbox.fail_next("lost_answer", "/message/cs")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(message)
    found = history.sent_like(message, since)
    assert found is not None
    assert [(one.platform_id, one.at) for one in found] == [(person.heard[-1].id, bench.clock.now())]
    other = bench.to(person, "Lời khác.", "k-2")
    bench.sandbox.fail_next("lost_before", "/message/cs")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(other)
    assert history.sent_like(other, since) == []


def test_only_the_accounts_exact_words_count(bench: Bench, history: History) -> None:
    """Not what the person said, nor words that are only alike; white space and marks of their own don't matter."""
    person = bench.somebody()
    since = bench.clock.now()
    person.says(TEXT)
    bench.account.operator_says(person.id, TEXT.lower())
    bench.account.operator_says(person.id, f"{TEXT} Chào.")
    same = [bench.account.operator_says(person.id, text).id for text in (TEXT, "Cảm  ơn ba\u0300\ncon. ")]

    assert ids(history.find_own_text(address(person.id), TEXT, since)) == same
    assert ids(history.find_own_text(address(person.id), "  ", since)) is None


def test_long_conversation_is_read_back(bench: Bench, history: History) -> None:
    """Pages are read until the moment, in a conversation of hundreds of lines."""
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


def test_a_list_that_ends_too_soon_cant_tell(bench: Bench) -> None:
    """Neither after the most pages, nor where a long list doesn't reach back, is it believed that nothing was sent."""
    person = bench.somebody()
    since = bench.clock.now() - MINUTE
    talk(bench, person, 30)

    assert history_of(bench, most_pages=2).find_own_text(address(person.id), TEXT, since) is None
    assert history_of(bench).find_own_text(address(person.id), TEXT, since) is None


def test_a_young_conversation_is_believed(bench: Bench, history: History) -> None:
    """One that fits on a page began later; one that shows nothing at all is no proof of anything."""
    person = bench.somebody()
    silent = bench.account.person("Khuất Thị Khác", follows=True)
    since = bench.clock.now() - MINUTE

    assert history.find_own_text(address(person.id), TEXT, since) == []
    assert history.find_own_text(address(silent.id), TEXT, since) is None


def test_own_group_messages_are_recognised(bench: Bench, history: History, group: tuple[str, Person]) -> None:
    """What the account wrote in a group is known by its author's id."""
    id, admin = group
    admin.says_in_group(id, TEXT)
    bench.clock.advance(MINUTE)
    since = bench.clock.now()
    said = bench.messenger.send(OutgoingMessage(key="k", to=address(id, Place.GROUP), text=TEXT, purpose="probe"))

    assert ids(history.find_own_text(address(id, Place.GROUP), TEXT, since)) == [said.platform_id]


def test_what_stands_there_otherwise_cant_be_told(bench: Bench) -> None:
    """A text in parts, and something attached, isn't one message of these words."""
    person = bench.somebody()
    since = bench.clock.now()
    history = history_of(bench, cutting=SplitOptions(limit=100))
    picture = Attachment("image", "a.png", blob="0" * 64)

    assert history.sent_like(bench.to(person, "lời " * 40), since) is None
    assert history.sent_like(bench.to(person, attachments=(picture,)), since) is None
    assert history.sent_like(bench.to(person, " "), since) is None


def test_brackets_that_would_ring_bells(bench: Bench, history: History) -> None:
    """What the sender changes in a text is changed in what is looked for."""
    person = bench.somebody()
    since = bench.clock.now()
    message = bench.to(person, "[@123] chào")
    sent = bench.messenger.send(message)

    assert ids(history.sent_like(message, since)) == [sent.platform_id]


@pytest.mark.parametrize("failure", ["rejected", "recipient_gone", -224])
def test_what_cant_be_read_for_good_cant_be_told(bench: Bench, history: History, failure: str | int) -> None:
    """Nothing is raised that a person would have to look at: the row waits for one anyhow."""
    person = bench.somebody()
    bench.sandbox.fail_next(failure, "/oa/conversation")

    assert history.find_own_text(address(person.id), TEXT, bench.clock.now()) is None


def test_what_cant_be_read_now_is_asked_again(bench: Bench, history: History) -> None:
    """Too many calls this minute say nothing about the message."""
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
def test_lines_that_cant_be_read_prove_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, lines: Sequence[object]
) -> None:
    """One of them may be what is looked for: "not there" would have it sent a second time."""
    pages = [{"error": 0, "data": lines}, {"error": 0, "data": []}]
    monkeypatch.setattr(bench.messenger.api, "ask", lambda _: pages.pop(0))

    assert history_of(bench).find_own_text(address("1"), TEXT, bench.clock.now()) is None


def test_unreadable_lists_prove_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer without a list is not an empty conversation."""
    monkeypatch.setattr(bench.messenger.api, "ask", lambda _: {"error": 0, "data": {}})
    at: datetime = bench.clock.now()

    assert history_of(bench).find_own_text(address("1"), TEXT, at) is None
