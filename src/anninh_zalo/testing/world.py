"""Everything the sandbox is made of, behind one lock."""

from collections import Counter
from datetime import datetime
from threading import Condition, RLock

from attrs import define, field

from anninh_core.ports.clock import Clock
from anninh_zalo.testing.failures import Script
from anninh_zalo.testing.ids import Maker
from anninh_zalo.testing.manners import Manners
from anninh_zalo.testing.state import Account, App, Bot, Build, Code, Grant, Group, Message, Profile
from anninh_zalo.testing.webhooks import Post, Queue, post
from anninh_zalo.testing.wire import Refused

MEDIA_HOST = "f6.photo.talk.zdn.vn"


@define(eq=False)
class World:
    """State of the sandbox. Whoever touches it holds `lock`.

    Attributes:
        changed: told of everything that a long poll may be waiting for.
        spent: refresh tokens that were used -> whose.
        rates: calls in the present minute, by application and by account.
        media_base: where files that people send can be fetched.
        calls: method and path of every request, oldest first.
        post: brings webhooks to their address.
    """

    clock: Clock
    ids: Maker
    manners: Manners
    lock: RLock = field(factory=RLock)
    script: Script = field(factory=Script)
    queue: Queue = field(factory=Queue)
    apps: dict[str, App] = field(factory=dict)
    accounts: dict[str, Account] = field(factory=dict)
    bots: dict[str, Bot] = field(factory=dict)
    grants: dict[tuple[str, str], Grant] = field(factory=dict)
    by_access: dict[str, Grant] = field(factory=dict)
    by_refresh: dict[str, Grant] = field(factory=dict)
    codes: dict[str, Code] = field(factory=dict)
    rates: Counter[tuple[str, int]] = field(factory=Counter)
    media: dict[str, tuple[str, bytes]] = field(factory=dict)
    media_base: str = f"http://{MEDIA_HOST}"
    calls: list[tuple[str, str]] = field(factory=list)
    post: Post = post
    changed: Condition = field(init=False)

    @changed.default
    def _condition(self) -> Condition:
        return Condition(self.lock)

    def now(self) -> datetime:
        """Return the present moment."""
        return self.clock.now()

    def emit(self, account: Account, build: Build, only: str = "", server: str = "OA OpenAPI") -> None:
        """Queue an event for the applications that the account lets hear, or for one of them."""
        for grant in [*self.grants.values()]:
            if grant.account is account and not grant.revoked and only in ("", grant.app.id):
                self.queue.event(grant.app, build(grant.app), self.now(), server)

    def keep(self, account: Account, message: Message, hearers: list[Profile]) -> None:
        """Write a message into its conversation and let people hear it."""
        account.messages[message.id] = message
        account.conversations.setdefault(message.conversation, []).append(message)
        for person in hearers:
            person.heard.append(message)
            person.unseen.append(message)
        self.changed.notify_all()


def person_of(account: Account, id: str) -> Profile:
    """Return a person.

    Raises:
        Refused: nobody with this id.
    """
    if id not in account.people:
        raise Refused(-201, "user_id is invalid")
    return account.people[id]


def group_of(account: Account, id: str) -> Group:
    """Return a group.

    Raises:
        Refused: none of this account's with this id.
    """
    if id not in account.groups:
        raise Refused(-403, "OA is not in this group")
    return account.groups[id]
