"""Shared parts of the messenger rules: difficult input and the other side of the platform."""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

import pytest

from anninh_core.kernel.errors import (
    AnninhError,
    DeliveryError,
    NeedsPerson,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
    UnknownOutcome,
)
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import Found, Messenger, Verdict
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.capability import Support
from anninh_core.vocabulary.messages import Address, Attachment, OutgoingMessage, Place, Receipt, WebhookRequest

PLAIN = "Cảm ơn bà con đã báo tin."
HARD_TEXTS = {
    "vietnamese": "Khuất Thị Thử: hẻm nhỏ sát mương, lúc chập tối — “nghe tiếng đập cửa”, ạ!",
    "lines": "Một\nHai\n\n  - Ba\tBốn",
    "emoji": "👨‍👩‍👧‍👦 🇻🇳 👍🏽 cháy rồi 🔥",
    "markup": "<b>1 < 2 & 3</b> [@all] *x* _y_ `z` \\n %s {0}",
    "numbers": "0000 000 000; 00A-000.00; 9007199254740993",
    "long": "Đường làng ngõ xóm yên vui. " * 80,
}
NFD = unicodedata.normalize("NFD", "Tổ trưởng tổ dân phố họp lúc mấy giờ ạ?")
VERY_LONG = "ế" * 10_000
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)
"""A PNG of one pixel."""


ERRORS: dict[str, type[DeliveryError]] = {
    "expired_token": NeedsPerson,
    "lost_answer": UnknownOutcome,
    "lost_before": UnknownOutcome,
    "rate_limit": RetryLater,
    "recipient_gone": RecipientUnreachable,
    "rejected": RequestRejected,
}
"""How a failure of `anninh_core.testing.mock.failures` has to be told."""

DISTINCT = "Lục-lạc kêu ngoài bờ-đê"
"""Words that stand in no error by chance."""
NOBODY = "nobody-4711"
"""An id that nobody has."""
SECRET_NAME = "bờ-đê-4711.png"  # noqa: S105  the name of a file


class Outside(Protocol):
    """The platform's other side, as far as a test can reach it."""

    def incoming(self, text: str) -> WebhookRequest:
        """Let the kit's `person` write a text and return the request that the messenger gets for it."""
        ...

    def delivered(self) -> Sequence[tuple[Address, str]]:
        """Return everything that has arrived, or lies ready for the person who posts it, oldest first."""
        ...

    def fail(self, name: str) -> bool:
        """Make the next call fail by a name of `anninh_core.testing.mock.failures`; False if that can't be done."""
        ...


@runtime_checkable
class Writes(Protocol):
    """An outside that can let somebody write and leave the event where it is; for messengers that poll."""

    def writes(self, text: str) -> None:
        """Let the kit's `person` write a text, and fetch nothing."""
        ...


@runtime_checkable
class MovableClock(Protocol):
    """A clock that a test can turn, such as `FixedClock`."""

    def advance(self, by: timedelta) -> datetime:
        """Jump by a span and return the new moment."""
        ...


class MessengerBench:
    """Fixtures and steps of all messenger rules."""

    @pytest.fixture
    def services(self) -> AdapterServices:
        """State, leases, blobs, clock and ids in memory: build the messenger with them."""
        return memory_services()

    @pytest.fixture
    def secrets(self) -> Sequence[str]:
        """What of the messenger's options may never be told; override it with those of your messenger."""
        return ()


AWHILE = timedelta(hours=1)


def since(services: AdapterServices) -> datetime:
    """Return a moment before the test."""
    return services.clock.now() - AWHILE


def require_ability(messenger: Messenger, ability: str) -> None:
    """Skip the rule where the messenger says that it can't, with its own reason."""
    if not messenger.capabilities.can(ability):
        pytest.skip(f"can't {ability}: {messenger.capabilities.of(ability).note}")


def verdict_on(answer: Verdict | Sequence[Found]) -> Verdict:
    """Return what an answer of `reconcile` says of a message whose words were sent at most once."""
    if isinstance(answer, Verdict):
        return answer
    return Verdict.DELIVERED if answer else Verdict.NOT_DELIVERED


def require_group(messenger: Messenger, ability: str, group: Address | None) -> Address:
    """Skip like `require_ability`, and return the group that a messenger with such an ability has to be tested with."""
    require_ability(messenger, ability)
    assert group is not None, f"the messenger says that it can {ability}: let the fixture `group` give a group"
    return group


def require_outside(outside: Outside | None) -> Outside:
    """Skip the rule where the test can't reach the platform's other side."""
    if outside is None:
        pytest.skip("the platform's other side can't be reached from this test")
    return outside


def build_message(
    to: Address, text: str = PLAIN, key: str = "k-1", attachments: Sequence[Attachment] = (), reply_to: str = ""
) -> OutgoingMessage:
    """Build a message."""
    return OutgoingMessage(
        key=key, to=to, text=text, purpose="kit.probe", attachments=tuple(attachments), reply_to=reply_to
    )


def send(messenger: Messenger, message: OutgoingMessage) -> Receipt | None:
    """Send; None where an ability told as partial leaves the rest to a person."""
    ability = "send_group" if message.to.place is Place.GROUP else "send_person"
    try:
        return messenger.send(message)
    except NeedsPerson:
        assert messenger.capabilities.of(ability).support is Support.PARTIAL, f"{ability} is told as full"
        return None


def catch_refusal(act: Callable[[], object]) -> AnninhError | None:
    """Return how something is refused, None where it isn't."""
    try:
        act()
    except AnninhError as error:
        return error
    return None


def assert_discreet(error: AnninhError, to: Address) -> None:
    """Assert that an error, which is stored unencrypted, contains no id of a person and no word of `DISTINCT`."""
    error_text = " ".join(map(str, (error, *getattr(error, "__notes__", ()))))
    assert error_text.strip()
    assert not [word for word in (to.id, NOBODY, SECRET_NAME, *DISTINCT.split()) if word in error_text]


def arrived_text(outside: Outside, to: Address) -> str:
    """Return all texts for an address, one after the other; white space at the seams of a split doesn't count."""
    return remove_spaces("".join(text for address, text in outside.delivered() if address == to))


def remove_spaces(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())
