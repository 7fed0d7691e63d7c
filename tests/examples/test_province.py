"""Authorities in databases of their own, on files and on two real servers."""

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
    """Name a database on each of two servers."""
    with Server(in_memory=True) as other:
        yield postgres_url, other.database()


def test_province_example_runs_on_files(tmp_path: Path) -> None:
    """On files, as its docstring says; once more in the same folder the same people go on with the cases they have."""
    assert run(tmp_path) == "crime: 2, fire: 1\n"
    assert run(tmp_path) == "crime: 2, fire: 1\n"


def test_province_example_runs_on_two_servers(two: tuple[str, str], tmp_path: Path) -> None:
    """On two servers each event is in the database of its own authority only, and the figures are those of both."""
    assert run(tmp_path, *two) == "crime: 2, fire: 1\n"
    held = []
    for url in two:
        with psycopg.connect(url) as connection:
            held.append(connection.execute("SELECT count(*) FROM r_tip").fetchall()[0][0])
    assert held == [2, 1]


def run(folder: Path, *urls: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent / "src")}
    command = [sys.executable, "-W", "error", str(EXAMPLES / "province.py"), "out", *urls]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
