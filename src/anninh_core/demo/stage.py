"""The stage: an app on the embedded default, a pretend chat beside it, and a clock that the play turns."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import define, field

from anninh_core.app.app import App
from anninh_core.app.opening import Parts, open_app
from anninh_core.app.settings import FILE_NAME, load_settings
from anninh_core.demo.corpus import Line, by_words, load_corpus, script
from anninh_core.ports.changes import entry_from
from anninh_core.profile.loader import load_profile
from anninh_core.testing.apps import pump
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.mock.service import MockChat

BEGIN = datetime(2021, 8, 20, 1, tzinfo=UTC)
_OWNER, _DONE = "demo", "steps"
_LEASES_OVER = timedelta(minutes=3)
_SETTINGS = """\
# Written by `anninh demo`. The command line acts as `local_user`, and nobody checks who runs it.
profile = "hoa_lu_2021"
storage = "sqlite:///anninh.db"
plugins = ["embedded", "formatters", "assisted", "opinions", "mock"]
local_user = "{viewer}"

[messengers.oa]
type = "mock"
options = { path = "chat.jsonl" }

[messengers.nhom]
type = "assisted"
options = { folder = "dang-bai" }
"""


@define
class Stage:
    """Everything an act works with."""

    app: App
    chat: MockChat
    clock: FixedClock
    users: UnsafeLocalUsers
    out: Path
    script: Mapping[str, Any]
    lines: tuple[Line, ...]
    words: Mapping[str, Line]
    officers: dict[str, str] = field(factory=dict)

    def turn_clock(self, at: datetime) -> None:
        """Let it be `at`, or stay where it is if that has passed."""
        if at > self.clock.now():
            self.clock.set(at)

    def let_in(self) -> None:
        """Deliver what was said in the chat to the app, and let the worker work."""
        pump(self.app, self.chat)

    @property
    def done(self) -> int:
        """How many steps of the play are over."""
        stored = self.app.desk.storage.states.get(_OWNER, _DONE)
        return int(stored.body) if stored else 0

    def mark_done(self, steps: int) -> None:
        """Remember durably how many steps are over."""
        states = self.app.desk.storage.states
        stored = states.get(_OWNER, _DONE)
        states.put(_OWNER, _DONE, str(steps).encode(), stored.version if stored else 0)


def set_up(out: Path) -> Stage:
    """Open the stage in a folder; one that a stopped play has left behind is taken up again."""
    out.mkdir(parents=True, exist_ok=True)
    settings_file = out / FILE_NAME
    if not settings_file.exists():
        settings_file.write_text(_SETTINGS.replace("{viewer}", ""), encoding="utf-8")
    settings = load_settings(out)
    clock = FixedClock(BEGIN)
    chat = MockChat(clock, path=out / "chat.jsonl")
    app = open_app(load_profile(settings.profile), settings, Parts(clock=clock))
    lines = load_corpus()
    stage = Stage(
        app=app,
        chat=chat,
        clock=clock,
        users=UnsafeLocalUsers(app),
        out=out,
        script=script(),
        lines=lines,
        words=by_words(lines),
    )
    if stage.done:
        clock.set(_last_moment(stage) + _LEASES_OVER)
    return stage


def name_local_user(stage: Stage) -> None:
    """Let the command line act in this folder as the officer who may look at everything."""
    text = _SETTINGS.replace("{viewer}", stage.officers["viewer"])
    (stage.out / FILE_NAME).write_text(text, encoding="utf-8")


def _last_moment(stage: Stage) -> datetime:
    """Return when the stopped play stood still, so that its leases have run out when it goes on."""
    seq, _ = stage.app.desk.storage.journal.head()
    lines = stage.app.desk.storage.journal.read(seq - 1, 1)
    return entry_from(lines[0].content).at
