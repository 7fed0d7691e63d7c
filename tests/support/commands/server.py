"""A process that has imported the modules for `anninh` commands, and forks for each line that it reads.

A line is a command as JSON; the reply is its exit code.
"""

import json
import os
import sys
from collections.abc import Mapping
from importlib import import_module, invalidate_caches
from typing import Any

from anninh_core.cli import main

_READ_AHEAD = (
    *("alembic.command", "anninh_core.app.app", "anninh_core.app.factory", "anninh_core.cli.errors"),
    *("anninh_core.cli.folder", "anninh_core.cli.administration", "anninh_core.cli.output", "anninh_core.cli.root"),
    *("anninh_core.app.bootstrap.services", "anninh_core.messengers.plugin", "anninh_core.testing.plugin"),
    *("anninh_storage.plugin", "anninh_storage.sqlite.migrate", "anninh_storage.sqlite.storage"),
)
_READING = os.O_RDONLY
_WRITING = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def serve() -> None:
    """Read commands until the input ends, and run each in a fork."""
    for name in _READ_AHEAD:
        import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _set_up_command(json.loads(line))
            main()  # This call ends the process.
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _set_up_command(command: Mapping[str, Any]) -> None:
    """Make the command's folder, environment, streams and words those of this process."""
    for number, (path, mode) in enumerate(zip(command["streams"], (_READING, _WRITING, _WRITING), strict=True)):
        opened = os.open(path, mode)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115  as long as the process
        for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    os.chdir(command["folder"])
    os.environ.clear()
    os.environ.update(command["environment"])
    sys.argv = ["anninh", *command["words"]]
    sys.path[0] = command["folder"]
    invalidate_caches()


if __name__ == "__main__":
    serve()
