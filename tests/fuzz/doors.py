"""Fuzz tests' platforms: each has a messenger, real sample events, and a function that signs events as the platform
does.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from attrs import frozen
from tests.fuzz.mutating import encode_mutated
from tests.zalo.bot.conftest import CALLED, SECRET, build_bot
from tests.zalo.conftest import build_bench
from tests.zalo.webhook.samples import SAMPLES

from anninh_core.app import App
from anninh_core.messengers.assisted.messenger import AssistedMessenger
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.testing import FixedClock, MockChat, memory_app
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.testing.mock.signed_webhook import SIGNATURE as MOCK_SIGNATURE
from anninh_core.testing.mock.signed_webhook import sign_body as mock_signature
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import Address, Attachment, Place, WebhookRequest
from anninh_zalo.bot.messenger import SECRET_HEADER
from anninh_zalo.official import SIGNATURE as ZALO_SIGNATURE
from anninh_zalo.testing import Sandbox
from anninh_zalo.testing.webhooks import compute_signature as zalo_signature

NOW = datetime(2021, 9, 1, 1, tzinfo=UTC)
WORDS = "Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2"

Sample = Mapping[str, Any]


@frozen(repr=False)
class Platform:
    """A messenger and the platform behind it.

    Attributes:
        samples: events as received, as JSON.
        sign: returns the genuine webhook request with a given body.
        honest: returns the body of an unmutated message of a person, with a given unique number.
        honest_place: address of the conversation with the unmutated messages.
        ids: names of the fields that identify an event.
        is_pasted: whether a person pastes the events instead of a webhook.
    """

    name: str
    clock: FixedClock
    messenger: Messenger
    samples: Sequence[Sample]
    sign: Callable[[bytes], WebhookRequest]
    honest: Callable[[int], Sample]
    honest_place: Address
    ids: frozenset[str] = frozenset({"msg_id", "message_id"})
    is_pasted: bool = False

    def __repr__(self) -> str:
        """Return the platform's name."""
        return self.name

    @contextmanager
    def open_app(self) -> Iterator[App]:
        """Open an app with this messenger as its only instance."""
        with memory_app(clock=self.clock, messengers={self.messenger.instance: self.messenger}) as app:
            yield app

    def mutate_sample(self, random: Random) -> bytes:
        """Return the body of a random sample event, mutated and with new ids."""
        return encode_mutated(random, _number_ids(random.choice(self.samples), self.ids, random.getrandbits(40)))


def mock_platform(_: Path) -> Platform:
    """Return the mock platform; its samples are messages one-to-one and in a group, a file, a seen event and a
    withdrawal.
    """
    clock = FixedClock(NOW)
    chat = MockChat(clock)
    person = chat.person("Người Mẫu")
    group = chat.found_group("Nhóm mẫu", [person])
    chat.says(person, WORDS, to=group)
    chat.says(person, WORDS, attachments=[Attachment("image", "a.png", "https://mock.invalid/1", latitude=20.2)])
    at = NOW.isoformat()
    events = [json.loads(request.body) for request in chat.webhooks()]
    seen = {"event": "seen", "id": "e-8", "at": at, "message_id": events[1]["message_id"]}
    withdrawn = {"event": "withdraw", "id": "e-9", "at": at, "person": person}

    def sign(body: bytes) -> WebhookRequest:
        return WebhookRequest(body, ((MOCK_SIGNATURE, mock_signature(chat.secret, body)),))

    def honest_event(number: int) -> Sample:
        about: Sample = {
            "id": f"h-{number}",
            "message_id": f"hm-{number}",
            "sender": "p-honest",
            "sender_name": "Lê Mẫu",
        }
        return {**events[1], **about, "attachments": [], "text": WORDS}

    return Platform(
        "mock",
        clock,
        MockMessenger.on(chat, "in"),
        [*events, seen, withdrawn],
        sign,
        honest_event,
        _person_address("in", "p-honest"),
        frozenset({"id"}),
    )


def zalo_platform(_: Path) -> Platform:
    """Return the platform of a Zalo official account; its samples are an event of every documented name."""
    bench = build_bench()
    own = {SAMPLES["user_send_text"]["recipient"]["id"]: bench.account.id}
    samples = [json.loads(_replace_texts(json.dumps(sample), own)) for sample in SAMPLES.values()]

    def sign(body: bytes) -> WebhookRequest:
        stamp = _find_timestamp(body)
        headers = ((ZALO_SIGNATURE, zalo_signature(bench.app, body, stamp)), ("X-ZEvent-Timestamp", stamp))
        return WebhookRequest(body, headers)

    def honest_event(number: int) -> Sample:
        sample = json.loads(_replace_texts(json.dumps(SAMPLES["user_send_text"]), own))
        return {**sample, "sender": {"id": "99999"}, "message": {"text": WORDS, "msg_id": f"h-{number}"}}

    return Platform("oa", bench.clock, bench.messenger, samples, sign, honest_event, _person_address("oa", "99999"))


