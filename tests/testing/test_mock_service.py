"""The simulated chat service."""

from datetime import timedelta

import pytest

from anninh_core.kernel.errors import BadInput, NotFound, Refused, RequestRejected, RetryLater, UnknownOutcome
from anninh_core.ports.messengers.platform import GroupLook
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.testing.mock.failures import CALL_FAILURES, EVENT_TRICKS, FETCH_FAILURES
from anninh_core.testing.mock.service import MockChat
from anninh_core.vocabulary.messages import Address, Place


def bodies(chat: MockChat) -> list[bytes]:
    return [request.body for request in chat.webhooks()]


def texts(chat: MockChat) -> list[str]:
    return [body.decode().split('"text":"')[1].split('"')[0] for body in bodies(chat)]


@pytest.fixture
def an(mock_chat: MockChat) -> str:
    return mock_chat.person("Thử Văn An")


def test_person_is_known_by_name(mock_chat: MockChat, an: str) -> None:
    """The same name gives the same person, unless an id is given to distinguish two people."""
    assert mock_chat.person("Thử Văn An") == an
    assert mock_chat.person("Thử Văn An", id="other") == "other" != an
    assert mock_chat.person("Thử Văn An", id="other") == "other"


def test_taken_id_is_refused(mock_chat: MockChat, an: str) -> None:
    """An id that belongs to another person is refused with both names."""
    with pytest.raises(BadInput, match="'p0001' belongs to 'Thử Văn An', not to 'Thử Thị Bình': give another id"):
        mock_chat.person("Thử Thị Bình", id=an)


def test_only_new_replies_are_returned(mock_chat: MockChat, an: str) -> None:
    """A person's replies are the new messages that the official account sent to that person."""
    other_person = mock_chat.person("Thử Thị Bình")
    mock_chat.says(an, "chào")
    mock_chat.account.send(an, "một", group=False, key="1")
    mock_chat.account.send(other_person, "khác", group=False, key="2")
    assert mock_chat.hears(an) == ["một"]
    mock_chat.account.send(an, "hai", group=False, key="3")
    assert mock_chat.hears(an) == ["hai"]
    assert mock_chat.hears(an) == []


def test_group_posts_are_listed_until_deleted(mock_chat: MockChat, an: str) -> None:
    """The group posts of the official account are listed until deleted, and posts of people aren't listed."""
    group = mock_chat.found_group("Thôn Thử", [an])
    first = mock_chat.account.send(group, "một", group=True, key="1")
    mock_chat.account.send(group, "hai", group=True, key="2")
    mock_chat.says(an, "vâng", to=group)
    mock_chat.account.delete(group, first.id)
    mock_chat.account.delete(group, first.id)
    assert mock_chat.group_posts(group) == ["hai"]
    assert [message.text for message in mock_chat.conversation(group)] == ["một", "hai", "vâng"]


def test_posting_in_a_group_joins_it(mock_chat: MockChat, an: str) -> None:
    """A person who posts in a group becomes a member, and a removed member can't post."""
    group = mock_chat.found_group("Thôn Thử")
    mock_chat.says(an, "chào", to=group)
    assert mock_chat.account.members(group) == [(an, "Thử Văn An")]
    mock_chat.account.remove(group, an)
    mock_chat.account.remove(group, an)
    with pytest.raises(Refused, match="was removed from group 'Thôn Thử' and can't write there"):
        mock_chat.says(an, "chào", to=group)


def test_displayed_member_count_can_be_set(mock_chat: MockChat, mock_messenger: MockMessenger, an: str) -> None:
    """A group's displayed member count and link can be set independently of the simulated members."""
    group = mock_chat.found_group("Thôn Thử", [an])
    address = Address("oa", Place.GROUP, group)
    assert mock_messenger.look(address) == GroupLook(members=1, link=f"https://mock.invalid/g/{group}")
    mock_chat.shows(group, 640, "https://mock.invalid/g/thon-thu")
    assert mock_messenger.look(address) == GroupLook(members=640, link="https://mock.invalid/g/thon-thu")
    mock_chat.shows(group)
    assert mock_messenger.look(address).members == 1
    with pytest.raises(NotFound, match="no group"):
        mock_chat.shows("g9")


def test_locked_group_takes_no_posts(mock_chat: MockChat, an: str) -> None:
    """While posting is locked, only the official account can post."""
    group = mock_chat.found_group("Thôn Thử", [an])
    mock_chat.account.lock(group, True)
    with pytest.raises(Refused, match="locked"):
        mock_chat.says(an, "chào", to=group)
    mock_chat.account.lock(group, False)
    assert mock_chat.says(an, "chào", to=group).conversation == group


def test_unknown_ids_are_named(mock_chat: MockChat, an: str) -> None:
    """The error about an unknown person or group names it."""
    with pytest.raises(NotFound, match="'p9'"):
        mock_chat.says("p9", "chào")
    with pytest.raises(NotFound, match="'g9'"):
        mock_chat.says(an, "chào", to="g9")
    with pytest.raises(NotFound, match="'p9'"):
        mock_chat.found_group("Thôn Thử", ["p9"])


