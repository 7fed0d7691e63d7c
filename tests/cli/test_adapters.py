"""Commands that other distributions add to `anninh`."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from tests.cli.conftest import Run
from tests.support.installing import write_metadata

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
"""A function that installs a distribution; its arguments are the distribution's name and its commands as name -> entry
point.
"""


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Offer:
    """Function that installs distributions with commands; the module `pigeon_post` with these commands exists."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "pigeon_post.py").write_text(MODULE, encoding="utf-8")
    (site / "pigeon_flu.py").write_text("raise RuntimeError('achoo')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))
    for name in ("pigeon_post", "pigeon_flu"):
        monkeypatch.delitem(sys.modules, name, raising=False)

    def install_distribution(distribution: str, **commands: str) -> None:
        write_metadata(site, distribution, {GROUP: commands})

    return install_distribution


def read_overview(run: Run) -> list[str]:
    result = run("--help")
    assert result.exit_code == 0, result.output
    return [" ".join(line.split()) for line in result.stdout.splitlines()]


def test_overview_lists_foreign_commands_last(run: Run, offer: Offer) -> None:
    """The overview lists foreign commands last, with their distribution's name, and imports none of them."""
    offer("anninh-pigeons", pigeons="pigeon_post:pigeons", ill="pigeon_flu:flu")
    lines = read_overview(run)

    ours = max(lines.index(line) for line in lines if line.startswith("profiles "))
    assert ours < lines.index("ill from anninh-pigeons") < lines.index("pigeons from anninh-pigeons")
    assert not {"pigeon_post", "pigeon_flu"} & sys.modules.keys()


def test_foreign_command_gets_the_messengers(run: Run, offer: Offer) -> None:
    """A foreign command gets the messengers of the folder."""
    offer("anninh-pigeons", pigeons="pigeon_post:pigeons")
    result = run("pigeons", "count")

    assert result.exit_code == 0, result.output
    assert result.stdout == "pigeons: oa\n"
    assert "Look after the pigeons." in run("pigeons", "--help").stdout


def test_foreign_command_accepts_a_folder(run: Run, offer: Offer, folder: Path, tmp_path: Path) -> None:
    """`--at` overrides the environment, and a folder without settings is reported in one sentence."""
    offer("anninh-pigeons", pigeons="pigeon_post:pigeons")
    environment = {"ANNINH_AT": str(tmp_path)}

    assert run("pigeons", "count", "--at", str(folder), env=environment).exit_code == 0
    result = run("pigeons", "count", env=environment)
    assert result.exit_code == 2
    assert result.stderr == f"anninh: {tmp_path}/anninh.toml doesn't exist: make it with `anninh init DIR`.\n"


def test_foreign_command_errors_look_like_ours(run: Run, offer: Offer) -> None:
    """A library error in a foreign command is printed as one sentence, with an exit code."""
    offer("anninh-pigeons", pigeons="pigeon_post:pigeons")
    result = run("pigeons", "fly")

    assert (result.exit_code, result.stderr) == (1, "anninh: no pigeon flies at night; wait for the morning\n")


def test_own_command_names_are_reserved(run: Run, offer: Offer) -> None:
    """A foreign command with the name of one of ours is never imported."""
    offer("anninh-pigeons", tips="pigeon_flu:flu")

    assert "residents' tips" in "".join(read_overview(run))
    assert "from anninh-pigeons" not in "".join(read_overview(run))
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
def test_broken_foreign_command_harms_no_other(run: Run, offer: Offer, where: str, words: list[str]) -> None:
    """A broken foreign command is reported with its distribution and error, and all other commands work."""
    offer("anninh-pigeons", pigeons="pigeon_post:pigeons", ill=where)
    result = run("ill")

    assert result.exit_code == 2
    assert [word for word in words if word not in result.stderr] == []
    assert run("pigeons", "count").exit_code == 0
    assert "ill from anninh-pigeons" in read_overview(run)


def test_ambiguous_foreign_command_is_refused(run: Run, offer: Offer) -> None:
    """Two foreign commands of one name are refused, and the error has both distributions."""
    offer("anninh-pigeons", pigeons="pigeon_post:pigeons")
    offer("anninh-doves", pigeons="pigeon_post:pigeons")
    result = run("pigeons")

    assert result.exit_code != 0
    assert "the command 'pigeons' (anninh-doves, anninh-pigeons): uninstall all but one" in " ".join(
        result.stderr.split()
    )


def test_unknown_command_is_usage_error(run: Run, offer: Offer) -> None:
    """A name that no distribution offers is a usage error."""
    offer("anninh-pigeons", pigeons="pigeon_post:pigeons")

    assert run("doves").exit_code == 2
    assert anninh.get_command(click.Context(anninh), "doves") is None
