"""The example of a province runs with a separate database for each authority, in files and on two PostgreSQL
servers.
"""

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
def two_database_urls(postgres: Server, postgres_url: str) -> Iterator[tuple[str, str]]:
    """Yield the URLs of two databases, each on its own PostgreSQL server."""
    with Server(in_memory=True) as other:
        yield postgres_url, other.create_database()


def test_province_example_runs_on_files(tmp_path: Path) -> None:
    """The example stores its data in files, as its docstring describes; a second run in the same folder continues with
    the same officers and cases.
    """
    assert run_example(tmp_path) == "crime: 2, fire: 1\n"
    assert run_example(tmp_path) == "crime: 2, fire: 1\n"


def test_province_example_runs_on_two_servers(two_database_urls: tuple[str, str], tmp_path: Path) -> None:
    """On two servers each event is stored only in its own authority's database, and the figures cover both."""
    assert run_example(tmp_path, *two_database_urls) == "crime: 2, fire: 1\n"
    counts = []
    for url in two_database_urls:
        with psycopg.connect(url) as connection:
            counts.append(connection.execute("SELECT count(*) FROM r_tip").fetchall()[0][0])
    assert counts == [2, 1]


def run_example(folder: Path, *urls: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent / "src")}
    command = [sys.executable, "-W", "error", str(EXAMPLES / "province.py"), "out", *urls]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout
