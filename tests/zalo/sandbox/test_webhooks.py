import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.zalo.sandbox.conftest import ApiClient, WebhookRecorder

from anninh_core.testing import FixedClock
from anninh_zalo import parse_event, signature_fits
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount, Variants
from anninh_zalo.testing.simulation import parts
from anninh_zalo.testing.simulation.parts import SandboxAttachment
from anninh_zalo.testing.state import SandboxApplication, SandboxGrant
from anninh_zalo.testing.wire import encode_signed

AGAIN = [30, 300, 900, 1800, 3600]


def encode_compactly(value: Any) -> str:
    """Return `value` as JSON in the form that `JSON.stringify` and most libraries write."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


WRITERS: dict[str, Callable[[Any], str]] = {
    "compact": encode_compactly,
    "compact and ASCII": lambda value: json.dumps(value, separators=(",", ":")),
    "compact and ASCII, slashes escaped": lambda value: json.dumps(value, separators=(",", ":")).replace("/", "\\/"),
    "compact and sorted": lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
    "spaced": lambda value: json.dumps(value, ensure_ascii=False),
    "spaced and ASCII": json.dumps,
    "indented": lambda value: json.dumps(value, ensure_ascii=False, indent=2),
}
"""JSON encoders with the defaults of libraries for JavaScript, Python, PHP, Go, Ruby and Java."""


def test_events_are_signed_and_parsed(
    *,
    sandbox: Sandbox,
    webhook_recorder: WebhookRecorder,
    app: SandboxApplication,
    account: SandboxOfficialAccount,
    grant: SandboxGrant,
    person: Person,
) -> None:
    """The adapter verifies and parses the sandbox's events."""
    sent = person.says("có trộm")
    sandbox.deliver_due()
    url, headers, body = webhook_recorder.got[0]
    message = parse_event(body, "oa", account.id)[0]

    assert url == app.webhook
    assert signature_fits(body, headers["x-zevent-signature"], app.id, [app.oa_secret])
    assert (message.id, message.text) == (sent.id, "có trộm")  # type: ignore[union-attr]


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_reencoded_body_is_not_verified(
    *,
    sandbox: Sandbox,
    webhook_recorder: WebhookRecorder,
    app: SandboxApplication,
    grant: SandboxGrant,
    person: Person,
    write: Callable[[Any], str],
) -> None:
    """An event body that was parsed and encoded again fails the signature check, as on the real platform."""
    person.says("có trộm")
    sandbox.deliver_due()
    _, headers, body = webhook_recorder.got[0]
    reencoded = write(json.loads(body)).encode()

    assert not signature_fits(reencoded, headers["x-zevent-signature"], app.id, [app.oa_secret])


def test_plain_bodies_survive_reencoding(clock: FixedClock, webhook_recorder: WebhookRecorder) -> None:
    """If the sandbox has `plain_webhooks` set, event bodies can be encoded again, for clients that aren't tested for
    this.
    """
    sandbox = Sandbox(clock, manners=Variants(plain_webhooks=True), post=webhook_recorder)
    app = sandbox.app(webhook="https://anninh.invalid")
    account = sandbox.account("Xã Thử")
    sandbox.grant(app, account)
    account.person("Thử").says("có trộm ở 12/3 <gấp>")
    sandbox.deliver_due()
    _, headers, body = webhook_recorder.got[0]

    assert encode_compactly(json.loads(body)).encode() == body
    assert signature_fits(body, headers["x-zevent-signature"], app.id, [app.oa_secret])


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text()), min_size=2))
def test_signed_encoding_is_valid_but_unusual_json(event: dict[str, Any]) -> None:
    """The JSON encoding that the sandbox signs parses to the same event, and differs from every common encoding."""
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
def test_each_attachment_kind_has_its_event(
    *,
    sandbox: Sandbox,
    webhook_recorder: WebhookRecorder,
    account: SandboxOfficialAccount,
    grant: SandboxGrant,
    person: Person,
    part: SandboxAttachment,
) -> None:
    """Each kind of attachment has its event, which the adapter parses."""
    person.says("", part)
    sandbox.deliver_due()

    assert webhook_recorder.event_names == [f"user_send_{part.kind}"]
    assert len(parse_event(webhook_recorder.got[0][2], "oa", account.id)) == 1


