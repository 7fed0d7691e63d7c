"""All state of the sandbox, which one lock protects."""

from collections import Counter
from datetime import datetime
from threading import Condition, RLock

from attrs import define, field

from anninh_core.ports.clock import Clock
from anninh_zalo.testing.failures import FailureScript
from anninh_zalo.testing.ids import IdGenerator
from anninh_zalo.testing.state import (
    EventBuilder,
    SandboxAccount,
    SandboxApplication,
    SandboxBot,
    SandboxCode,
    SandboxGrant,
    SandboxGroup,
    SandboxMessage,
    SandboxProfile,
)
from anninh_zalo.testing.variants import Variants
from anninh_zalo.testing.webhooks import PostWebhook, WebhookQueue, post
from anninh_zalo.testing.wire import SandboxRefusal

MEDIA_HOST = "f6.photo.talk.zdn.vn"


@define(eq=False)
class World:
    """State of the sandbox. The caller must hold `lock`.

    Attributes:
        changed: notified of every change that a long poll may be waiting for.
        rates: calls in the present minute, by application and by account.
        media_base: base address of people's files.
        calls: method and path of every request, oldest first.
        post: posts webhooks to their address.
    """

    clock: Clock
    ids: IdGenerator
    variants: Variants
    lock: RLock = field(factory=RLock)
    script: FailureScript = field(factory=FailureScript)
    queue: WebhookQueue = field(factory=WebhookQueue)
    apps: dict[str, SandboxApplication] = field(factory=dict)
    accounts: dict[str, SandboxAccount] = field(factory=dict)
    bots: dict[str, SandboxBot] = field(factory=dict)
    grants: dict[tuple[str, str], SandboxGrant] = field(factory=dict)
    by_access: dict[str, SandboxGrant] = field(factory=dict)
    by_refresh: dict[str, SandboxGrant] = field(factory=dict)
    codes: dict[str, SandboxCode] = field(factory=dict)
    rates: Counter[tuple[str, int]] = field(factory=Counter)
    media: dict[str, tuple[str, bytes]] = field(factory=dict)
    media_base: str = f"http://{MEDIA_HOST}"
    calls: list[tuple[str, str]] = field(factory=list)
    post: PostWebhook = post
    changed: Condition = field(init=False)

    @changed.default
    def _condition(self) -> Condition:
        return Condition(self.lock)

    def now(self) -> datetime:
        """Return the present moment by the sandbox's clock."""
        return self.clock.now()

    def emit(self, account: SandboxAccount, build: EventBuilder, only: str = "", server: str = "OA OpenAPI") -> None:
        """Queue an event for all applications with the account's permission, or for one of them."""
        for grant in [*self.grants.values()]:
            if grant.account is account and not grant.revoked and only in ("", grant.app.id):
                self.queue.event(grant.app, build(grant.app), self.now(), server, plain=self.variants.plain_webhooks)

    def record_message(
        self, account: SandboxAccount, message: SandboxMessage, recipients: list[SandboxProfile]
    ) -> None:
        """Store a message in its conversation, and mark it as received and unseen for its recipients."""
        account.messages[message.id] = message
        account.conversations.setdefault(message.conversation, []).append(message)
        for person in recipients:
            person.heard.append(message)
            person.unseen.append(message)
        self.changed.notify_all()


def find_person(account: SandboxAccount, id: str) -> SandboxProfile:
    """Return the person with an id among those whom an account knows.

    Raises:
        SandboxRefusal: no person has this id.
    """
    if id not in account.people:
        raise SandboxRefusal(-201, "user_id is invalid")
    return account.people[id]


def find_group(account: SandboxAccount, id: str) -> SandboxGroup:
    """Return the group of an account with an id.

    Raises:
        SandboxRefusal: no group of this account has this id.
    """
    if id not in account.groups:
        raise SandboxRefusal(-403, "OA is not in this group")
    return account.groups[id]
