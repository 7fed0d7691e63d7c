"""Opening an app connects the ports with adapters."""

import logging
import re
from pathlib import Path

import pytest
from attrs import evolve

from anninh_core.app import App, MessengerSettings, Parts, Settings, open_app
from anninh_core.kernel.errors import ConfigurationError, NeedsPerson, StorageError
from anninh_core.messengers.assisted.messenger import AssistedMessenger
from anninh_core.plugins import hookimpl
from anninh_core.ports.storages.changes import ChangeSet, Counter
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, MockChat, MockMessenger, memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys, MemoryStorage
from anninh_core.usecase import person
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.events import CommittedEvent
from anninh_core.vocabulary.messages import Address, OutgoingMessage, Place

PROFILE = load_profile("hoa_lu_2021")


class Listener:
    """A plugin that records commits, or fails while `fails` is set."""

    def __init__(self) -> None:
        self.heard: list[CommittedEvent] = []
        self.fails = False

    @hookimpl
    def anninh_committed(self, line: CommittedEvent) -> None:
        if self.fails:
            raise RuntimeError("điếc")
        self.heard.append(line)


class OfferedStorage:
    """A plugin with one storage for every URL of its scheme."""

    name = "offered"

    def __init__(self, storage: MemoryStorage) -> None:
        self._storage = storage

    def __call__(self, url: str) -> MemoryStorage:
        return self._storage

    @hookimpl
    def anninh_storages(self) -> "list[OfferedStorage]":
        return [self]


def build_parts(storage: MemoryStorage | None = None) -> Parts:
    return Parts(storage=storage or MemoryStorage(), keys=MemoryKeys(), blobs=MemoryBlobs())


def build_settings(folder: Path) -> Settings:
    return Settings(
        storage=f"sqlite:///{folder / 'anninh.db'}", keys=str(folder / "anninh.keys"), blobs=str(folder / "blobs")
    )


def appoint_officer(app: App) -> None:
    UnsafeLocalUsers(app).appoint("Cán bộ Thử", "ninh-hoa", "editor")


def test_figures_follow_the_units_of_the_profile(tmp_path: Path) -> None:
    """Figures of the whole district count the units of the profile that the app was opened with."""
    fewer = evolve(PROFILE, units={id: unit for id, unit in PROFILE.units.items() if not id.startswith("ninh-my")})
    day = PROFILE.valid_from
    for district, amount, expected in [(PROFILE, 2, 4), (fewer, 1, 3), (PROFILE, 0, 6)]:
        with open_app(district, build_settings(tmp_path)) as app:
            counters = [
                Counter(indicator="trainings", unit=unit, day=day, dims="", amount=amount)
                for unit in ("ninh-an", "ninh-my")
            ]
            app.internals.context.storage.commit([ChangeSet(counters=tuple(counters))])
            officer = UnsafeLocalUsers(app).appoint("Chủ tịch Thử", "hoa-lu", "steering_chair")
            for by_unit in (False, True):
                figures = app.reports.figures(officer, "hoa-lu", day, day, by_unit=by_unit)
                assert {figure.indicator: figure.value for figure in figures}["trainings"] == expected


def test_reopened_store_keeps_its_records(tmp_path: Path) -> None:
    """A store that is closed and opened again has its records and keys."""
    with open_app(PROFILE, build_settings(tmp_path)) as app:
        officer = UnsafeLocalUsers(app).appoint("Chủ tịch Thử", "hoa-lu", "steering_chair")
    with open_app(PROFILE, build_settings(tmp_path)) as app:
        assert app.units.officer(officer, officer.id).name == "Chủ tịch Thử"
    assert {path.name for path in tmp_path.iterdir()} >= {"anninh.db", "anninh.keys"}


def test_store_belongs_to_one_authority(tmp_path: Path) -> None:
    """A store doesn't open with another authority's profile; the error names its authority."""
    storage = MemoryStorage()
    open_app(PROFILE, parts=build_parts(storage))
    with pytest.raises(
        ConfigurationError,
        match="This storage belongs to authority 'hoa-lu', but the profile is for 'ninh-hoa': open it with",
    ):
        open_app(rename_root_unit(PROFILE), parts=build_parts(storage))


def test_failed_opening_closes_own_storage() -> None:
    """If the app can't be opened, it closes a storage that it opened, and not one from the caller."""
    storage = MemoryStorage()
    open_app(PROFILE, parts=build_parts(storage))
    with pytest.raises(ConfigurationError):
        open_app(rename_root_unit(PROFILE), parts=build_parts(storage))
    storage.commit([ChangeSet()])

    injected_parts = Parts(keys=MemoryKeys(), blobs=MemoryBlobs(), plugins={"offering": OfferedStorage(storage)})
    with pytest.raises(ConfigurationError, match="belongs to authority"):
        open_app(rename_root_unit(PROFILE), Settings(storage="offered:here"), injected_parts)
    with pytest.raises(StorageError, match="closed"):
        storage.commit([ChangeSet()])


