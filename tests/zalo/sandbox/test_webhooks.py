import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.zalo.sandbox.conftest import Caller, Mailbox

from anninh_core.testing import FixedClock
from anninh_zalo import parse_event, signature_fits
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount, Variants
from anninh_zalo.testing.simulation import parts
from anninh_zalo.testing.simulation.parts import SandboxAttachment
from anninh_zalo.testing.state import SandboxApplication, SandboxGrant
from anninh_zalo.testing.wire import encode_signed

AGAIN = [30, 300, 900, 1800, 3600]


def compact(value: Any) -> str:
    """Write JSON as `JSON.stringify` does, and as most libraries."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


WRITERS: dict[str, Callable[[Any], str]] = {
    "compact": compact,
    "compact and ASCII": lambda value: json.dumps(value, separators=(",", ":")),
    "compact and ASCII, slashes escaped": lambda value: json.dumps(value, separators=(",", ":")).replace("/", "\\/"),
    "compact and sorted": lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
    "spaced": lambda value: json.dumps(value, ensure_ascii=False),
    "spaced and ASCII": json.dumps,
    "indented": lambda value: json.dumps(value, ensure_ascii=False, indent=2),
}
"""How libraries write JSON unless they are told otherwise: of JavaScript, Python, PHP, Go, Ruby and Java."""


def test_events_are_signed_and_understood(
    *,
    sandbox: Sandbox,
    mailbox: Mailbox,
    app: SandboxApplication,
    account: SandboxOfficialAccount,
    grant: SandboxGrant,
    person: Person,
) -> None:
    """The adapter's own check and parser take what the sandbox sends."""
    said = person.says("có trộm")
    sandbox.deliver_due()
    url, headers, body = mailbox.got[0]
    message = parse_event(body, "oa", account.id)[0]

    assert url == app.webhook
    assert signature_fits(body, headers["x-zevent-signature"], app.id, [app.oa_secret])
    assert (message.id, message.text) == (said.id, "có trộm")  # type: ignore[union-attr]


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_body_written_anew_does_not_verify(
    *,
    sandbox: Sandbox,
    mailbox: Mailbox,
    app: SandboxApplication,
    grant: SandboxGrant,
    person: Person,
    write: Callable[[Any], str],
) -> None:
    """Whoever parses the body before they check its signature fails, as on the platform."""
    person.says("có trộm")
    sandbox.deliver_due()
    _, headers, body = mailbox.got[0]
    written_anew = write(json.loads(body)).encode()

    assert not signature_fits(written_anew, headers["x-zevent-signature"], app.id, [app.oa_secret])


def test_plain_bodies_can_be_written_anew(clock: FixedClock, mailbox: Mailbox) -> None:
    """The switch for clients that aren't tested for this."""
    sandbox = Sandbox(clock, manners=Variants(plain_webhooks=True), post=mailbox)
    app = sandbox.app(webhook="https://anninh.invalid")
    account = sandbox.account("Xã Thử")
    sandbox.grant(app, account)
    account.person("Thử").says("có trộm ở 12/3 <gấp>")
    sandbox.deliver_due()
    _, headers, body = mailbox.got[0]

    assert compact(json.loads(body)).encode() == body
    assert signature_fits(body, headers["x-zevent-signature"], app.id, [app.oa_secret])


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text()), min_size=2))
def test_the_odd_spelling_means_the_same(event: dict[str, Any]) -> None:
    """Whatever people write, a parser reads what was meant, and nobody spells it so by chance."""
    body = encode_signed(event)

    assert json.loads(body) == event
    assert body not in {write(event).encode() for write in WRITERS.values()}


