"""The function that opens a completed demo, and the opened demo."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.app.demo_clock import DemoClock, find_last_time
from anninh_core.app.factory import open_app
from anninh_core.app.injected_ports import Parts
from anninh_core.app.settings import FILE_NAME, load_settings
from anninh_core.demo.corpus import load_script
from anninh_core.demo.platform_setup import INSTANCE
from anninh_core.demo.running.one_click import OneClickSignIn
from anninh_core.demo.running.pretend_resident import PretendResident
from anninh_core.demo.stage import START, is_begun, is_over
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.profile.loader import load_profile
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.mock.adapter import MockMessenger

_MOMENT = timedelta(milliseconds=1)


@frozen
class RunningDemo:
    """A completed demo to work in.

    Attributes:
        clock: the app's clock. It moves only in `catch_up`.
        resident: a simulated resident who writes to the official account.
    """

    app: App
    clock: DemoClock
    resident: PretendResident
    sign_in: OneClickSignIn

    def catch_up(self) -> None:
        """Advance the clock by a millisecond, and run the app until no work is left.

        Called before each action, so that its entries are later than all earlier ones, including those of other
        processes in the folder, although the clock doesn't run.
        """
        self.clock.advance(_MOMENT)
        last_time = find_last_time(self.app.internals.context.storage.journal)
        if last_time is not None:
            self.clock.advance_to(last_time)
        self.resident.catch_up()


@contextmanager
def open_demo(folder: Path) -> Iterator[RunningDemo]:
    """Open a demo for a `with` block, with the clock that every app gets on its storage.

    Raises:
        ConfigurationError: the folder has no demo, an incomplete demo, or a demo with a simulated platform that has
            ended.
    """
    settings = load_settings(folder)
    with open_app(load_profile(settings.profile), settings) as app:
        clock = app.internals.context.clock
        messenger = app.internals.messengers.get(INSTANCE)
        if not isinstance(clock, DemoClock) or not is_over(app):
            raise ConfigurationError(
                "{folder} doesn't hold a complete demo: complete it with `anninh demo --out {folder}`, or "
                "name another folder.",
                folder=folder,
            )
        if not isinstance(messenger, MockMessenger):
            raise ConfigurationError(
                "The demo in {folder} ran on another simulated platform, which ended with its process: make "
                "a demo on the mock chat with `anninh demo --out DIR`.",
                folder=folder,
            )
        name = load_script()["open_world"]["resident"]["name"]
        yield RunningDemo(app, clock, PretendResident(app, messenger, name), OneClickSignIn(app))


def needs_run(folder: Path) -> bool:
    """Return whether the demo in a folder must be run first: the folder has no settings, or its demo run was stopped.

    Other settings than a demo's are reported by `open_demo`.
    """
    if not (folder / FILE_NAME).exists():
        return True
    settings = load_settings(folder)
    with open_app(load_profile(settings.profile), settings, Parts(clock=FixedClock(START))) as app:
        return is_begun(app) and not is_over(app)
