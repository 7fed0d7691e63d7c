"""The SQLite storage keeps its rules on a SQLite library of 2022, where FTS5 can't delete contentless rows or overwrite
deleted terms.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OLD = """
import sys
import pysqlite3, pysqlite3.dbapi2
sys.modules["sqlite3"], sys.modules["sqlite3.dbapi2"] = pysqlite3, pysqlite3.dbapi2
import sqlite3, pytest
assert sqlite3.sqlite_version_info < (3, 42), sqlite3.sqlite_version
sys.exit(pytest.main(sys.argv[1:]))
"""


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("pysqlite3"), reason="there is no wheel with an old SQLite for this Python")
def test_storage_kit_passes_on_old_sqlite(tmp_path: Path) -> None:
    """Every rule of the storage port holds on an old SQLite, except S-220, which kills a process with the new
    library.
    """
    options = ["-q", "-p", "no:cacheprovider", "-n0", f"--basetemp={tmp_path / 'old'}", "-k", "not test_kept_killed"]
    kit = str(ROOT / "tests" / "storage" / "test_sqlite.py")
    command = [sys.executable, "-c", OLD, *options, kit]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV"))}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-5000:] + result.stderr[-2000:]
    assert " passed" in result.stdout
