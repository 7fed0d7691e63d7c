"""`anninh play`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import GROUP, Read, Run, get_mock_messenger

from anninh_core.app import App, MessengerSettings, Settings, open_app
from anninh_core.cli.running.player import Player
from anninh_core.plugins import DEFAULT_PLUGINS
from anninh_core.profile import load_profile

pytestmark = pytest.mark.slow


def test_play_prints_the_replies(run: Run) -> None:
    """Each typed line is sent as a message, and the app's replies are printed below it."""
    played = run("play", "--name", "Bà Mẫu", input="Có trộm vào nhà văn hoá\n/quit\nnever said\n").stdout

    message_at = played.index("Bà Mẫu> Có trộm")
    reply_at = played.index("  | ")
    assert message_at < reply_at
    assert "never said" not in played


def test_play_needs_no_folder(run: Run) -> None:
    """Without a folder `play` uses a temporary one with groups."""
    played = run("play", env={"ANNINH_AT": ""}, input="/group\n/group thien ton\nxin chào\n/private\n🙂\n")

    assert played.exit_code == 0, played.output
    assert "thị trấn Thiên Tôn" in played.stdout
    assert "Resident in thị trấn Thiên Tôn> xin chào" in played.stdout
    assert "Resident> 🙂\n  (no answer)" in played.stdout


def test_play_uses_current_folder(run: Run, read: Read, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder with settings `play` uses its app, and announces it."""
    monkeypatch.chdir(folder)

    played = run("play", env={"ANNINH_AT": ""}, input="Có trộm vào nhà văn hoá\n")

    assert f"This simulation runs in {folder}" in " ".join(played.stderr.split())
    assert read("tips", "search", "trom", "van hoa")


def test_temporary_folder_is_announced(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`play` announces a temporary folder, in which nothing is kept; `--profile` always uses one."""
    monkeypatch.chdir(tmp_path)
    elsewhere = run("play", env={"ANNINH_AT": ""}, input="/quit\n").stderr
    assert run("init", str(tmp_path / "own"), "--mock").exit_code == 0
    monkeypatch.chdir(tmp_path / "own")
    by_profile = run("play", "--profile", "hai_cap_2025", env={"ANNINH_AT": ""}, input="/quit\n").stderr

    assert "hoa_lu_2021" in elsewhere
    assert "hai_cap_2025" in by_profile
    for notice in (elsewhere, by_profile):
        assert "nothing of it is kept" in notice
        assert "--at DIR" in notice


def test_play_stores_messages_in_folder(run: Run, read: Read) -> None:
    """With `--at` messages are stored by the folder's app."""
    run("play", input="Có trộm vào nhà văn hoá\n")

    assert read("tips", "search", "trom", "van hoa")


def test_a_folder_without_mock_is_refused(run: Run, tmp_path: Path) -> None:
    """A folder without the mock messenger is refused, and the error mentions the options that help."""
    run("init", str(tmp_path))

    result = run("play", "--at", str(tmp_path), input="")

    assert result.exit_code == 2
    assert "--mock" in result.stderr
    assert "--profile" in result.stderr


def test_play_prompts_at_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a terminal each line has a prompt with sender and group, until the end of input."""
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
    settings = Settings(plugins=(*DEFAULT_PLUGINS, "mock"), messengers={"oa": MessengerSettings(type="mock")})
    with open_app(load_profile("hoa_lu_2021"), settings.resolve_paths(tmp_path)) as app:
        get_mock_messenger(app).chat.found_group("Xã Một")
        get_mock_messenger(app).chat.found_group("Xã Hai")
        yield app


def test_play_commands_are_carried_out(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """Commands change group and sender and send pictures, and an unknown command lists all commands."""
    player = Player(app, get_mock_messenger(app), "Bà Mẫu")
    chat = get_mock_messenger(app).chat

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

    output = capsys.readouterr().out
    assert "2 groups have these words" in output
    assert "0 groups have these words" in output
    assert player.prompt == "Ông Mẫu in Xã Hai"
    assert [(m.text, m.attachments[0].kind) for m in chat.messages()] == [("nhìn này", "image"), ("", "image")]
    assert player.run_line("/what")
    assert "/quit" in capsys.readouterr().out
    assert player.run_line("/name")
    assert "/name NAME" in capsys.readouterr().out
    assert not player.run_line("/quit")


def test_refused_message_is_reported(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """A message that the chat refuses is reported, and `play` continues."""
    player = Player(app, get_mock_messenger(app), "Bà Mẫu")
    chat = get_mock_messenger(app).chat
    group = next(iter(chat.groups()))
    chat.account.lock(group, locked=True)
    player.run_line("/group mot")

    assert player.run_line("xin chào")
    assert "is locked" in capsys.readouterr().err


def test_group_post_is_printed_once(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """A post of the official account in the group is printed once."""
    player = Player(app, get_mock_messenger(app), "Bà Mẫu")
    chat = get_mock_messenger(app).chat
    chat.account.send(next(iter(chat.groups())), "Thông báo \x1b[31m", group=True, key="1")

    player.run_line("/group mot")
    first = capsys.readouterr().out
    player.run_line("/group mot")

    assert "  | Thông báo ␛[31m" in first
    assert "Thông báo" not in capsys.readouterr().out


def test_play_needs_a_sender_name(run: Run) -> None:
    """A blank sender name is refused."""
    result = run("play", "--name", " ", input="xin chào\n")

    assert result.exit_code == 2
    assert "--name" in result.stderr


def test_profile_option_conflicts_with_folder(run: Run) -> None:
    """`--profile` is refused together with `--at`, because the folder has its own profile."""
    result = run("play", "--profile", "hai_cap_2025", input="xin chào\n")

    assert result.exit_code == 2
    assert "--profile" in result.stderr
