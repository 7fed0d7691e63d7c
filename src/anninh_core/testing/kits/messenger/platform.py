"""Rules about the small protocols of `ports.platform`: none is owed, but what is offered has to hold."""

# mypy: disable-error-code="type-abstract"
# Protocols are handed to `require_protocol`, which only looks with `isinstance`.

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from math import isfinite
from typing import NoReturn

import pytest
from attrs import evolve

from anninh_core.kernel.errors import (
    DeliveryError,
    RecipientUnreachable,
    RequestRejected,
    StorageError,
    Unsupported,
)
from anninh_core.ports.health import Level, TellsHealth
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import Found, Messenger, Verdict
from anninh_core.ports.messengers.platform import (
    CatchesUp,
    Fetches,
    LooksAtGroups,
    Paced,
    Polls,
    Probed,
    SendsByMethod,
    SharesWebhook,
    ShowsFiles,
    SplitsRequests,
    TriesAccess,
)
from anninh_core.testing.kits.guard import ConformanceKit
from anninh_core.testing.kits.messenger.bench import (
    AWHILE,
    ERRORS,
    OTHER,
    PLAIN,
    MessengerBench,
    MovableClock,
    assert_secrets_kept,
    build_message,
    catch_refusal,
    make_fail,
    only_message,
    require_ability,
    require_outside,
    require_protocol,
    send,
    since,
    staged,
)
from anninh_core.testing.kits.messenger.conversing import LINES
from anninh_core.testing.kits.messenger.groups import TITLE
from anninh_core.testing.kits.messenger.incoming import GARBAGE, ODD_HEADERS
from anninh_core.testing.kits.messenger.outside import Outside
from anninh_core.vocabulary.messages import Address, Attachment, InboundMessage, OutgoingMessage, Place, WebhookRequest

FOREIGN: Mapping[str, str] = {
    "empty": "",
    "file": "file:///etc/passwd",
    "loopback": "http://127.0.0.1:9/x",
    "stranger": "https://example.org/x",
}
"""Addresses that are no platform's, and that nothing may be fetched from."""


def standing(messenger: Messenger, message: OutgoingMessage, services: AdapterServices) -> Sequence[Found]:
    """Return what stands there with a message's words; skip the rule where the messenger doesn't tell that."""
    require_ability(messenger, "reconcile")
    answer = messenger.reconcile(message, since(services))
    if isinstance(answer, Verdict):
        pytest.skip("the messenger tells by a verdict, or can't tell")
    return answer


def platform_ids(found: Sequence[Found]) -> list[str]:
    """Return the ids of what was found."""
    return [match.platform_id for match in found]


def fail_storage(*_: object, **__: object) -> NoReturn:
    """Fail as a storage does that is away."""
    raise StorageError("The storage isn't available (simulated by a test).")


