"""A web server in a background thread of another program."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from anninh_core.app.app import App
from anninh_core.web.server import WebServer


@contextmanager
def open_background_server(app: App, *, api: bool = False) -> Iterator[str]:
    """Serve an app's door from a thread until the end of the `with` block; nobody but this machine reaches it.

    Args:
        app: stays open.
        api: also answer the JSON API.

    Yields:
        the door's address, such as `http://127.0.0.1:40123`.
    """
    server = WebServer(app, port=0, api=api)
    thread = Thread(target=server.run, name="door")
    thread.start()
    try:
        yield server.url
    finally:
        server.stop()
        thread.join()
