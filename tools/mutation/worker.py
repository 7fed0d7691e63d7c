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

# Verdicts; `broken` is a mutant that can't be imported.
SURVIVED = "survived"
KILLED = "killed"
TIMEOUT = "timeout"
BROKEN = "broken"
_LARGE = (
    *("hypothesis.strategies", "attrs", "msgspec", "pluggy", "pydantic", "pydantic_settings", "alembic.command"),
    *("cryptography.hazmat.primitives.ciphers.aead", "cryptography.hazmat.primitives.asymmetric.ed25519"),
    *("sqlalchemy.dialects.sqlite", "httpx", "starlette.applications", "click", "rich.table", "coverage"),
)
"""Packages imported once if installed; none of them imports mutated code."""
_FORKED = ("-x", "-W", "ignore::pytest.PytestAssertRewriteWarning")
"""Modules that are imported already aren't rewritten by pytest; the plugins among them have no assertions."""
_MEMORY = 4 << 30
"""Memory limit of a run in bytes, as a mutant can allocate any amount."""


def serve(root: Path, room: Path) -> None:
    """Carry out orders until the input ends."""
    for name in _LARGE:
        with suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        answer = {"verdict": _try(root, room, order), "output": _output(room)}
        print(json.dumps(answer), flush=True)


def _try(root: Path, room: Path, order: Mapping[str, Any]) -> str:
    """Return the verdict on a mutant: that of the first stage that doesn't pass, or "survived"."""
    with _changed(root / order["path"], order["text"]):
        verdicts = (_run(root, room, stage["tests"], stage["limit"]) for stage in order["stages"])
        return next((verdict for verdict in verdicts if verdict != SURVIVED), SURVIVED)


@contextmanager
def _changed(path: Path, text: str) -> Iterator[None]:
    """Replace a file until the end of the `with` block. Remove its byte code too, as Python compares only size and
    whole seconds.
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


def _output(room: Path) -> str:
    return (room / "output.txt").read_text(encoding="utf-8", errors="replace")[-3000:]


def _run(root: Path, room: Path, tests: list[str], limit: float) -> str:
    chosen = room / "chosen.json"
    chosen.write_text(json.dumps(tests), encoding="utf-8")
    files = sorted({test.partition("::")[0] for test in tests})  # a folder entered twice loses its fixtures
    arguments = [*PYTEST, *_FORKED, "--chosen", str(chosen), f"--basetemp={room / 'basetemp'}", *files]
    process = multiprocessing.get_context("fork").Process(target=_child, args=(root, room, arguments))
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


def _child(root: Path, room: Path, arguments: list[str]) -> None:
    """Run pytest in the forked process, which ends here. It has its own process group, so that processes started by
    tests end with it.
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
