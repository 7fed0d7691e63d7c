"""After a crash between any two commits, every urgent notice is sent, and none is sent twice for the same step."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define
from tests.scenarios.cases.conftest import open_storage
from tests.scenarios.cases.duty_bench import FIRE, DutyBench

from anninh_core.domain.duty.states import AlarmState, NotificationKind
from anninh_core.kernel.errors import AnninhError
from anninh_core.ports.keys import Keys
from anninh_core.ports.storages.changes import ChangeSet, Outcome, entry_from
from anninh_core.ports.storages.storage import Storage
from anninh_core.usecase import Actor
from anninh_core.usecase.preconditions.request_keys import RequestKey

REPORTER = "Bà Thử"
FIRST = "Trực Một"
DEPUTY = "Trực Hai"


_LEASE = timedelta(minutes=3)
"""Duration after which the rows claimed by a dead worker can be claimed again."""


@pytest.fixture(params=["memory", *(pytest.param(name, marks=pytest.mark.slow) for name in ("sqlite", "postgres"))])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """A storage in memory by default, since crashes at every commit take long on a disk."""
    with open_storage(request, tmp_path) as opened:
        yield opened


class ProcessKilled(BaseException):
    """The simulated end of the process."""


@define
class CommitKiller:
    """A replacement for `commit` that ends the process at a commit, before or right after the commit is stored.

    Attributes:
        left: number of commits until the process ends.
        stored: whether the last commit is stored.
    """

    commit: Callable[..., Sequence[Outcome]]
    left: int
    stored: bool
    died: bool = False

    def __call__(self, changes: Sequence[ChangeSet], *args: Any, **kwargs: Any) -> Sequence[Outcome]:
        self.left -= 1
        if self.left or self.died:
            return self.commit(changes, *args, **kwargs)
        self.died = True
        if self.stored:
            self.commit(changes, *args, **kwargs)
        raise ProcessKilled


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("number", range(1, 9))
def test_crash_at_any_commit_pages_once(
    duty: DutyBench, monkeypatch: pytest.MonkeyPatch, number: int, stored: bool
) -> None:
    """A crash at any commit between a message and its urgent notice leaves one alarm and one notice to each officer, in
    the right order.
    """
    duty.put_on_duty(duty.appoint_officer(FIRST), duty.appoint_officer(DEPUTY))
    duty.chat.says(duty.chat.person(REPORTER), FIRE)
    for request in duty.chat.webhooks():
        duty.app.intake.accept("oa", request)
    storage = duty.app.internals.context.storage
    with monkeypatch.context() as deadly:
        deadly.setattr(storage, "commit", CommitKiller(storage.commit, number, stored))
        for _ in range(2):  # A lease expires between the two rounds.
            with suppress(ProcessKilled):
                duty.app.worker.drain()
                duty.app.worker.jobs["page_officers"].run()
                duty.app.worker.drain()
            duty.clock.advance(_LEASE)
    duty.app.worker.drain()
    pages = [page for page in duty.get_only_alarm().pages if page.how is NotificationKind.PAGE]
    assert len(pages) == 1
    duty.wait(7)
    hows = [page.how for page in duty.get_only_alarm().pages]
    assert hows[0] is NotificationKind.PAGE
    assert NotificationKind.HANDED_UP in hows
    steps = [(page.officer, page.at) for page in duty.get_only_alarm().pages]
    assert len(steps) == len(set(steps))


def build_former_request_key(_: Keys, actor: Actor, _action: str) -> RequestKey | None:
    """Return the request key that earlier versions stored: a person's key, unchanged."""
    return RequestKey(actor.request, actor.request) if actor.request else None


@pytest.mark.parametrize("upgraded", [False, True])
@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("number", range(1, 6))
def test_interrupted_order_runs_once(
    duty: DutyBench, monkeypatch: pytest.MonkeyPatch, number: int, stored: bool, upgraded: bool
) -> None:
    """An order that is interrupted, even by an upgrade, claims the case once, and the officer gets the confirmation."""
    officer = duty.appoint_officer(FIRST)
    duty.put_on_duty(officer)
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears(FIRST, "KHẨN")
    duty.chat.says(duty.chat.person(FIRST), "1 nhận")
    for request in duty.chat.webhooks():
        duty.app.intake.accept("oa", request)
    storage = duty.app.internals.context.storage
    with monkeypatch.context() as deadly:
        deadly.setattr(storage, "commit", CommitKiller(storage.commit, number, stored))
        if upgraded:
            deadly.setattr("anninh_core.usecase.unit_of_work.request_key", build_former_request_key)
        with suppress(ProcessKilled):
            duty.app.worker.drain()
    duty.clock.advance(_LEASE)
    duty.app.worker.drain()
    (tip,) = duty.app.tips.list(duty.boss).items
    assert (duty.get_only_alarm().state, duty.get_only_alarm().acknowledged_by) == (AlarmState.ACKNOWLEDGED, officer.id)
    assert tip.claim is not None
    assert tip.claim.by == officer.id
    lines = duty.app.internals.context.storage.journal.read(limit=10_000)
    acts = [entry.action for line in lines if (entry := entry_from(line.content)).actor == officer.label]
    assert acts.count("duty.claim") == 1
    duty.dialog.hears(FIRST, "đã nhận xử lý việc")


def test_two_workers_page_once(duty: DutyBench) -> None:
    """If two workers find the same step due, only one of them sends the urgent notice."""
    duty.put_on_duty(duty.appoint_officer(FIRST), duty.appoint_officer(DEPUTY))
    duty.dialog.says(REPORTER, FIRE)
    alarm = duty.get_only_alarm()
    for _ in range(3):
        duty.wait(3)
        for _ in range(3):
            with suppress(AnninhError):
                duty.app.worker.jobs["page_officers"].run()
    moments = [page.at for page in duty.get_only_alarm().pages]
    assert len(moments) == len(set(moments))
    assert len(moments) == 4
    assert alarm.id == duty.get_only_alarm().id