def test_each_act_of_people_has_its_event(
    sandbox: Sandbox, webhook_recorder: WebhookRecorder, grant: SandboxGrant, person: Person
) -> None:
    """Following, clicking, submitting information, reacting, calling and withdrawing each cause an event of their
    own.
    """
    person.clicks_chat()
    person.follows()
    person.submits_info("Thử Văn An", "84000000001")
    person.reacts("abcd")
    person.calls()
    person.withdraws()
    person.unfollows()
    sandbox.deliver_due()

    assert webhook_recorder.event_names == [
        *("user_click_chatnow", "follow", "user_submit_info", "user_reacted_message"),
        *("user_call_oa", "user_withdraw", "unfollow"),
    ]


@pytest.mark.parametrize("reading", ["user", "oa"])
def test_receipts_have_either_sender(clock: FixedClock, webhook_recorder: WebhookRecorder, reading: str) -> None:
    """The sandbox can send delivery receipts with either sender, because sources contradict each other."""
    sandbox = Sandbox(clock, manners=Variants(receipts_from=reading), post=webhook_recorder)  # type: ignore[arg-type]
    account = sandbox.account("Xã Thử")
    pair = sandbox.grant(sandbox.app(webhook="https://anninh.invalid"), account)
    person = account.person("Thử Văn An")
    person.says("chào")
    headers = {"access_token": pair.access}
    client = httpx.Client(transport=sandbox.transport(), base_url="https://openapi.zalo.me", headers=headers)
    ApiClient(client).send_text(person, "chào")
    seen_ids = person.sees()
    sandbox.deliver_due()
    expected = person.id if reading == "user" else account.id

    assert webhook_recorder.event_names[-2:] == ["user_received_message", "user_seen_message"]
    assert {event["sender"]["id"] for event in webhook_recorder.parsed_events[-2:]} == {expected}
    assert webhook_recorder.parsed_events[-1]["message"]["msg_ids"] == seen_ids


def test_only_operator_echoes_have_an_admin_id(
    *,
    sandbox: Sandbox,
    webhook_recorder: WebhookRecorder,
    account: SandboxOfficialAccount,
    grant: SandboxGrant,
    person: Person,
    api_client: ApiClient,
) -> None:
    """Only the echo of a message that an operator wrote has `admin_id`."""
    person.says("chào")
    api_client.send_text(person, "máy")
    account.operator_says(person.id, "tay")
    sandbox.deliver_due()
    echoes = [event for event in webhook_recorder.parsed_events if event["event_name"] == "oa_send_text"]

    assert ["admin_id" in echo["sender"] for echo in echoes] == [False, True]


def test_failing_webhook_is_retried_and_unsubscribed(
    *,
    sandbox: Sandbox,
    webhook_recorder: WebhookRecorder,
    app: SandboxApplication,
    grant: SandboxGrant,
    person: Person,
    clock: FixedClock,
) -> None:
    """A webhook that fails is retried five times within an hour, with the count in a header; after that no more events
    are sent.
    """
    webhook_recorder.status = 0
    person.says("chào")
    start = clock.now()
    delivered = [sandbox.deliver_due()]
    for seconds in AGAIN:
        clock.set(start + timedelta(seconds=seconds - 1))
        delivered.append(sandbox.deliver_due())
        clock.set(start + timedelta(seconds=seconds))
        delivered.append(sandbox.deliver_due())
    person.says("nữa")

    assert delivered == [1] + [0, 1] * 5
    assert [delivery.headers.get("num_retry") for delivery in sandbox.deliveries] == [None, "1", "2", "3", "4", "5"]
    assert not app.subscribed
    assert sandbox.deliver_due() == 0


