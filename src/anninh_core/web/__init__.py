"""The door for programs: webhooks over HTTP. Needs the extra `web`."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.web.asgi import create_asgi
    from anninh_core.web.serving import WebServer, serve

__all__ = [
    "WebServer",
    "create_asgi",
    "serve",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "WebServer": "serving",
        "create_asgi": "asgi",
        "serve": "serving",
    },
)
