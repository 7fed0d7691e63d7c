"""Tests of the keys, by the kit's rules and during an outage. Run them with `pytest` after `pip install -e .[test]`."""
# ruff: noqa: D101, D102  the kit describes its fixtures

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import pytest
from own_keys import TOKEN, KeyServiceKeys

from anninh_core.app import Parts, Settings, open_app
from anninh_core.kernel.errors import BadInput, ConfigurationError, DecryptionError, StorageError
from anninh_core.plugins import DEFAULT_PLUGINS
from anninh_core.ports import ManyKeys
from anninh_core.profile import load_profile
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, pump
from anninh_core.testing.kits import KeysConformance
from anninh_core.testing.memory import MemoryKeys


class KeyService(ThreadingHTTPServer):
    """A key service on this machine. Its keys survive an outage."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), KeyServiceHandler)
        self.keys = MemoryKeys()
        self.lock = Lock()
        self.requests = list[str]()
        self.broken = 0  # An HTTP status that every response gets, or 0 for none.
        Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"kms://127.0.0.1:{self.server_address[1]}"

    def answer(self, act: str, facts: dict[str, Any]) -> dict[str, object]:
        if act == "wrap":
            epoch, wrapped = self.keys.wrap(b64decode(facts["key"]), facts["scope"])
            return {"epoch": epoch, "wrapped": b64encode(wrapped).decode()}
        if act == "unwrap":
            items = [(item["epoch"], b64decode(item["wrapped"]), item["scope"]) for item in facts["keys"]]
            return {"keys": [b64encode(key).decode() for key in self.keys.unwrap_many(items)]}
        if act == "blind":
            return {"hash": self.keys.blind(facts["purpose"], facts["value"])}
        if act == "destroy":
            self.keys.destroy_epoch(facts["epoch"])
        return {"epoch": self.keys.turn_epoch() if act == "turn" else self.keys.epoch}


class KeyServiceHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, KeyService)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = self.server.broken or 200
        answer = {}
        if self.headers["Authorization"] != "Bearer t":
            status = 401
        if status == 200:
            try:
                with self.server.lock:
                    self.server.requests.append(self.path)
                    answer = self.server.answer(self.path.removeprefix("/"), body)
            except DecryptionError as error:
                status = 410
                answer = {"error": str(error)}
            except BadInput as error:
                status = 409
                answer = {"error": str(error)}
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing about requests."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyService]:
    monkeypatch.setenv(TOKEN, "t")
    with KeyService() as started:
        yield started
        started.shutdown()


class TestKeyServiceKeys(KeysConformance):
    @pytest.fixture
    def keys(self, service: KeyService) -> KeyServiceKeys:
        return KeyServiceKeys(service.url)


def test_many_keys_are_one_request(service: KeyService) -> None:
    keys = KeyServiceKeys(service.url)
    assert isinstance(keys, ManyKeys)
    wrapped = [(*keys.wrap(bytes([number] * 32), "case:1"), "case:1") for number in range(200)]
    service.requests.clear()
    assert keys.unwrap_many(wrapped)[7] == bytes([7] * 32)
    assert service.requests == ["/unwrap"]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_keys_survive_an_outage(service: KeyService, status: int) -> None:
    keys = KeyServiceKeys(service.url)
    wrapped = keys.wrap(b"k" * 32, "case:1")
    service.broken = status
    with pytest.raises(StorageError, match="try again") as outage:
        keys.unwrap(*wrapped, "case:1")
    assert not isinstance(outage.value, DecryptionError)  # A decryption error would mean a destroyed key.
    service.broken = 0
    assert keys.unwrap(*wrapped, "case:1") == b"k" * 32


@pytest.mark.usefixtures("service")
def test_unreachable_service_is_a_storage_error() -> None:
    keys = KeyServiceKeys("kms://127.0.0.1:1")
    with pytest.raises(StorageError, match=r"ConnectionRefusedError.*nothing is lost, try again"):
        keys.wrap(b"k" * 32, "case:1")


def test_wrong_settings_are_refused(service: KeyService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "stolen")
    with pytest.raises(StorageError, match=TOKEN):
        KeyServiceKeys(service.url).turn_epoch()
    monkeypatch.delenv(TOKEN)
    with pytest.raises(ConfigurationError, match=TOKEN):
        KeyServiceKeys(service.url)
    with pytest.raises(ConfigurationError, match="names no host"):
        KeyServiceKeys("kms://")


def test_event_during_outage_is_refused_and_resent(
    service: KeyService, tmp_path: Path, anninh_clock: FixedClock
) -> None:
    """An event during an outage is refused, so that the platform sends it again; then the work continues."""
    names = (*DEFAULT_PLUGINS, "key_service")
    settings = Settings(keys=service.url, plugins=names).resolve_paths(tmp_path)
    chat = MockChat(anninh_clock)
    parts = Parts(clock=anninh_clock, messengers={"oa": MockMessenger.on(chat)})
    with open_app(load_profile("hoa_lu_2021"), settings, parts) as app:
        dialog = Dialog(chat, lambda: pump(app, chat))
        dialog.says("Chị Thử", "Có trộm xe máy ở chợ")
        service.broken = 503
        chat.says(chat.person("Anh Thử"), "Có người đánh bạc ở đầu làng")
        (event,) = chat.webhooks()
        with pytest.raises(StorageError, match="try again"):
            app.intake.accept("oa", event)
        service.broken = 0
        app.intake.accept("oa", event)
        app.worker.drain()
        assert app.internals.context.storage.queues.standing().count == 0
        assert sum(1 for _ in app.internals.context.storage.maintenance.scan("tip")) == 2
    assert not (tmp_path / "anninh.keys").exists()
