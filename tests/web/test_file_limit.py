"""The server adapts to the system's limits on open files; each test runs in a process of its own."""

import subprocess
import sys

import pytest

PROGRAM = """
import logging, resource, sys
logging.basicConfig(stream=sys.stdout)
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[2])))
from anninh_core.app.settings import DoorSettings
from anninh_core.web.connections.file_limit import divide_file_limit
shares = divide_file_limit(DoorSettings())
print(shares.connections, shares.backlog, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(
    ("soft", "hard", "shares", "is_told"),
    [(256, 4300, "2048 2048 4224", False), (4300, 4300, "2048 2048 4300", False), (256, 1024, "448 448 1024", True)],
)
def test_connections_fit_the_file_limit(soft: int, hard: int, shares: str, is_told: bool) -> None:
    """The server raises its soft limit of open files up to the hard limit; if that is too low, it allows fewer
    connections and logs that.
    """
    command = [sys.executable, "-c", PROGRAM, str(soft), str(hard)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert out.splitlines()[-1] == shares
    assert ("448 connections at once instead of 2048; raise it to 4224 (LimitNOFILE" in out) is is_told
