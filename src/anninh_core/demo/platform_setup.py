"""The demo's folder, its settings, and the simulated platform of a messenger plugin."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from attrs import define, field, frozen

from anninh_core.app.app import App
from anninh_core.app.settings import FILE_NAME, load_settings
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.plugins import DEFAULT_PLUGINS, Plugins
from anninh_core.ports.messengers.platform import Paced
from anninh_core.ports.messengers.playing import Playable, PretendPlatform
from anninh_core.vocabulary.messages import WebhookRequest

INSTANCE = "oa"
"""Name of the demo's messenger instance."""

OpenDoor = Callable[[App], AbstractContextManager[str]]
"""Type of a function that opens a web server for an app, on loopback, and returns its address."""

# The clock doesn't move during a step of the demo: with a rate limit, messages sent in a step would wait for the next
# step.
_PACE = "pace = { per_minute = 100000, burst = 10000 }\n"
_SETTINGS = """\
# Written by `anninh demo`, for a trial. The command line acts as `local_user`, and nobody checks who runs it.
profile = "hoa_lu_2021"
storage = "sqlite:///anninh.db"
plugins = [{plugins}]
unsafe_local_users = true
local_user = "{viewer}"

[messengers.oa]
type = "{type}"
{pace}options = {{ {options} }}

[messengers.nhom]
type = "assisted"
options = {{ folder = "dang-bai" }}
"""


@frozen
class MessengerChoice:
    """The messenger of a demo.

    Attributes:
        plugin: name of the plugin.
        type: name of its type of messenger.
        made: the class of the messenger, which can simulate its platform.
    """

    plugin: str
    type: str
    made: Playable

    def render_settings(self, options: dict[str, str], viewer: str) -> str:
        """Return the text of the demo's settings.

        Args:
            viewer: officer that the command line acts as.
        """
        return _SETTINGS.format(
            plugins=", ".join(f'"{name}"' for name in (*DEFAULT_PLUGINS, self.plugin)),
            viewer=viewer,
            type=self.type,
            pace=_PACE if isinstance(self.made, Paced) else "",
            options=", ".join(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in options.items()),
        )


def choose_messenger(plugin: str) -> MessengerChoice:
    """Find the messenger of a plugin that can simulate its platform.

    Raises:
        ConfigurationError: the plugin doesn't exist, or has no such messenger.
    """
    for offer in Plugins((plugin,)).catalogue.offers(plugin):
        if offer.kind == "messenger" and isinstance(offer.make, Playable):
            return MessengerChoice(plugin, offer.name, offer.make)
    raise ConfigurationError(
        "Plugin {plugin!r} has no messenger that a demo can run on: choose a plugin whose messenger defines "
        "`pretended`, as `mock` does.",
        plugin=plugin,
    )


def has_demo(out: Path, choice: MessengerChoice) -> bool:
    """Return whether a folder has a demo already.

    Raises:
        ConfigurationError: it has other settings, or a demo with another messenger.
    """
    if not (out / FILE_NAME).exists():
        return False
    settings = load_settings(out)
    messenger_settings = settings.messengers.get(INSTANCE) if settings.unsafe_local_users else None
    if messenger_settings is None or messenger_settings.type != choice.type:
        raise ConfigurationError(
            "{folder} doesn't hold a demo with a messenger of type {type!r} (type of the demo there: "
            "{existing_type}): name another folder.",
            folder=out,
            existing_type=() if messenger_settings is None else (messenger_settings.type,),
            type=choice.type,
        )
    return True


def require_platform(out: Path, choice: MessengerChoice, platform: PretendPlatform) -> None:
    """Check that the simulated platform of a stopped demo still exists.

    Raises:
        ConfigurationError: it ended with its process.
    """
    if not platform.lasts:
        raise ConfigurationError(
            "The demo in {folder} ran on a simulated platform of type {type!r}, which ended with its "
            "process, so the demo can't go on: name another folder, or delete this one.",
            folder=out,
            type=choice.type,
        )


@define
class DemoEntrance:
    """Entry point for the simulated platform's events, by direct calls or by a web server that is opened on demand."""

    app: App
    door: OpenDoor | None
    _open: ExitStack
    _url: str = field(default="", init=False)

    def accept(self, request: WebhookRequest) -> object:
        """Accept an event that the simulated platform sends by a direct call."""
        return self.app.intake.accept(INSTANCE, request)

    def url(self) -> str:
        """Return the address of the webhook.

        Raises:
            ConfigurationError: the demo was started without a web server.
        """
        if self.door is None:
            raise ConfigurationError(
                "This platform posts its events over HTTP: pass `door` to the demo, so that it can open a "
                "web server for them."
            )
        self._url = self._url or self._open.enter_context(self.door(self.app))
        return f"{self._url}/hook/{INSTANCE}"