def test_redelivery_has_the_same_body(
    sandbox: Sandbox, webhook_recorder: WebhookRecorder, grant: SandboxGrant, person: Person, clock: FixedClock
) -> None:
    """A redelivered event has the same body with its old timestamp."""
    webhook_recorder.status = 0
    person.says("chào")
    sandbox.deliver_due()
    webhook_recorder.status = 200
    clock.advance(timedelta(seconds=30))
    sandbox.deliver_due()

    assert webhook_recorder.got[0][2] == sandbox.deliveries[0].body
    assert webhook_recorder.got[0][1]["num_retry"] == "1"


@pytest.mark.parametrize(("again", "waiting"), [(False, 0), (True, 1)])
def test_refused_delivery_is_retried_if_configured(
    clock: FixedClock, webhook_recorder: WebhookRecorder, again: bool, waiting: int
) -> None:
    """A variant of the sandbox decides whether an event that got an error response is sent again, because the
    documentation mentions only failed connections.
    """
    sandbox = Sandbox(clock, manners=Variants(redelivers_refused=again), post=webhook_recorder)
    account = sandbox.account("Xã Thử")
    sandbox.grant(sandbox.app(webhook="https://anninh.invalid"), account)
    webhook_recorder.status = 500
    account.person("Thử").says("chào")
    sandbox.deliver_due()

    assert len(sandbox.world.queue.waiting) == waiting


def test_tricks_duplicate_and_reorder_events(
    sandbox: Sandbox, webhook_recorder: WebhookRecorder, grant: SandboxGrant, person: Person
) -> None:
    """One trick sends the next event twice, and another trick swaps the two events after it."""
    sandbox.trick_next("duplicate")
    sandbox.trick_next("reorder")
    for text in ("một", "hai", "ba"):
        person.says(text)
    sandbox.deliver_due()

    assert [event["message"]["text"] for event in webhook_recorder.parsed_events] == ["một", "một", "ba", "hai"]


def test_console_probe_is_unsigned(
    sandbox: Sandbox, webhook_recorder: WebhookRecorder, app: SandboxApplication
) -> None:
    """The test call of the platform's console is an empty object without a signature."""
    sandbox.probe(app)
    sandbox.deliver_due()
    _, headers, body = webhook_recorder.got[0]

    assert (body, "x-zevent-signature" in headers) == (b"{}", False)


def test_muted_and_revoked_applications_get_no_events(
    *,
    sandbox: Sandbox,
    webhook_recorder: WebhookRecorder,
    app: SandboxApplication,
    account: SandboxOfficialAccount,
    grant: SandboxGrant,
    person: Person,
) -> None:
    """Events that are disabled in the console, and events after a revocation, aren't sent."""
    app.muted.add("user_send_text")
    person.says("chào")
    account.revokes(app)
    person.follows()

    assert sandbox.deliver_due() == 0


def test_any_event_can_be_sent_by_name(
    sandbox: Sandbox, webhook_recorder: WebhookRecorder, account: SandboxOfficialAccount, grant: SandboxGrant
) -> None:
    """Events that no act in the sandbox causes can be sent by their name."""
    account.event("change_template_status", template_id="1", status={"prev_status": "ENABLE", "new_status": "DISABLE"})
    sandbox.deliver_due()

    assert webhook_recorder.parsed_events[0]["template_id"] == "1"


def test_website_visitor_is_answered(
    sandbox: Sandbox, webhook_recorder: WebhookRecorder, account: SandboxOfficialAccount, api_client: ApiClient
) -> None:
    """A visitor of the website's widget has no name, and can be answered."""
    visitor = account.visitor()
    visitor.says("cho hỏi")
    recipient = {"anonymous_id": visitor.profile.id, "conversation_id": "c"}
    api_client.post("/v2.0/oa/message", recipient=recipient, message={"text": "dạ"})
    sandbox.deliver_due()

    assert [message.text for message in visitor.heard] == ["dạ"]
    assert webhook_recorder.event_names == ["anonymous_send_text", "oa_send_anonymous_text"]
