"""A played store of an earlier revision is upgraded in place, with the program killed in between, on both engines.

`store/` was left by the code from before people had another name in each case (`python -m tests.upgrade.play`), with
what officers saw there and a backup of it. A later change of what is stored adds what must hold after it.
"""

import json
import lzma
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import frozen
from tests.support.links import find_links
from tests.upgrade.play import Cast, look, open_store

from anninh_core.app import App, Settings
from anninh_core.app.backup.container import FileReader
from anninh_core.app.backup.restoration import restore
from anninh_core.app.backup.restore_target import open_target
from anninh_core.domain.index_specs import SPECS
from anninh_core.domain.registry import KINDS
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.ports.storages.storage import Storage
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.indexing.queue_names import rename_rows
from anninh_core.usecase.indexing.reindex import reindex
from anninh_storage import PostgresStorage, SqliteStorage

pytestmark = pytest.mark.slow

STORE = Path(__file__).with_name("store")
SEEN: Mapping[str, Any] = json.loads(lzma.decompress((STORE / "seen.json.xz").read_bytes()))
CAST = Cast(SEEN["boss"], SEEN["second"], SEEN["local"])
ENDED = datetime.fromisoformat(SEEN["at"])
KILLS = 40
BATCH = 7  # records a commit, so that the program is killed between many


class Killed(BaseException):
    """The process ends here."""


@frozen
class Place:
    """A copy of the store.

    Attributes:
        open_storage: opens its database; the app closes it.
    """

    folder: Path
    open_storage: Callable[[], Storage]

    def open(self, storage: Storage | None = None) -> App:
        return open_store(self.folder, FixedClock(ENDED), storage or self.open_storage())


def unpack(folder: Path) -> Path:
    """Copy the store into a folder."""
    shutil.copytree(STORE, folder)
    for packed in folder.glob("*.xz"):
        packed.with_suffix("").write_bytes(lzma.decompress(packed.read_bytes()))
        packed.unlink()
    for keys in folder.glob("anninh.keys*"):  # a checkout doesn't keep who may read them
        keys.chmod(0o600)
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """The store on SQLite, and its rows on PostgreSQL."""
    folder = unpack(tmp_path / "store")
    if request.param == "sqlite":
        return Place(folder, lambda: SqliteStorage(f"sqlite:///{folder / 'anninh.db'}"))
    url = str(request.getfixturevalue("postgres_url"))
    with closing(SqliteStorage(f"sqlite:///{folder / 'anninh.db'}")) as source, closing(PostgresStorage(url)) as target:
        source.prepare(SPECS)
        target.prepare(SPECS)
        target.maintenance.load(source.maintenance.dump())
    return Place(folder, lambda: PostgresStorage(url))


def upgrade(app: App) -> None:
    """Do what `anninh storage reindex` does."""
    boss = CAST.actors["boss"]
    for _ in chain(
        reindex(app.internals.runner, boss, KINDS, batch=BATCH), rename_rows(app.internals.runner, boss, batch=BATCH)
    ):
        pass


def kill_after(storage: Storage, commits: int) -> Storage:
    """Return a storage whose process is killed right before or after a commit."""
    sound = storage.commit
    left = iter(range(2 * commits))

    def tick() -> None:
        if next(left, None) is None:
            raise Killed

    def commit(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        tick()
        outcomes = sound(change_sets)
        tick()
        return outcomes

    storage.commit = commit  # type: ignore[method-assign]  # of this one object
    return storage


def upgrade_under_kills(place: Place) -> int:
    """Upgrade, killed again and again and begun again; return how often it was killed."""
    random = Random(28)
    for killed in range(KILLS):
        try:
            with closing(place.open(kill_after(place.open_storage(), random.randrange(1, 5)))) as app:
                upgrade(app)
        except Killed:
            continue
        return killed
    with closing(place.open()) as app:
        upgrade(app)
    return KILLS


def compare_with_before(app: App) -> Iterator[str]:
    """Yield what officers see otherwise than before the upgrade; fields that are new say nothing of before."""
    answers = SEEN["answers"]
    seen = json.loads(json.dumps(look(app, CAST)))
    yield from sorted(
        name
        for name in seen.keys() | answers.keys()
        if without_new_fields(seen.get(name), answers.get(name)) != answers.get(name)
    )


def without_new_fields(value: Any, before: Any) -> Any:
    """Return an answer with the fields and the indicators alone that the answer of before has."""
    if isinstance(value, dict) and isinstance(before, dict):
        return {name: without_new_fields(item, before[name]) for name, item in value.items() if name in before}
    if not isinstance(value, list) or not isinstance(before, list):
        return value
    known = {item["indicator"] for item in before if isinstance(item, dict) and "indicator" in item}
    kept = [item for item in value if not known or item["indicator"] in known]
    return [without_new_fields(*pair) for pair in zip(kept, before, strict=True)] if len(kept) == len(before) else value


def test_officers_see_the_same_before_an_upgrade(place: Place) -> None:
    """The new code reads what the old one stored, on both engines."""
    with closing(place.open()) as app:
        assert list(compare_with_before(app)) == []


def test_an_upgraded_store_joins_nobody(place: Place) -> None:
    """Values join what residents did before, and not after; officers see the same, and the journal fits."""
    with closing(place.open()) as app:
        assert len(find_links(app.internals.context)) > 5
    assert upgrade_under_kills(place) > 10
    with closing(place.open()) as app:
        assert list(compare_with_before(app)) == []
        assert find_links(app.internals.context) == []
        report = app.audit.examine(UnsafeLocalUsers(app).appoint("Người Kiểm Tra", "hoa-lu", "auditor"))
        assert [finding.sentence for finding in report.findings] == []


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_backup_from_before_is_restored_and_upgraded(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """What it holds is what officers saw, and it is upgraded like the store itself."""
    folder = unpack(tmp_path / "store")
    (folder / "anninh.db").unlink()
    shutil.rmtree(folder / "blobs")
    is_file = engine == "sqlite"
    url = f"sqlite:///{folder / 'anninh.db'}" if is_file else str(request.getfixturevalue("postgres_url"))
    settings = Settings(storage=url, keys=str(folder / "anninh.keys"), blobs=str(folder / "blobs"))
    with open_target(settings) as target, FileReader(folder / "before.backup") as file:
        restore(target, load_profile("hoa_lu_2021"), file, now=ENDED, resume=True)
    place = Place(folder, lambda: SqliteStorage(url) if is_file else PostgresStorage(url))
    with closing(place.open()) as app:
        assert list(compare_with_before(app)) == []
        upgrade(app)
        assert list(compare_with_before(app)) == []
        assert find_links(app.internals.context) == []
