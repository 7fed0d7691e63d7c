"""Commands that other distributions bring."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from tests.cli.conftest import Run
from tests.support.installing import install

from anninh_core.cli.root import anninh

GROUP = "anninh.commands"
MODULE = '''
from pathlib import Path
import click
from anninh_core.kernel.errors import BadInput

@click.group()
def pigeons():
    """Look after the pigeons."""

@pigeons.command()
@click.option("--at", type=Path)
@click.pass_obj
def count(line, at):
    """Count them."""
    with line.messengers(at) as found:
        click.echo(f"pigeons: {', '.join(found)}")

@pigeons.command()
def fly():
    raise BadInput("no pigeon flies at night; wait for the morning")
'''
Offer = Callable[..., None]
"""Called with a distribution's name and its commands: name -> where."""


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Offer:
    """Installs distributions with commands; the module `pigeon_post` is there."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "pigeon_post.py").write_text(MODULE, encoding="utf-8")
    (site / "pigeon_flu.py").write_text("raise RuntimeError('achoo')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))
    for name in ("pigeon_post", "pigeon_flu"):
        monkeypatch.delitem(sys.modules, name, raising=False)

    def installed(distribution: str, **commands: str) -> None:
        install(site, distribution, {GROUP: commands})

    return installed


def overview(run: Run) -> list[str]:
    done = run("--help")
    assert done.exit_code == 0, done.output
    return [" ".join(line.split()) for line in done.stdout.splitlines()]


def test_the_overview_names_them_last_and_imports_nothing(run: Run, offer: Offer) -> None:
    """They come after ours, with the name of whoever brings them, healthy or not."""
    offer("anninh-pigeons", pigeons="pigeon_post:pigeons", ill="pigeon_flu:flu")
    lines = overview(run)

    ours = max(lines.index(line) for line in lines if line.startswith("profiles "))
    assert ours < lines.index("ill from anninh-pigeons") < lines.index("pigeons from anninh-pigeons")
    assert not {"pigeon_post", "pigeon_flu"} & sys.modules.keys()


def test_a_command_of_theirs_gets_the_messengers(run: Run, offer: Offer) -> None:
    """It opens the folder as our commands do."""
    offer("anninh-pigeons", pigeons="pigeon_post:pigeons")
    done = run("pigeons", "count")

    assert done.exit_code == 0, done.output
    assert done.stdout == "pigeons: oa\n"
    assert "Look after the pigeons." in run("pigeons", "--help").stdout


def test_a_folder_can_be_named(run: Run, offer: Offer, folder: Path, tmp_path: Path) -> None:
    """What the command is told wins over the environment; a folder without settings is told in one sentence."""
    offer("anninh-pigeons", pigeons="pigeon_post:pigeons")
    elsewhere = {"ANNINH_AT": str(tmp_path)}

    assert run("pigeons", "count", "--at", str(folder), env=elsewhere).exit_code == 0
    nowhere = run("pigeons", "count", env=elsewhere)
    assert nowhere.exit_code == 2
    assert nowhere.stderr == f"anninh: {tmp_path}/anninh.toml doesn't exist: make it with `anninh init DIR`.\n"


def test_their_errors_are_told_like_ours(run: Run, offer: Offer) -> None:
    """An error of the library is one sentence and an exit code."""
    offer("anninh-pigeons", pigeons="pigeon_post:pigeons")
    done = run("pigeons", "fly")

    assert (done.exit_code, done.stderr) == (1, "anninh: no pigeon flies at night; wait for the morning\n")


def test_our_names_cant_be_taken(run: Run, offer: Offer) -> None:
    """Who offers one of ours is never asked."""
    offer("anninh-pigeons", tips="pigeon_flu:flu")

    assert "what residents tell" in "".join(overview(run))
    assert "from anninh-pigeons" not in "".join(overview(run))
    assert run("tips", "list").exit_code == 0
    assert "pigeon_flu" not in sys.modules


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (
            "pigeon_flu:flu",
            ["The command 'ill' of package anninh-pigeons can't be imported", "achoo", "repair or uninstall"],
        ),
        ("pigeon_gone:flu", ["The command 'ill' of package anninh-pigeons can't be imported", "pigeon_gone"]),
        ("pigeon_post:nothing", ["can't be imported", "nothing"]),
        ("pigeon_post:BadInput", ["'ill' of package anninh-pigeons isn't a click command"]),
    ],
)
def test_a_broken_one_harms_no_other(run: Run, offer: Offer, where: str, words: list[str]) -> None:
    """Whoever calls it reads whose it is and what is wrong; all others work."""
    offer("anninh-pigeons", pigeons="pigeon_post:pigeons", ill=where)
    done = run("ill")

    assert done.exit_code == 2
    assert [word for word in words if word not in done.stderr] == []
    assert run("pigeons", "count").exit_code == 0
    assert "ill from anninh-pigeons" in overview(run)


def test_two_with_one_name(run: Run, offer: Offer) -> None:
    """Nobody guesses which one was meant."""
    offer("anninh-pigeons", pigeons="pigeon_post:pigeons")
    offer("anninh-doves", pigeons="pigeon_post:pigeons")
    done = run("pigeons")

    assert done.exit_code != 0
    assert "the command 'pigeons' (anninh-doves, anninh-pigeons): uninstall all but one" in " ".join(
        done.stderr.split()
    )


def test_an_unknown_name_stays_unknown(run: Run, offer: Offer) -> None:
    """Nobody offers it: a mistake in usage, as ever."""
    offer("anninh-pigeons", pigeons="pigeon_post:pigeons")

    assert run("doves").exit_code == 2
    assert anninh.get_command(click.Context(anninh), "doves") is None
