"""What the webhook has missed, found in the lists of conversations."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from tests.zalo.conftest import Bench
from tests.zalo.history.conftest import MINUTE, history_of, talk

from anninh_core.kernel.errors import DeliveryError, NeedsPerson
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_zalo.api.calls import ApiCall, get_data
from anninh_zalo.history.backfill import BackfillSettings
from anninh_zalo.history.history import History
from anninh_zalo.testing import Person
from anninh_zalo.testing.simulation import parts
from anninh_zalo.testing.simulation.parts import SandboxAttachment

PEOPLE = "/v2.0/oa/listrecentchat"
GROUPS = "/group/listrecentchat"
TALK = "/v2.0/oa/conversation"
GROUP_TALK = "/group/conversation"


def heard(bodies: Sequence[bytes]) -> list[str]:
    """Return the ids of the messages that bodies tell of."""
    return [json.loads(body)["message"]["msg_id"] for body in bodies]


def texts(bodies: Sequence[bytes]) -> list[str]:
    return [json.loads(body)["message"].get("text", "") for body in bodies]


def asked(bench: Bench, path: str) -> int:
    return sum(path in called for _, called in bench.sandbox.calls)


def test_the_first_look_only_notes_when_it_was(bench: Bench, history: History) -> None:
    """What stood there before this program was there is not heard now, apart from the overlap's."""
    talk(bench, bench.somebody(), 3)
    bench.clock.advance(60 * MINUTE)

    assert history.missed_events() == []
    bench.clock.advance(10 * MINUTE)
    assert history.missed_events() == []


def test_people_and_groups_are_heard(bench: Bench, looking: History, group: tuple[str, Person]) -> None:
    """Everything that people wrote since the last look comes, oldest first; what the account wrote doesn't."""
    id, admin = group
    an = bench.somebody("Thử Văn An")
    binh = bench.account.person("Thử Thị Bình")
    bench.messenger.send(bench.to(an))
    said = [*talk(bench, an, 12), admin.says_in_group(id, "họp lúc mấy giờ").id]
    bench.clock.advance(MINUTE)
    said += [binh.says("alo").id]
    bench.account.operator_says(id, "Mời bà con")

    assert heard(looking.missed_events())[-len(said) :] == said
    assert {json.loads(body)["recipient"]["id"] for body in looking.missed_events()} == set()


def test_hundreds_are_found(bench: Bench, looking: History) -> None:
    """Long conversations, and many of them, are read to the end, over several looks where it takes them."""
    people = [bench.account.person(f"Thử Thị {n}") for n in range(45)]
    said = [id for person in people for id in talk(bench, person, 3)]
    said += talk(bench, people[7], 217)
    found: list[str] = []
    looks = 0
    while more := heard(looking.missed_events()):
        found += more
        looks += 1

    assert sorted(found) == sorted(said)
    assert looks == 3
    bench.clock.advance(9 * MINUTE)
    assert looking.missed_events() == []


@pytest.mark.parametrize("elapsed", [9, 11])
def test_one_looks_now_and_then(bench: Bench, looking: History, elapsed: int) -> None:
    """Every ten minutes, whichever process comes first; another one has nothing to do then."""
    looking.missed_events()
    before = asked(bench, PEOPLE)
    bench.clock.advance(elapsed * MINUTE)
    for process in (history_of(bench), looking, history_of(bench)):
        process.missed_events()

    assert asked(bench, PEOPLE) - before == (1 if elapsed > 10 else 0)


