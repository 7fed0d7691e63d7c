"""Whatever dies between two commits, nobody is forgotten and nobody is paged twice for the same step."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define
from tests.scenarios.cases.conftest import open_storage
from tests.scenarios.cases.duty_bench import FIRE, Duty

from anninh_core.domain.duty.states import AlarmState, Telling
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
"""After which what a dead worker had claimed is anybody's."""


@pytest.fixture(params=["memory", *(pytest.param(one, marks=pytest.mark.slow) for one in ("sqlite", "postgres"))])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """In memory by default: it dies at every commit, which takes a while on a disk."""
    with open_storage(request, tmp_path) as opened:
        yield opened


class Killed(BaseException):
    """The process ended."""


@define
class Death:
    """Ends the process at a commit: before it, or right after it was stored.

    Attributes:
        left: commits that still go well.
        stored: whether the one that kills is stored.
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
        raise Killed


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("number", range(1, 9))
def test_killed_at_any_commit(duty: Duty, monkeypatch: pytest.MonkeyPatch, number: int, stored: bool) -> None:
    """From the message that came in to the page that left: one alarm, one page to each, in the same order."""
    duty.roster(duty.officer(FIRST), duty.officer(DEPUTY))
    duty.chat.says(duty.chat.person(REPORTER), FIRE)
    for request in duty.chat.webhooks():
        duty.app.intake.accept("oa", request)
    storage = duty.app.internals.context.storage
    with monkeypatch.context() as deadly:
        deadly.setattr(storage, "commit", Death(storage.commit, number, stored))
        for _ in range(2):  # a lease runs out in between
            with suppress(Killed):
                duty.app.worker.drain()
                duty.app.worker.jobs["page_officers"].run()
                duty.app.worker.drain()
            duty.clock.advance(_LEASE)
    duty.app.worker.drain()
    pages = [page for page in duty.alarm().pages if page.how is Telling.PAGE]
    assert len(pages) == 1
    duty.wait(7)
    hows = [page.how for page in duty.alarm().pages]
    assert hows[0] is Telling.PAGE
    assert Telling.HANDED_UP in hows
    steps = [(page.officer, page.at) for page in duty.alarm().pages]
    assert len(steps) == len(set(steps))


def key_of_old(_: Keys, actor: Actor, _action: str) -> RequestKey | None:
    """Return what earlier versions stored: a person's key as it was."""
    return RequestKey(actor.request, actor.request) if actor.request else None


@pytest.mark.parametrize("upgraded", [False, True])
@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("number", range(1, 6))
def test_an_order_is_carried_out_once(
    duty: Duty, monkeypatch: pytest.MonkeyPatch, number: int, stored: bool, upgraded: bool
) -> None:
    """However it is cut off, by an upgrade too: claimed once, and the officer reads so at least once."""
    officer = duty.officer(FIRST)
    duty.roster(officer)
    duty.dialog.says(REPORTER, FIRE)
    duty.dialog.hears(FIRST, "KHẨN")
    duty.chat.says(duty.chat.person(FIRST), "1 nhận")
    for request in duty.chat.webhooks():
        duty.app.intake.accept("oa", request)
    storage = duty.app.internals.context.storage
    with monkeypatch.context() as deadly:
        deadly.setattr(storage, "commit", Death(storage.commit, number, stored))
        if upgraded:
            deadly.setattr("anninh_core.usecase.unit_of_work.request_key", key_of_old)
        with suppress(Killed):
            duty.app.worker.drain()
    duty.clock.advance(_LEASE)
    duty.app.worker.drain()
    (tip,) = duty.app.tips.list(duty.boss).items
    assert (duty.alarm().state, duty.alarm().acknowledged_by) == (AlarmState.ACKNOWLEDGED, officer.id)
    assert tip.claim is not None
    assert tip.claim.by == officer.id
    lines = duty.app.internals.context.storage.journal.read(limit=10_000)
    acts = [entry.action for line in lines if (entry := entry_from(line.content)).actor == officer.label]
    assert acts.count("duty.claim") == 1
    duty.dialog.hears(FIRST, "đã nhận xử lý việc")


def test_two_workers_page_once(duty: Duty) -> None:
    """Of two that find the same step due at the same moment, one takes it."""
    duty.roster(duty.officer(FIRST), duty.officer(DEPUTY))
    duty.dialog.says(REPORTER, FIRE)
    alarm = duty.alarm()
    for _ in range(3):
        duty.wait(3)
        for _ in range(3):
            with suppress(AnninhError):
                duty.app.worker.jobs["page_officers"].run()
    moments = [page.at for page in duty.alarm().pages]
    assert len(moments) == len(set(moments))
    assert len(moments) == 4
    assert alarm.id == duty.alarm().id
