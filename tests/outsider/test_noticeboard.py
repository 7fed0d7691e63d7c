"""A messenger in a separate distribution is found by its entry point and checked by the conformance kit."""

import hashlib
import hmac
import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.plugins import Plugins
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.testing.kits.messenger.conformance import MessengerConformance
from anninh_core.vocabulary.messages import Address, Place, WebhookRequest

PROJECT = Path(__file__).with_name("noticeboard")


@pytest.fixture
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the module and the distribution's metadata on the path, as an installer does."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    info = tmp_path / "site" / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"]["anninh"]
    lines = ["[anninh]", *(f"{name} = {module}" for name, module in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines))
    for path in (PROJECT, info.parent):
        monkeypatch.syspath_prepend(str(path))
    monkeypatch.delitem(sys.modules, "noticeboard", raising=False)


class LetterBox:
    """The outside world for the kit: letters are incoming messages, and files on the notice board are delivered
    messages.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._letters = 0

    def incoming(self, text: str) -> WebhookRequest:
        self._letters += 1
        letter = {"id": f"l-{self._letters}", "who": "b-1", "text": text, "at": "2021-09-02T08:00:00+07:00"}
        body = json.dumps(letter).encode()
        return WebhookRequest(body, (("X-Board", hmac.new(b"s", body, hashlib.sha256).hexdigest()),))

    def delivered(self) -> Sequence[tuple[Address, str]]:
        return [
            (Address("board", Place(file.parent.parent.name), file.parent.name), file.read_text())
            for file in sorted(self._folder.rglob("*.txt"))
        ]

    def fail(self, name: str) -> bool:
        return False


@pytest.mark.usefixtures("_installed")
class TestNoticeboard(MessengerConformance):
    """The kit finds the messenger only by the name of its plugin."""

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, str]:
        return {"folder": str(tmp_path / "board"), "secret": "s"}

    @pytest.fixture
    def messenger(self, _installed: None, services: AdapterServices, options: Mapping[str, str]) -> Messenger:
        make = Plugins(["noticeboard"]).messenger("noticeboard")
        return make("board", dict(options), services)

    @pytest.fixture
    def person(self) -> Address:
        return Address("board", Place.PERSON, "b-1")

    @pytest.fixture
    def group(self) -> Address:
        return Address("board", Place.GROUP, "hall")

    @pytest.fixture
    def outside(self, tmp_path: Path) -> LetterBox:
        return LetterBox(tmp_path / "board")


@pytest.mark.usefixtures("_installed")
def test_plugin_is_not_imported_until_named() -> None:
    """A plugin that is installed, but not named by the settings, is never imported."""
    with pytest.raises(
        ConfigurationError, match="has a messenger named 'noticeboard', but a plugin 'noticeboard' is installed: add it"
    ):
        Plugins([]).messenger("noticeboard")
    assert "noticeboard" not in sys.modules
