"""A plugin whose import starts a thread."""

from threading import Event, Thread

from anninh_core.plugins import hookimpl

stopped = Event()
Thread(target=stopped.wait, daemon=True).start()


@hookimpl
def anninh_committed() -> None:
    """Ignore the event."""
