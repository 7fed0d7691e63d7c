"""`anninh play`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import GROUP, Read, Run, mock

from anninh_core.app import App, MessengerSettings, Settings, open_app
from anninh_core.cli.running.player import Player
from anninh_core.plugins import DEFAULT_PLUGINS
from anninh_core.profile import load_profile

pytestmark = pytest.mark.slow


def test_a_resident_is_answered(run: Run) -> None:
    """What is typed is said; what the app answers is printed below it."""
    played = run("play", "--name", "Bà Mẫu", input="Có trộm vào nhà văn hoá\n/quit\nnever said\n").stdout

    said = played.index("Bà Mẫu> Có trộm")
    answered = played.index("  | ")
    assert said < answered
    assert "never said" not in played


def test_it_needs_no_folder(run: Run) -> None:
    """Without --at it plays in one that is gone afterwards, where there is a group to go into."""
    played = run("play", env={"ANNINH_AT": ""}, input="/group\n/group thien ton\nxin chào\n/private\n🙂\n")

    assert played.exit_code == 0, played.output
    assert "thị trấn Thiên Tôn" in played.stdout
    assert "Resident in thị trấn Thiên Tôn> xin chào" in played.stdout
    assert "Resident> 🙂\n  (no answer)" in played.stdout


def test_inside_a_folder_it_plays_there(run: Run, read: Read, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stands in a folder with settings talks to its app, and is told so."""
    monkeypatch.chdir(folder)

    played = run("play", env={"ANNINH_AT": ""}, input="Có trộm vào nhà văn hoá\n")

    assert f"plays in {folder}" in " ".join(played.stderr.split())
    assert read("tips", "search", "trom", "van hoa")


def test_a_passing_folder_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody believes that what was said is kept, when it isn't; asked for by --profile, a folder's own app is left."""
    monkeypatch.chdir(tmp_path)
    elsewhere = run("play", env={"ANNINH_AT": ""}, input="/quit\n").stderr
    assert run("init", str(tmp_path / "own"), "--mock").exit_code == 0
    monkeypatch.chdir(tmp_path / "own")
    by_profile = run("play", "--profile", "hai_cap_2025", env={"ANNINH_AT": ""}, input="/quit\n").stderr

    assert "hoa_lu_2021" in elsewhere
    assert "hai_cap_2025" in by_profile
    for told in (elsewhere, by_profile):
        assert "nothing of it is kept" in told
        assert "--at DIR" in told


def test_what_was_said_is_kept_in_a_folder(run: Run, read: Read) -> None:
    """With --at the app of the folder hears it."""
    run("play", input="Có trộm vào nhà văn hoá\n")

    assert read("tips", "search", "trom", "van hoa")


def test_a_folder_without_mock_is_refused(run: Run, tmp_path: Path) -> None:
    """With the way to get one."""
    run("init", str(tmp_path))

    done = run("play", "--at", str(tmp_path), input="")

    assert done.exit_code == 2
    assert "--mock" in done.stderr
    assert "--profile" in done.stderr


def test_a_terminal_is_asked_line_by_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With who writes where as the prompt, until the end of input."""
    typed = iter(["/group ninh hoa"])
    prompts = []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("anninh_core.cli.running.play._on_terminal", lambda: True)
    monkeypatch.setattr("builtins.input", ask)

    assert run("play").exit_code == 0
    assert prompts == ["Resident> ", f"Resident in {GROUP}> "]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """An app with a mock messenger and two groups."""
    chosen = Settings(plugins=(*DEFAULT_PLUGINS, "mock"), messengers={"oa": MessengerSettings(type="mock")})
    with open_app(load_profile("hoa_lu_2021"), chosen.resolve_paths(tmp_path)) as app:
        mock(app).chat.found_group("Xã Một")
        mock(app).chat.found_group("Xã Hai")
        yield app


def test_orders_are_carried_out(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """Groups by words, pictures, other people; what is no order shows the orders."""
    player = Player(app, mock(app), "Bà Mẫu")
    chat = mock(app).chat

    for line in (
        "/group",
        "/group xa",
        "/group nowhere",
        "/group hai",
        "/photo nhìn này",
        "/name Ông Mẫu",
        "/photo",
        "",
    ):
        assert player.run_line(line)

    shown = capsys.readouterr().out
    assert "2 groups have these words" in shown
    assert "0 groups have these words" in shown
    assert player.prompt == "Ông Mẫu in Xã Hai"
    assert [(m.text, m.attachments[0].kind) for m in chat.messages()] == [("nhìn này", "image"), ("", "image")]
    assert player.run_line("/what")
    assert "/quit" in capsys.readouterr().out
    assert player.run_line("/name")
    assert "/name NAME" in capsys.readouterr().out
    assert not player.run_line("/quit")


def test_what_the_chat_refuses_is_told(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """And the play goes on."""
    player = Player(app, mock(app), "Bà Mẫu")
    chat = mock(app).chat
    group = next(iter(chat.groups()))
    chat.account.lock(group, locked=True)
    player.run_line("/group mot")

    assert player.run_line("xin chào")
    assert "is locked" in capsys.readouterr().err


def test_a_post_is_read_once(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """What the official account writes in the group is shown to whoever is there."""
    player = Player(app, mock(app), "Bà Mẫu")
    chat = mock(app).chat
    chat.account.send(next(iter(chat.groups())), "Thông báo \x1b[31m", group=True, key="1")

    player.run_line("/group mot")
    first = capsys.readouterr().out
    player.run_line("/group mot")

    assert "  | Thông báo ␛[31m" in first
    assert "Thông báo" not in capsys.readouterr().out


def test_somebody_must_speak(run: Run) -> None:
    """A person without a name is refused before anything is opened."""
    done = run("play", "--name", " ", input="xin chào\n")

    assert done.exit_code == 2
    assert "--name" in done.stderr


def test_a_folder_has_its_own_profile(run: Run) -> None:
    """Another one isn't silently left unused."""
    done = run("play", "--profile", "hai_cap_2025", input="xin chào\n")

    assert done.exit_code == 2
    assert "--profile" in done.stderr
