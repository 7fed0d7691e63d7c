"""The web server on a port of this machine, by uvicorn; it runs in the calling thread or in a background thread."""

import asyncio
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from threading import Thread
from types import FrameType
from typing import cast

from anninh_core.app.app import App
from anninh_core.app.settings import DoorSettings
from anninh_core.kernel.errors import ConfigurationError, MissingExtra

try:
    import httptools  # noqa: F401  uvicorn reads HTTP by it
    import uvicorn
    from starlette.applications import Starlette
except ImportError as missing:
    raise MissingExtra("the web door", "web") from missing

from anninh_core.web.asgi import create_asgi
from anninh_core.web.connections.file_limit import divide_file_limit
from anninh_core.web.connections.protocol import build_protocol
from anninh_core.web.connections.table import ConnectionTable
from anninh_core.web.probes import LOOPBACK

HOST = "127.0.0.1"
PORT = 8138

_ACCEPTS_PER_TURN = 32 if os.name == "posix" else 1
"""Number of connections that are accepted in one turn of the event loop.

libuv accepts only one per turn from each socket, so that an honest client would wait seconds behind a crowd. The
listening socket is therefore duplicated.
"""

_SHUTDOWN_SECONDS = 15  # When the server stops, unfinished requests get this many seconds.


class AsgiServer:
    """A web server for an ASGI application, with limits on connections; its port is bound as soon as this is built.

    The process's limit on open files is raised where the system grants it.

    Args:
        host: address to listen on; the default is reached from this machine only, by the proxy that speaks TLS.
        port: 0 takes any free one.
        when_stopping: ends streams, so that the server can stop.

    Raises:
        ConfigurationError: the address is taken, forbidden or unknown.
    """

    def __init__(
        self,
        asgi: Starlette,
        limits: DoorSettings,
        host: str = HOST,
        port: int = PORT,
        when_stopping: Callable[[], None] = lambda: None,
    ) -> None:
        self._socket = _bind_socket(host, port)
        url_host = f"[{host}]" if ":" in host else host
        self.url: str = f"http://{url_host}:{self._socket.getsockname()[1]}"
        files = divide_file_limit(limits)
        table = ConnectionTable(limits, files.connections)
        # The cast is safe, as uvicorn only calls this value.
        protocol = cast("type[asyncio.Protocol]", build_protocol(table))
        self._server = _GracefulServer(
            table,
            when_stopping,
            uvicorn.Config(
                asgi,
                http=protocol,
                backlog=files.backlog,
                # The connection table ends idle connections earlier than uvicorn would.
                timeout_keep_alive=int(limits.idle_seconds) + 1,
                ws="none",
                lifespan="on",
                log_config=None,  # The calling program configures logging, not uvicorn.
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
            ),
        )

    def run(self) -> None:
        """Serve until `stop`, SIGINT or SIGTERM; unfinished requests are answered first."""
        with ExitStack() as sockets:
            listeners = [self._socket, *(self._socket.dup() for _ in range(_ACCEPTS_PER_TURN - 1))]
            for listener in listeners:
                sockets.enter_context(listener)
            self._server.run(sockets=listeners)

    def stop(self) -> None:
        """End `run`; any thread may call this."""
        self._server.should_exit = True


class WebServer(AsgiServer):
    """The web server of an app; its port is bound as soon as this is built. The app's settings contain its limits.

    Args:
        host, port: as for `AsgiServer`.
        work: also run the app's worker.
        metrics, scrapers: whether `/metrics` returns figures, and to which networks, as for `create_asgi`.
        api: also answer the JSON API, as for `create_asgi`.

    Raises:
        ConfigurationError: the address is taken, forbidden or unknown, or an entry of `scrapers` isn't a network.
        MissingExtra: `metrics` is set and the extra `metrics` isn't installed.
    """

    def __init__(
        self,
        app: App,
        host: str = HOST,
        port: int = PORT,
        *,
        work: bool = False,
        metrics: bool = False,
        scrapers: Sequence[str] = LOOPBACK,
        api: bool = False,
    ) -> None:
        asgi = create_asgi(app, work=work, metrics=metrics, scrapers=scrapers, api=api)
        super().__init__(asgi, app.internals.web_settings, host, port, asgi.state.when_stopping)


class _GracefulServer(uvicorn.Server):
    """A uvicorn server that ends connections over their time limits.

    Its `run` returns after a signal instead of raising the signal once more, so that the caller can close the app.
    """

    def __init__(self, table: ConnectionTable, when_stopping: Callable[[], None], config: uvicorn.Config) -> None:
        super().__init__(config)
        self._table = table
        self._when_stopping = when_stopping

    async def on_tick(self, counter: int) -> bool:
        """End connections over their time limits, ten times a second."""
        self._table.sweep()
        if self.should_exit:
            self._when_stopping()
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  uvicorn's signature
        self.force_exit = self.should_exit  # A second signal ends the server without waiting for unfinished requests.
        self.should_exit = True


def serve(
    app: App,
    host: str = HOST,
    port: int = PORT,
    *,
    work: bool = False,
    metrics: bool = False,
    scrapers: Sequence[str] = LOOPBACK,
    api: bool = False,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the web server of an app until SIGINT or SIGTERM, then return; the app stays open.

    Args:
        app, host, port, work, metrics, scrapers, api: as for `WebServer`.
        ready: called with the URL once the port is bound.

    Raises:
        ConfigurationError: the address is taken, forbidden or unknown, or an entry of `scrapers` isn't a network.
        MissingExtra: `metrics` is set and the extra `metrics` isn't installed.
    """
    server = WebServer(app, host, port, work=work, metrics=metrics, scrapers=scrapers, api=api)
    if ready is not None:
        ready(server.url)
    server.run()


@contextmanager
def open_background_server(app: App, *, api: bool = False) -> Iterator[str]:
    """Serve an app's web server from a background thread until the end of the `with` block; only this machine can reach
    it.

    Args:
        app: stays open.
        api: also answer the JSON API.

    Yields:
        the server's address, such as `http://127.0.0.1:40123`.
    """
    server = WebServer(app, port=0, api=api)
    thread = Thread(target=server.run, name="door")
    thread.start()
    try:
        yield server.url
    finally:
        server.stop()
        thread.join()


def _bind_socket(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise ConfigurationError(
            "The server can't listen on port {port}: choose one from 1 to 65535, or 0 for any free port.", port=port
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigurationError(
            "The server can't listen on {host!r}, port {port} ({reason}): choose another host or port.",
            host=host,
            port=port,
            reason=error,
        ) from error