def test_store_belongs_to_one_set_of_keys(tmp_path: Path) -> None:
    """A store doesn't open with another key file."""
    open_app(PROFILE, build_settings(tmp_path)).close()
    (tmp_path / "anninh.keys").rename(tmp_path / "kept")
    (tmp_path / "other").mkdir()
    open_app(PROFILE, build_settings(tmp_path / "other")).close()
    (tmp_path / "other" / "anninh.keys").rename(tmp_path / "anninh.keys")
    with pytest.raises(ConfigurationError, match="This storage was made with other keys: put its key file back"):
        open_app(PROFILE, build_settings(tmp_path))
    (tmp_path / "kept").replace(tmp_path / "anninh.keys")
    open_app(PROFILE, build_settings(tmp_path)).close()


def rename_root_unit(district: District) -> District:
    """Return a profile with another root unit."""
    return evolve(district, root="ninh-hoa")


@pytest.mark.parametrize("url", ["anninh.db", "", ":///x"])
def test_invalid_storage_url_is_refused(url: str) -> None:
    """The error about an invalid storage URL shows a valid one."""
    with pytest.raises(
        ConfigurationError, match=re.escape(f"{url!r} isn't the URL of a storage: write it as in sqlite:///")
    ):
        open_app(PROFILE, Settings(storage=url), Parts(keys=MemoryKeys(), blobs=MemoryBlobs()))


def test_unknown_storage_or_messenger_is_named() -> None:
    """The error about an unknown storage or messenger names it."""
    with pytest.raises(ConfigurationError, match="oracle"):
        open_app(PROFILE, Settings(storage="oracle://x"), Parts(keys=MemoryKeys(), blobs=MemoryBlobs()))
    fax = Settings(messengers={"f": MessengerSettings(type="fax")})
    with pytest.raises(ConfigurationError, match="fax"):
        open_app(PROFILE, fax, build_parts())


@pytest.mark.parametrize("name", ["", "nhom.1"])
def test_messenger_name_has_no_dots(name: str) -> None:
    """A messenger's name has no dots, since a dot ends it in a conversation id."""
    messenger_settings = Settings(messengers={name: MessengerSettings(type="assisted")})
    with pytest.raises(ConfigurationError, match="no dots"):
        open_app(PROFILE, messenger_settings, build_parts())


def test_injected_messenger_replaces_configured_one(tmp_path: Path) -> None:
    """An injected messenger replaces that of the settings; a configured one gets the profile's wording."""
    options = {"folder": str(tmp_path)}
    app_settings = Settings(
        messengers={
            "zalo": MessengerSettings(type="assisted", options=options),
            "oa": MessengerSettings(type="fax"),
        }
    )
    chat = MockChat(FixedClock(memory_app().internals.context.clock.now()))
    mock = MockMessenger.on(chat)
    with memory_app(settings=app_settings, messengers={"oa": mock}) as app:
        assert app.internals.messengers["oa"] is mock
        assisted = app.internals.messengers["zalo"]
        assert isinstance(assisted, AssistedMessenger)
        address = Address("zalo", Place.GROUP, "xom-1")
        with pytest.raises(NeedsPerson):
            assisted.send(OutgoingMessage(key="k-1", to=address, text="Xin chào", purpose="probe"))
        assert app.district.wording["assisted.task"] in next(tmp_path.rglob("*.html")).read_text(encoding="utf-8")


def test_listener_gets_each_commit() -> None:
    """A listener gets names and ids of each commit, and nothing about refused use cases."""
    listener = Listener()
    with memory_app(plugins={"ear": listener}) as app:
        appoint_officer(app)
        with pytest.raises(PermissionError):
            app.units.appoint(person("nobody"), "Người Lạ", "ninh-hoa", roles=["editor"])
    (event,) = listener.heard
    assert (event.action, event.events, event.unit) == ("units.record_officer", ("officer.appointed",), "ninh-hoa")
    assert event.touched[0].startswith("officer:")


def test_failing_listener_is_logged_without_message(caplog: pytest.LogCaptureFixture) -> None:
    """If a listener raises, the commit remains, and the log names plugin and hook without the error's message."""
    listener = Listener()
    listener.fails = True
    with memory_app(plugins={"ear": listener}) as app, caplog.at_level(logging.WARNING):
        appoint_officer(app)
        assert app.internals.context.storage.journal.head()[0] == 1
    assert "listener ear failed in anninh_committed: raised RuntimeError" in caplog.text
    assert "điếc" not in caplog.text


def test_closing_twice_is_harmless() -> None:
    """Closing an app twice does nothing; later use cases fail."""
    app = memory_app()
    app.close()
    app.close()
    with pytest.raises(StorageError, match="closed"):
        appoint_officer(app)
