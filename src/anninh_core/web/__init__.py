"""The HTTP interface: webhooks, probes and metrics. Needs the extra `web`, figures the extra `metrics`.

`status_of` needs neither: it is the status that answers an error.
"""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.web.api.problems.statuses import status_of
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
    "status_of",
]

lazy(
    __name__,
    {
        "WebServer": "server",
        "create_asgi": "asgi",
        "open_background_server": "background_server",
        "open_metrics": "metrics.figures",
        "serve": "server",
        "status_of": "api.problems.statuses",
    },
)
