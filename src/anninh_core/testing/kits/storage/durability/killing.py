"""Running changes to a storage in processes that are killed right after each change."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from anninh_core.testing.kits.storage.base import Factory
from anninh_core.testing.kits.storage.durability import victim

_KILLED = f"{-signal.SIGKILL}\n".encode()


@contextmanager
def start_victim(factory: Factory) -> Iterator[Callable[[str], None]]:
    """Yield a function that takes an act's name and runs the act in a new process, which is killed right after it."""
    pickled = _pickle_factory(factory)
    folders = os.pathsep.join(folder or str(Path.cwd()) for folder in sys.path)
    with subprocess.Popen(  # noqa: S603  our own module
        [sys.executable, "-m", victim.__name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": folders},
    ) as process:
        requests = process.stdin
        answers = process.stdout
        assert requests is not None
        assert answers is not None
        requests.write(pickled)

        def kill_after(name: str) -> None:
            requests.write(f"{name}\n".encode())
            requests.flush()
            answer = answers.readline()
            assert answer == _KILLED, (
                f"the process that should {name} ended by itself with {answer.decode().strip()}; "
                "why stands among the captured stderr"
            )

        yield kill_after


def _pickle_factory(factory: Factory) -> bytes:
    try:
        return pickle.dumps(factory)
    except (AttributeError, TypeError, pickle.PicklingError) as error:
        pytest.fail(
            f"storage_factory gives what another process can't use ({error}): let it give partial(MyStorage, url), "
            "with a class that can be imported",
            pytrace=False,
        )
