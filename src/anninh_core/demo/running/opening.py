"""Opening a demo that was played to its end, with a clock that stands where the play ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.app.factory import open_app
from anninh_core.app.parts import Parts
from anninh_core.app.settings import FILE_NAME, load_settings
from anninh_core.demo.corpus import script
from anninh_core.demo.platform_setup import INSTANCE
from anninh_core.demo.running.one_click import OneClickSignIn
from anninh_core.demo.running.pretend_resident import PretendResident
from anninh_core.demo.stage import START, PlayEnd, find_end, is_begun, last_journal_time
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.profile.loader import load_profile
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.mock import MockMessenger

_LEASES_OVER = timedelta(minutes=3)
_MOMENT = timedelta(milliseconds=1)


@frozen
class RunningDemo:
    """A demo to work in.

    Attributes:
        app: its app.
        clock: stands, but for what `catch_up` lets pass; whoever wants it to be later sets it.
        resident: writes to the official account.
        sign_in: signs in as any officer.
    """

    app: App
    clock: FixedClock
    resident: PretendResident
    sign_in: OneClickSignIn

    def catch_up(self) -> None:
        """Let a thousandth of a second pass, and the app work until nothing is left to do.

        Called before each act, it lets what follows come after what was before, although the clock stands.
        """
        self.clock.advance(_MOMENT)
        self.resident.catch_up()


@contextmanager
def open_demo(folder: Path) -> Iterator[RunningDemo]:
    """Open a demo until the end of the `with` block. Its clock stands at the end of the play.

    Where somebody has worked in it since, it stands some minutes after the last act, so that what a killed process had
    claimed is free again.

    Raises:
        ConfigurationError: the folder holds no demo, one that isn't over, or one whose pretend platform is gone.
    """
    settings = load_settings(folder)
    clock = FixedClock(START)
    with open_app(load_profile(settings.profile), settings, Parts(clock=clock)) as app:
        end, messenger = find_end(app), app.messengers.get(INSTANCE)
        if end is None:
            raise ConfigurationError(
                f"{folder} holds no demo that was played to its end; `anninh demo --out {folder}` goes on with one, "
                "or name another folder"
            )
        if not isinstance(messenger, MockMessenger):
            raise ConfigurationError(
                f"the demo in {folder} was played on another pretend platform, which ended with its process; "
                "play one on the mock chat: `anninh demo --out DIR`"
            )
        clock.set(_find_moment(app, end))
        name = script()["open_world"]["resident"]["name"]
        yield RunningDemo(app, clock, PretendResident(app, messenger, name), OneClickSignIn(app))


def needs_play(folder: Path) -> bool:
    """Tell whether a demo has to be played in a folder first: nothing is there, or a play that was stopped.

    Of settings that are no play's `open_demo` says so.
    """
    if not (folder / FILE_NAME).exists():
        return True
    settings = load_settings(folder)
    with open_app(load_profile(settings.profile), settings) as app:
        return is_begun(app) and find_end(app) is None


def _find_moment(app: App, end: PlayEnd) -> datetime:
    head, _ = app.context.storage.journal.head()
    return end.at if head == end.journal else max(end.at, last_journal_time(app) + _LEASES_OVER)