def test_lists_that_begin_with_the_oldest(bench: Bench, looking: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only one source tells of their order: told the other way round, they are read to the end."""
    person = bench.somebody()
    talk(bench, person, 12)
    for _ in range(2):
        bench.clock.advance(60 * MINUTE)
        looking.missed_events()
    bench.clock.advance(60 * MINUTE)
    (said,) = talk(bench, person, 1)
    ask = bench.messenger.api.ask

    def turned(call: ApiCall) -> Mapping[str, Any]:
        if call.path != TALK:
            return ask(call)
        wanted = json.loads(call.query["data"])
        pages = [ask(get_data(TALK, **{**wanted, "offset": offset}))["data"] for offset in (0, 10)]
        lines = [line for page in pages for line in (page["data"] if isinstance(page, dict) else page)]
        return {"error": 0, "data": lines[::-1][wanted["offset"] : wanted["offset"] + wanted["count"]]}

    monkeypatch.setattr(bench.messenger.api, "ask", turned)
    assert said in heard(looking.missed_events())


def test_a_line_that_names_no_author(bench: Bench, looking: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """One-to-one it can only be one person's."""
    person = bench.somebody()
    ask = bench.messenger.api.ask

    def silent(call: ApiCall) -> Mapping[str, Any]:
        answer = ask(call)
        if call.path == TALK:
            data = answer["data"]
            for line in data["data"] if isinstance(data, dict) else data:
                del line["from_id"]
        return answer

    monkeypatch.setattr(bench.messenger.api, "ask", silent)
    (body,) = looking.missed_events()
    assert json.loads(body)["sender"]["id"] == person.id


def test_two_do_not_look_at_once(bench: Bench, looking: History) -> None:
    """As long as one is at it, another one doesn't begin."""
    with bench.services.state.lease("history person", MINUTE), bench.services.state.lease("history group", MINUTE):
        bench.somebody()
        assert looking.missed_events() == []
    assert len(looking.missed_events()) == 1


def test_what_is_handed_over_is_handed_over_once_more(bench: Bench, looking: History) -> None:
    """A crash between the look and the inbox loses nothing; older conversations aren't read again and again."""
    bench.somebody()
    said = heard(looking.missed_events())
    bench.clock.advance(11 * MINUTE)
    assert heard(looking.missed_events()) == said
    for _ in range(2):
        bench.clock.advance(16 * MINUTE)
        looking.missed_events()
    bench.clock.advance(11 * MINUTE)
    before = asked(bench, TALK)
    assert heard(looking.missed_events()) == []
    assert asked(bench, TALK) == before


@pytest.mark.parametrize("failing", [PEOPLE, TALK])
@pytest.mark.parametrize("failure", ["rate_limit", "server_error", "timeout_before"])
def test_a_failed_call_is_made_up_for(bench: Bench, looking: History, failing: str, failure: str) -> None:
    """The next look begins where the failed one did."""
    said = talk(bench, bench.somebody(), 3)
    bench.sandbox.fail_next(failure, failing)
    bench.sandbox.fail_next("rejected", GROUPS)
    with pytest.raises(DeliveryError):
        looking.missed_events()
    bench.clock.advance(60 * MINUTE)

    assert heard(looking.missed_events())[1:] == said


def test_a_right_that_ends_during_a_look_is_made_up_for(
    bench: Bench, looking: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That it isn't one conversation that can't be read is found out by asking for the list once more."""
    said = talk(bench, bench.somebody(), 3)
    api = bench.messenger.api
    answers: list[Any] = [api.ask(get_data(PEOPLE, offset=offset, count=10)) for offset in (0, 10)]

    def ask(_: object) -> Any:
        if answers:
            return answers.pop(0)
        raise NeedsPerson("the package has ended")

    with monkeypatch.context() as patch:
        patch.setattr(api, "ask", ask)
        with pytest.raises(NeedsPerson):
            looking.missed_events()
    bench.clock.advance(11 * MINUTE)

    assert heard(looking.missed_events())[1:] == said


def test_a_look_that_is_broken_off_goes_on(bench: Bench, looking: History) -> None:
    """What was read is handed over, and isn't asked for again; the minute's calls were used up by the rest."""
    people = [bench.account.person(f"Thử Thị {n}") for n in range(30)]
    said = [id for person in people for id in talk(bench, person, 1)]
    bench.clock.advance(MINUTE)
    bench.account.account.per_minute = 13
    first = heard(looking.missed_events())
    bench.clock.advance(MINUTE)
    second = heard(looking.missed_events())
    bench.clock.advance(MINUTE)
    bench.account.account.per_minute = 4000

    assert 0 < len(first) < len(first) + len(second) < 30
    assert [*first, *second, *heard(looking.missed_events()), *heard(looking.missed_events())] == said


def test_one_that_cant_be_read_stops_no_other(
    bench: Bench, looking: History, group: tuple[str, Person], caplog: pytest.LogCaptureFixture
) -> None:
    """A person who is gone and a group that is disabled are left out, and their looks end all the same."""
    id, admin = group
    admin.says_in_group(id, "họp lúc mấy giờ")
    gone = bench.somebody("Thử Văn An")
    bench.clock.advance(MINUTE)
    there = bench.account.person("Thử Thị Bình").says("alo").id
    bench.sandbox.fail_next("recipient_gone", TALK)
    bench.sandbox.fail_next(-237, GROUP_TALK)

    assert heard(looking.missed_events()) == [there]
    assert gone.id not in caplog.text
    before = len(bench.sandbox.calls)
    assert looking.missed_events() == []
    assert len(bench.sandbox.calls) == before


def test_account_without_groups_reads_people(bench: Bench, group: tuple[str, Person]) -> None:
    """An account that may not use groups isn't asked for any; one whose groups can't be read hears people."""
    without = history_of(bench, groups=False)
    both = history_of(bench)
    assert [*without.missed_events(), *both.missed_events()] == []
    bench.clock.advance(60 * MINUTE)
    said = bench.somebody()
    before = asked(bench, GROUPS)
    assert len(without.missed_events()) == 1
    assert asked(bench, GROUPS) == before
    bench.clock.advance(60 * MINUTE)
    said.says("alo")
    bench.sandbox.fail_next(-224, GROUPS)
    assert "alo" in texts(both.missed_events())


def test_nothing_can_be_read(bench: Bench, looking: History) -> None:
    """Where both lists fail the first failure is told: its class says what to do."""
    bench.sandbox.fail_next(-224, PEOPLE)
    bench.sandbox.fail_next("rate_limit", GROUPS)
    with pytest.raises(NeedsPerson):
        looking.missed_events()


def test_others_are_not_kept_waiting(bench: Bench) -> None:
    """A look that takes its time goes on with the next round."""
    slow = history_of(bench, habits=BackfillSettings(patience=timedelta()))
    slow.missed_events()
    bench.clock.advance(60 * MINUTE)
    bench.somebody("Thử Văn An")
    assert slow.missed_events() == []
    assert len(history_of(bench).missed_events()) == 1


@pytest.mark.parametrize("damage", [b"{", b"[]", b'{"since": 5}', b'{"since": "2026-01-01", "read": "x", "due": ""}'])
def test_a_damaged_mark_begins_anew(bench: Bench, looking: History, damage: bytes) -> None:
    """It is as if nobody had looked before; nothing is raised."""
    bench.somebody()
    for place in ("person", "group"):
        kept = bench.services.state.get(f"history {place}")
        bench.services.state.put(f"history {place}", damage, kept.version)
    assert looking.missed_events() == []
    bench.clock.advance(11 * MINUTE)
    assert len(looking.missed_events()) == 1


def test_a_clock_that_is_set_back_keeps_nobody_waiting(bench: Bench, looking: History) -> None:
    """What is due in a far future is due now."""
    looking.missed_events()
    bench.clock.advance(-5 * timedelta(days=1))
    before = asked(bench, PEOPLE)
    looking.missed_events()

    assert asked(bench, PEOPLE) == before + 1


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
def test_a_message_is_told_as_its_webhook_would_have(
    *, bench: Bench, looking: History, group: tuple[str, Person], part: SandboxAttachment | None, in_group: bool
) -> None:
    """It has the same dedupe key, and says the same, as far as the list shows it: files lose their names."""
    id, admin = group
    sent = (part,) if part else ()
    said = admin.says_in_group(id, "đây", *sent) if in_group else admin.says("đây", *sent)
    real = bench.request()
    (body,) = looking.missed_events()
    made = WebhookRequest(body)
    ours, theirs = (bench.messenger.parse(one.body) for one in (made, real))

    assert bench.messenger.dedupe_key(made) == bench.messenger.dedupe_key(real)
    assert (_told(ours), said.id) == (_told(theirs), json.loads(body)["message"]["msg_id"])


def _told(parsed: Sequence[Any]) -> Any:
    (message,) = parsed
    attached = [(one.kind, one.url, one.latitude, one.longitude) for one in message.attachments]
    return message.id, message.conversation, message.sender, message.text, message.sent_at, attached


def test_a_contact_that_was_passed_on(bench: Bench, looking: History) -> None:
    """Where the list shows it as a link, it is another event of the same message, which the core hears once."""
    bench.somebody().says("Anh Ba", parts.business_card("84000000001"))
    real = bench.request()
    made = WebhookRequest(looking.missed_events()[-1])
    ours, theirs = (bench.messenger.parse(one.body)[0] for one in (made, real))

    assert bench.messenger.dedupe_key(made) != bench.messenger.dedupe_key(real)
    assert ours.id == theirs.id  # type: ignore[union-attr]
