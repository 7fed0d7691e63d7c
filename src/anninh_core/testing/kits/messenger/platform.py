"""Rules of the messenger kit about the optional protocols of `ports.platform`: they apply to a messenger that
implements the protocol.
"""

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
    fail_next_call,
    parse_one_message,
    require_ability,
    require_outside,
    require_protocol,
    send,
    since,
    stage_event,
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
"""Addresses outside the platform, from which nothing may be fetched."""


def standing(messenger: Messenger, message: OutgoingMessage, services: AdapterServices) -> Sequence[Found]:
    """Return the messages with this text on the platform; skip the rule if the messenger doesn't list messages."""
    require_ability(messenger, "reconcile")
    result = messenger.reconcile(message, since(services))
    if isinstance(result, Verdict):
        pytest.skip("the messenger tells by a verdict, or can't tell")
    return result


def platform_ids(matches: Sequence[Found]) -> list[str]:
    """Return the platform ids of messages that were found on the platform."""
    return [match.platform_id for match in matches]


def fail_storage(*_: object, **__: object) -> NoReturn:
    """Raise the error of an unavailable storage, whatever the arguments."""
    raise StorageError("The storage isn't available (simulated by a test).")


class MessengerPlatform(MessengerBench, ConformanceKit, kit=True):
    """Rules about abilities that only some platforms have."""

    def test_safe_pace(self, messenger: Messenger) -> None:
        """M-60 A safe pace is above zero per minute, and its burst is greater than its reserve."""
        pace = require_protocol(messenger, Paced).safe_pace
        assert isfinite(pace.per_minute)
        assert pace.per_minute > 0
        assert 0 <= pace.reserve < pace.burst

    @pytest.mark.parametrize("name", GARBAGE)
    def test_probe_of_garbage(self, messenger: Messenger, name: str) -> None:
        """M-61 `is_probe` returns a bool for garbage and odd headers, and never raises."""
        probed = require_protocol(messenger, Probed)
        for headers in ((), ODD_HEADERS):
            assert probed.is_probe(WebhookRequest(GARBAGE[name], headers)) in (True, False)

    def test_event_is_no_probe(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-62 An event isn't taken for a probe: neither genuine nor altered, without headers or without its body."""
        probed = require_protocol(messenger, Probed)
        request = require_outside(outside).incoming(PLAIN)
        for other in ({}, {"body": request.body + b" "}, {"body": b"{}"}, {"body": b""}, {"headers": ()}):
            assert not probed.is_probe(evolve(request, **other)), f"with {other}"

    @pytest.mark.parametrize("name", GARBAGE)
    def test_taking_garbage(self, messenger: Messenger, name: str) -> None:
        """M-63 `takes` returns a bool for garbage and never raises."""
        assert require_protocol(messenger, SharesWebhook).takes(GARBAGE[name]) in (True, False)

    def test_taking_its_own(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-64 A messenger takes its own events."""
        sharing = require_protocol(messenger, SharesWebhook)
        assert sharing.takes(require_outside(outside).incoming(PLAIN).body)

    def test_shared_by(self, messenger: Messenger) -> None:
        """M-65 `webhook_shared_by`, which instances with a common webhook share, isn't empty and is constant."""
        sharing = require_protocol(messenger, SharesWebhook)
        assert sharing.webhook_shared_by.strip()
        assert len({sharing.webhook_shared_by for _ in range(3)}) == 1

    def test_split(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-127 Each event of a split request can be parsed alone and has its own dedupe key."""
        splitting = require_protocol(messenger, SplitsRequests)
        requests = [
            WebhookRequest(body) for body in splitting.split(stage_event(outside, "together", "\n".join(LINES)).body)
        ]
        assert [parse_one_message(messenger, request).text for request in requests] == [*LINES]
        assert len({messenger.dedupe_key(request) for request in requests}) == len(LINES)

    def test_split_one(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-128 A request with one event is split into one, which has the same meaning and dedupe key."""
        request = require_outside(outside).incoming(PLAIN)
        (body,) = require_protocol(messenger, SplitsRequests).split(request.body)
        assert messenger.parse(body) == messenger.parse(request.body)
        assert messenger.dedupe_key(evolve(request, body=body)) == messenger.dedupe_key(request)

    def test_files(self, messenger: Messenger) -> None:
        """M-66 Served files have plain names, without folders, and contain bytes."""
        for name, content in require_protocol(messenger, ShowsFiles).files().items():
            assert name.isascii()
            assert name.isprintable()
            assert not set(name) & set("/\\?#% "), f"{name!r} is no plain name"
            assert name.strip(".") == name != ""
            assert isinstance(content, bytes)

    def test_missed(self, messenger: Messenger, services: AdapterServices, outside: Outside | None) -> None:
        """M-67 Events that the webhook may have missed can be parsed and have dedupe keys."""
        _, bodies = self._write_and_backfill(messenger, services, outside)
        for body in bodies:
            assert isinstance(messenger.parse(body), Sequence)
            assert messenger.dedupe_key(WebhookRequest(body))

    def test_missed_key(self, messenger: Messenger, services: AdapterServices, outside: Outside | None) -> None:
        """M-68 An event that is fetched later has the same dedupe key and gives the same message as by the webhook."""
        request, bodies = self._write_and_backfill(messenger, services, outside)
        keys = {messenger.dedupe_key(WebhookRequest(body)): body for body in bodies}
        assert len(keys) == len(bodies)
        (backfilled,) = messenger.parse(keys[messenger.dedupe_key(request)])
        original = parse_one_message(messenger, request)
        assert isinstance(backfilled, InboundMessage)
        assert (backfilled.id, backfilled.conversation, backfilled.sender) == (
            original.id,
            original.conversation,
            original.sender,
        )
        assert backfilled.text == original.text

    @pytest.mark.parametrize("name", FOREIGN)
    def test_foreign_file(self, messenger: Messenger, name: str) -> None:
        """M-70 Nothing is fetched from an address outside the platform, and the error doesn't contain the address."""
        url = FOREIGN[name]
        fetches = require_protocol(messenger, Fetches)
        with pytest.raises((RequestRejected, RecipientUnreachable)) as raised:
            fetches.fetch(Attachment("image", "anh.png", url=url))
        assert str(raised.value).strip()
        assert not url or url.partition("://")[2] not in str(raised.value)

    def test_unknown_delivery_method(self, messenger: Messenger, person: Address, outside: Outside | None) -> None:
        """M-71 An unknown delivery method raises `Unsupported`, and nothing arrives."""
        sender = require_protocol(messenger, SendsByMethod)
        with pytest.raises(Unsupported) as raised:
            sender.send_by("pigeon", build_message(person))
        assert str(raised.value).strip()
        assert outside is None or not outside.delivered()

    def test_unsent_is_not_found(self, messenger: Messenger, person: Address, services: AdapterServices) -> None:
        """M-72 A message that was never sent is not found on the platform."""
        assert not standing(messenger, build_message(person, OTHER, "k-never"), services)

    def test_sent_is_found(self, messenger: Messenger, person: Address, services: AdapterServices) -> None:
        """M-73 A message with a receipt is found under the receipt's id, if the platform lists messages."""
        require_ability(messenger, "send_person")
        receipt = send(messenger, build_message(person))
        matches = standing(messenger, build_message(person), services)
        if receipt is not None:
            assert receipt.platform_id in platform_ids(matches)
            assert all(match.at.utcoffset() is not None for match in matches)

    def test_other_words_are_not_found(self, messenger: Messenger, person: Address, services: AdapterServices) -> None:
        """M-74 A text that wasn't sent is not found, also if it is a part of a sent text or contains one."""
        require_ability(messenger, "send_person")
        send(messenger, build_message(person))
        for number, text in enumerate((OTHER, PLAIN[:-5], PLAIN + " " + OTHER)):
            assert not standing(messenger, build_message(person, text, f"k-other-{number}"), services), text

    def test_founds_once(self, messenger: Messenger, person: Address) -> None:
        """M-75 Creating a group again under the same key returns the same group, which can be written to."""
        require_ability(messenger, "create_group_once")
        first, second = (messenger.create_group(TITLE, [person], "g-1").address for _ in range(2))
        assert first == second
        assert (first.messenger, first.place) == (messenger.instance, Place.GROUP)
        send(messenger, build_message(first))

    def test_keys_found_apart(self, messenger: Messenger, person: Address) -> None:
        """M-76 Creating a group under another key makes another group, also with the same title."""
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
        """M-78 Health checks describe the state and the remedy in sentences, without ids of persons or secrets."""
        self._check_health_texts(messenger, [person.id, *secrets])

    @pytest.mark.parametrize("name", ERRORS)
    def test_health_in_trouble(
        self, messenger: Messenger, person: Address, outside: Outside | None, secrets: Sequence[str], name: str
    ) -> None:
        """M-79 Health checks do so also while calls fail and after a failed message: unknown states are reported."""
        require_protocol(messenger, TellsHealth)
        fail_next_call(outside, name)
        self._check_health_texts(messenger, [person.id, *secrets])
        if messenger.capabilities.can("send_person") and outside is not None and outside.fail(name):
            with pytest.raises(DeliveryError):
                messenger.send(build_message(person))
            self._check_health_texts(messenger, [person.id, PLAIN, *secrets])

    def test_access(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-129 `try_access` doesn't raise while the platform accepts the credentials, also when called repeatedly."""
        trying = require_protocol(messenger, TriesAccess)
        before = None if outside is None else [*outside.delivered()]
        trying.try_access()
        trying.try_access()
        assert outside is None or [*outside.delivered()] == before, "trying the access sends something"

    @pytest.mark.parametrize("name", ERRORS)
    def test_access_in_trouble(
        self, messenger: Messenger, outside: Outside | None, secrets: Sequence[str], name: str
    ) -> None:
        """M-130 While calls fail, `try_access` raises only `DeliveryError`, without a secret in it."""
        trying = require_protocol(messenger, TriesAccess)
        fail_next_call(outside, name)
        error = catch_refusal(trying.try_access)
        if error is not None:
            assert isinstance(error, DeliveryError), f"{type(error).__name__} is none"
            assert_secrets_kept(error, secrets)

    def test_own_state_in_trouble(
        self, messenger: Messenger, person: Address, services: AdapterServices, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """M-80 If adapter state isn't available, only `DeliveryError` is raised, and `health` still answers."""
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
        """Let the person write after a first fetch of missed events; return the request of the event, and the events of
        the second fetch.
        """
        backfill = require_protocol(messenger, CatchesUp)
        platform_side = require_outside(outside)
        backfill.missed_events()  # The first call may only store the time from which events are fetched.
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