def bot_platform(_: Path) -> Platform:
    """Return the platform of a Zalo bot; its samples are private and group messages, bare and wrapped in a result."""
    clock = FixedClock(NOW)
    sandbox = Sandbox(clock, post=lambda *_: 200)
    bot = build_bot(sandbox, sandbox.bot("Bot Thử"), memory_services(clock), "in", **CALLED, groups="yes")
    message = {
        "date": int(NOW.timestamp() * 1000),
        "chat": {"chat_type": "PRIVATE", "id": "6ede9afa66b88fe6d6a9"},
        "message_id": "2d758cb5e222177a4e35",
        "message_type": "CHAT_MESSAGE",
        "from": {"id": "6ede9afa66b88fe6d6a9", "is_bot": False, "display_name": "Người Mẫu"},
        "text": WORDS,
        "caption": "",
        "photo": "https://photo.invalid/1",
        "url": "https://sticker.invalid/1",
    }
    names = [f"message.{kind}.received" for kind in ("text", "image", "sticker", "voice", "unsupported")]
    bare = [{"event_name": name, "message": message} for name in names]
    in_group = {"event_name": names[0], "message": message | {"chat": {"chat_type": "GROUP", "id": "g-1"}}}

    def honest_event(number: int) -> Sample:
        who = {"from": {"id": "p-honest", "display_name": "Lê Mẫu"}, "chat": {"chat_type": "PRIVATE", "id": "p-honest"}}
        return {"event_name": names[0], "message": message | who | {"message_id": f"h-{number}"}}

    samples: list[Sample] = [*bare, in_group, {"ok": True, "result": bare[0]}]

    def sign(body: bytes) -> WebhookRequest:
        return WebhookRequest(body, ((SECRET_HEADER, SECRET),))

    return Platform("bot", clock, bot, samples, sign, honest_event, _person_address("in", "p-honest"))


def pasted_platform(folder: Path) -> Platform:
    """Return the platform of assisted posting; its samples are pasted texts in each of the three forms."""
    clock = FixedClock(NOW)
    messenger = AssistedMessenger("in", {"folder": str(folder)}, memory_services(clock))
    frame = {"group": "nhom-1", "at": NOW.isoformat(), "pasted_by": "Cán bộ Mẫu", "name": ""}
    texts = (
        f"[19:42, 31/08/2021] Lê Mẫu: {WORDS}\n[19:43] Trần Mẫu: Ở đâu?\nHai dòng",
        f"Lê Mẫu\n{WORDS}\n19:42\nTrần Mẫu\nỞ đâu?\n19:43 31/08/2021",
        WORDS,
    )

    def honest_event(number: int) -> Sample:
        return frame | {"group": "nhom-2", "text": f"{WORDS} lần {number}"}

    samples = [frame | {"text": text} for text in texts]
    place = Address("in", Place.GROUP, "nhom-2")
    return Platform("pasted", clock, messenger, samples, WebhookRequest, honest_event, place, is_pasted=True)


PLATFORMS: Mapping[str, Callable[[Path], Platform]] = {
    "mock": mock_platform,
    "zalo_oa": zalo_platform,
    "zalo_bot": bot_platform,
    "assisted": pasted_platform,
}


def _person_address(instance: str, id: str) -> Address:
    return Address(instance, Place.PERSON, id)


def _replace_texts(text: str, changes: Mapping[str, str]) -> str:
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def _find_timestamp(body: bytes) -> str:
    """Return the timestamp from a body, or a fixed timestamp if the body has none; it becomes part of the signature."""
    try:
        value = json.loads(body)["timestamp"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "1630458000123"
    return str(value).encode(errors="replace").decode()


def _number_ids(value: Any, names: frozenset[str], number: int) -> Any:
    """Return an event with `number` appended to its ids, because most mutated events would otherwise count as
    duplicates.
    """
    if not isinstance(value, Mapping):
        return value
    return {
        name: f"{part}-{number}" if name in names and isinstance(part, str) else _number_ids(part, names, number)
        for name, part in value.items()
    }
