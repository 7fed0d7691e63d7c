"""The PostgreSQL servers that tests start."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import LiteralString

import psutil
import psycopg
import pytest
from tests.support.postgres import installations as places
from tests.support.postgres.guard import list_processes
from tests.support.postgres.installations import Installation, find_installations
from tests.support.postgres.server import Server
from tests.support.postgres.standby import Standby

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ABANDONED = """
import sys
from tests.support.postgres.server import Server

with Server(in_memory=True) as server:
    print(server.room.folder, flush=True)
    sys.stdin.read()
"""
NOTES = "CREATE TABLE note (id int PRIMARY KEY)"


def execute_statements(url: str, *statements: LiteralString) -> list[int | str]:
    """Execute SQL statements, each in a separate transaction, and return the first column of the last statement's
    rows.
    """
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return [row[0] for row in cursor] if cursor.description else []


def list_memory_segments() -> list[str]:
    """Return the ids of all shared memory segments on this machine."""
    listed = subprocess.run(["ipcs", "-m"], capture_output=True, text=True, check=True).stdout
    return [words[1] for line in listed.splitlines() if len(words := line.split()) > 2]


@pytest.fixture
def disposable_server() -> Iterator[Server]:
    """A PostgreSQL server that the test may break."""
    with Server(in_memory=True) as server:
        yield server


@pytest.mark.parametrize(
    "installation", find_installations(), ids=lambda installation: f"postgres-{installation.version[0]}"
)
def test_each_installation_gives_a_safe_server(installation: Installation) -> None:
    """Every PostgreSQL of this machine starts, reports its version, and syncs commits."""
    with Server(installation) as server:
        version = execute_statements(server.url, "SHOW server_version")
        fsync = execute_statements(server.url, "SHOW fsync")

    assert str(version[0]).startswith("{}.{}".format(*installation.version))
    assert fsync == ["on"]


def test_old_and_new_versions_are_installed(postgres: Server, postgres_old: Server) -> None:
    """The wheel alone brings two major versions, so that a test on the oldest version never runs on the newest by
    default.
    """
    assert postgres_old.installation.version[0] < postgres.installation.version[0]
    assert execute_statements(postgres_old.url, "SELECT 1") == execute_statements(postgres.url, "SELECT 1") == [1]


def test_missing_postgres_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a PostgreSQL the tests fail with an error that says what to install."""
    empty: Sequence[tuple[Path, tuple[str, ...]]] = ()
    monkeypatch.setattr(places, "_places", lambda: iter(empty))

    with pytest.raises(LookupError, match=r"pip install"):
        find_installations()


def test_programs_in_a_private_folder_work(tmp_path: Path) -> None:
    """Programs in a virtual environment that only root can enter can be used, since they are copied out of it."""
    tmp_path.chmod(0o700)
    with Server(find_installations()[-1].copy_to(tmp_path / "locked"), in_memory=True) as server:
        assert execute_statements(server.url, "SELECT 1") == [1]


def test_a_server_that_cannot_start_says_why() -> None:
    """The error about a failed start contains the wrong setting from the server's log."""
    with pytest.raises(RuntimeError, match="no_such_setting"), Server(settings={"no_such_setting": "1"}):
        pass


