"""`anninh board`: the pages on which officers work."""

import click

from anninh_core.app import App
from anninh_core.app.gc_tuning import tune_gc
from anninh_core.cli.folder import with_app
from anninh_core.cli.output import echo


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; put a proxy with TLS before it."
)
@click.option("--port", default=8139, type=click.IntRange(0, 65535), show_default=True, help="0 takes any free one.")
@click.option(
    "--public-url", default="", metavar="URL", help="As browsers call it, such as https://banglamviec.example."
)
@with_app
def board(app: App, *, host: str, port: int, public_url: str) -> None:
    """Show officers their work in a browser, until SIGINT or SIGTERM."""
    from anninh_core.board import BoardConfig, serve_board  # noqa: PLC0415  it needs an extra of its own

    tune_gc()
    config = BoardConfig(public_url=public_url)
    serve_board(app, config, host, port, ready=lambda url: echo(f"{public_url or url}  (Ctrl-C ends it)", err=True))
