"""A program that runs acts one after the other, each in a fork that is killed right after its act.

It reads a pickled factory and then the names of acts, line by line, from the standard input, and prints the exit code
of each fork.
"""

import os
import pickle
import signal
import sys
import traceback

from anninh_core.testing.kits.storage.base import SPECS, Factory
from anninh_core.testing.kits.storage.durability.acts import ACTS, DurableAct


def main() -> None:
    """Run the acts that are named on the standard input, each in a fork of its own."""
    factory: Factory = pickle.load(sys.stdin.buffer)  # noqa: S301  from the test that started us
    acts = {act.name: act for act in ACTS}
    for line in sys.stdin.buffer:
        child = os.fork()
        if child == 0:
            _run_act_and_die(acts[line.decode().strip()], factory)
        status = os.waitpid(child, 0)[1]
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201  the answer


def _run_act_and_die(act: DurableAct, factory: Factory) -> None:
    try:
        storage = factory()
        storage.prepare(SPECS)
        act.before(storage)
        act.last(storage)
        os.kill(os.getpid(), signal.SIGKILL)
    except BaseException:  # noqa: BLE001  whatever it is, it is told, and nothing of the parent's runs here
        traceback.print_exc()
    os._exit(1)


if __name__ == "__main__":
    main()