def test_databases_are_empty_and_separate(postgres: Server, postgres_url: str) -> None:
    """Each database starts empty, sees nothing of another, and can be the template of a third."""
    execute_statements(postgres_url, NOTES, "INSERT INTO note VALUES (1)")
    other = postgres.create_database()
    copy = postgres.create_database(template=postgres_url.rpartition("/")[2])

    assert execute_statements(other, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [0]
    assert execute_statements(copy, "SELECT id FROM note") == [1]
    postgres.drop_database(other)
    name = other.rpartition("/")[2]
    assert execute_statements(postgres_url, f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == [0]
    with pytest.raises(psycopg.OperationalError):
        execute_statements(other, "SELECT 1")


def test_wrong_password_is_refused(postgres: Server) -> None:
    """A wrong password is refused, as the port is open to the whole machine."""
    stranger = postgres.url.replace(postgres.password, "guessed")

    assert execute_statements(postgres.url, "SELECT 1") == [1]
    with pytest.raises(psycopg.OperationalError):
        execute_statements(stranger, "SELECT 1")


@pytest.mark.parametrize("in_memory", [False, True])
def test_committed_rows_survive_a_crash(in_memory: bool) -> None:
    """After all processes of a server are ended with kill -9, the server comes back at its address with the committed
    row only.
    """
    with Server(in_memory=in_memory) as server:
        execute_statements(server.url, NOTES, "INSERT INTO note VALUES (1)")
        with psycopg.connect(server.url) as uncommitted:
            uncommitted.execute("INSERT INTO note VALUES (2)")
            server.kill()
            assert not server.running
            with pytest.raises(psycopg.OperationalError):
                uncommitted.execute("SELECT 1")
        server.restart()

        assert execute_statements(server.url, "SELECT id FROM note") == [1]


def test_data_survives_a_stop_and_start(disposable_server: Server) -> None:
    """A stopped server refuses connections, and has all its data after it is started again."""
    execute_statements(disposable_server.url, NOTES, "INSERT INTO note VALUES (1)")
    disposable_server.stop()
    with pytest.raises(psycopg.OperationalError):
        execute_statements(disposable_server.url, "SELECT 1")
    disposable_server.start()

    assert execute_statements(disposable_server.url, "SELECT id FROM note") == [1]


@pytest.mark.parametrize("synchronous_commit", ["on", "remote_apply"])
@pytest.mark.parametrize("installation", [find_installations()[0], find_installations()[-1]], ids=["oldest", "newest"])
def test_failover_loses_nothing_acknowledged(installation: Installation, synchronous_commit: str) -> None:
    """A synchronous standby has each row that the killed primary acknowledged, and accepts writes at the address that
    both servers share.
    """
    settings = {"synchronous_commit": synchronous_commit}
    with Server(installation, settings, in_memory=True) as primary:
        url = primary.create_database("notes")
        execute_statements(url, NOTES)
        with Standby(primary, synchronous=True) as standby:
            with psycopg.connect(standby.url_of_writable("notes"), autocommit=True) as connection:
                for id in range(100):
                    connection.execute("INSERT INTO note VALUES (%s)", [id])
                primary.kill()
            assert standby.is_following
            standby.promote()
            execute_statements(standby.url_of_writable("notes"), "INSERT INTO note VALUES (100)")

            assert not standby.is_following
            assert execute_statements(standby.url_of("notes"), "SELECT id FROM note ORDER BY id") == list(range(101))


def test_a_standby_answers_and_refuses_writes(disposable_server: Server) -> None:
    """An asynchronous standby can only be read until it is promoted."""
    with Standby(disposable_server) as standby:
        assert execute_statements(standby.url, "SELECT pg_is_in_recovery()") == [True]
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            execute_statements(standby.url, NOTES)


@pytest.mark.parametrize("crashed", [False, True])
def test_nothing_is_left_behind(crashed: bool) -> None:
    """No process, folder or shared memory remains after a server ends, whether it was running or had crashed."""
    with Server(in_memory=True) as server:
        folder = server.room.folder
        segment = (folder / "data" / "postmaster.pid").read_text().splitlines()[6].split()[1]
        assert list_processes(folder)
        assert segment in list_memory_segments()
        if crashed:
            server.kill()
            assert not list_processes(folder)

    assert not folder.exists()
    assert not list_processes(folder)
    assert segment not in list_memory_segments()


def test_guard_ends_the_server_of_a_killed_run() -> None:
    """When the process that started a server is killed, the guard ends the server and removes its folder."""
    run = subprocess.Popen(
        [sys.executable, "-c", ABANDONED], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with run:
        assert run.stdout
        folder = Path(run.stdout.readline().strip())
        (guard,) = (child for child in psutil.Process(run.pid).children() if str(folder) in child.cmdline())
        assert folder.is_dir()
        assert list_processes(folder)
        run.send_signal(signal.SIGKILL)
        run.communicate()
        psutil.wait_procs([guard], timeout=30)

    assert not list_processes(folder)
    assert not folder.exists()
