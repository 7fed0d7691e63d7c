"""The console script, run as a process."""

import subprocess
import sys
from collections.abc import Sequence

import pytest
from tests.cli.conftest import start_process

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


def run_python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    command: Sequence[str] = [sys.executable, "-W", "error", "-c", code, *words]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_module_runs_as_script() -> None:
    """`python -m anninh_core.cli` works as `anninh`, for installations without the script."""
    with start_process("--version") as started:
        out, _ = started.communicate()

    assert (started.returncode, out) == (0, f"anninh {__version__}\n")


def test_overview_loads_no_heavy_module() -> None:
    """The overview loads no database, format, server or command modules."""
    result = run_python(LOADED, "--help")

    assert result.returncode == 0, result.stderr
    assert "tips" in result.stdout
    assert result.stdout.splitlines()[-1] == "loaded:"


@pytest.mark.parametrize("name", ["click", "rich"])
def test_script_without_extra_names_command(name: str) -> None:
    """Without the extra the script prints one sentence with the install command."""
    result = run_python(BLOCKED.format(name=name))

    assert (result.returncode, result.stdout) == (2, "")
    assert "pip install 'anninh[cli]'" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_output_is_always_utf8() -> None:
    """Output is UTF-8 whatever the encoding of the system is."""
    code = "import io, sys; sys.stdout = io.TextIOWrapper(sys.stdout.buffer, 'ascii')\n"

    result = run_python(code + "from anninh_core.cli import main; main()", "profiles")

    assert result.returncode == 0, result.stderr
    assert "Huyện Hoa Lư" in result.stdout


def test_closed_pipe_is_no_error() -> None:
    """A reader that closes the pipe, as in `anninh … | head`, causes no traceback."""
    with start_process("units", "--help") as started:
        assert started.stdout is not None
        started.stdout.close()
        assert started.stderr is not None
        assert started.stderr.read() == ""
