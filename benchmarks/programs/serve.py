"""The web server of a town, without a worker. It prints its URL and serves until SIGTERM. Argument: the town's
folder.
"""

import logging
import sys
from pathlib import Path

from anninh_core.web import serve
from benchmarks.town import open_town


def main(folder: str) -> None:
    logging.disable(logging.WARNING)
    with open_town(Path(folder)) as app:
        serve(app, port=0, ready=lambda url: print(url, flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
