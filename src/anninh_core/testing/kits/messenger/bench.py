"""Fixtures, helpers and difficult input shared by all rules of the messenger kit."""

import logging
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias, TypeVar, cast, runtime_checkable

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
from anninh_core.ports.messengers.messenger import Found, Messenger, MessengerType, Verdict
from anninh_core.testing.kits.messenger.outside import EVENTS, Outside, StagesEvents
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.capability import Support
from anninh_core.vocabulary.messages import (
    Address,
    Attachment,
    InboundMessage,
    OutgoingMessage,
    Place,
    Receipt,
    WebhookRequest,
)

T = TypeVar("T")
BuildsMessenger: TypeAlias = Callable[[Mapping[str, str]], Messenger]

PLAIN = "Cảm ơn bà con đã báo tin."
OTHER = "Những lời này chưa ai gửi."
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
"""A PNG picture of a single pixel."""


ERRORS: dict[str, type[DeliveryError]] = {
    "cut_off": UnknownOutcome,
    "expired_token": NeedsPerson,
    "lost_answer": UnknownOutcome,
    "lost_before": UnknownOutcome,
    "not_json": UnknownOutcome,
    "rate_limit": RetryLater,
    "recipient_gone": RecipientUnreachable,
    "refused": RetryLater,
    "rejected": RequestRejected,
    "server_error": UnknownOutcome,
}
"""The error that a messenger has to raise for each failure of `anninh_core.testing.mock.failures`."""

DISTINCT = "Lục-lạc kêu ngoài bờ-đê"
"""Words that no error contains by chance, so that a leak of them is recognised."""
NOBODY = "nobody-4711"
"""An id that no person has."""
SECRET_NAME = "bờ-đê-4711.png"  # noqa: S105  the name of a file


@runtime_checkable
class MovableClock(Protocol):
    """A clock that a test can move, such as `FixedClock`."""

    def advance(self, by: timedelta) -> datetime:
        """Move the clock forward and return the new time."""
        ...


class MessengerBench:
    """Fixtures and helpers of all messenger rules."""

    @pytest.fixture
    def services(self) -> AdapterServices:
        """Services of the core in memory: state, leases, blobs, clock and ids. Build the messenger with them."""
        return memory_services()

    @pytest.fixture
    def options(self) -> Mapping[str, str] | None:
        """The options from which `messenger` is built; override it, so that rules can change one of them."""
        return None

    @pytest.fixture
    def builds(self, messenger: Messenger, services: AdapterServices) -> BuildsMessenger:
        """A function that builds a messenger from options; override it if the class has a constructor of its own."""
        messenger_type = cast("MessengerType", type(messenger))
        return lambda options: messenger_type(messenger.instance, dict(options), services)

    @pytest.fixture
    def secrets(self) -> Sequence[str]:
        """Values of options that may never be shown, such as tokens; override it with those of your messenger."""
        return ()

    @pytest.fixture
    def restarted(self) -> Callable[[], Messenger] | None:
        """A function that builds the messenger again on the same services and platform, as after a crash."""
        return None


AWHILE = timedelta(hours=1)


def since(services: AdapterServices) -> datetime:
    """Return the moment one hour before the current time."""
    return services.clock.now() - AWHILE


def require_ability(messenger: Messenger, ability: str) -> None:
    """Skip the rule if the messenger declares that it lacks the ability, with the reason that the messenger gives."""
    if not messenger.capabilities.can(ability):
        pytest.skip(f"can't {ability}: {messenger.capabilities.of(ability).note}")


def get_verdict(result: Verdict | Sequence[Found]) -> Verdict:
    """Return the verdict of a `reconcile` result about a message whose text was sent at most once."""
    if isinstance(result, Verdict):
        return result
    return Verdict.DELIVERED if result else Verdict.NOT_DELIVERED


def require_protocol(messenger: Messenger, protocol: type[T]) -> T:
    """Return the messenger typed as `protocol`; skip the rule if it doesn't implement `protocol`."""
    if not isinstance(messenger, protocol):
        pytest.skip(f"the messenger is no {protocol.__name__}")
    return messenger


def require_group(messenger: Messenger, ability: str, group: Address | None) -> Address:
    """Return `group`, which a messenger with the ability needs for its test; skip the rule if the messenger lacks the
    ability.
    """
    require_ability(messenger, ability)
    assert group is not None, f"the messenger says that it can {ability}: let the fixture `group` give a group"
    return group


