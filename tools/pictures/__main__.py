"""Pictures of the board: `python -m tools.pictures [--demo DIR]` plays what they show in a browser, and takes them.

A demo is shown by the command of the README; a resident writes, an officer works, the resident reads the answer. What
they do is what they would do by hand: nothing is put into the storage. Needs Chromium: `ANNINH_BROWSER` names it, or it
is found by its name.
"""

import argparse
import tempfile
from pathlib import Path
from shutil import copytree

from tools.pictures.shown import show_demo
from tools.pictures.story import tell

_IMAGES = Path(__file__).parents[2] / "docs/img"


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tools.pictures", description=__doc__)
    parser.add_argument(
        "--demo", type=Path, help="a finished demo; a copy of it is shown. One is played if none is named."
    )
    parser.add_argument("--out", type=Path, default=_IMAGES, help="where the pictures go")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anninh-pictures-") as room:
        folder = Path(room) / "demo"
        if chosen.demo is not None:
            copytree(chosen.demo, folder)
        with show_demo(folder) as (browser, url):
            for picture in tell(browser, url, chosen.out):
                print(f"{picture.name}  {picture.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