@pytest.mark.parametrize(
    "part",
    [
        parts.image("http://f6.invalid/a.jpg"),
        parts.gif("http://f6.invalid/a.gif"),
        parts.video("http://f6.invalid/a.mp4"),
        parts.audio("http://f6.invalid/a.amr"),
        parts.file("http://f6.invalid/a.pdf", "a.pdf", b"%PDF"),
        parts.sticker("1"),
        parts.location(21.03, 105.85),
        parts.link("https://example.invalid"),
        parts.business_card("84000000002"),
    ],
    ids=lambda part: part.kind,
)
def test_people_send_all_kinds(
    *,
    sandbox: Sandbox,
    mailbox: Mailbox,
    account: SandboxOfficialAccount,
    grant: SandboxGrant,
    person: Person,
    part: SandboxAttachment,
) -> None:
    """Each kind has its event, which the parser understands."""
    person.says("", part)
    sandbox.deliver_due()

    assert mailbox.names == [f"user_send_{part.kind}"]
    assert len(parse_event(mailbox.got[0][2], "oa", account.id)) == 1


def test_what_people_do_is_told(sandbox: Sandbox, mailbox: Mailbox, grant: SandboxGrant, person: Person) -> None:
    """Following, clicking, filling in, reacting, calling and withdrawing have events of their own."""
    person.clicks_chat()
    person.follows()
    person.submits_info("Thử Văn An", "84000000001")
    person.reacts("abcd")
    person.calls()
    person.withdraws()
    person.unfollows()
    sandbox.deliver_due()

    assert mailbox.names == [
        *("user_click_chatnow", "follow", "user_submit_info", "user_reacted_message"),
        *("user_call_oa", "user_withdraw", "unfollow"),
    ]


@pytest.mark.parametrize("reading", ["user", "oa"])
def test_receipts_come_in_either_direction(clock: FixedClock, mailbox: Mailbox, reading: str) -> None:
    """Sources contradict each other about who is the sender; the sandbox can play both."""
    sandbox = Sandbox(clock, manners=Variants(receipts_from=reading), post=mailbox)  # type: ignore[arg-type]
    account = sandbox.account("Xã Thử")
    pair = sandbox.grant(sandbox.app(webhook="https://anninh.invalid"), account)
    person = account.person("Thử Văn An")
    person.says("chào")
    with_token = {"access_token": pair.access}
    client = httpx.Client(transport=sandbox.transport(), base_url="https://openapi.zalo.me", headers=with_token)
    Caller(client).tell(person, "chào")
    seen = person.sees()
    sandbox.deliver_due()
    expected = person.id if reading == "user" else account.id

    assert mailbox.names[-2:] == ["user_received_message", "user_seen_message"]
    assert {event["sender"]["id"] for event in mailbox.events[-2:]} == {expected}
    assert mailbox.events[-1]["message"]["msg_ids"] == seen


def test_operators_echo_with_their_id(
    *,
    sandbox: Sandbox,
    mailbox: Mailbox,
    account: SandboxOfficialAccount,
    grant: SandboxGrant,
    person: Person,
    caller: Caller,
) -> None:
    """Only what a person wrote by hand carries `admin_id`."""
    person.says("chào")
    caller.tell(person, "máy")
    account.operator_says(person.id, "tay")
    sandbox.deliver_due()
    echoes = [event for event in mailbox.events if event["event_name"] == "oa_send_text"]

    assert ["admin_id" in echo["sender"] for echo in echoes] == [False, True]


def test_events_come_again_until_the_application_is_unsubscribed(
    *,
    sandbox: Sandbox,
    mailbox: Mailbox,
    app: SandboxApplication,
    grant: SandboxGrant,
    person: Person,
    clock: FixedClock,
) -> None:
    """Five more tries, each counted in a header, over an hour; then nothing goes out any more."""
    mailbox.status = 0
    person.says("chào")
    start = clock.now()
    tries = [sandbox.deliver_due()]
    for seconds in AGAIN:
        clock.set(start + timedelta(seconds=seconds - 1))
        tries.append(sandbox.deliver_due())
        clock.set(start + timedelta(seconds=seconds))
        tries.append(sandbox.deliver_due())
    person.says("nữa")

    assert tries == [1] + [0, 1] * 5
    assert [one.headers.get("num_retry") for one in sandbox.deliveries] == [None, "1", "2", "3", "4", "5"]
    assert not app.subscribed
    assert sandbox.deliver_due() == 0


