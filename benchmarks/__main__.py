"""The command `python -m benchmarks`, which measures all lines, or some, and prints the table."""

import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Protocol, cast

import click
from rich.console import Console

from benchmarks.measure import CannotRun, Effort, Result
from benchmarks.table import LineRun, print_table, write_results

LINES = (
    "webhook",
    "zalo_webhook",
    "siege",
    "api_call",
    "board",
    "processing",
    "single_tip",
    "processing_postgres",
    "outbox",
    "outbox_postgres",
    "broadcast",
    "report",
    "recount",
    "listing",
    "search",
    "starting",
    "memory",
    "places",
)
"""Names of the lines, in the order of the table."""


class Line(Protocol):
    """Interface of a module of `benchmarks.lines`."""

    TITLE: str

    @staticmethod
    def measure(effort: Effort) -> Sequence[Result]:
        """Measure every case of the line.

        Raises:
            CannotRun: this machine or version lacks something that the line needs.
        """
        ...


def measure_line(name: str, line: Line, *, quick: bool) -> LineRun:
    """Measure one line of the table in a temporary folder."""
    begun = perf_counter()
    results: tuple[Result, ...] = ()
    missing = ""
    with TemporaryDirectory(prefix=f"anninh-{name}-", ignore_cleanup_errors=True) as folder:
        try:
            results = tuple(line.measure(Effort(quick=quick, folder=Path(folder))))
        except CannotRun as reason:
            missing = f"did not run: {reason}"
    return LineRun(name=name, title=line.TITLE, seconds=perf_counter() - begun, results=results, missing=missing)


@click.command()
@click.option("--quick", is_flag=True, help="Smaller sizes: all lines in less than five minutes.")
@click.option("--only", multiple=True, type=click.Choice(LINES), metavar="NAME", help="This line; may be repeated.")
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Also write the results there.")
@click.option("--list", "listed", is_flag=True, help="Name the lines and end.")
def main(quick: bool, only: tuple[str, ...], file: Path | None, listed: bool) -> None:
    """Measure the speed of the library, each line of the table against a floor in the same run."""
    logging.disable(logging.WARNING)  # Warnings are off, because each line checks its own results.
    lines = {name: cast("Line", import_module(f"benchmarks.lines.{name}")) for name in only or LINES}
    if listed:
        for name, line in lines.items():
            click.echo(f"{name:20} {line.TITLE}")
        return
    ran: list[LineRun] = []
    try:
        for name, line in lines.items():
            click.echo(f"measuring {name} …", err=True)
            ran.append(measure_line(name, line, quick=quick))
    finally:  # Results measured before an error are still printed.
        print_table(ran, Console(width=None if sys.stdout.isatty() else 140))
        if file is not None:
            write_results(ran, file, quick=quick)


if __name__ == "__main__":
    main()
