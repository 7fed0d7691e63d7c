"""A process that tries mutants in its own copy of the tree: `python -m tools.mutation.worker ROOT ROOM`.

It imports large packages that aren't mutated, and forks for each run of tests, so that a run begins quickly and imports
the mutated package from its start. Orders and verdicts are lines of JSON.
"""

import gc
import importlib
import json
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import pytest
from tools.mutation.covering import PYTEST

# These are the verdicts; `broken` means that the mutant can't be imported.
SURVIVED = "survived"
KILLED = "killed"
TIMEOUT = "timeout"
BROKEN = "broken"
_LARGE = (
    *("hypothesis.strategies", "attrs", "msgspec", "pluggy", "pydantic", "pydantic_settings", "alembic.command"),
    *("cryptography.hazmat.primitives.ciphers.aead", "cryptography.hazmat.primitives.asymmetric.ed25519"),
    *("sqlalchemy.dialects.sqlite", "httpx", "starlette.applications", "click", "rich.table", "coverage"),
)
"""Packages that the worker imports once, if they are installed; none of them imports mutated code."""
_FORKED = ("-x", "-W", "ignore::pytest.PytestAssertRewriteWarning")
"""Options of pytest in the fork: pytest can't rewrite modules that were imported before, which doesn't matter, because
its plugins among them have no assertions.
"""
_MEMORY = 4 << 30
"""Memory limit of a run in bytes, because a mutant can allocate any amount."""


def serve(root: Path, room: Path) -> None:
    """Try the mutants that arrive as lines of JSON, and print the verdicts, until the input ends."""
    for name in _LARGE:
        with suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        answer = {"verdict": _try_mutant(root, room, order), "output": _read_output(room)}
        print(json.dumps(answer), flush=True)


def _try_mutant(root: Path, room: Path, order: Mapping[str, Any]) -> str:
    """Return the verdict on a mutant: that of the first stage that doesn't pass, or "survived" if all pass."""
    with _replace_file(root / order["path"], order["text"]):
        verdicts = (_run_tests(root, room, stage["tests"], stage["limit"]) for stage in order["stages"])
        return next((verdict for verdict in verdicts if verdict != SURVIVED), SURVIVED)


@contextmanager
def _replace_file(path: Path, text: str) -> Iterator[None]:
    """Replace the text of a file until the end of the `with` block. Its byte code is removed too, because Python
    compares only size and whole seconds.
    """
    original = path.read_bytes()
    compiled = Path(cache_from_source(str(path)))
    compiled.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        path.write_bytes(original)
        compiled.unlink(missing_ok=True)


def _read_output(room: Path) -> str:
    return (room / "output.txt").read_text(encoding="utf-8", errors="replace")[-3000:]


def _run_tests(root: Path, room: Path, tests: list[str], limit: float) -> str:
    chosen = room / "chosen.json"
    chosen.write_text(json.dumps(tests), encoding="utf-8")
    # The files are sorted, because pytest loses the fixtures of a folder that it enters twice.
    files = sorted({test.partition("::")[0] for test in tests})
    arguments = [*PYTEST, *_FORKED, "--chosen", str(chosen), f"--basetemp={room / 'basetemp'}", *files]
    process = multiprocessing.get_context("fork").Process(target=_run_in_child, args=(root, room, arguments))
    process.start()
    process.join(limit)
    if process.exitcode is None:
        assert process.pid is not None
        os.killpg(process.pid, signal.SIGKILL)
        process.join()
        return TIMEOUT
    broken = {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR}
    if process.exitcode == pytest.ExitCode.OK:
        return SURVIVED
    return BROKEN if process.exitcode in broken else KILLED


def _run_in_child(root: Path, room: Path, arguments: list[str]) -> None:
    """Run pytest in the forked process, and end the process. It has a process group of its own, so that processes
    started by tests end with it.
    """
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    os.chdir(root)
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    output = os.open(room / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(output, stream)
    os._exit(pytest.main(arguments))


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]))
