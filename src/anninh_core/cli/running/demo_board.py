"""`anninh board --demo`: a demo is played if need be, and shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from gettext import gettext as _
from pathlib import Path
from tempfile import TemporaryDirectory

from anninh_core.board import BoardConfig, serve_board
from anninh_core.cli.output import echo
from anninh_core.cli.running.demo import PlayProgress
from anninh_core.demo.play import run
from anninh_core.demo.running.opening import needs_play, open_demo


def show_demo(folder: Path | None, config: BoardConfig, host: str, port: int) -> None:
    """Show a demo until SIGINT or SIGTERM.

    Args:
        folder: where it is, or is to be made; None for one that is gone afterwards.
        config, host, port: how browsers reach it: from this machine alone.

    Raises:
        ConfigurationError: the folder holds something else, or it is to be reached from elsewhere.
    """
    with _make_folder(folder) as where:
        if needs_play(where):
            echo(_("playing a demo first: a minute or two where a processor is free, longer where none is"), err=True)
            with PlayProgress() as progress:
                run(where, progress=progress)
        with open_demo(where) as demo:
            serve_board(demo.app, config, host, port, demo=demo, ready=_tell)


@contextmanager
def _make_folder(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with TemporaryDirectory(prefix="anninh-demo-") as temporary:
        yield Path(temporary)


def _tell(url: str) -> None:
    echo(_("{url}  (Ctrl-C ends it)").format(url=f"{url}/demo"), err=True)
