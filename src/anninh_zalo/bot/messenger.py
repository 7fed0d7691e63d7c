"""The messenger `zalo_bot`, a bot of the Zalo Bot platform."""

# ruff: noqa: ARG002  the port gives arguments to acts that are impossible here

import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import httpx

from anninh_core.kernel.errors import BadInput, ConfigurationError, Unsupported
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import Verdict
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_core.vocabulary.messages import (
    Address,
    Attachment,
    CreatedGroup,
    DeliveryReport,
    InboundMessage,
    Member,
    OutgoingMessage,
    Receipt,
    WebhookRequest,
)
from anninh_core.vocabulary.rates import Rate
from anninh_zalo.api.http import BASES, HttpClient, NetworkSettings
from anninh_zalo.bot import events, health, sending
from anninh_zalo.bot.api import BotApi
from anninh_zalo.bot.identity import BotIdentity
from anninh_zalo.bot.options import ACCEPTED, BotOptions, UpdateMode
from anninh_zalo.bot.polling import UpdatePoller
from anninh_zalo.errors.classify import Host
from anninh_zalo.errors.storage import retry_on_storage_error
from anninh_zalo.media.fetcher import Fetcher
from anninh_zalo.media.link_guard import HOSTS
from anninh_zalo.sending.progress import MultipartProgress

SECRET_HEADER = "X-Bot-Api-Secret-Token"  # noqa: S105  the header's name
"""Header with the secret that authenticates Zalo. It doesn't protect the body."""

_NO_SUCH_CALL = "the bot platform has no call for it"
_ABILITIES: Mapping[str, Ability] = {
    "send_person": Ability(Support.FULL, "texts over 2000 characters go out as several"),
    "media": Ability(Support.IMPOSSIBLE, "bots can't upload; only a picture that lies on a public address goes"),
    "file": Ability(Support.IMPOSSIBLE, "bots send neither files nor films"),
    "reply": Ability(Support.IMPOSSIBLE, "bots can't quote; send the answer without reply_to"),
    "create_group": Ability(Support.IMPOSSIBLE, _NO_SUCH_CALL),
    "list_members": Ability(Support.IMPOSSIBLE, _NO_SUCH_CALL),
    "remove_member": Ability(Support.IMPOSSIBLE, _NO_SUCH_CALL),
    "lock_posting": Ability(Support.IMPOSSIBLE, _NO_SUCH_CALL),
    "delete_message": Ability(Support.IMPOSSIBLE, _NO_SUCH_CALL),
    "reconcile": Ability(Support.IMPOSSIBLE, "bots can't read what was sent; a person looks into the chat"),
    "receipts": Ability(Support.IMPOSSIBLE, "bots aren't told what arrived or was seen"),
    "create_group_once": Ability(Support.IMPOSSIBLE, _NO_SUCH_CALL),
    "signed_webhook": Ability(
        Support.IMPOSSIBLE,
        "Zalo sends a secret, the same each time, and signs no body: whoever knows it could write what they like",
    ),
    "poll_replay": Ability(Support.IMPOSSIBLE, "Zalo gives each event once: where its answer is lost, so is the event"),
}
_IN_GROUPS = Ability(Support.PARTIAL, "a beta of Zalo's: the bot hears only what mentions it or answers it")
_NO_GROUPS = Ability(Support.NOT_YET, "bots in groups are a beta of Zalo's; the option groups = yes lets it take part")
_WEBHOOK_ON = Ability(Support.FULL, "known by a secret in a header; the body isn't signed")
_WEBHOOK_OFF = Ability(Support.NOT_YET, "this bot asks for its events; set the option mode = webhook")


