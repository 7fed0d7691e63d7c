"""The command `anninh board --demo`, which plays a demo if there is none, and shows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from gettext import gettext as _
from pathlib import Path
from tempfile import TemporaryDirectory

from anninh_core.board import BoardConfig, serve_board
from anninh_core.cli.output import echo
from anninh_core.cli.running.demo import PlayProgress
from anninh_core.demo.play import run
from anninh_core.demo.running.opening import needs_run, open_demo


def show_demo(folder: Path | None, config: BoardConfig, host: str, port: int) -> None:
    """Show a demo until SIGINT or SIGTERM.

    Args:
        folder: folder of the demo, which is played if it isn't there; None for a temporary folder.
        config, host, port: address for browsers, on this machine only.

    Raises:
        ConfigurationError: the folder contains something else, or the address can be reached from elsewhere.
    """
    with _choose_folder(folder) as demo_folder:
        if needs_run(demo_folder):
            echo(_("playing a demo first: a minute or two where a processor is free, longer where none is"), err=True)
            with PlayProgress() as progress:
                run(demo_folder, progress=progress)
        with open_demo(demo_folder) as demo:
            serve_board(demo.app, config, host, port, demo=demo, ready=_print_url)


@contextmanager
def _choose_folder(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with TemporaryDirectory(prefix="anninh-demo-") as temporary:
        yield Path(temporary)


def _print_url(url: str) -> None:
    echo(_("{url}  (Ctrl-C ends it)").format(url=f"{url}/demo"), err=True)
