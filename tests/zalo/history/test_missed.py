"""Messages that the webhook missed are found in Zalo's lists of conversations."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from tests.zalo.conftest import Bench
from tests.zalo.history.conftest import MINUTE, build_history, write_lines

from anninh_core.kernel.errors import DeliveryError, NeedsPerson
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_zalo.api.calls import ApiCall, build_data_call
from anninh_zalo.history.backfill import BackfillSettings
from anninh_zalo.history.history import History
from anninh_zalo.testing import Person
from anninh_zalo.testing.simulation import parts
from anninh_zalo.testing.simulation.parts import SandboxAttachment

PEOPLE = "/v2.0/oa/listrecentchat"
GROUPS = "/group/listrecentchat"
TALK = "/v2.0/oa/conversation"
GROUP_TALK = "/group/conversation"


def list_message_ids(bodies: Sequence[bytes]) -> list[str]:
    """Return the message ids of event bodies."""
    return [json.loads(body)["message"]["msg_id"] for body in bodies]


def list_texts(bodies: Sequence[bytes]) -> list[str]:
    return [json.loads(body)["message"].get("text", "") for body in bodies]


def count_calls(bench: Bench, path: str) -> int:
    return sum(path in called_path for _, called_path in bench.sandbox.calls)


def test_first_check_only_stores_its_time(bench: Bench, history: History) -> None:
    """The first check for missed messages stores its time, and returns no messages that are older than the overlap."""
    write_lines(bench, bench.add_writer(), 3)
    bench.clock.advance(60 * MINUTE)

    assert history.missed_events() == []
    bench.clock.advance(10 * MINUTE)
    assert history.missed_events() == []


def test_missed_messages_of_people_and_groups_are_found(
    bench: Bench, checked_history: History, group_with_admin: tuple[str, Person]
) -> None:
    """The check returns all messages of people since the last check, oldest first, and none of the account's own."""
    id, admin = group_with_admin
    an = bench.add_writer("Thử Văn An")
    binh = bench.account.person("Thử Thị Bình")
    bench.messenger.send(bench.build_message(an))
    sent_ids = [*write_lines(bench, an, 12), admin.says_in_group(id, "họp lúc mấy giờ").id]
    bench.clock.advance(MINUTE)
    sent_ids += [binh.says("alo").id]
    bench.account.operator_says(id, "Mời bà con")

    assert list_message_ids(checked_history.missed_events())[-len(sent_ids) :] == sent_ids
    assert {json.loads(body)["recipient"]["id"] for body in checked_history.missed_events()} == set()


def test_hundreds_of_missed_messages_are_found(bench: Bench, checked_history: History) -> None:
    """Long conversations and long lists are read to the end, over several checks if needed."""
    people = [bench.account.person(f"Thử Thị {n}") for n in range(45)]
    sent_ids = [id for person in people for id in write_lines(bench, person, 3)]
    sent_ids += write_lines(bench, people[7], 217)
    found_ids: list[str] = []
    checks = 0
    while new_ids := list_message_ids(checked_history.missed_events()):
        found_ids += new_ids
        checks += 1

    assert sorted(found_ids) == sorted(sent_ids)
    assert checks == 3
    bench.clock.advance(9 * MINUTE)
    assert checked_history.missed_events() == []


@pytest.mark.parametrize("elapsed", [9, 11])
def test_check_runs_every_ten_minutes(bench: Bench, checked_history: History, elapsed: int) -> None:
    """A check for missed messages runs every ten minutes in whichever process is first, and the other processes make no
    call.
    """
    checked_history.missed_events()
    before = count_calls(bench, PEOPLE)
    bench.clock.advance(elapsed * MINUTE)
    for process in (build_history(bench), checked_history, build_history(bench)):
        process.missed_events()

    assert count_calls(bench, PEOPLE) - before == (1 if elapsed > 10 else 0)