class ZaloBot:
    """A bot of the Zalo Bot platform, in private chats and, as a beta, in groups.

    It implements the messenger port, `Polls`, `Paced` and `TellsHealth`.

    Args:
        instance: name of the instance in the settings.
        options: see `bot.options.BotOptions`.
        services: clock, and state for leases, the bot's id and half-sent messages.
        transport: opens a thread's connections; by default over the network.

    Raises:
        ConfigurationError: an option is missing, wrong or unknown.
    """

    name = "zalo_bot"
    accepted_options = ACCEPTED

    def __init__(
        self,
        instance: str,
        options: Mapping[str, str],
        services: AdapterServices,
        transport: Callable[[], httpx.BaseTransport] | None = None,
    ) -> None:
        self.instance = instance
        self._options = BotOptions.parse(instance, options)
        self._clock = services.clock
        network = NetworkSettings(bases={**BASES, Host.BOT: self._options.base}, proxy=self._options.proxy)
        self._http = HttpClient(network, transport)
        self._api = BotApi(self._http, self._options.token)
        self._identity = BotIdentity(self._options.token, services.state)
        self._updates = UpdatePoller(instance, services, self._api, self._identity)
        self._progress = MultipartProgress(services.state)
        self._fetcher = Fetcher((*HOSTS, *self._options.hosts))

    @property
    def capabilities(self) -> Capabilities:
        """The bot's abilities: text in private chats, and little else."""
        configured = {
            "send_group": _IN_GROUPS if self._options.groups else _NO_GROUPS,
            "webhook": _WEBHOOK_ON if self._uses_webhook else _WEBHOOK_OFF,
        }
        return Capabilities(f"the Zalo bot {self.instance!r}", {**_ABILITIES, **configured})

    @property
    def _uses_webhook(self) -> bool:
        return self._options.mode is UpdateMode.WEBHOOK

    @property
    def safe_pace(self) -> Rate:
        """The rate of 30 messages a minute. Zalo publishes a monthly quota and no rate: this is a guess on the safe
        side.
        """
        return Rate(per_minute=30, burst=5, reserve=1)

    def send(self, message: OutgoingMessage) -> Receipt:
        """Send text, and pictures with a public address. The receipt has the id of the last part."""
        sending.check_message(message, self.instance, self.capabilities)
        ids = self._progress.send(message.key, sending.build_senders(self._api, message))
        return Receipt(ids[-1], self._clock.now())

    def preview(self, message: OutgoingMessage) -> Sequence[str]:
        """Return the texts into which a message is split."""
        sending.check_message(message, self.instance, self.capabilities)
        return sending.split_message_text(message)

    @property
    def fetches(self) -> bool:
        """Whether pictures that people sent are fetched: only if the options name the hosts that serve them."""
        return bool(self._options.hosts)

    def fetch(self, attachment: Attachment) -> bytes:
        """Return the content of an attachment that a person sent; see `Fetcher.fetch`."""
        return self._fetcher.fetch(attachment)

    def reconcile(self, message: OutgoingMessage, since: datetime) -> Verdict:
        """Raise `Unsupported`: bots can't read sent messages."""
        raise self.capabilities.refusal("reconcile")

    def create_group(self, title: str, members: Sequence[Address], key: str = "") -> CreatedGroup:
        """Raise `Unsupported`: a person founds the group and adds the bot."""
        raise self.capabilities.refusal("create_group")

    def list_members(self, group: Address) -> Sequence[Member]:
        """Raise `Unsupported`: bots can't list members."""
        raise self.capabilities.refusal("list_members")

    def remove_member(self, group: Address, member: Address) -> None:
        """Raise `Unsupported`: bots can't remove members."""
        raise self.capabilities.refusal("remove_member")

    def lock_posting(self, group: Address, locked: bool) -> None:
        """Raise `Unsupported`: bots can't lock a group."""
        raise self.capabilities.refusal("lock_posting")

    def delete_message(self, group: Address, platform_id: str) -> None:
        """Raise `Unsupported`: bots can't delete messages."""
        raise self.capabilities.refusal("delete_message")

    def verify(self, request: WebhookRequest) -> bool:
        """Return whether a request carries the webhook's secret; always False if the bot has no webhook."""
        if not self._uses_webhook or not request.body:
            return False
        secret = request.header(SECRET_HEADER).encode("utf-8", "replace")
        return hmac.compare_digest(secret, self._options.secret.encode())

    def dedupe_key(self, request: WebhookRequest) -> str:
        """Return a key that is equal for the same message, whether polled or delivered by webhook."""
        return events.dedupe_key(request.body)

    def parse(self, body: bytes) -> Sequence[InboundMessage | DeliveryReport]:
        """Turn an event into a message; messages of bots are dropped, and those in groups unless the option allows
        groups.
        """
        update = events.parse_update(body)
        message = update.message
        if message is None or message.author.is_bot or self._identity.is_own_id(message.author.id):
            return []
        if message.chat.is_group and not self._options.groups:
            return []
        return [events.to_inbound_message(self.instance, update, message)]

    @property
    def polls(self) -> bool:
        """Whether the bot polls for its events."""
        return not self._uses_webhook

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        """Return events as bodies, waiting at least a second for one; return at once without any while another process
        polls.

        Zalo delivers an event once: if the response is lost on the way, so is the event.

        Raises:
            DeliveryError: Zalo, or our own storage, can't be reached; `NeedsPerson` if the bot has a webhook, which
                stops polls from returning events.
            Unsupported: the bot uses a webhook.
        """
        if self._uses_webhook:
            raise Unsupported(
                "The bot of messenger {messenger!r} receives its events by webhook, so it can't poll: to "
                "poll, set the option `mode = polling`.",
                messenger=self.instance,
            )
        with retry_on_storage_error():
            return self._updates.poll(wait)

    def health(self) -> Sequence[Check]:
        """Check that Zalo accepts the token, that events arrive, and that the bot can join groups if the options want
        it to.
        """
        return (*health.iter_checks(self._api, self._options),)

    def try_access(self) -> None:
        """Request the bot's identity, which Zalo returns only for a valid token; raise if it can't be obtained."""
        self._api.me()

    def set_webhook(self, url: str) -> None:
        """Register an address as webhook, with the secret of the options; Zalo answers no polls from then on.

        Raises:
            BadInput: the address doesn't begin with https://.
            ConfigurationError: the options don't set `mode = webhook`.
            DeliveryError: Zalo can't be reached, or refuses the address.
        """
        if not self._uses_webhook:
            problem = Sentence("a webhook would stop its polling: set the option mode = webhook first")
            raise ConfigurationError(
                "The options of messenger {messenger!r} don't fit ({reason}): correct them.",
                messenger=self.instance,
                reason=problem,
            )
        if not url.startswith("https://"):
            raise BadInput(
                "Zalo calls only addresses that begin with https://: give the public address of the web server."
            )
        self._api.set_webhook(url, self._options.secret)
        self._identity.learn(self._api.me().id)

    def delete_webhook(self) -> None:
        """Remove the webhook, so that the bot can poll.

        Raises:
            DeliveryError: Zalo can't be reached.
        """
        self._api.delete_webhook()

    def close(self) -> None:
        """Close all connections; idempotent. A poll in progress may continue until its wait ends."""
        self._http.close()
