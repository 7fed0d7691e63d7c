"""The HTTP interface: webhooks, probes and metrics. Needs the extra `web`, figures the extra `metrics`."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.web.asgi import create_asgi
    from anninh_core.web.aside import open_aside
    from anninh_core.web.metrics import measured
    from anninh_core.web.serving import WebServer, serve

__all__ = [
    "WebServer",
    "create_asgi",
    "measured",
    "open_aside",
    "serve",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "WebServer": "serving",
        "create_asgi": "asgi",
        "measured": "metrics",
        "open_aside": "aside",
        "serve": "serving",
    },
)