class MessengerPlatform(MessengerBench, ConformanceKit, kit=True):
    """What only some platforms have."""

    def test_safe_pace(self, messenger: Messenger) -> None:
        """M-60 A safe pace lets something leave: some a minute, at least one at once, and not all of it kept back."""
        pace = require_protocol(messenger, Paced).safe_pace
        assert isfinite(pace.per_minute)
        assert pace.per_minute > 0
        assert 0 <= pace.reserve < pace.burst

    @pytest.mark.parametrize("name", GARBAGE)
    def test_probe_of_garbage(self, messenger: Messenger, name: str) -> None:
        """M-61 Asked whether garbage, or a request with odd headers, is a probe, it answers and never raises."""
        probed = require_protocol(messenger, Probed)
        for headers in ((), ODD_HEADERS):
            assert probed.is_probe(WebhookRequest(GARBAGE[name], headers)) in (True, False)

    def test_event_is_no_probe(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-62 What says something, or is signed, is no probe: genuine, altered, stripped of headers or of its body."""
        probed = require_protocol(messenger, Probed)
        request = require_outside(outside).incoming(PLAIN)
        for other in ({}, {"body": request.body + b" "}, {"body": b"{}"}, {"body": b""}, {"headers": ()}):
            assert not probed.is_probe(evolve(request, **other)), f"with {other}"

    @pytest.mark.parametrize("name", GARBAGE)
    def test_taking_garbage(self, messenger: Messenger, name: str) -> None:
        """M-63 Asked whether garbage is its own, it answers and never raises."""
        assert require_protocol(messenger, SharesWebhook).takes(GARBAGE[name]) in (True, False)

    def test_taking_its_own(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-64 It takes an event of its own."""
        sharing = require_protocol(messenger, SharesWebhook)
        assert sharing.takes(require_outside(outside).incoming(PLAIN).body)

    def test_shared_by(self, messenger: Messenger) -> None:
        """M-65 What instances share their webhook by is not empty, and the same each time."""
        sharing = require_protocol(messenger, SharesWebhook)
        assert sharing.webhook_shared_by.strip()
        assert len({sharing.webhook_shared_by for _ in range(3)}) == 1

    def test_split(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-127 Each event of a request that it splits is understood, and has a dedupe key, by itself."""
        splitting = require_protocol(messenger, SplitsRequests)
        requests = [
            WebhookRequest(body) for body in splitting.split(staged(outside, "together", "\n".join(LINES)).body)
        ]
        assert [only_message(messenger, request).text for request in requests] == [*LINES]
        assert len({messenger.dedupe_key(request) for request in requests}) == len(LINES)

    def test_split_one(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-128 A request with one event is split into that, which means the same and has the same dedupe key."""
        request = require_outside(outside).incoming(PLAIN)
        (body,) = require_protocol(messenger, SplitsRequests).split(request.body)
        assert messenger.parse(body) == messenger.parse(request.body)
        assert messenger.dedupe_key(evolve(request, body=body)) == messenger.dedupe_key(request)

    def test_files(self, messenger: Messenger) -> None:
        """M-66 Files that are shown have plain names, without folders, and hold bytes."""
        for name, content in require_protocol(messenger, ShowsFiles).files().items():
            assert name.isascii()
            assert name.isprintable()
            assert not set(name) & set("/\\?#% "), f"{name!r} is no plain name"
            assert name.strip(".") == name != ""
            assert isinstance(content, bytes)

    def test_missed(self, messenger: Messenger, services: AdapterServices, outside: Outside | None) -> None:
        """M-67 What the webhook may have missed is understood as any event is, and has a dedupe key."""
        _, bodies = self._write_and_backfill(messenger, services, outside)
        for body in bodies:
            assert isinstance(messenger.parse(body), Sequence)
            assert messenger.dedupe_key(WebhookRequest(body))

    def test_missed_key(self, messenger: Messenger, services: AdapterServices, outside: Outside | None) -> None:
        """M-68 An event that is read later has the dedupe key that it had as a webhook, and is the same message."""
        request, bodies = self._write_and_backfill(messenger, services, outside)
        keys = {messenger.dedupe_key(WebhookRequest(body)): body for body in bodies}
        assert len(keys) == len(bodies)
        (backfilled,) = messenger.parse(keys[messenger.dedupe_key(request)])
        original = only_message(messenger, request)
        assert isinstance(backfilled, InboundMessage)
        assert (backfilled.id, backfilled.conversation, backfilled.sender) == (
            original.id,
            original.conversation,
            original.sender,
        )
        assert backfilled.text == original.text

    @pytest.mark.parametrize("name", FOREIGN)
    def test_foreign_file(self, messenger: Messenger, name: str) -> None:
        """M-70 Nothing is fetched from an address that isn't the platform's, and the error doesn't tell it."""
        url = FOREIGN[name]
        fetches = require_protocol(messenger, Fetches)
        with pytest.raises((RequestRejected, RecipientUnreachable)) as raised:
            fetches.fetch(Attachment("image", "anh.png", url=url))
        assert str(raised.value).strip()
        assert not url or url.partition("://")[2] not in str(raised.value)

    def test_unknown_delivery_method(self, messenger: Messenger, person: Address, outside: Outside | None) -> None:
        """M-71 A method that it doesn't have is `Unsupported`, and nothing arrives."""
        sender = require_protocol(messenger, SendsByMethod)
        with pytest.raises(Unsupported) as raised:
            sender.send_by("pigeon", build_message(person))
        assert str(raised.value).strip()
        assert outside is None or not outside.delivered()

    def test_unsent_is_not_found(self, messenger: Messenger, person: Address, services: AdapterServices) -> None:
        """M-72 What was never sent is not found on the platform."""
        assert not standing(messenger, build_message(person, OTHER, "k-never"), services)

    def test_sent_is_found(self, messenger: Messenger, person: Address, services: AdapterServices) -> None:
        """M-73 What has a receipt is found under the receipt's id, unless the platform can't tell."""
        require_ability(messenger, "send_person")
        receipt = send(messenger, build_message(person))
        matches = standing(messenger, build_message(person), services)
        if receipt is not None:
            assert receipt.platform_id in platform_ids(matches)
            assert all(match.at.utcoffset() is not None for match in matches)

    def test_other_words_are_not_found(self, messenger: Messenger, person: Address, services: AdapterServices) -> None:
        """M-74 Other words than those that were sent are not found, be it a part of them or more than them."""
        require_ability(messenger, "send_person")
        send(messenger, build_message(person))
        for number, text in enumerate((OTHER, PLAIN[:-5], PLAIN + " " + OTHER)):
            assert not standing(messenger, build_message(person, text, f"k-other-{number}"), services), text

    def test_founds_once(self, messenger: Messenger, person: Address) -> None:
        """M-75 Founding again under the same key gives the same group, which can be written to."""
        require_ability(messenger, "create_group_once")
        first, second = (messenger.create_group(TITLE, [person], "g-1").address for _ in range(2))
        assert first == second
        assert (first.messenger, first.place) == (messenger.instance, Place.GROUP)
        send(messenger, build_message(first))

    def test_keys_found_apart(self, messenger: Messenger, person: Address) -> None:
        """M-76 Founding under another key gives another group, of the same title too."""
        require_ability(messenger, "create_group_once")
        first, second = (messenger.create_group(TITLE, [person], key).address for key in ("g-1", "g-2"))
        assert first != second

    def test_look(self, messenger: Messenger, person: Address) -> None:
        """M-77 A new group can be written to, and has at least the people that it was created with."""
        inspector = require_protocol(messenger, LooksAtGroups)
        require_ability(messenger, "create_group")
        group = messenger.create_group(TITLE, [person]).address
        look = inspector.look(group)
        assert look.usable
        assert look.members >= 1
        if messenger.capabilities.can("list_members"):
            assert look.members >= len(messenger.list_members(group))

    def test_health(self, messenger: Messenger, person: Address, secrets: Sequence[str]) -> None:
        """M-78 It says in sentences how it is doing and what to do, and names no person and no secret."""
        self._check_health_texts(messenger, [person.id, *secrets])

    @pytest.mark.parametrize("name", ERRORS)
    def test_health_in_trouble(
        self, messenger: Messenger, person: Address, outside: Outside | None, secrets: Sequence[str], name: str
    ) -> None:
        """M-79 It says so too while calls fail and after a message has failed: what can't be found out is a finding."""
        require_protocol(messenger, TellsHealth)
        make_fail(outside, name)
        self._check_health_texts(messenger, [person.id, *secrets])
        if messenger.capabilities.can("send_person") and outside is not None and outside.fail(name):
            with pytest.raises(DeliveryError):
                messenger.send(build_message(person))
            self._check_health_texts(messenger, [person.id, PLAIN, *secrets])

    def test_access(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-129 Trying the access raises nothing while the platform takes our rights, as often as it is tried."""
        trying = require_protocol(messenger, TriesAccess)
        before = None if outside is None else [*outside.delivered()]
        trying.try_access()
        trying.try_access()
        assert outside is None or [*outside.delivered()] == before, "trying the access sends something"

    @pytest.mark.parametrize("name", ERRORS)
    def test_access_in_trouble(
        self, messenger: Messenger, outside: Outside | None, secrets: Sequence[str], name: str
    ) -> None:
        """M-130 While calls fail, trying the access raises nothing but a `DeliveryError` without a secret in it."""
        trying = require_protocol(messenger, TriesAccess)
        make_fail(outside, name)
        error = catch_refusal(trying.try_access)
        if error is not None:
            assert isinstance(error, DeliveryError), f"{type(error).__name__} is none"
            assert_secrets_kept(error, secrets)

    def test_own_state_in_trouble(
        self, messenger: Messenger, person: Address, services: AdapterServices, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """M-80 While its own state can't be used, it raises `DeliveryError` only, and its health is a finding."""
        calls: list[Callable[[], object]] = []
        if messenger.capabilities.can("send_person"):
            calls.append(partial(messenger.send, build_message(person)))
        if isinstance(messenger, CatchesUp):
            calls.append(messenger.missed_events)
        if isinstance(messenger, Polls) and messenger.polls:
            calls.append(partial(messenger.poll, timedelta(seconds=1)))
        if messenger.capabilities.can("reconcile"):
            calls.append(partial(messenger.reconcile, build_message(person), since(services)))
        if messenger.capabilities.can("create_group_once"):
            calls.append(partial(messenger.create_group, TITLE, [person], "g-1"))
        for name in ("get", "put", "lease"):
            monkeypatch.setattr(services.state, name, fail_storage)
        for call in calls:
            error = catch_refusal(call)
            assert isinstance(error, DeliveryError | None), (
                f"{type(error).__name__} comes out where `services.state` fails: raise a `DeliveryError` from it, as "
                "`RetryLater` is one"
            )
        if isinstance(messenger, TellsHealth):
            self._check_health_texts(messenger, [person.id])

    @staticmethod
    def _write_and_backfill(
        messenger: Messenger, services: AdapterServices, outside: Outside | None
    ) -> tuple[WebhookRequest, Sequence[bytes]]:
        """Let somebody write between two looks; return the event and what the second look brought."""
        backfill = require_protocol(messenger, CatchesUp)
        platform_side = require_outside(outside)
        backfill.missed_events()  # the first look may do no more than note when it was
        request = platform_side.incoming(PLAIN)
        if isinstance(services.clock, MovableClock):
            services.clock.advance(AWHILE)
        bodies = backfill.missed_events()
        if not bodies:
            pytest.skip("the messenger doesn't look back as it is configured, or not so soon: give it a `FixedClock`")
        return request, bodies

    @staticmethod
    def _check_health_texts(messenger: Messenger, forbidden: Sequence[str]) -> None:
        checks = require_protocol(messenger, TellsHealth).health()
        assert checks, "say at least that all is well"
        for check in checks:
            assert check.name.strip()
            assert check.what.strip()
            assert check.level is Level.OK or check.todo.strip(), f"{check.name} doesn't say what to do"
            check_text = f"{check.name} {check.what} {check.todo}"
            assert not [word for word in forbidden if word and word in check_text], f"{check.name} tells too much"
