"""Fixtures with a working office that has blobs in use, pending messages and a purged case, and with empty folders."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from attrs import evolve, frozen

from anninh_core.app import App, Settings, open_app
from anninh_core.kernel.crypto.passphrase import KdfParameters
from anninh_core.profile import load_profile
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission

PROFILE = load_profile("hoa_lu_2021")
PICTURE, PAPER, OLD_PAPER, LOOSE = (f"{name} {'x' * 300}".encode() for name in ("picture", "paper", "old", "loose"))
CHEAP = KdfParameters(n=1 << 4)
"""Parameters that make the derivation from a passphrase cheap, for tests."""

Settle = Callable[[str], Settings]
"""Function that takes a name and returns the settings of an empty folder of that name, with a copy of the office's
keys.
"""


def settings_in(folder: Path, storage: str = "") -> Settings:
    """Return settings that put all files into a folder."""
    folder.mkdir(exist_ok=True)
    return Settings(
        storage=storage or f"sqlite:///{folder / 'anninh.db'}",
        keys=str(folder / "anninh.keys"),
        blobs=str(folder / "blobs"),
    )


@frozen
class Office:
    """An app with its operator and its blobs (name -> digest)."""

    app: App
    me: Actor
    settings: Settings
    blobs: dict[str, str]

    def blob(self, name: str) -> str:
        """Return the digest of the blob with this name."""
        return self.blobs[name]

    def send(self, text: str, *attachments: Attachment) -> None:
        """Put a message of the office into the outbox."""

        def enqueue(uow: UnitOfWork) -> None:
            uow.permit(PROFILE.root)
            uow.send("oa.someone", text, purpose="kit", cause="kit:1", scope="case:1", attachments=attachments)

        self.app.internals.runner.run_command(system("delivery"), "test.send", Permission.INTAKE, enqueue)


@pytest.fixture(scope="session")
def prepared_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The closed office that is copied for each test."""
    settings = settings_in(tmp_path_factory.mktemp("keeping") / "office")
    with open_app(PROFILE, settings) as app:
        me = UnsafeLocalUsers(app).appoint("Trung tá Mẫu", PROFILE.root, *PROFILE.roles)
        store = EncryptedBlobs(app.internals.runner, app.internals.context.blobs)
        blobs = {
            name: store.put(data)
            for name, data in {"picture": PICTURE, "paper": PAPER, "old": OLD_PAPER, "loose": LOOSE}.items()
        }
        office = Office(app, me, settings, blobs)
        day = date(2021, 8, 30)
        app.programme.issue_plan(me, "ninh-hoa", number="01/KH", day=day, title="Kế hoạch", blob=blobs["paper"])
        old = app.programme.issue_plan(me, "ninh-hoa", number="02/KH", day=day, title="Cũ", blob=blobs["old"])
        order = app.internals.services.retention.purges.order_destruction
        run_step(order, me, f"own_plan:{old.id}", "ninh-hoa", timedelta(0), "retention")
        app.retention.purge(me)
        office.send("Xin chào", Attachment("image", "anh.png", blob=blobs["picture"]))
        office.send("Xin chào lần nữa")
    return office


@pytest.fixture
def office(prepared_office: Office, tmp_path: Path) -> Iterator[Office]:
    settings = settings_in(Path(shutil.copytree(Path(prepared_office.settings.keys).parent, tmp_path / "office")))
    with open_app(PROFILE, settings) as app:
        yield evolve(prepared_office, app=app, settings=settings)


@pytest.fixture
def empty_folder_maker(office: Office, tmp_path: Path) -> Settle:
    """A function that creates the settings of an empty folder with a copy of the office's keys."""

    def create_settings(name: str) -> Settings:
        settings = settings_in(tmp_path / name)
        shutil.copy(office.settings.keys, settings.keys)
        return settings

    return create_settings
