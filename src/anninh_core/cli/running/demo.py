"""`anninh demo`: the plan of 2021, played from beginning to end."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from anninh_core.app import App
from anninh_core.cli.options import FOLDER
from anninh_core.cli.output import echo, echo_facts
from anninh_core.demo import Summary, run


@click.command()
@click.option(
    "--out",
    required=True,
    type=FOLDER,
    metavar="DIR",
    help="Folder for storage, reports and directory. A play that was stopped goes on where it stood.",
)
@click.option(
    "--messenger",
    default="mock",
    show_default=True,
    metavar="PLUGIN",
    help="Plugin whose messenger is played on. zalo: a pretend Zalo over HTTP on this machine, webhooks included; "
    "it lives in the process, so such a play can't go on after it was stopped.",
)
def demo(out: Path, messenger: str) -> None:
    """Play the plan of 2021: messages, tips, reviewed items, moderation, and reports up to June 2022."""
    with PlayProgress() as progress:
        summary = run(out, progress=progress, messenger=messenger, door=_open_web_server)
    echo_facts(summary_facts(summary))
    echo(f"\nEverything is in {out}:")
    for name in sorted(summary.files):
        echo(f"  {name}")
    echo(f"\nGo on with: export ANNINH_AT={out}; anninh tips list; anninh report list; anninh audit verify")
    if not summary.is_whole:
        echo("anninh: the play lost something, or its figures disagree; see above", err=True)
        click.get_current_context().exit(1)


def _open_web_server(app: App) -> AbstractContextManager[str]:
    web_server: AbstractContextManager[str] = import_module("anninh_core.web").open_background_server(
        app
    )  # by name, as in `serve`
    return web_server


class PlayProgress:
    """A bar on the terminal; in a pipe there is none."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task("opening", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, done: int, of: int, what: str) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=done, total=of, description=what)


def summary_facts(found: Summary) -> list[tuple[str, str]]:
    """Return the rows in which the command says what came of it: heading and text."""
    return [
        ("messages", f"{found.said} said, {found.heard} written down"),
        ("tips", _counts(found.tips)),
        ("questions", _counts(found.inquiries)),
        ("groups", _counts(found.groups)),
        ("items", _counts(found.items)),
        ("posts moderated", _counts(found.posts)),
        ("duties", _counts(found.duties)),
        ("reports", _counts(found.reports)),
        ("queues", _counts(found.queues)),
        ("journal", f"{found.journal:,} lines, the chain {'holds' if found.chain_ok else 'is BROKEN'}"),
        ("recount", "equals the counters" if found.recount_ok else "DIFFERS from the counters"),
    ]


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in sorted(counts.items()) if number)
