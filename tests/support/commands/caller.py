"""Runs commands of `anninh`, each in a process of its own, without importing the library each time."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

_ROOT = Path(__file__).parents[3]


class CommandRunner:
    """Runs commands in forks of one process that has already imported the library, as the import takes most of a
    command's time.

    A test about the import needs a new process.
    """

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.support.commands.server"],
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT), str(_ROOT / "src")])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.communicate()

    def run(
        self, words: Sequence[str], *, environment: Mapping[str, str], folder: Path, typed: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in a fork.

        Args:
            words: the words of the command line after `anninh`.
            environment: the complete environment.
            folder: working directory.
            typed: standard input.
        """
        if not hasattr(os, "fork"):
            plain = [sys.executable, "-m", "anninh_core.cli", *words]
            return subprocess.run(
                plain, env=environment, cwd=folder, input=typed, capture_output=True, encoding="utf-8", check=False
            )
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        with TemporaryDirectory() as name:
            streams = [Path(name) / stream for stream in ("in", "out", "err")]
            streams[0].write_text(typed, encoding="utf-8")
            command = {"words": words, "environment": dict(environment), "folder": str(folder)}
            print(json.dumps({**command, "streams": [*map(str, streams)]}), file=self._server.stdin, flush=True)
            code = int(self._server.stdout.readline())
            outputs = [path.read_text(encoding="utf-8") for path in streams[1:]]
        return subprocess.CompletedProcess([*words], code, *outputs)