def test_oldest_first_lists_are_read_to_the_end(
    bench: Bench, checked_history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list that begins with the oldest message is read to the end, because only one source documents the order."""
    person = bench.add_writer()
    write_lines(bench, person, 12)
    for _ in range(2):
        bench.clock.advance(60 * MINUTE)
        checked_history.missed_events()
    bench.clock.advance(60 * MINUTE)
    (sent_id,) = write_lines(bench, person, 1)
    ask = bench.messenger.api.ask

    def ask_reversed(call: ApiCall) -> Mapping[str, Any]:
        if call.path != TALK:
            return ask(call)
        requested = json.loads(call.query["data"])
        pages = [ask(build_data_call(TALK, **{**requested, "offset": offset}))["data"] for offset in (0, 10)]
        lines = [line for page in pages for line in (page["data"] if isinstance(page, dict) else page)]
        return {"error": 0, "data": lines[::-1][requested["offset"] : requested["offset"] + requested["count"]]}

    monkeypatch.setattr(bench.messenger.api, "ask", ask_reversed)
    assert sent_id in list_message_ids(checked_history.missed_events())


def test_line_without_author_is_the_person_s(
    bench: Bench, checked_history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a conversation with a person, a line without an author counts as the person's."""
    person = bench.add_writer()
    ask = bench.messenger.api.ask

    def ask_without_author(call: ApiCall) -> Mapping[str, Any]:
        answer = ask(call)
        if call.path == TALK:
            data = answer["data"]
            for line in data["data"] if isinstance(data, dict) else data:
                del line["from_id"]
        return answer

    monkeypatch.setattr(bench.messenger.api, "ask", ask_without_author)
    (body,) = checked_history.missed_events()
    assert json.loads(body)["sender"]["id"] == person.id


def test_concurrent_check_is_skipped(bench: Bench, checked_history: History) -> None:
    """While one process checks for missed messages, another process doesn't begin a check."""
    with bench.services.state.lease("history person", MINUTE), bench.services.state.lease("history group", MINUTE):
        bench.add_writer()
        assert checked_history.missed_events() == []
    assert len(checked_history.missed_events()) == 1


def test_messages_are_returned_by_the_next_check_too(bench: Bench, checked_history: History) -> None:
    """The next check returns the messages again, so that a crash before they are in the inbox loses none; it doesn't
    read old conversations again.
    """
    bench.add_writer()
    sent_ids = list_message_ids(checked_history.missed_events())
    bench.clock.advance(11 * MINUTE)
    assert list_message_ids(checked_history.missed_events()) == sent_ids
    for _ in range(2):
        bench.clock.advance(16 * MINUTE)
        checked_history.missed_events()
    bench.clock.advance(11 * MINUTE)
    before = count_calls(bench, TALK)
    assert list_message_ids(checked_history.missed_events()) == []
    assert count_calls(bench, TALK) == before


@pytest.mark.parametrize("failing", [PEOPLE, TALK])
@pytest.mark.parametrize("failure", ["rate_limit", "server_error", "timeout_before"])
def test_check_resumes_after_a_failed_call(bench: Bench, checked_history: History, failing: str, failure: str) -> None:
    """After a failed call the next check begins at the same point."""
    sent_ids = write_lines(bench, bench.add_writer(), 3)
    bench.sandbox.fail_next(failure, failing)
    bench.sandbox.fail_next("rejected", GROUPS)
    with pytest.raises(DeliveryError):
        checked_history.missed_events()
    bench.clock.advance(60 * MINUTE)

    assert list_message_ids(checked_history.missed_events())[1:] == sent_ids


def test_lost_permission_skips_no_message(
    bench: Bench, checked_history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the account's permission ends during a check, a second call of the list shows that not just one conversation
    is unreadable, and no message is skipped.
    """
    sent_ids = write_lines(bench, bench.add_writer(), 3)
    api = bench.messenger.api
    answers: list[Any] = [api.ask(build_data_call(PEOPLE, offset=offset, count=10)) for offset in (0, 10)]

    def raise_permission_lost(_: object) -> Any:
        if answers:
            return answers.pop(0)
        raise NeedsPerson("the package has ended")

    with monkeypatch.context() as patch:
        patch.setattr(api, "ask", raise_permission_lost)
        with pytest.raises(NeedsPerson):
            checked_history.missed_events()
    bench.clock.advance(11 * MINUTE)

    assert list_message_ids(checked_history.missed_events())[1:] == sent_ids


def test_interrupted_check_continues_later(bench: Bench, checked_history: History) -> None:
    """A check that the rate limit stops returns its messages so far, and the next check continues without reading them
    again.
    """
    people = [bench.account.person(f"Thử Thị {n}") for n in range(30)]
    sent_ids = [id for person in people for id in write_lines(bench, person, 1)]
    bench.clock.advance(MINUTE)
    bench.account.account.per_minute = 13
    first = list_message_ids(checked_history.missed_events())
    bench.clock.advance(MINUTE)
    second = list_message_ids(checked_history.missed_events())
    bench.clock.advance(MINUTE)
    bench.account.account.per_minute = 4000

    assert 0 < len(first) < len(first) + len(second) < 30
    assert [
        *first,
        *second,
        *list_message_ids(checked_history.missed_events()),
        *list_message_ids(checked_history.missed_events()),
    ] == sent_ids


def test_unreadable_conversation_is_skipped(
    bench: Bench, checked_history: History, group_with_admin: tuple[str, Person], caplog: pytest.LogCaptureFixture
) -> None:
    """The conversation of a person who is gone, and a disabled group, are skipped, and the check still counts as
    complete.
    """
    id, admin = group_with_admin
    admin.says_in_group(id, "họp lúc mấy giờ")
    gone_person = bench.add_writer("Thử Văn An")
    bench.clock.advance(MINUTE)
    sent_id = bench.account.person("Thử Thị Bình").says("alo").id
    bench.sandbox.fail_next("recipient_gone", TALK)
    bench.sandbox.fail_next(-237, GROUP_TALK)

    assert list_message_ids(checked_history.missed_events()) == [sent_id]
    assert gone_person.id not in caplog.text
    before = len(bench.sandbox.calls)
    assert checked_history.missed_events() == []
    assert len(bench.sandbox.calls) == before


def test_account_without_groups_reads_people(bench: Bench, group_with_admin: tuple[str, Person]) -> None:
    """An account without groups makes no call about groups, and an account with unreadable groups still reads people's
    messages.
    """
    without = build_history(bench, groups=False)
    both = build_history(bench)
    assert [*without.missed_events(), *both.missed_events()] == []
    bench.clock.advance(60 * MINUTE)
    person = bench.add_writer()
    before = count_calls(bench, GROUPS)
    assert len(without.missed_events()) == 1
    assert count_calls(bench, GROUPS) == before
    bench.clock.advance(60 * MINUTE)
    person.says("alo")
    bench.sandbox.fail_next(-224, GROUPS)
    assert "alo" in list_texts(both.missed_events())


def test_first_of_two_failures_is_raised(bench: Bench, checked_history: History) -> None:
    """If both lists can't be read, the first failure is raised, because its class has the remedy."""
    bench.sandbox.fail_next(-224, PEOPLE)
    bench.sandbox.fail_next("rate_limit", GROUPS)
    with pytest.raises(NeedsPerson):
        checked_history.missed_events()


def test_slow_check_continues_in_the_next_round(bench: Bench) -> None:
    """A check for missed messages that takes too long continues in the next round."""
    slow = build_history(bench, habits=BackfillSettings(patience=timedelta()))
    slow.missed_events()
    bench.clock.advance(60 * MINUTE)
    bench.add_writer("Thử Văn An")
    assert slow.missed_events() == []
    assert len(build_history(bench).missed_events()) == 1


@pytest.mark.parametrize("damage", [b"{", b"[]", b'{"since": 5}', b'{"since": "2026-01-01", "read": "x", "due": ""}'])
def test_damaged_mark_restarts_the_check(bench: Bench, checked_history: History, damage: bytes) -> None:
    """If the stored mark of the last check is damaged, it counts as missing, without an error."""
    bench.add_writer()
    for place in ("person", "group"):
        stored = bench.services.state.get(f"history {place}")
        bench.services.state.put(f"history {place}", damage, stored.version)
    assert checked_history.missed_events() == []
    bench.clock.advance(11 * MINUTE)
    assert len(checked_history.missed_events()) == 1


def test_clock_set_back_delays_no_check(bench: Bench, checked_history: History) -> None:
    """After the clock is set back, a check with a due time far in the future runs at once."""
    checked_history.missed_events()
    bench.clock.advance(-5 * timedelta(days=1))
    before = count_calls(bench, PEOPLE)
    checked_history.missed_events()

    assert count_calls(bench, PEOPLE) == before + 1


SENT = [
    parts.image("http://f6.invalid/a.jpg"),
    parts.gif("http://f6.invalid/a.gif"),
    parts.video("http://f6.invalid/a.mp4"),
    parts.audio("http://f6.invalid/a.amr"),
    parts.file("http://f6.invalid/a.pdf", "a.pdf", b"%PDF"),
    parts.sticker("1"),
    parts.location(21.03, 105.85),
    parts.link("https://example.invalid"),
]


@pytest.mark.parametrize("part", [None, *SENT], ids=lambda part: part.kind if part else "text")
@pytest.mark.parametrize("in_group", [False, True], ids=["person", "group"])
def test_missed_message_equals_its_webhook(
    *,
    bench: Bench,
    checked_history: History,
    group_with_admin: tuple[str, Person],
    part: SandboxAttachment | None,
    in_group: bool,
) -> None:
    """A missed message has the deduplication key and the content of its webhook event, except names of files, which the
    list lacks.
    """
    id, admin = group_with_admin
    sent = (part,) if part else ()
    message = admin.says_in_group(id, "đây", *sent) if in_group else admin.says("đây", *sent)
    real = bench.request()
    (body,) = checked_history.missed_events()
    rebuilt = WebhookRequest(body)
    ours, theirs = (bench.messenger.parse(request.body) for request in (rebuilt, real))

    assert bench.messenger.dedupe_key(rebuilt) == bench.messenger.dedupe_key(real)
    assert (_comparable(ours), message.id) == (_comparable(theirs), json.loads(body)["message"]["msg_id"])


def _comparable(parsed: Sequence[Any]) -> Any:
    (message,) = parsed
    attached = [
        (attachment.kind, attachment.url, attachment.latitude, attachment.longitude)
        for attachment in message.attachments
    ]
    return message.id, message.conversation, message.sender, message.text, message.sent_at, attached


def test_forwarded_contact_has_the_same_message_id(bench: Bench, checked_history: History) -> None:
    """A forwarded contact, which the list shows as a link, is another event with the same message id, so that the core
    stores it once.
    """
    bench.add_writer().says("Anh Ba", parts.business_card("84000000001"))
    real = bench.request()
    rebuilt = WebhookRequest(checked_history.missed_events()[-1])
    ours, theirs = (bench.messenger.parse(request.body)[0] for request in (rebuilt, real))

    assert bench.messenger.dedupe_key(rebuilt) != bench.messenger.dedupe_key(real)
    assert ours.id == theirs.id  # type: ignore[union-attr]
