"""Runs mypy in strict mode on programs that use the library from outside.

With an empty cache mypy reads the whole library first, which takes most of the time. So all tests share one cache, and
belong to one group, `xdist_group("mypy")`.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_CACHE = _ROOT / ".mypy_cache/outside"
_SETTINGS = """
[mypy]
strict = true
python_version = 3.11
mypy_path = {source}:{folder}
explicit_package_bases = true
scripts_are_modules = true
enable_error_code = ignore-without-code, truthy-bool, redundant-expr, possibly-undefined
"""
"""Settings of mypy, the same as in `pyproject.toml`."""


def check_types(programs: Iterable[Path], folder: Path) -> str:
    """Return mypy's output for programs below a folder; it begins with "Success" if there are no errors.

    The programs may import from the folder and from their own folders.
    """
    programs = [*programs]
    roots = ":".join(map(str, sorted({folder, *(program.parent for program in programs)})))
    settings = folder / "mypy.ini"
    settings.write_text(_SETTINGS.format(source=_ROOT / "src", folder=roots), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", str(settings), "--cache-dir", str(_CACHE)]
    result = subprocess.run([*command, *map(str, programs)], cwd=folder, capture_output=True, text=True, check=False)
    return result.stdout
