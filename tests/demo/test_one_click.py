"""One-click sign-in works only in a finished demo, on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.demos import finish_demo

from anninh_core.app import App
from anninh_core.demo.running.one_click import LocalVisit, OneClickSignIn
from anninh_core.demo.running.opening import RunningDemo, open_demo
from anninh_core.demo.stage import open_stage
from anninh_core.kernel.errors import ConfigurationError, NotVisible, Refused
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.testing import memory_app

pytestmark = pytest.mark.slow

HERE = LocalVisit("127.0.0.1", {"host": "127.0.0.1:8138"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished demo in which nothing was done yet."""
    return finish_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def demo(folder: Path) -> Iterator[RunningDemo]:
    with open_demo(folder) as opened:
        yield opened


def test_every_officer_is_offered(demo: RunningDemo) -> None:
    """The sign-in offers every officer with their roles in the profile's words, the district's officers first."""
    officers = demo.sign_in.officers()

    assert len(officers) == 35
    assert {officer.unit for officer in officers[:13]} == {"huyện Hoa Lư"}
    (custodian,) = [officer for officer in officers if officer.name == "Ngô Thị Bảo Mật"]
    assert custodian.roles == ("Người giữ bí mật danh tính",)
    assert all(demo.sign_in.sign_in(officer.id, HERE).officer == officer.id for officer in officers)


def test_click_counts_as_second_factor(demo: RunningDemo) -> None:
    """A one-click sign-in allows irreversible acts, and the journal records it as a demo's sign-in."""
    chosen = demo.sign_in.officers()[0]

    actor = demo.app.accounts.authenticate_token(demo.sign_in.sign_in(chosen.id, HERE).token)

    assert (actor.id, actor.sign_in.method) == (chosen.id, SignInMethod.DEMO)
    assert actor.sign_in.is_fresh(demo.clock.now())
    assert actor.sign_in.facts["sign_in"] == "demo"


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8138", "localhost", "LOCALHOST:80", "[::1]:8138"])
def test_this_machine_is_let_in(demo: RunningDemo, peer: str, host: str) -> None:
    """One-click sign-in is allowed from any loopback address and for any loopback host."""
    assert demo.sign_in.sign_in(demo.sign_in.officers()[0].id, LocalVisit(peer, {"host": host})).token


@pytest.mark.parametrize(
    "visit",
    [
        LocalVisit("192.0.2.7", {"host": "127.0.0.1:8138"}),
        LocalVisit("10.0.0.1", {"host": "localhost"}),
        LocalVisit("", {"host": "localhost"}),
        LocalVisit("unix", {"host": "localhost"}),
        LocalVisit("127.0.0.1", {}),
        LocalVisit("127.0.0.1", {"host": ""}),
        LocalVisit("127.0.0.1", {"host": "demo.example.vn"}),
        LocalVisit("127.0.0.1", {"host": "localhost.example.vn"}),
        LocalVisit("127.0.0.1", {"host": "127.0.0.1.example.vn"}),
        LocalVisit("127.0.0.1", {"host": "127.0.0.1@example.vn"}),
        LocalVisit("127.0.0.1", {"host": "[::1"}),
        LocalVisit("127.0.0.1", {"host": "0.0.0.0:8138"}),
        LocalVisit("127.0.0.1", {"host": "localhost", "x-forwarded-for": "192.0.2.7"}),
        LocalVisit("127.0.0.1", {"host": "localhost", "forwarded": "for=192.0.2.7"}),
        LocalVisit("127.0.0.1", {"host": "localhost", "via": "1.1 proxy"}),
    ],
)
def test_other_machines_are_refused(demo: RunningDemo, visit: LocalVisit) -> None:
    """One-click sign-in is refused to other machines, for other host names of this machine, and behind a proxy, and no
    session begins.
    """
    officer = demo.sign_in.officers()[0]
    before = demo.app.internals.context.storage.journal.head()

    with pytest.raises(Refused, match=r"One-click sign-in (works only|doesn't work)"):
        demo.sign_in.sign_in(officer.id, visit)
    assert demo.app.internals.context.storage.journal.head() == before


def test_only_the_demo_s_officers_are_let_in(demo: RunningDemo) -> None:
    """One-click sign-in with an id that belongs to no officer is refused."""
    with pytest.raises(NotVisible):
        demo.sign_in.sign_in("nobody", HERE)


def test_a_real_storage_is_refused() -> None:
    """Without the mark that a finished play leaves in the storage, one-click sign-in is refused, whatever the settings
    are.
    """
    with memory_app() as app, pytest.raises(ConfigurationError, match="works only in a complete demo: make one with"):
        OneClickSignIn(app)


def test_a_play_that_is_not_over_is_refused(tmp_path: Path) -> None:
    """A demo whose play is half over has the settings of a demo, but no one-click sign-in."""
    stage = open_stage(tmp_path)
    app: App = stage.app
    with pytest.raises(ConfigurationError, match="works only in a complete demo"):
        OneClickSignIn(app)
    stage.close()
    with pytest.raises(ConfigurationError, match="complete it with `anninh demo --out"), open_demo(tmp_path):
        pass


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    """One-click sign-in is refused in a folder without settings or with another app, and the error names the remedy."""
    with pytest.raises(ConfigurationError), open_demo(tmp_path):
        pass
    (tmp_path / "anninh.toml").write_text('profile = "hoa_lu_2021"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="doesn't hold a complete demo: complete it with"), open_demo(tmp_path):
        pass
