"""Output of the commands `anninh zalo …` for people and for programs, in the command line's language."""

import json
from datetime import datetime
from gettext import gettext as _

import click

from anninh_core.kernel.dates import vietnam_time
from anninh_core.kernel.hidden import escape_hidden

json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


def echo_json(data: object) -> None:
    """Print data as JSON."""
    click.echo(escape_hidden(json.dumps(data, ensure_ascii=False, indent=2)))


def format_time(moment: datetime) -> str:
    """Return a moment in Vietnam's time, in the format of the command line's language."""
    pattern = "%Y-%m-%d %H:%M" if _("en") == "en" else "%d/%m/%Y %H:%M"
    return f"{vietnam_time(moment):{pattern}}"


def format_iso(moment: datetime) -> str:
    """Return a moment in ISO format, with Vietnam's offset."""
    return vietnam_time(moment).isoformat()
