"""`anninh board`: the screens on which officers work."""

from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import open_app
from anninh_core.app.gc_tuning import tune_gc
from anninh_core.cli.folder import enter_folder
from anninh_core.cli.options import at_option
from anninh_core.cli.output import echo

_ANYWHERE = "\0"
"""Value of the option that means a temporary folder; no folder can have this name."""


@click.command()
@at_option
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; put a proxy with TLS before it."
)
@click.option("--port", default=8139, type=click.IntRange(0, 65535), show_default=True, help="0 takes any free one.")
@click.option(
    "--public-url", default="", metavar="URL", help="As browsers call it, such as https://banglamviec.example."
)
@click.option(
    "--demo",
    is_flag=False,
    flag_value=_ANYWHERE,
    default=None,
    metavar="[DIR]",
    help="Show a demo: everybody in it is made up, one click makes you any officer, and you write as a resident. It is "
    "played in DIR first, which keeps a processor busy for a minute or two, unless one is there; without DIR in a "
    "folder that is gone afterwards.",
)
def board(at: Path, *, host: str, port: int, public_url: str, demo: str | None) -> None:
    """Show officers their work in a browser, until SIGINT or SIGTERM."""
    from anninh_core.board import BoardConfig, serve_board  # noqa: PLC0415  it needs an extra of its own

    tune_gc()
    config = BoardConfig(public_url=public_url)
    if demo is not None:
        from anninh_core.cli.running.demo_board import show_demo  # noqa: PLC0415  no other board loads the demo

        show_demo(None if demo == _ANYWHERE else Path(demo), config, host, port)
        return
    with enter_folder(at) as (settings, district), open_app(district, settings) as app:
        serve_board(app, config, host, port, ready=lambda url: _print_url(public_url or url))


def _print_url(url: str) -> None:
    echo(_("{url}  (Ctrl-C ends it)").format(url=url), err=True)
