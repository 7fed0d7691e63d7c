"""A simulated store of an earlier revision is upgraded in place on SQLite and PostgreSQL, while the program is killed
again and again.

`store/` was written by `python -m tests.upgrade.play` with code from before residents had a different pseudonym in each
case. It also has what the officers saw, and a backup. A later change of stored data adds here what must be true after
it.
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
from tests.upgrade.play import Officers, collect_views, open_store

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
CAST = Officers(SEEN["boss"], SEEN["second"], SEEN["local"])
ENDED = datetime.fromisoformat(SEEN["at"])
KILLS = 40
BATCH = 7  # Records in a commit; a small number, so that the program is killed between many commits.


class ProcessKilled(BaseException):
    """The simulated end of the process."""


@frozen
class StoreCopy:
    """A copy of the old store.

    Attributes:
        open_storage: opens the copy's database; the app closes it.
    """

    folder: Path
    open_storage: Callable[[], Storage]

    def open(self, storage: Storage | None = None) -> App:
        return open_store(self.folder, FixedClock(ENDED), storage or self.open_storage())


def unpack_store(folder: Path) -> Path:
    """Copy the store into a folder."""
    shutil.copytree(STORE, folder)
    for packed in folder.glob("*.xz"):
        packed.with_suffix("").write_bytes(lzma.decompress(packed.read_bytes()))
        packed.unlink()
    for keys in folder.glob("anninh.keys*"):  # A checkout from git doesn't keep the permissions of the key files.
        keys.chmod(0o600)
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def store_copy(request: pytest.FixtureRequest, tmp_path: Path) -> StoreCopy:
    """The old store on SQLite, and a copy of its rows on PostgreSQL."""
    folder = unpack_store(tmp_path / "store")
    if request.param == "sqlite":
        return StoreCopy(folder, lambda: SqliteStorage(f"sqlite:///{folder / 'anninh.db'}"))
    url = str(request.getfixturevalue("postgres_url"))
    with closing(SqliteStorage(f"sqlite:///{folder / 'anninh.db'}")) as source, closing(PostgresStorage(url)) as target:
        source.prepare(SPECS)
        target.prepare(SPECS)
        target.maintenance.load(source.maintenance.dump())
    return StoreCopy(folder, lambda: PostgresStorage(url))


def upgrade_store(app: App) -> None:
    """Rewrite records and queue rows, as `anninh storage reindex` does."""
    boss = CAST.actors["boss"]
    for _ in chain(
        reindex(app.internals.runner, boss, KINDS, batch=BATCH), rename_rows(app.internals.runner, boss, batch=BATCH)
    ):
        pass


def build_killing_storage(storage: Storage, commits: int) -> Storage:
    """Return the storage, changed so that the process is killed right before or after a commit, once `commits` commits
    were made.
    """
    sound = storage.commit
    left = iter(range(2 * commits))

    def count_down() -> None:
        if next(left, None) is None:
            raise ProcessKilled

    def commit_or_die(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        count_down()
        outcomes = sound(change_sets)
        count_down()
        return outcomes

    storage.commit = commit_or_die  # type: ignore[method-assign]  # of this one object
    return storage


def upgrade_under_kills(place: StoreCopy) -> int:
    """Upgrade a store with a process that is killed and restarted until it completes; return the number of kills."""
    random = Random(28)
    for killed in range(KILLS):
        try:
            with closing(place.open(build_killing_storage(place.open_storage(), random.randrange(1, 5)))) as app:
                upgrade_store(app)
        except ProcessKilled:
            continue
        return killed
    with closing(place.open()) as app:
        upgrade_store(app)
    return KILLS


def iter_differing_views(app: App) -> Iterator[str]:
    """Yield the names of the views that differ from before the upgrade; fields that are new don't count."""
    answers = SEEN["answers"]
    seen = json.loads(json.dumps(collect_views(app, CAST)))
    yield from sorted(
        name
        for name in seen.keys() | answers.keys()
        if without_new_fields(seen.get(name), answers.get(name)) != answers.get(name)
    )


def without_new_fields(value: Any, before: Any) -> Any:
    """Return an answer with only those fields and indicators that the answer from before the upgrade has."""
    if isinstance(value, dict) and isinstance(before, dict):
        return {name: without_new_fields(item, before[name]) for name, item in value.items() if name in before}
    if not isinstance(value, list) or not isinstance(before, list):
        return value
    known = {item["indicator"] for item in before if isinstance(item, dict) and "indicator" in item}
    kept = [item for item in value if not known or item["indicator"] in known]
    return [without_new_fields(*pair) for pair in zip(kept, before, strict=True)] if len(kept) == len(before) else value


def test_officers_see_the_same_before_an_upgrade(store_copy: StoreCopy) -> None:
    """The new code shows officers the same from an old store as the old code did, on both engines."""
    with closing(store_copy.open()) as app:
        assert list(iter_differing_views(app)) == []


def test_upgraded_store_links_no_cases(store_copy: StoreCopy) -> None:
    """Before the upgrade stored values link a resident's cases, and after it none do; officers see the same, and the
    journal is intact.
    """
    with closing(store_copy.open()) as app:
        assert len(find_links(app.internals.context)) > 5
    assert upgrade_under_kills(store_copy) > 10
    with closing(store_copy.open()) as app:
        assert list(iter_differing_views(app)) == []
        assert find_links(app.internals.context) == []
        report = app.audit.examine(UnsafeLocalUsers(app).appoint("Người Kiểm Tra", "hoa-lu", "auditor"))
        assert [finding.sentence for finding in report.findings] == []


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_backup_from_before_is_restored_and_upgraded(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """A restored backup of the old revision shows officers the same, before and after its upgrade."""
    folder = unpack_store(tmp_path / "store")
    (folder / "anninh.db").unlink()
    shutil.rmtree(folder / "blobs")
    is_file = engine == "sqlite"
    url = f"sqlite:///{folder / 'anninh.db'}" if is_file else str(request.getfixturevalue("postgres_url"))
    settings = Settings(storage=url, keys=str(folder / "anninh.keys"), blobs=str(folder / "blobs"))
    with open_target(settings) as target, FileReader(folder / "before.backup") as file:
        restore(target, load_profile("hoa_lu_2021"), file, now=ENDED, resume=True)
    place = StoreCopy(folder, lambda: SqliteStorage(url) if is_file else PostgresStorage(url))
    with closing(place.open()) as app:
        assert list(iter_differing_views(app)) == []
        upgrade_store(app)
        assert list(iter_differing_views(app)) == []
        assert find_links(app.internals.context) == []
