"""The board on a port of this machine."""

from collections.abc import Callable

from anninh_core import App
from anninh_core.board.build import create_board
from anninh_core.board.config import BoardConfig
from anninh_core.web.server import HOST, AsgiServer

PORT = 8139


def serve_board(
    app: App,
    config: BoardConfig | None = None,
    host: str = HOST,
    port: int = PORT,
    *,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the board until SIGINT or SIGTERM, then return; the app stays open.

    Args:
        app: whose.
        config: how browsers reach it.
        host: address to listen on; put a proxy with TLS before any other than this machine's own.
        port: 0 takes any free one.
        ready: called with the URL once the port is bound.

    Raises:
        ConfigurationError: the address is taken, forbidden or unknown.
        MissingExtra: the extra `board` isn't installed.
    """
    server = AsgiServer(create_board(app, config), app.door, host, port)
    if ready is not None:
        ready(server.url)
    server.run()