def test_every_delivery_is_counted(mock_chat: MockChat, an: str) -> None:
    """Two sends with one idempotency key are recorded as two deliveries."""
    for _ in range(2):
        mock_chat.account.send(an, "một", group=False, key="k")
    assert len(mock_chat.account.sent("k")) == 2
    assert mock_chat.account.sent("") == []


def test_too_long_is_rejected(mock_chat: MockChat, an: str) -> None:
    """A message of more than 10,000 characters is rejected with the limit."""
    mock_chat.account.send(an, "x" * 10_000, group=False, key="1")
    with pytest.raises(RequestRejected, match="10,000 characters, not 10,001"):
        mock_chat.account.send(an, "x" * 10_001, group=False, key="2")


def test_unknown_failure_is_refused(mock_chat: MockChat) -> None:
    """An unknown failure name is refused with all valid names."""
    with pytest.raises(BadInput, match=r"no failure 'rate_limits': choose one of .*rate_limit.*reorder"):
        mock_chat.fail_next("rate_limits")


def test_every_failure_is_described() -> None:
    """The docstring of `fail_next` names every failure."""
    assert all(
        f"`{name}`" in (MockChat.fail_next.__doc__ or "") for name in (*CALL_FAILURES, *FETCH_FAILURES, *EVENT_TRICKS)
    )


def test_scripted_failures_occur_in_order(mock_chat: MockChat, an: str) -> None:
    """Scripted failures occur in order, one per call, with the given delay, and later calls succeed."""
    mock_chat.fail_next("rate_limit", after=timedelta(seconds=7))
    mock_chat.fail_next("lost_answer")
    with pytest.raises(RetryLater, match="in 7 s") as error:
        mock_chat.account.send(an, "một", group=False, key="1")
    assert error.value.after == timedelta(seconds=7)
    with pytest.raises(UnknownOutcome):
        mock_chat.account.send(an, "hai", group=False, key="2")
    mock_chat.account.send(an, "ba", group=False, key="3")
    assert mock_chat.hears(an) == ["hai", "ba"]


def test_failures_hit_group_calls_too(mock_chat: MockChat) -> None:
    """A scripted failure also applies to calls other than sending."""
    mock_chat.fail_next("lost_answer")
    with pytest.raises(UnknownOutcome):
        mock_chat.account.create_group("Thôn Thử", [])
    assert list(mock_chat.groups().values()) == ["Thôn Thử"]


def test_event_comes_again_unless_the_next_is_asked_for(mock_chat: MockChat, an: str) -> None:
    """A loop that stops while it handles an event gets that event again."""
    for text in ("một", "hai"):
        mock_chat.says(an, text)
    first = next(mock_chat.webhooks())
    assert next(mock_chat.webhooks()) == first
    assert texts(mock_chat) == ["một", "hai"]
    assert texts(mock_chat) == []


def test_next_event_is_duplicated(mock_chat: MockChat, an: str) -> None:
    """After `duplicate` the next event comes twice, byte for byte, and later events once."""
    mock_chat.fail_next("duplicate")
    for text in ("một", "hai"):
        mock_chat.says(an, text)
    first, duplicate, second = bodies(mock_chat)
    assert first == duplicate != second


def test_next_event_is_reordered(mock_chat: MockChat, an: str) -> None:
    """After `reorder` the next event is delivered after its successor."""
    mock_chat.fail_next("reorder")
    mock_chat.says(an, "một")
    assert texts(mock_chat) == []
    for text in ("hai", "ba"):
        mock_chat.says(an, text)
    assert texts(mock_chat) == ["hai", "một", "ba"]


def test_events_during_a_fetch_are_fetched(mock_chat: MockChat, an: str) -> None:
    """A loop over the webhooks also gets events that arise during the loop."""
    mock_chat.says(an, "một")
    seen = 0
    for _ in mock_chat.webhooks():
        seen += 1
        if seen == 1:
            mock_chat.says(an, "hai")
    assert seen == 2


def test_transcript_reads_like_a_talk(mock_chat: MockChat, an: str, anninh_clock: FixedClock) -> None:
    """The transcript shows time, author, recipient or group, text, and deletion of each message."""
    group = mock_chat.found_group("Thôn Thử")
    mock_chat.says(an, "alo")
    anninh_clock.advance(timedelta(minutes=5))
    mock_chat.account.send(an, "Dạ", group=False, key="1")
    post = mock_chat.account.send(group, "Tin", group=True, key="2")
    mock_chat.account.delete(group, post.id)
    assert mock_chat.transcript().splitlines() == [
        "01/09 08:00 Thử Văn An: alo",
        "01/09 08:05 official account to Thử Văn An: Dạ",
        "01/09 08:05 official account in Thôn Thử (deleted): Tin",
    ]
