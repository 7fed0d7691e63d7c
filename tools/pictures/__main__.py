"""Takes screenshots of the board: `python -m tools.pictures [--demo DIR]` plays a story in a browser.

The command of the README shows a demo; a resident writes, an officer works, the resident reads the answer. All acts are
done in the browser, and nothing is written into the storage. Needs Chromium, from `ANNINH_BROWSER` or under its usual
name.
"""

import argparse
import tempfile
from pathlib import Path
from shutil import copytree

from tools.pictures.shown import show_demo
from tools.pictures.story import play_story

_IMAGES = Path(__file__).parents[2] / "docs/img"


def main() -> None:
    """Take the screenshots, and print their names and sizes."""
    parser = argparse.ArgumentParser(prog="python -m tools.pictures", description=__doc__)
    parser.add_argument(
        "--demo", type=Path, help="a finished demo; a copy of it is shown. One is played if none is named."
    )
    parser.add_argument("--out", type=Path, default=_IMAGES, help="where the pictures go")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anninh-pictures-") as room:
        folder = Path(room) / "demo"
        if options.demo is not None:
            copytree(options.demo, folder)
        with show_demo(folder) as (browser, url):
            for picture in play_story(browser, url, options.out):
                print(f"{picture.name}  {picture.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
