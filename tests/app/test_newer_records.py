"""Records of a newer version are reported as newer everywhere, not as altered or damaged."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from tests.app.backup.conftest import PROFILE, settings_in

from anninh_core.app import App, Settings, open_app
from anninh_core.app.backup import back_up
from anninh_core.app.backup.garbage import find_unused_blobs
from anninh_core.app.examination import examine
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.errors import Damaged, NewerDatabase
from anninh_core.ports.health import Check, Level
from anninh_core.ports.storages.changes import ChangeSet
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor
from anninh_core.usecase.indexing.reindex import reindex
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

pytestmark = pytest.mark.slow  # These tests create a store for each part of the program.

SAID = r"tip.* was written by a newer version \(schema 9, but this version reads up to 1\): update anninh"
WITH_COLUMN = evolve(TIP.spec, columns={**TIP.spec.columns, "mood": str})
NEWER: dict[str, Kind[Tip]] = {
    "same columns": evolve(TIP, schema=9),
    "a new column": evolve(TIP, schema=9, spec=WITH_COLUMN, columns=lambda tip: {**TIP.columns(tip), "mood": "calm"}),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "office")


@pytest.fixture(params=NEWER)
def newer_tip(request: pytest.FixtureRequest, settings: Settings) -> tuple[Actor, str]:
    """An officer, and a tip written by a newer version."""
    kind = NEWER[request.param]
    with open_app(PROFILE, settings) as app:
        app.internals.context.storage.prepare([kind.spec])
        me = UnsafeLocalUsers(app).appoint("Trung tá Mẫu", PROFILE.root, *PROFILE.roles)
        tip = run_step(app.internals.services.tips.intake.receive, me, "Mất trộm xe", unit=PROFILE.root, origin="entry")

        def write_tip(uow: UnitOfWork) -> None:
            uow.permit(PROFILE.root)
            uow.save(kind, uow.load(TIP, tip.id))

        app.internals.runner.run_command(me, "test.write", Permission.INTAKE, write_tip)
    return me, tip.id


@pytest.fixture
def app(settings: Settings, newer_tip: object) -> Iterator[App]:
    """The app on the store with the newer record, opened by this version."""
    with open_app(PROFILE, settings) as app:
        yield app


Look = Callable[[App, Actor, str], Any]
LOOKS: dict[str, Look] = {
    "one": lambda app, me, tip: app.tips.get(me, tip),
    "list": lambda app, me, _: app.tips.list(me),
    "search": lambda app, me, _: app.tips.search(me, "trom"),
    "change": lambda app, me, tip: app.tips.assign(me, tip, unit=PROFILE.root),
    "reindex": lambda app, me, _: list(reindex(app.internals.runner, me, [TIP])),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_newer_record_names_the_remedy(app: App, newer_tip: tuple[Actor, str], look: Look) -> None:
    """Reading, listing, searching, changing and reindexing a newer record fails with the request to update."""
    me, id = newer_tip
    before = app.internals.context.storage.records.get("tip", id)
    with pytest.raises(NewerDatabase, match=SAID):
        look(app, me, id)
    assert app.internals.context.storage.records.get("tip", id) == before


def list_problems(checks: tuple[Check, ...]) -> list[str]:
    return [f"{check.name}: {check.what} {check.todo}" for check in checks if check.level is Level.PROBLEM]


def test_doctor_reports_newer_records(settings: Settings, newer_tip: object) -> None:
    """The doctor with `--deep` reports newer records by kind and number, not as altered."""
    shallow, deep = (list_problems(examine(PROFILE, settings, deep=deep)) for deep in (False, True))
    assert not any("altered" in line and "newer" not in line for line in (*shallow, *deep))
    sentence = "1 records of kind tip with schema 9 were written by a newer version. Update anninh"
    assert any(sentence in line for line in deep), deep


def test_backup_contains_newer_record(app: App, newer_tip: tuple[Actor, str], tmp_path: Path) -> None:
    """A backup by this version contains a newer record."""
    assert back_up(app, newer_tip[0], tmp_path / "copy.zip").count("records/tip") == 1
    assert find_unused_blobs(app) == ()


def test_altered_body_is_still_damaged(settings: Settings) -> None:
    """An undecryptable body of a known schema is reported as altered."""
    with open_app(PROFILE, settings) as app:
        me = UnsafeLocalUsers(app).appoint("Trung tá Mẫu", PROFILE.root, *PROFILE.roles)
        tip = run_step(app.internals.services.tips.intake.receive, me, "Mất trộm xe", unit=PROFILE.root, origin="entry")
        record = app.internals.context.storage.records.get("tip", tip.id)
        assert record is not None
        altered = evolve(record, body=record.body[:-1] + bytes([record.body[-1] ^ 1]), version=record.version + 1)
        app.internals.context.storage.commit([ChangeSet(records=(altered,))])
        with pytest.raises(Damaged, match="altered"):
            app.tips.get(me, tip.id)
        assert app.tips.list(me).damaged == 1
