"""An official account as a messenger."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from anninh_core.kernel.errors import BadInput, StorageError, Unsupported
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.clock import Clock
from anninh_core.ports.health import Check, Level, problem
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import Found, Verdict
from anninh_core.ports.messengers.platform import GroupLook
from anninh_core.ports.messengers.playing import PretendPlatform
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_core.vocabulary.messages import (
    Address,
    Attachment,
    CreatedGroup,
    Member,
    OutgoingMessage,
    Receipt,
    WebhookRequest,
)
from anninh_core.vocabulary.rates import Rate
from anninh_zalo.api import catalogue
from anninh_zalo.api.account import AccountApi
from anninh_zalo.api.http import HttpClient, NetworkSettings
from anninh_zalo.errors.storage import retry_on_storage_error
from anninh_zalo.factory import (
    build_groups,
    build_history,
    build_split_options,
    build_template_sender,
    read_domain_file,
)
from anninh_zalo.history.backfill import BackfillSettings
from anninh_zalo.history.sent_message_finder import SentMessageFinder
from anninh_zalo.media.fetcher import Fetcher
from anninh_zalo.media.link_guard import HOSTS
from anninh_zalo.oauth.endpoint import TokenEndpoint
from anninh_zalo.oauth.health import check_tokens
from anninh_zalo.oauth.refresher import TokenRefresher
from anninh_zalo.options import ACCEPTED, read_options
from anninh_zalo.policy.clock_skew import ClockSkew
from anninh_zalo.policy.contact_window import OPEN_PERIOD, ContactWindow, read_window
from anninh_zalo.policy.quiet_hours import defer_until_morning
from anninh_zalo.policy.quota_guard import QuotaGuard
from anninh_zalo.sending.sender import Sender, require_own_address
from anninh_zalo.webhook.body import is_probe
from anninh_zalo.webhook.deduplication import dedupe_key, is_too_old, parse_max_age
from anninh_zalo.webhook.event import ZaloEvent
from anninh_zalo.webhook.heartbeat import WebhookHeartbeat
from anninh_zalo.webhook.parser import read_event
from anninh_zalo.webhook.people import PermissionRevoked
from anninh_zalo.webhook.signature import find_matching_secret
from anninh_zalo.webhook.translate import PlatformEvent, translate_event
from anninh_zalo.webhook.visitors import parse_visitor

SIGNATURE = "X-ZEvent-Signature"
TIMESTAMP = "X-ZEvent-Timestamp"

ABILITIES: Mapping[str, Ability] = {
    "send_person": Ability(Support.FULL, "for 7 days after they last got in touch; then by template, if one is set"),
    "send_group": Ability(Support.PARTIAL, "groups that the account has created; it can't enter others"),
    "media": Ability(Support.PARTIAL, "JPEG and PNG up to 1 MB, GIF up to 5 MB; no video, no recording"),
    "file": Ability(Support.PARTIAL, "PDF, Word and CSV up to 5 MB"),
    "reply": Ability(Support.PARTIAL, "one-to-one; a group's message quotes nothing"),
    "create_group": Ability(Support.PARTIAL, "as long as the account has a free asset; an administrator is in it"),
    "list_members": Ability(Support.FULL),
    "remove_member": Ability(Support.FULL),
    "lock_posting": Ability(Support.FULL),
    "delete_message": Ability(Support.IMPOSSIBLE, "Zalo gives programs no way to take a message back"),
    "webhook": Ability(Support.FULL),
    "reconcile": Ability(Support.PARTIAL, "by the words in the conversation's history; not pictures, not files"),
    "receipts": Ability(Support.PARTIAL, "one-to-one: arrived and, on telephones, seen; nothing from groups"),
    "create_group_once": Ability(Support.FULL),
    "signed_webhook": Ability(Support.FULL),
    "poll_replay": Ability(Support.IMPOSSIBLE, "an account is called; what it missed is read from the history"),
}
"""Abilities of an official account."""


class OfficialAccount:
    """Messenger for one official account. Threads may share it.

    Attributes:
        api: sends calls to Zalo with the account's token; `api.catalogue` offers the calls that this port doesn't have.
        tokens: stores the account's tokens and refreshes them.
        endpoint: exchanges the code of a login.
        groups: the account's group chats; `groups.calls` offers the calls that this port doesn't have.
        templates: sends by template, and lists the templates.
        heartbeat: time of the webhook's last event.
        clock_skew: how far Zalo's clock is ahead of ours.

    Args:
        instance: name of the instance in the settings.
        options: see `AccountOptions`.
        services: clock, blobs, sealed state.
        transport: opens a thread's connections; by default over the network.

    Raises:
        ConfigurationError: an option is missing, unknown or wrong.
    """

    name = "zalo"
    accepted_options = ACCEPTED

    def __init__(
        self,
        instance: str,
        options: dict[str, str],
        services: AdapterServices,
        transport: Callable[[], httpx.BaseTransport] | None = None,
    ) -> None:
        self.instance = instance
        self.options = read_options(instance, options)
        self.services = services
        self._quota_guard = QuotaGuard(self.options.reserve)
        self.clock_skew = ClockSkew(services.clock)
        self._http = HttpClient(
            NetworkSettings(bases=self.options.bases, proxy=self.options.proxy),
            transport,
            lambda host, rates: self._quota_guard.observe_rates(host, rates, services.clock.now()),
            self.clock_skew.observe,
        )
        self.endpoint = TokenEndpoint(self._http, self.options.app_id, self.options.app_secret)
        self.tokens = TokenRefresher(services, self.endpoint, self.options.app_id, self.options.oa_id)
        proof_secret = self.options.app_secret if self.options.appsecret_proof else ""
        self.api = AccountApi(self._http, self.tokens, proof_secret)
        self._sender = Sender(instance, self.api, services, build_split_options(self.options), self._quota_guard)
        self._history = build_history(self) if self.options.history else None
        self._sent_messages = SentMessageFinder(self._sender, self._history)
        self.groups = build_groups(self)
        self.templates = build_template_sender(self)
        self._fetcher = Fetcher((*HOSTS, *self.options.media_hosts))
        self.heartbeat = WebhookHeartbeat(services.state)
        self._max_age = parse_max_age(self.options.max_age, "max_age")
        self._last_event: tuple[bytes, ZaloEvent] | None = None
        self._domain_files = read_domain_file(instance, self.options.domain_file)

    @staticmethod
    def pretended(clock: Clock, folder: Path) -> AbstractContextManager[PretendPlatform]:
        """Open a pretend Zalo for a play; see `ports.playing`."""
        from anninh_zalo.simulation import serve_pretend_zalo  # noqa: PLC0415  only a play needs it

        return serve_pretend_zalo(clock, folder)

    @property
    def capabilities(self) -> Capabilities:
        """Abilities of an official account."""
        return Capabilities(f"the official account {self.instance!r}", ABILITIES)

    @property
    def safe_pace(self) -> Rate:
        """The rate that the smallest package allows, from the option `per_minute`."""
        rate = self.options.per_minute
        return Rate(per_minute=rate, burst=max(1, int(rate / 4)), reserve=min(self.options.reserve, int(rate / 8)))

    def send(self, message: OutgoingMessage) -> Receipt:
        """Send text and attachments to a person or a group; see `Sender.send`."""
        return self._sender.send(message)

    def preview(self, message: OutgoingMessage) -> Sequence[str]:
        """Return the texts, and captions of pictures, into which a message is split."""
        return [part.text for part in self._sender.split(message) if part.text]

    def send_by(self, method: str, message: OutgoingMessage) -> Receipt:
        """Send a message's template to the person's id or telephone; see `TemplateSender.send_by`."""
        if parse_visitor(require_own_address(self.instance, message.to).id) is not None:
            raise Unsupported(
                "A visitor of a website can't be reached by template, because it isn't known who they are: "
                "send a plain message instead."
            )
        with defer_until_morning(self.services.clock, message.key):
            return self.templates.send_by(method, message)

    def reconcile(self, message: OutgoingMessage, since: datetime) -> Verdict | Sequence[Found]:
        """Return the sent messages with the same text in the conversation; see `SentMessageFinder.sent_like`."""
        matches = self._sent_messages.sent_like(message, since)
        return Verdict.UNKNOWN if matches is None else matches

    @property
    def contact_period(self) -> timedelta:
        """Time after a person's last message during which the account may write to them."""
        return OPEN_PERIOD

    @property
    def fetches(self) -> bool:
        """True: people's attachments are on Zalo's servers, and expire there."""
        return True

    def fetch(self, attachment: Attachment) -> bytes:
        """Return the content of an attachment that a person sent; see `Fetcher.fetch`."""
        return self._fetcher.fetch(attachment)

    def missed_events(self) -> Sequence[bytes]:
        """Return events that the webhook may have missed, if the option `history` allows it; see `History`.

        Nothing is read in a minute with too few requests left besides those for sending.
        """
        if self._history is None or not self._quota_guard.has_spare(self._now(), BackfillSettings().calls):
            return []
        with retry_on_storage_error():
            return self._history.missed_events()

    def window(self, person: Address) -> ContactWindow:
        """Return when a person may be written to, and what it costs.

        Raises:
            DeliveryError: Zalo gives no answer.
        """
        return read_window(self.api.ask(catalogue.contact_window_call(require_own_address(self.instance, person).id)))

    def create_group(self, title: str, members: Sequence[Address], key: str = "") -> CreatedGroup:
        """Create a group, or find the group that an earlier attempt with this key has created; see
        `GroupChats.create`.
        """
        return self.groups.create(title, members, key)

    def look(self, group: Address) -> GroupLook:
        """Return the current state of a group."""
        return self.groups.look(group)

    def list_members(self, group: Address) -> Sequence[Member]:
        """Return the members of a group."""
        return self.groups.list_members(group)

    def remove_member(self, group: Address, member: Address) -> None:
        """Remove a member from a group."""
        self.groups.remove_member(group, member)

    def lock_posting(self, group: Address, locked: bool) -> None:
        """Let only administrators post, or all members again."""
        self.groups.lock_posting(group, locked)

    def delete_message(self, group: Address, platform_id: str) -> None:  # noqa: ARG002  the port gives them
        """Raise `Unsupported`: Zalo has no call to delete a message."""
        raise self.capabilities.refusal("delete_message")

    def verify(self, request: WebhookRequest) -> bool:
        """Return whether a webhook request was signed with the account's secret, and isn't older than allowed."""
        signature = request.header(SIGNATURE)
        secrets = self.options.oa_secrets
        timestamp = request.header(TIMESTAMP)
        if find_matching_secret(request.body, signature, self.options.app_id, secrets, timestamp) is None:
            return False
        return not self._is_too_old(request.body)

    def note_webhook(self, request: WebhookRequest) -> None:
        """Store the time of the webhook's call and a revoked permission, both for the account's health."""
        self.heartbeat.record(self._now())
        with suppress(BadInput):
            event = self._parse_event(request.body)
            if isinstance(event, PermissionRevoked) and event.belongs_to(self.options.oa_id):
                self.tokens.revocation.record(event.timestamp or self._now())

    def _is_too_old(self, body: bytes) -> bool:
        try:
            return self._max_age is not None and is_too_old(self._parse_event(body), self._now(), self._max_age)
        # The body is signed, so that it is kept for a person; a repeated delivery is recognised by its hash.
        except BadInput:
            return False

    def dedupe_key(self, request: WebhookRequest) -> str:
        """Return a key that is equal for repeated deliveries of an event; see `webhook.deduplication.dedupe_key`."""
        return dedupe_key(self._parse_event(request.body), request.body)

    def parse(self, body: bytes) -> Sequence[PlatformEvent]:
        """Turn a verified body into events of the core; events of other accounts are dropped."""
        event = self._parse_event(body)
        return translate_event(event, self.instance) if event.belongs_to(self.options.oa_id) else []

    def _parse_event(self, body: bytes) -> ZaloEvent:
        """Parse an event and cache it: the webhook endpoint needs the same event several times."""
        cached = self._last_event
        if cached is not None and cached[0] is body:
            return cached[1]
        event = read_event(body)
        self._last_event = (body, event)
        return event

    def is_probe(self, request: WebhookRequest) -> bool:
        """Return whether the request is the developer console's test of the address: no event and no signature."""
        return not request.header(SIGNATURE) and is_probe(request.body)

    @property
    def webhook_shared_by(self) -> str:
        """Key of the accounts that share a webhook address: all accounts of the application."""
        return f"zalo:{self.options.app_id}"

    def takes(self, body: bytes) -> bool:
        """Return whether an event concerns this account."""
        try:
            return self._parse_event(body).belongs_to(self.options.oa_id)
        except BadInput:
            return False

    def files(self) -> Mapping[str, bytes]:
        """Return the domain verification file for Zalo."""
        return self._domain_files

    def health(self) -> Sequence[Check]:
        """Check the tokens, the webhook, the groups and the templates of the account."""
        try:
            token = check_tokens(self.tokens.tokens(), self._now())
            revocation_checks = self.tokens.revocation.check()
            checks = [token, *revocation_checks, self.heartbeat.check(self._now())]
        # A storage error is also raised if content can't be decrypted, for instance after a restore without the keys.
        except StorageError as error:
            message = Sentence("The stored data of the account can't be read ({reason}).", reason=type(error).__name__)
            return [problem("token", message, "Check the storage and its keys, then run the check again.")]
        is_usable = token.level is not Level.PROBLEM and not revocation_checks
        return [*checks, *self.groups.health(), *self.templates.check()] if is_usable else checks

    def try_access(self) -> None:
        """Request the account's data, which Zalo returns only for a valid token."""
        with retry_on_storage_error():
            self.api.ask(catalogue.account_call())

    def _now(self) -> datetime:
        return self.services.clock.now()

    def close(self) -> None:
        """Close all connections; idempotent."""
        self._http.close()
