"""Writing of log records to stderr while a command runs, as text or as lines of JSON."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

LEVELS = ("debug", "info", "warning", "error")

OPTIONS = (
    click.Option(
        ["--log-json"],
        is_flag=True,
        envvar="ANNINH_LOG_JSON",
        show_envvar=True,
        help="Write the log to stderr as lines of JSON.",
    ),
    click.Option(
        ["--log-level"],
        type=click.Choice(LEVELS),
        default="warning",
        envvar="ANNINH_LOG_LEVEL",
        show_envvar=True,
        show_default=True,
        help="Lowest level that is logged; other libraries are logged from `warning` on.",
    ),
)


@contextmanager
def log_to_stderr(*, as_json: bool, level: str) -> Iterator[None]:
    """Write log records to stderr inside a `with` block."""
    from anninh_core.app.logs import JsonLines, PlainLines, is_own_or_warning  # noqa: PLC0415  help needs nothing

    root = logging.getLogger()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else PlainLines())
    handler.addFilter(is_own_or_warning)
    previous_level = root.level
    root.addHandler(handler)
    root.setLevel(level.upper())
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(previous_level)
