"""The worker of a town, as `anninh work` runs it. It prints a line when it begins. Argument: the town's folder."""

import logging
import signal
import sys
from datetime import timedelta
from pathlib import Path
from threading import Thread

from benchmarks.town import open_town


def main(folder: str) -> None:
    logging.disable(logging.WARNING)
    with open_town(Path(folder)) as app:
        # `stop` runs in a thread of its own: the signal may arrive while this thread holds the lock that `stop` needs.
        signal.signal(signal.SIGTERM, lambda *_: Thread(target=app.worker.stop).start())
        print("working", flush=True)
        app.worker.run(pause=timedelta(milliseconds=100))


if __name__ == "__main__":
    main(*sys.argv[1:])