def test_a_redelivery_has_the_same_body(
    sandbox: Sandbox, mailbox: Mailbox, grant: SandboxGrant, person: Person, clock: FixedClock
) -> None:
    """After the webhook is back, the event comes as it was, with its old timestamp."""
    mailbox.status = 0
    person.says("chào")
    sandbox.deliver_due()
    mailbox.status = 200
    clock.advance(timedelta(seconds=30))
    sandbox.deliver_due()

    assert mailbox.got[0][2] == sandbox.deliveries[0].body
    assert mailbox.got[0][1]["num_retry"] == "1"


@pytest.mark.parametrize(("again", "waiting"), [(False, 0), (True, 1)])
def test_refusals_can_count_as_failures(clock: FixedClock, mailbox: Mailbox, again: bool, waiting: int) -> None:
    """The documentation speaks of connections only; whether an error answer is tried again is a setting."""
    sandbox = Sandbox(clock, manners=Variants(redelivers_refused=again), post=mailbox)
    account = sandbox.account("Xã Thử")
    sandbox.grant(sandbox.app(webhook="https://anninh.invalid"), account)
    mailbox.status = 500
    account.person("Thử").says("chào")
    sandbox.deliver_due()

    assert len(sandbox.world.queue.waiting) == waiting


def test_tricks_double_and_turn_round(sandbox: Sandbox, mailbox: Mailbox, grant: SandboxGrant, person: Person) -> None:
    """The next event comes twice, the two after it the other way round."""
    sandbox.trick_next("duplicate")
    sandbox.trick_next("reorder")
    for text in ("một", "hai", "ba"):
        person.says(text)
    sandbox.deliver_due()

    assert [event["message"]["text"] for event in mailbox.events] == ["một", "một", "ba", "hai"]


def test_the_console_probes_without_a_signature(sandbox: Sandbox, mailbox: Mailbox, app: SandboxApplication) -> None:
    """The button "test" in the console sends an empty object."""
    sandbox.probe(app)
    sandbox.deliver_due()
    _, headers, body = mailbox.got[0]

    assert (body, "x-zevent-signature" in headers) == (b"{}", False)


def test_only_those_who_may_hear_do(
    *,
    sandbox: Sandbox,
    mailbox: Mailbox,
    app: SandboxApplication,
    account: SandboxOfficialAccount,
    grant: SandboxGrant,
    person: Person,
) -> None:
    """Events left off in the console, and events after the permission was taken back, go nowhere."""
    app.muted.add("user_send_text")
    person.says("chào")
    account.revokes(app)
    person.follows()

    assert sandbox.deliver_due() == 0


def test_other_events_can_be_made_up(
    sandbox: Sandbox, mailbox: Mailbox, account: SandboxOfficialAccount, grant: SandboxGrant
) -> None:
    """Events that nothing in the sandbox causes are sent by name."""
    account.event("change_template_status", template_id="1", status={"prev_status": "ENABLE", "new_status": "DISABLE"})
    sandbox.deliver_due()

    assert mailbox.events[0]["template_id"] == "1"


def test_visitors_of_the_website_are_answered(
    sandbox: Sandbox, mailbox: Mailbox, account: SandboxOfficialAccount, caller: Caller
) -> None:
    """Who uses the widget is known by no name, and can be answered."""
    visitor = account.visitor()
    visitor.says("cho hỏi")
    recipient = {"anonymous_id": visitor.profile.id, "conversation_id": "c"}
    caller.post("/v2.0/oa/message", recipient=recipient, message={"text": "dạ"})
    sandbox.deliver_due()

    assert [message.text for message in visitor.heard] == ["dạ"]
    assert mailbox.names == ["anonymous_send_text", "oa_send_anonymous_text"]
