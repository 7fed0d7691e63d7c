"""The messenger held to its kit, and the plugin to that of plugins."""

import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from anninh_core.ports import AdapterServices, Messenger
from anninh_core.testing.kits import MessengerConformance, PluginConformance
from anninh_core.vocabulary import Address, Place, WebhookRequest

from anninh_letter_box import SIGNATURE, LetterBoxMessenger

SECRET = "s3cr3t-of-the-webhook"


class Platform:
    """The other side as far as a test reaches it. The more it can do, the fewer rules are skipped."""

    wrote_at = datetime.fromisoformat("2021-09-01T08:00:00+07:00")

    def __init__(self, outbox: Path) -> None:
        self._outbox = outbox
        self._events = 0
        self._last = WebhookRequest(b"")

    def incoming(self, text: str) -> WebhookRequest:
        """Let the person write."""
        return self._event(kind="message", sender="p-4711", text=text)

    def stage(self, event: str, text: str, quoted: str = "") -> WebhookRequest | None:
        """Let something else happen; None for what the platform doesn't have."""
        match event:
            case "another_person":
                return self._event(kind="message", sender="p-4712", text=text)
            case "unknown":
                return self._event(kind="dance", sender="p-4711", text=text)
            case "redelivery":
                return self._last
            case _:
                return None

    def delivered(self) -> Sequence[tuple[Address, str]]:
        """Return what lies in the outbox."""
        return [
            (Address("letter_box", Place.PERSON, file.parent.name), file.read_text("utf-8"))
            for file in sorted(self._outbox.glob("*/*.txt"))
        ]

    def fail(self, name: str) -> bool:
        """Make the next call fail; a folder can't."""
        return False

    def _event(self, *, kind: str, sender: str, text: str) -> WebhookRequest:
        self._events += 1
        event = {"id": f"e-{self._events}", "kind": kind, "from": sender, "text": text, "at": self.wrote_at.isoformat()}
        body = json.dumps(event).encode()
        self._last = WebhookRequest(body, ((SIGNATURE, hmac.new(SECRET.encode(), body, "sha256").hexdigest()),))
        return self._last


class TestLetterBoxMessenger(MessengerConformance):
    """Everything a messenger owes, rule by rule."""

    @pytest.fixture
    def outbox(self, tmp_path: Path) -> Path:
        """Return the folder."""
        return tmp_path / "outbox"

    @pytest.fixture
    def messenger(self, services: AdapterServices, outbox: Path) -> Messenger:
        """Return a fresh instance."""
        options = {"outbox": str(outbox), "secret": SECRET}
        return LetterBoxMessenger("letter_box", options, services)

    @pytest.fixture
    def person(self) -> Address:
        """Return somebody it reaches."""
        return Address("letter_box", Place.PERSON, "p-4711")

    @pytest.fixture
    def group(self) -> None:
        """It knows no groups."""

    @pytest.fixture
    def secrets(self) -> Sequence[str]:
        """Return what may never be told."""
        return [SECRET]

    @pytest.fixture
    def outside(self, outbox: Path) -> Platform:
        """Return the other side."""
        return Platform(outbox)


class TestPlugin(PluginConformance):
    """It loads, and importing it does nothing."""

    @pytest.fixture
    def plugin(self) -> object:
        """Return the name of the entry point."""
        return "letter_box"
