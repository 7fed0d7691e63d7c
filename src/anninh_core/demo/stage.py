"""The context of a demo run: an app with the default settings, a simulated chat, and a clock that the run sets."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import define, field

from anninh_core.app.app import App
from anninh_core.app.demo_clock import (
    LEASES_OVER,
    MARK_OWNER,
    find_demo_end,
    find_demo_start,
    find_demo_time,
    mark_demo_end,
    mark_demo_start,
)
from anninh_core.app.factory import open_app
from anninh_core.app.injected_ports import Parts
from anninh_core.app.settings import FILE_NAME, load_settings
from anninh_core.demo.corpus import Line, index_by_text, load_corpus, load_open_lines, load_script
from anninh_core.demo.platform_setup import (
    INSTANCE,
    DemoEntrance,
    MessengerChoice,
    OpenDoor,
    choose_messenger,
    has_demo,
    require_platform,
)
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.ports.messengers.playing import PretendPlatform
from anninh_core.profile.loader import load_profile
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.local_users import UnsafeLocalUsers

START = datetime(2021, 8, 20, 1, tzinfo=UTC)
_DONE = "steps"


@define
class DemoStage:
    """Context of the demo's actions."""

    app: App
    platform: PretendPlatform
    choice: MessengerChoice
    clock: FixedClock
    users: UnsafeLocalUsers
    out: Path
    script: Mapping[str, Any]
    lines: tuple[Line, ...]
    words: Mapping[str, Line]
    _open: ExitStack
    officers: dict[str, str] = field(factory=dict)

    def advance_clock(self, at: datetime) -> None:
        """Set the clock to `at`, unless that has passed."""
        if at > self.clock.now():
            self.clock.set(at)

    def deliver_events(self) -> None:
        """Deliver the platform's events and run the worker, until neither has work left."""
        self.platform.deliver()
        self.app.worker.drain()
        while self.platform.deliver():  # New events follow, such as the echo of a message that the worker sent.
            self.app.worker.drain()

    def close(self) -> None:
        """Close the web server, the app and the platform, in this order."""
        self._open.close()

    @property
    def steps_done(self) -> int:
        """Number of finished steps of the demo run."""
        stored = self.app.internals.context.storage.states.get(MARK_OWNER, _DONE)
        return int(stored.body) if stored else 0

    def mark_done(self, steps: int) -> None:
        """Store durably the number of finished steps."""
        states = self.app.internals.context.storage.states
        stored = states.get(MARK_OWNER, _DONE)
        states.put(MARK_OWNER, _DONE, str(steps).encode(), stored.version if stored else 0)

    def mark_over(self) -> None:
        """Mark the demo run durably as over, with the time at which the demo's clock will start."""
        mark_demo_end(self.app.internals.context.storage, self.clock.now())


def is_begun(app: App) -> bool:
    """Return whether an app's storage is marked as a demo's."""
    return find_demo_start(app.internals.context.storage) is not None


def is_over(app: App) -> bool:
    """Return whether an app's storage has a completed demo run."""
    return find_demo_end(app.internals.context.storage) is not None


def open_stage(out: Path, messenger: str = "mock", door: OpenDoor | None = None) -> DemoStage:
    """Open the demo context in a folder, resuming a stopped demo run. Close it afterwards.

    Args:
        out: the folder; created if it is missing.
        messenger: name of the plugin that provides the messenger and its simulated platform.
        door: opens a web server, for a platform that posts its events over HTTP.

    Raises:
        ConfigurationError: the plugin has no simulated platform, or the demo run in the folder can't be resumed.
    """
    clock = FixedClock(START)
    choice = choose_messenger(messenger)
    exit_stack = ExitStack()
    with ExitStack() as on_failure:
        on_failure.callback(exit_stack.close)
        is_resumed = has_demo(out, choice)
        if is_resumed:
            _require_demo_or_empty(out)
        platform = exit_stack.enter_context(choice.made.pretended(clock, out))
        if is_resumed:
            require_platform(out, choice, platform)
        else:
            on_failure.callback((out / FILE_NAME).unlink, missing_ok=True)
        stage = _build_stage(out, clock, choice, platform, exit_stack)
        platform.admit(stage.app.internals.messengers[INSTANCE], DemoEntrance(stage.app, door, exit_stack))
        if not is_begun(stage.app):
            mark_demo_start(stage.app.internals.context.storage, START)
        on_failure.pop_all()
    moment = find_demo_time(stage.app.internals.context.storage)
    if moment is not None and is_over(stage.app):
        clock.set(moment)
    elif moment is not None and stage.steps_done:
        clock.set(moment + LEASES_OVER)
    return stage


def _build_stage(
    out: Path, clock: FixedClock, choice: MessengerChoice, platform: PretendPlatform, opened: ExitStack
) -> DemoStage:
    out.mkdir(parents=True, exist_ok=True)
    settings_file = out / FILE_NAME
    if not settings_file.exists():
        settings_file.write_text(choice.render_settings(dict(platform.options), viewer=""), encoding="utf-8")
    settings = load_settings(out)
    app = open_app(load_profile(settings.profile), settings, Parts(clock=clock))
    opened.callback(app.close)
    lines = (*load_corpus(), *load_open_lines())
    return DemoStage(
        app=app,
        platform=platform,
        choice=choice,
        clock=clock,
        users=UnsafeLocalUsers(app),
        out=out,
        script=load_script(),
        lines=lines,
        words=index_by_text(lines),
        open=opened,
    )


def _require_demo_or_empty(out: Path) -> None:
    """Raise `ConfigurationError` if the folder's storage isn't empty and isn't a demo's."""
    settings = load_settings(out)
    quiet = settings.model_copy(update={"messengers": {}})
    with open_app(load_profile(settings.profile), quiet, Parts(clock=FixedClock(START))) as app:
        if app.internals.context.storage.journal.head()[0] and not is_begun(app):
            raise ConfigurationError("{folder} holds something other than a demo: name another folder.", folder=out)


def name_local_user(stage: DemoStage) -> None:
    """Let the command line act in this folder as the officer with read access to everything."""
    text = stage.choice.render_settings(dict(stage.platform.options), stage.officers["viewer"])
    (stage.out / FILE_NAME).write_text(text, encoding="utf-8")
