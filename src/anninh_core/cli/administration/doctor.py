"""`anninh doctor`: check a folder, and show how to solve problems.

This module imports nothing that needs time zone data or may be misconfigured, so that this is reported like any other
problem.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

import click

from anninh_core.app.doctor.machine import Machine, check_time_zone
from anninh_core.cli.language.phrasing import translate_check_name, translate_sentence
from anninh_core.cli.language.speaking import find_word
from anninh_core.cli.options import at_option
from anninh_core.kernel.hidden import escape_hidden, show_hidden
from anninh_core.ports.health import Check, Level

_MIN_WIDTH = 20  # Least width of a sentence in columns, however narrow the terminal is.


@click.command()
@at_option
@click.option("--deep", is_flag=True, help="Also verify the whole journal, the storage and the blobs: takes long.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(at: Path, deep: bool, as_json: bool) -> None:
    """Check clock, disk, keys, storage, journal, queues and messengers.

    Each problem is shown with its solution. Nothing is changed. Exit code 1 if there is a problem, 0 otherwise.
    """
    checks = [check_time_zone(Machine())]
    if checks[0].level is Level.OK:
        from anninh_core.cli.administration.folder_examination import examine_folder  # noqa: PLC0415  can't be imported without time zone data

        checks += examine_folder(at, deep=deep)
    if as_json:
        click.echo(
            escape_hidden(json.dumps([_build_check_data(check) for check in checks], ensure_ascii=False, indent=2))
        )
    else:
        _print_checks(checks)
    if any(check.level is Level.PROBLEM for check in checks):
        click.get_current_context().exit(1)


def _print_checks(checks: Sequence[Check]) -> None:
    heads = [(find_word(check.level), translate_check_name(check.name)) for check in checks]
    levels, names = (max(map(len, column)) for column in zip(*heads, strict=True))
    room = shutil.get_terminal_size().columns
    for (level, name), check in zip(heads, checks, strict=True):
        lead = f"{level:{max(levels, 7) + 2}}{name:{names + 2}}"
        for sentence in (check.what, check.todo):
            for line in wrap(
                translate_sentence(sentence),
                max(_MIN_WIDTH, room - len(lead)),
                break_long_words=False,
                break_on_hyphens=False,
            ):
                click.echo(show_hidden(lead + line))
                lead = " " * len(lead)


def _build_check_data(check: Check) -> dict[str, str]:
    return {"name": check.name, "level": check.level.value, "what": check.what, "todo": check.todo}
