"""Authorities with separate databases, in files and on two real servers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.examples.conftest import EXAMPLES
from tests.support.postgres.server import Server

pytestmark = pytest.mark.slow


@pytest.fixture
def two(postgres: Server, postgres_url: str) -> Iterator[tuple[str, str]]:
    """The URLs of a database on each of two servers."""
    with Server(in_memory=True) as other:
        yield postgres_url, other.database()


def test_province_example_runs_on_files(tmp_path: Path) -> None:
    """The example runs in files, as its docstring describes, and a second run in the same folder continues with the
    same officers and cases.
    """
    assert run(tmp_path) == "crime: 2, fire: 1\n"
    assert run(tmp_path) == "crime: 2, fire: 1\n"


def test_province_example_runs_on_two_servers(two: tuple[str, str], tmp_path: Path) -> None:
    """On two servers each event is stored only in its own authority's database, and the figures cover both."""
    assert run(tmp_path, *two) == "crime: 2, fire: 1\n"
    counts = []
    for url in two:
        with psycopg.connect(url) as connection:
            counts.append(connection.execute("SELECT count(*) FROM r_tip").fetchall()[0][0])
    assert counts == [2, 1]


def run(folder: Path, *urls: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent / "src")}
    command = [sys.executable, "-W", "error", str(EXAMPLES / "province.py"), "out", *urls]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout
