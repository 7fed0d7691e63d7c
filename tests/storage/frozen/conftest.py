"""The app on a database of an earlier release, and that release's description of it (`expected.json`).

The description uses the stored names, not those in the code: a name that is changed here stays unchanged there.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.released import FOLDERS, RELEASED, read_description, unpack_release

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, MockChat, MockMessenger
from anninh_core.usecase import Actor
from anninh_core.usecase.actor import person
from anninh_core.vocabulary.messages import Address, OutgoingMessage, Receipt
from anninh_storage import LocalBlobs, LocalKeys, SqliteStorage

DESCRIBED = [name for name in FOLDERS if (RELEASED / name / "expected.json").exists()]
Told = dict[str, Any]
"""A release's description of its database."""
Opened = Callable[[Path], AbstractContextManager[App]]
"""A function that opens the app on an unpacked folder."""


class RecordingMessenger(MockMessenger):
    """A mock messenger that records its calls and sends nothing."""

    done: list[tuple[str, str, str]]

    def send(self, message: OutgoingMessage) -> Receipt:
        """Record a message under the id of its row."""
        self.done.append(("send", message.key, message.text))
        return Receipt("sent", datetime(2021, 9, 20, tzinfo=UTC))

    def delete_message(self, group: Address, platform_id: str) -> None:
        """Record which message is to be deleted from a group."""
        self.done.append(("delete", group.id, platform_id))

    def remove_member(self, group: Address, member: Address) -> None:
        """Record which member is to be removed from a group."""
        self.done.append(("remove_member", group.id, member.id))

    def lock_posting(self, group: Address, locked: bool) -> None:
        """Record whether posting in a group is to be locked or unlocked."""
        self.done.append(("lock" if locked else "unlock", group.id, ""))


@contextmanager
def open_release_app(folder: Path, clock: FixedClock) -> Iterator[App]:
    """Open the app on an unpacked folder; its messenger `oa` is a `Scribe`."""
    scribe = RecordingMessenger.on(MockChat(clock, folder / "chat.jsonl"))
    assert isinstance(scribe, RecordingMessenger)
    scribe.done = []
    parts = Parts(
        storage=SqliteStorage(f"sqlite:///{folder / 'anninh.db'}"),
        keys=LocalKeys(folder / "anninh.keys"),
        blobs=LocalBlobs(folder / "blobs"),
        clock=clock,
        messengers={"oa": scribe},
    )
    with open_app(load_profile("hoa_lu_2021"), Settings(), parts) as app:
        yield app


@pytest.fixture(params=DESCRIBED, scope="module")
def release(request: pytest.FixtureRequest) -> str:
    """The name of each release that has a description of its database."""
    return str(request.param)


@pytest.fixture(scope="module")
def release_description(release: str) -> Told:
    """The release's description of its database."""
    return read_description(release)


@pytest.fixture
def clock(release_description: Told) -> FixedClock:
    """A clock set to the time at which the release's database was left."""
    return FixedClock(datetime.fromisoformat(release_description["at"]))


@pytest.fixture(scope="module")
def all_roles_officer(release: str) -> Actor:
    """The officer in the release's database who has every role."""
    return person((RELEASED / release / "officer.txt").read_text(encoding="utf-8").strip())


@pytest.fixture(scope="module")
def app(release: str, release_description: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on a copy of the release's database that several tests share; none of them changes what another one
    checks.
    """
    folder = unpack_release(release, tmp_path_factory.mktemp(release))
    with open_release_app(folder, FixedClock(datetime.fromisoformat(release_description["at"]))) as app:
        yield app


@pytest.fixture
def own_app(release: str, clock: FixedClock, tmp_path: Path) -> Iterator[App]:
    """The app on a copy of the release's database that only this test uses and may change."""
    with open_release_app(unpack_release(release, tmp_path), clock) as app:
        yield app


def as_stored(value: object) -> Any:
    """Return the form in which a value is stored as JSON."""
    return json.loads(msgspec.json.encode(value))


def has_all_stored(stored: Any, now: Any) -> bool:
    """Return whether all names and values of `stored` are still present in `now`, which may have more, for example a
    new field.
    """
    if isinstance(stored, dict) and isinstance(now, dict):
        return all(name in now and has_all_stored(value, now[name]) for name, value in stored.items())
    if isinstance(stored, list) and isinstance(now, list):
        return len(stored) == len(now) and all(map(has_all_stored, stored, now))
    return bool(stored == now)
