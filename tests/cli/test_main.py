"""The console script, as a process."""

import subprocess
import sys
from collections.abc import Sequence

import pytest
from tests.cli.conftest import process

from anninh_core._version import __version__

HEAVY = ("alembic", "docx", "pydantic", "rich", "sqlalchemy", "starlette", "typst", "uvicorn")
LOADED = f"""
import sys
from anninh_core.cli import main
try:
    main()
finally:
    print("loaded:", *(name for name in sys.modules if name.split(".")[0] in {HEAVY} or "anninh_core.app" in name))
"""
BLOCKED = "import sys; sys.modules[{name!r}] = None; from anninh_core.cli import main; main()"


def python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    command: Sequence[str] = [sys.executable, "-W", "error", "-c", code, *words]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_the_module_can_be_run() -> None:
    """`python -m anninh_core.cli` is `anninh`, where no script is installed."""
    with process("--version") as started:
        out, _ = started.communicate()

    assert (started.returncode, out) == (0, f"anninh {__version__}\n")


def test_help_is_light() -> None:
    """The overview comes at once: it loads no database, no formats, no server, and none of the commands."""
    done = python(LOADED, "--help")

    assert done.returncode == 0, done.stderr
    assert "tips" in done.stdout
    assert done.stdout.splitlines()[-1] == "loaded:"


@pytest.mark.parametrize("name", ["click", "rich"])
def test_a_missing_extra_is_one_sentence(name: str) -> None:
    """Whoever installed the library alone reads which line installs the rest."""
    done = python(BLOCKED.format(name=name))

    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'anninh[cli]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_vietnamese_survives_a_pipe_of_a_machine_that_lacks_it() -> None:
    """Output is UTF-8 whatever the machine's own encoding is."""
    code = "import io, sys; sys.stdout = io.TextIOWrapper(sys.stdout.buffer, 'ascii')\n"

    done = python(code + "from anninh_core.cli import main; main()", "profiles")

    assert done.returncode == 0, done.stderr
    assert "Huyện Hoa Lư" in done.stdout


def test_a_reader_that_had_enough_is_no_error() -> None:
    """`anninh … | head` ends without a traceback."""
    with process("units", "--help") as started:
        assert started.stdout is not None
        started.stdout.close()
        assert started.stderr is not None
        assert started.stderr.read() == ""
