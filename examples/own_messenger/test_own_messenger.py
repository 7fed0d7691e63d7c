"""Tests of the messenger by the kit's rules. Run them with `pytest` after `pip install -e .[test]`."""
# ruff: noqa: D101, D102, ARG002  the kit describes its fixtures

import hmac
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from own_messenger import SmsMessenger

from anninh_core.plugins import Plugins
from anninh_core.ports import AdapterServices, Messenger
from anninh_core.testing.kits import MessengerConformance
from anninh_core.vocabulary import Address, Place, WebhookRequest

KEY = "key-of-the-modem"


class Modem:
    """The other side of the messenger: people write texts, and the spool holds ours."""

    def __init__(self, spool: Path) -> None:
        self._spool = spool
        self._received = 0

    def incoming(self, text: str) -> WebhookRequest:
        self._received += 1
        sms = {"id": str(self._received), "from": "84000000001", "text": text, "at": "2021-09-01T08:00:00+07:00"}
        body = json.dumps(sms).encode()
        return WebhookRequest(body, (("X-Signature", hmac.new(KEY.encode(), body, "sha256").hexdigest()),))

    def delivered(self) -> Sequence[tuple[Address, str]]:
        messages: list[tuple[Address, str]] = []
        for file in sorted((self._spool / "outgoing").iterdir()):
            head, _, text = file.read_text(encoding="utf-8").partition("\n\n")
            number = head.splitlines()[0].removeprefix("To: ")
            messages.append((Address("sms", Place.PERSON, number), text))
        return messages

    def fail(self, name: str) -> bool:
        return False


class TestSmsMessenger(MessengerConformance):
    @pytest.fixture
    def spool(self, tmp_path: Path) -> Path:
        for folder in ("tmp", "outgoing", "sent"):
            (tmp_path / folder).mkdir()
        return tmp_path

    @pytest.fixture
    def options(self, spool: Path) -> Mapping[str, str]:
        return {"spool": str(spool), "secret": KEY}

    @pytest.fixture
    def secrets(self) -> Sequence[str]:
        return [KEY]

    @pytest.fixture
    def messenger(self, services: AdapterServices, options: Mapping[str, str]) -> Messenger:
        return SmsMessenger("sms", dict(options), services)

    @pytest.fixture
    def person(self) -> Address:
        return Address("sms", Place.PERSON, "84000000001")

    @pytest.fixture
    def group(self) -> None:
        return None

    @pytest.fixture
    def outside(self, spool: Path) -> Modem:
        return Modem(spool)


def test_plugin_is_registered() -> None:
    assert Plugins(["sms"]).messenger("sms") is SmsMessenger
