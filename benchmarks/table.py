"""The table of results on a terminal and as JSON."""

import json
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import asdict, frozen
from rich.console import Console
from rich.table import Table

from benchmarks.measure import Goal, Result


@frozen(kw_only=True)
class LineRun:
    """The results of a line, or the reason why it didn't run."""

    name: str
    title: str
    seconds: float
    results: tuple[Result, ...] = ()
    missing: str = ""


def describe_machine() -> Mapping[str, object]:
    """Return facts about the machine that the figures depend on, without its name; `load` is the average of the last
    minute.
    """
    return {
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else "unknown",
    }


def print_table(ran: Sequence[LineRun], console: Console) -> None:
    """Print the table of results, and the notes below it."""
    table = Table(title=", ".join(f"{name} {value}" for name, value in describe_machine().items()))
    for heading in ("line", "case"):
        table.add_column(heading)
    for heading in ("measured", "floor", "unit", "ratio", "spread", "goal", "reached"):
        table.add_column(heading, justify="right")
    for line in ran:
        if line.missing:
            table.add_row(line.name, "[dim]did not run[/dim]", *[""] * 6, "no")
        for result in line.results:
            table.add_row(line.name, *_build_cells(result))
        table.add_section()
    console.print(table)
    for line in ran:
        console.print(f"[bold]{line.name}[/bold]: {line.title} ({line.seconds:.0f} s)")
        for note in dict.fromkeys([line.missing, *(result.note for result in line.results)]):
            if note:
                console.print(f"  {note}")


def write_results(ran: Sequence[LineRun], path: Path, *, quick: bool) -> None:
    """Write all results as JSON into a file."""
    lines = [
        {
            "name": line.name,
            "title": line.title,
            "seconds": round(line.seconds, 1),
            "missing": line.missing,
            "results": [_build_result_data(result) for result in line.results],
        }
        for line in ran
    ]
    content = {"machine": describe_machine(), "quick": quick, "lines": lines}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _build_cells(result: Result) -> tuple[str, ...]:
    return (
        result.case,
        _format_number(result.measured),
        "" if result.floor is None else _format_number(result.floor),
        result.unit,
        "" if result.ratio is None else f"{result.ratio:.2f}",
        f"{result.ratios[0]:.2f}-{result.ratios[-1]:.2f}" if len(result.ratios) > 1 else "",
        "; ".join(
            filter(
                None, (_format_goal(result.goal), f"{_format_goal(result.limit)} {result.unit}" if result.limit else "")
            )
        ),
        _format_verdict(result),
    )


def _format_verdict(result: Result) -> str:
    if result.goal is None and result.limit is None:
        return ""
    return "[green]yes[/green]" if result.is_reached else "[red]no[/red]"


def _build_result_data(result: Result) -> dict[str, object]:
    bounds = {"goal": _format_goal(result.goal), "limit": _format_goal(result.limit)}
    return asdict(result) | bounds | {"ratio": result.ratio, "reached": result.is_reached}


def _format_goal(goal: Goal | None) -> str:
    return "" if goal is None else str(goal)


def _format_number(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
