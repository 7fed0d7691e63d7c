"""Server of the board on a port of this machine."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from anninh_core import App
from anninh_core.board.build import create_board
from anninh_core.board.config import BoardConfig
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.web.server import HOST, AsgiServer

if TYPE_CHECKING:  # Only a demo's board imports this module.
    from anninh_core.demo.running.opening import RunningDemo

PORT = 8139
LOOPBACK_ADDRESSES = frozenset({"127.0.0.1", "::1", "localhost"})


def serve_board(
    app: App,
    config: BoardConfig | None = None,
    host: str = HOST,
    port: int = PORT,
    *,
    demo: "RunningDemo | None" = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the board until SIGINT or SIGTERM, then return; the app stays open.

    Args:
        host: address to listen on; put a proxy with TLS before any other than this machine's own.
        port: 0 takes any free one.
        demo: the demo that `app` belongs to, if any.
        ready: called with the URL once the port is bound.

    Raises:
        ConfigurationError: the address is taken, forbidden or unknown; or a demo would be reachable from another
            machine.
        MissingExtra: the extra `board` isn't installed.
    """
    if demo is not None and host not in LOOPBACK_ADDRESSES:
        raise ConfigurationError(
            "The demo can be used on this machine only: let it listen on 127.0.0.1, not on {host!r}.", host=host
        )
    server = AsgiServer(create_board(app, config, demo=demo), app.internals.web_settings, host, port)
    if ready is not None:
        ready(server.url)
    server.run()
