"""`anninh serve`: the HTTP endpoint for webhooks."""

from gettext import gettext as _
from importlib import import_module

import click

from anninh_core.app import App
from anninh_core.app.demo_clock import start_demo_clock
from anninh_core.app.gc_tuning import tune_gc
from anninh_core.cli.folder import with_app
from anninh_core.cli.output import echo


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; put a proxy with TLS before it."
)
@click.option("--port", default=8138, type=click.IntRange(0, 65535), show_default=True, help="0 takes any free one.")
@click.option("--work", is_flag=True, help="Also process and send, as `anninh work` does, in the same process.")
@click.option("--metrics", is_flag=True, help="Also give figures for Prometheus at /metrics, to this machine only.")
@click.option(
    "--metrics-to", multiple=True, metavar="NETWORK", help="A network that gets the figures instead; may be repeated."
)
@click.option("--api", is_flag=True, help="Also answer the JSON API at /api/v1/; its page is at /api/v1/docs.")
@with_app
def serve(app: App, *, host: str, port: int, work: bool, metrics: bool, metrics_to: tuple[str, ...], api: bool) -> None:
    """Take webhooks in over HTTP until SIGINT or SIGTERM. In a demo's folder the clock runs on meanwhile."""
    # The module is imported by its name, because cli and web must not import each other.
    web = import_module("anninh_core.web")

    def print_ready(url: str) -> None:
        for instance in app.internals.messengers:
            echo(f"{url}/hook/{instance}", err=True)
        if api:
            echo(f"{url}/api/v1/docs", err=True)
        echo(_("listening on {url}; Ctrl-C ends it").format(url=url), err=True)

    tune_gc()
    start_demo_clock(app.internals.context.clock)
    scrapers = {"scrapers": metrics_to} if metrics_to else {}
    web.serve(app, host, port, work=work, metrics=metrics or bool(metrics_to), api=api, ready=print_ready, **scrapers)
