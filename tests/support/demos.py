"""Helpers that create a demo to open in a browser, without the minute that it takes to play it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from attrs import frozen

from anninh_core.board import create_board
from anninh_core.demo.cast import appoint_first_officers
from anninh_core.demo.open_world.opening import open_last_weeks
from anninh_core.demo.running.opening import RunningDemo, open_demo
from anninh_core.demo.stage import open_stage
from anninh_core.web.server import AsgiServer


@frozen
class ServedDemo:
    """A running demo, and the address of its board."""

    demo: RunningDemo
    url: str


def finish_demo(out: Path) -> Path:
    """Create a finished demo in `out` with all officers appointed and nothing else; return `out`."""
    stage = open_stage(out)
    appoint_first_officers(stage)
    open_last_weeks(stage)
    stage.mark_over()
    stage.close()
    return out


@contextmanager
def serve_demo(out: Path) -> Iterator[ServedDemo]:
    """Finish a demo in `out`, and serve its board on a free port until the end of the `with` block."""
    with open_demo(finish_demo(out)) as demo:
        server = AsgiServer(create_board(demo.app, demo=demo), demo.app.internals.web_settings, port=0)
        thread = Thread(target=server.run, daemon=True)
        thread.start()
        yield ServedDemo(demo, server.url)
        server.stop()
        thread.join(20)
