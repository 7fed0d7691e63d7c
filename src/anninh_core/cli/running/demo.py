"""`anninh demo`: the plan of 2021, played from beginning to end."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from gettext import gettext as _
from importlib import import_module
from pathlib import Path
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from anninh_core.app import App
from anninh_core.cli.options import FOLDER
from anninh_core.cli.results import output_each, output_facts, output_json_facts, output_sentence, with_json_option
from anninh_core.demo.play import run
from anninh_core.demo.summary import Summary
from anninh_core.language.catalogue import marked


@click.command()
@click.option(
    "--out",
    required=True,
    type=FOLDER,
    metavar="DIR",
    help="Folder for storage, reports and directory. A simulation that was stopped continues where it ended.",
)
@click.option(
    "--messenger",
    default="mock",
    show_default=True,
    metavar="PLUGIN",
    help="Plugin whose messenger is played on. zalo: a pretend Zalo over HTTP on this machine, webhooks included; "
    "it lives in the process, so such a play can't go on after it was stopped.",
)
@with_json_option
def demo(out: Path, messenger: str) -> None:
    """Play the plan of 2021: messages, tips, reviewed items, moderation, and reports up to June 2022."""
    with PlayProgress() as progress:
        summary = run(out, progress=progress, messenger=messenger, door=_open_web_server)
    output_facts(*((name, _(name), text) for name, text in summary_facts(summary)))
    output_json_facts(whole=summary.is_whole)
    output_sentence("\n" + _("Everything is in {folder}:"), folder=out)
    output_each("files", [{"name": name} for name in sorted(summary.files)], "  {name}")
    commands = f"export ANNINH_AT={out}; anninh tips list; anninh report list; anninh audit verify"
    output_sentence("\n" + _("Go on with: {commands}").format(commands=commands))
    if messenger == "mock":  # Any other simulated platform ends with this process, so its demo can't be shown later.
        output_sentence(_("Look at it in a browser: {command}").format(command=f"anninh board --demo {out}"))
    if not summary.is_whole:
        output_sentence("anninh: " + _("the play lost something, or its figures disagree; see above"), err=True)
        click.get_current_context().exit(1)


def _open_web_server(app: App) -> AbstractContextManager[str]:
    web_server: AbstractContextManager[str] = import_module("anninh_core.web").open_background_server(
        app
    )  # The module is imported by its name, because cli and web must not import each other.
    return web_server


class PlayProgress:
    """A progress bar on a terminal; in a pipe it prints nothing."""

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
        """Move the progress bar to `done` of `of` steps."""
        self._progress.update(self._task, completed=done, total=of, description=what)


def summary_facts(summary: Summary) -> list[tuple[str, str]]:
    """Return the rows of the command's summary: heading (a message of the catalogue) and text."""
    lines = _("{lines} lines, the chain holds") if summary.chain_ok else _("{lines} lines, the chain is BROKEN")
    return [
        (marked("messages"), _("{said} said, {heard} written down").format(said=summary.said, heard=summary.heard)),
        (marked("tips"), _format_counts(summary.tips)),
        (marked("questions"), _format_counts(summary.inquiries)),
        (marked("groups"), _format_counts(summary.groups)),
        (marked("items"), _format_counts(summary.items)),
        (marked("posts moderated"), _format_counts(summary.posts)),
        (marked("duties"), _format_counts(summary.duties)),
        (marked("reports"), _format_counts(summary.reports)),
        (marked("queues"), _format_counts(summary.queues)),
        (marked("journal"), lines.format(lines=f"{summary.journal:,}")),
        (marked("recount"), _("equals the counters") if summary.recount_ok else _("DIFFERS from the counters")),
    ]


def _format_counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in sorted(counts.items()) if number)