def require_outside(outside: Outside | None) -> Outside:
    """Return the platform's other side; skip the rule if the test can't reach that side."""
    if outside is None:
        pytest.skip("the platform's other side can't be reached from this test")
    return outside


def stage_event(outside: Outside | None, event: str, text: str, quoted: str = "") -> WebhookRequest:
    """Let an event of `EVENTS` happen and return its request; skip the rule if the test or the platform can't."""
    platform_side = require_outside(outside)
    if not isinstance(platform_side, StagesEvents):
        pytest.skip("the test's outside can only let the person write: give it `stage`")
    request = platform_side.stage(event, text, quoted)
    if request is None:
        pytest.skip(f"the platform has no event {event!r}: {EVENTS[event]}")
    return request


def parse_one_message(messenger: Messenger, request: WebhookRequest) -> InboundMessage:
    """Return the only message that a request contains."""
    (message,) = messenger.parse(request.body)
    assert isinstance(message, InboundMessage)
    return message


def fail_next_call(outside: Outside | None, name: str) -> Outside:
    """Make the next call to the platform fail in the way `name`; skip the rule if that isn't possible."""
    platform_side = require_outside(outside)
    if not platform_side.fail(name):
        pytest.skip(f"the platform can't be made to fail by {name}")
    return platform_side


def build_message(
    to: Address, text: str = PLAIN, key: str = "k-1", attachments: Sequence[Attachment] = (), reply_to: str = ""
) -> OutgoingMessage:
    """Return a message with the given parts and default values."""
    return OutgoingMessage(
        key=key, to=to, text=text, purpose="kit.probe", attachments=tuple(attachments), reply_to=reply_to
    )


def send(messenger: Messenger, message: OutgoingMessage) -> Receipt | None:
    """Send a message; return None if a messenger with partial support leaves the sending to a person."""
    ability = "send_group" if message.to.place is Place.GROUP else "send_person"
    try:
        return messenger.send(message)
    except NeedsPerson:
        assert messenger.capabilities.of(ability).support is Support.PARTIAL, f"{ability} is told as full"
        return None


def catch_refusal(act: Callable[[], object]) -> AnninhError | None:
    """Return the error with which `act` is refused, or None if it succeeds."""
    try:
        act()
    except AnninhError as error:
        return error
    return None


def assert_discreet(error: AnninhError, to: Address) -> None:
    """Assert that an error contains no id of a person and no word of `DISTINCT`, as it is stored unencrypted."""
    error_text = " ".join(map(str, (error, *getattr(error, "__notes__", ()))))
    assert error_text.strip()
    assert not [word for word in (to.id, NOBODY, SECRET_NAME, *DISTINCT.split()) if word in error_text], (
        f"{type(error).__name__} tells an id, the name of a file or words of the message, and is stored in clear"
    )


def assert_secrets_kept(error: BaseException, secrets: Sequence[str]) -> None:
    """Assert that neither an error nor its causes contain a secret: a log may show all of them."""
    cause: BaseException | None = error
    while cause is not None:
        error_text = " ".join(map(str, (cause, repr(cause), *getattr(cause, "__notes__", ()))))
        assert not [number for number, secret in enumerate(secrets) if secret and secret in error_text], (
            f"a secret of the fixture `secrets` stands in {type(cause).__name__}, {_describe_cause(cause, error)}"
        )
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def assert_not_logged(records: Sequence[logging.LogRecord], words: Sequence[str]) -> None:
    """Assert that no log record contains one of the words; the failure names the loggers and none of the words."""
    loggers = sorted({record.name for record in records if any(word in record.getMessage() for word in words)})
    assert not loggers, (
        f"a secret, an id or words of a message stand in the log of {', '.join(loggers)}. Where a client logs each "
        f"address that it asks, let it say less: logging.getLogger({loggers[0]!r}).setLevel(logging.WARNING)"
    )


def _describe_cause(cause: BaseException, error: BaseException) -> str:
    return "which is raised" if cause is error else f"from which {type(error).__name__} is raised: raise it outside"


def join_arrived_texts(outside: Outside, to: Address) -> str:
    """Return all texts that arrived at an address, joined and without white space, which splitting may change."""
    return remove_spaces("".join(text for address, text in outside.delivered() if address == to))


def remove_spaces(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())
