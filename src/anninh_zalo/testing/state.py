"""State of the pretend platform."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from attrs import define, field, frozen

from anninh_zalo.testing.wire import Json

MAX_MEMBERS = {"gmf10": 10, "gmf50": 50, "gmf100": 100, "gmf1000": 1000}
"""Maximum number of members of a group, by kind of its asset."""

ICONS = ("/-strong", "/-heart", ":>", ":o", ":-((", ":-h", "/-remove")
"""Icons of reactions; the last one takes a reaction back."""


@define(eq=False, kw_only=True)
class SandboxApplication:
    """An application in the developer console.

    Attributes:
        oa_secret: signs webhooks; not the application's secret.
        challenge: challenge of a PKCE pair stored in the console; each permission request may bring its own.
        subscribed: whether webhooks are sent; off after the last redelivery, until a person turns it on again.
        muted: events turned off in the console.
        wants_proof: whether calls need `appsecret_proof`.
        per_minute: calls a minute, of all its accounts.
    """

    id: str
    secret: str
    oa_secret: str
    callback: str
    webhook: str = ""
    challenge: str = ""
    subscribed: bool = True
    muted: set[str] = field(factory=set)
    wants_proof: bool = False
    active: bool = True
    per_minute: int = 4000


@define(eq=False, kw_only=True)
class SandboxGrant:
    """An account's permission for an application, with its tokens.

    Attributes:
        refreshed: number of renewals of the pair.
        replayed: number of attempts with a spent refresh token.
    """

    app: SandboxApplication
    account: "SandboxAccount"
    access: str
    access_until: datetime
    refresh: str
    refresh_until: datetime
    revoked: bool = False
    refreshed: int = 0
    replayed: int = 0


@frozen(kw_only=True)
class SandboxCode:
    """An authorisation code, which can be exchanged once and within ten minutes."""

    app: SandboxApplication
    account: "SandboxAccount"
    challenge: str
    until: datetime


@frozen(kw_only=True)
class SandboxMessage:
    """A message in the sandbox.

    Attributes:
        conversation: id of the group, of the person or of the visitor; "" for a broadcast.
        author: id of the person, the official account or the visitor.
        kind: text, image, gif, sticker, file, list, template, article, link, audio, video, location, business_card.
        app: id of the application that sent it, "" for people.
        admin: id of the operator that wrote it by hand.
    """

    id: str
    at: datetime
    conversation: str
    author: str
    kind: str
    text: str = ""
    attachments: tuple[Json, ...] = ()
    quote: str = ""
    app: str = ""
    admin: str = ""
    group: bool = False


@define(eq=False, kw_only=True)
class SandboxProfile:
    """One official account's data about a person.

    Attributes:
        refusal: error code for every message to the person, 0 for none.
        reach: whether their telephone receives messages; otherwise nothing is reported as received.
        traits: criterion of broadcasts (`ages`, `gender`, …) -> the person's code.
    """

    id: str
    name: str
    phone: str = ""
    admin: bool = False
    follows: bool = False
    traits: dict[str, str] = field(factory=dict)
    last_interaction: datetime | None = None
    replies: int = 0
    clicked: bool = False
    refusal: int = 0
    reach: bool = True
    alias: str = ""
    shared: Json = field(factory=dict)
    tags: list[str] = field(factory=list)
    heard: list[SandboxMessage] = field(factory=list)
    unseen: list[SandboxMessage] = field(factory=list)
    reactions: list[tuple[str, str]] = field(factory=list)


@define(eq=False, kw_only=True)
class SandboxAsset:
    """An asset: the right to have one group of a size, until a day."""

    id: str
    kind: str
    until: datetime
    auto_renew: bool = False
    group: str = ""


@define(eq=False, kw_only=True)
class SandboxGroup:
    """A group of the official account.

    Attributes:
        settings: the group's four switches.
        others: additional members without a simulated person; counted, but not listed.
    """

    id: str
    name: str
    asset: SandboxAsset
    link: str
    description: str = ""
    avatar: str = ""
    settings: dict[str, bool] = field(factory=dict)
    members: dict[str, SandboxProfile] = field(factory=dict)
    admins: set[str] = field(factory=set)
    pending: dict[str, SandboxProfile] = field(factory=dict)
    others: int = 0


@frozen(kw_only=True)
class SandboxUpload:
    """An uploaded file."""

    id: str
    kind: str
    name: str
    content: bytes
    until: datetime


@define(eq=False, kw_only=True)
class SandboxArticle:
    """An article; `checks` is the number of further calls that answer that it is being processed."""

    id: str
    token: str
    fields: Json
    at: datetime
    checks: int = 1


@define(eq=False, kw_only=True)
class SandboxTemplate:
    """A template; `status` 1 is enabled, 2 pending, 3 rejected, 4 disabled. Promotional ones aren't sent at night."""

    id: str
    name: str
    params: dict[str, int]
    by_uid: bool = True
    status: int = 1
    promotes: bool = False
    price: str = "300"


@frozen(kw_only=True)
class SandboxPhoneMessage:
    """A template message that was sent by telephone number."""

    message: SandboxMessage
    tracking_id: str
    recipient: str
    delivered: datetime | None


@define(eq=False, kw_only=True)
class SandboxAccount:
    """An official account.

    Attributes:
        package_until: when the paid package ends, None for never; afterwards calls get -224.
        monthly: consultation messages of the package, after the free ones.
        daily: template messages by telephone number, a day.
        per_minute: calls, templates not counted.
        broadcasts: articles to followers a month, None for any number.
        spent: number used, by name of the quota and its period.
    """

    id: str
    name: str
    package: str = "Growth"
    package_until: datetime | None = None
    monthly: int = 500
    daily: int = 500
    per_minute: int = 100
    broadcasts: int | None = None
    people: dict[str, SandboxProfile] = field(factory=dict)
    visitors: dict[str, SandboxProfile] = field(factory=dict)
    groups: dict[str, SandboxGroup] = field(factory=dict)
    assets: dict[str, SandboxAsset] = field(factory=dict)
    uploads: dict[str, SandboxUpload] = field(factory=dict)
    articles: dict[str, SandboxArticle] = field(factory=dict)
    templates: dict[str, SandboxTemplate] = field(factory=dict)
    tags: list[str] = field(factory=list)
    messages: dict[str, SandboxMessage] = field(factory=dict)
    conversations: dict[str, list[SandboxMessage]] = field(factory=dict)
    notices: dict[str, SandboxPhoneMessage] = field(factory=dict)
    spent: Counter[str] = field(factory=Counter)


@define(eq=False, kw_only=True)
class SandboxBot:
    """A bot of the Zalo Bot platform.

    Attributes:
        chats: ids of people and groups -> name, and whether it is a group.
        people: ids of people -> their names.
    """

    id: str
    name: str
    token: str
    webhook: str = ""
    webhook_secret: str = ""
    webhook_at: datetime | None = None
    monthly: int = 3000
    spent: Counter[str] = field(factory=Counter)
    chats: dict[str, tuple[str, bool]] = field(factory=dict)
    people: dict[str, str] = field(factory=dict)
    updates: list[Json] = field(factory=list)
    heard: dict[str, list[SandboxMessage]] = field(factory=dict)


EventBuilder = Callable[[SandboxApplication], Json]
"""Function that builds an event for one application, as ids of people differ between applications."""
