"""The pretend Zalo as the platform of a play: one official account, its people and groups, driven by the play's
clock.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Protocol, cast

import httpx

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.ports.clock import Clock
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.playing import Entrance
from anninh_core.vocabulary.messages import Attachment
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.testing import Person, Sandbox, Variants
from anninh_zalo.testing.carriers.server import SandboxServer
from anninh_zalo.testing.sandbox import CALLBACK
from anninh_zalo.testing.simulation import parts
from anninh_zalo.testing.simulation.parts import SandboxAttachment
from anninh_zalo.testing.webhooks import post

# The first bytes of each format, so that content detection agrees with the file's name.
_FILE_CONTENTS: Mapping[str, bytes] = {
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
    "mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
    "m4a": b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A isom",
    "docx": b"PK\x05\x06" + bytes(18),
}
_FILE_NAMES: Mapping[str, str] = {"image": "1.jpg", "video": "1.mp4", "audio": "1.m4a", "file": "1.docx"}

_PATIENCE = timedelta(seconds=60)
"""Timeout of a webhook in a play, which must not depend on how busy the machine is."""

_GROUPS = 60
_SIZE = "gmf1000"
_PLENTY = 1_000_000
_DAYS = 5 * 365

# The play's plan ignores prices, and events that the door refuses are delivered again.
_VARIANTS = Variants(free_replies=None, redelivers_refused=True)


class _TokenStore(Protocol):
    def adopt(self, pair: TokenPair) -> None:
        """Store a pair of tokens in place of any other."""
        ...


class _Account(Protocol):
    """The part of the messenger that the play needs: its token store."""

    tokens: _TokenStore


@contextmanager
def serve_pretend_zalo(clock: Clock, folder: Path) -> Iterator["SimulatedZalo"]:  # noqa: ARG001  nothing is kept
    """Serve a pretend Zalo on loopback until the end of the `with` block. It lives in this process alone."""
    with httpx.Client(trust_env=False) as client:
        post_webhook = partial(post, client=client, patience=_PATIENCE)
        sandbox = Sandbox(clock, manners=_VARIANTS, post=post_webhook)
        with sandbox.serve(delivers=False) as serving:
            yield SimulatedZalo(sandbox, serving)


class SimulatedZalo:
    """A pretend Zalo for a play: one account with limits that no play reaches, an administrator and assets for groups.

    Webhooks are sent when `deliver` is called, one after the other, not in the background: a play is the same every
    time.
    """

    lasts = False

    def __init__(self, sandbox: Sandbox, serving: "SandboxServer[Sandbox]") -> None:
        self._sandbox = sandbox
        self._serving = serving
        self._app = sandbox.app()
        self._account = sandbox.account("Play")
        self._app.per_minute = self._account.account.per_minute = _PLENTY
        self._account.account.monthly = _PLENTY
        self._admin = self._account.person("Admin", admin=True, follows=True)
        for _ in range(_GROUPS):
            self._account.asset(_SIZE, _DAYS)
        self._people: dict[str, Person] = {}
        self._message_ids: list[str] = []

    @property
    def options(self) -> Mapping[str, str]:
        """The options of the account: application, account, and the pretend Zalo's addresses."""
        return {
            "app_id": self._app.id,
            "app_secret": self._app.secret,
            "oa_id": self._account.id,
            "oa_secret": self._app.oa_secret,
            "redirect_uri": CALLBACK,
            "admins": self._admin.id,
            "asset": _SIZE,
            "media_hosts": f"127.0.0.1:{self._serving.port}",
            **{f"base.{host}": self._serving.base(host) for host in ("oauth", "openapi", "business")},
        }

    def admit(self, messenger: Messenger, entrance: Entrance) -> None:
        """Point the application's webhook at the door, and hand over tokens as `anninh zalo login` would.

        Raises:
            ConfigurationError: the play has no web door.
        """
        self._app.webhook = entrance.url()
        pair = self._sandbox.grant(self._app, self._account)
        cast("_Account", messenger).tokens.adopt(TokenPair(pair.access, pair.refresh))

    def new_day(self) -> None:
        """Let all people open the chat, so that they can be written to for another 7 days."""
        for person in (self._admin, *self._people.values()):
            person.clicks_chat()

    def person(self, name: str, key: str = "") -> str:
        """Return a person's id; a new person opens the chat, so that they can be written to."""
        key = key or name
        if key not in self._people:
            self._people[key] = self._account.person(name)
            self._people[key].clicks_chat()
        return self._people[key].id

    def says(
        self, person: str, text: str, *, group: str = "", attachments: Sequence[Attachment] = (), reply_to: str = ""
    ) -> None:
        """Send a message from a person."""
        sender = self._account.find(person)
        sent_parts = [_build_part(self._sandbox, attachment) for attachment in attachments]
        if group:
            if person not in self._account.group(group).members:
                sender.joins(group)
            message = sender.says_in_group(group, text, *sent_parts, quote=reply_to)
        else:
            message = sender.says(text, *sent_parts, quote=reply_to)
        self._message_ids.append(message.id)

    def said(self) -> Sequence[str]:
        """Return the ids of the messages that people sent."""
        return self._message_ids

    def heard(self, person: str) -> Sequence[str]:
        """Return the messages that the account sent to a person."""
        return [message.text for message in self._account.find(person).heard if not message.group]

    def groups(self) -> Mapping[str, str]:
        """Return the groups' names by id."""
        return {id: group.name for id, group in self._account.account.groups.items()}

    def shows(self, group: str, members: int | None = None, link: str = "") -> None:
        """Change the member count and the link of a group."""
        state = self._account.group(group)
        if members is not None:
            state.others = max(0, members - len(state.members))
        state.link = link or state.link

    def deliver(self) -> int:
        """Post the webhooks that are due to the application, in this thread.

        Raises:
            ConfigurationError: the pretend Zalo has stopped sending events, because the webhook refused one for too
                long.
        """
        delivered = self._sandbox.deliver_due()
        if not self._app.subscribed:
            raise ConfigurationError(
                "The web server refused an event for an hour, so the simulated Zalo sends no more events: "
                "correct the cause, then start again."
            )
        return delivered


def _build_part(sandbox: Sandbox, attachment: Attachment) -> SandboxAttachment:
    """Return an attachment in the form of a person's message; a file can be fetched from the sandbox's media host."""
    match attachment.kind:
        case "location":
            return parts.location(attachment.latitude or 0.0, attachment.longitude or 0.0)
        case "sticker":
            return parts.sticker(attachment.name or "1")
        case "link":
            return parts.link(attachment.url or attachment.name, attachment.name)
        case kind:
            return _build_file(sandbox, kind, attachment.name or _FILE_NAMES.get(kind, "1"))


def _build_file(sandbox: Sandbox, kind: str, name: str) -> SandboxAttachment:
    content = _FILE_CONTENTS.get(name.rpartition(".")[2], name.encode())
    url = sandbox.media(content, name)
    match kind:
        case "image":
            return parts.image(url)
        case "video":
            return parts.video(url)
        case "audio":
            return parts.audio(url)
        case _:
            return parts.file(url, name, content)
