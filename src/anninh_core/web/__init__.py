"""The HTTP interface: webhooks, probes and metrics. Needs the extra `web`, figures the extra `metrics`."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.web.asgi import create_asgi
    from anninh_core.web.background_server import open_background_server
    from anninh_core.web.metrics.figures import open_metrics
    from anninh_core.web.server import WebServer, serve

__all__ = [
    "WebServer",
    "create_asgi",
    "open_background_server",
    "open_metrics",
    "serve",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "WebServer": "server",
        "create_asgi": "asgi",
        "open_background_server": "background_server",
        "open_metrics": "metrics.figures",
        "serve": "server",
    },
)
