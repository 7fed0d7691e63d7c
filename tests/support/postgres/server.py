"""A real PostgreSQL for a test, in a temporary folder, on a free loopback port, and removed afterwards."""

import secrets
import signal
import subprocess
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql
from tests.support.postgres.installations import Installation, find_installations
from tests.support.postgres.port import LOOPBACK, Port
from tests.support.postgres.room import ServerFolder

_PATIENCE = 60.0  # seconds for a server to start or stop, crash recovery included
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    # The shared memory is in the data folder, so that a crash leaves nothing elsewhere.
    "dynamic_shared_memory_type": "mmap",
}


class Server:
    """A PostgreSQL server, as safe as in production (fsync is on) unless the settings differ.

    Several may run at the same time. When the process that started one ends for any reason, the server and its folder
    are removed too.

    Args:
        installation: the PostgreSQL to use; the newest one by default.
        settings: parameters of postgresql.conf.
        in_memory: whether its files may be in main memory. They survive a crash of the server, and creating a database
            is ten times as fast; a test that measures a disk needs a disk.
    """

    def __init__(
        self,
        installation: Installation | None = None,
        settings: Mapping[str, str] | None = None,
        *,
        in_memory: bool = False,
    ) -> None:
        self.installation = installation or find_installations()[-1]
        self.settings = _SETTINGS | dict(settings or {})
        self.password = secrets.token_hex(16)
        self.in_memory = in_memory
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._port = Port()
        self.room = ServerFolder(self.installation, in_memory=self.in_memory)
        try:
            self._create_data()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def port(self) -> int:
        """The TCP port, the same after every restart."""
        return self._port.number

    @property
    def running(self) -> bool:
        """Whether the server is running."""
        return self._process is not None and self._process.poll() is None

    @property
    def url(self) -> str:
        """The URL of the database `postgres` of this server, for its superuser."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Return the URL of a database of this server."""
        return f"postgresql://postgres:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def create_database(self, name: str = "", template: str = "template1") -> str:
        """Create a database and return its URL.

        Args:
            name: its name; a new one if empty.
            template: the database to copy, which must have no connections.
        """
        name = name or f"test_{secrets.token_hex(6)}"
        # Copying files needs a checkpoint, which costs nothing in main memory, and halves the work.
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}")
        way = sql.Identifier("file_copy" if self.in_memory else "wal_log")
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(template), way))
        return self.url_of(name)

    def drop_database(self, url: str) -> None:
        """Remove a database, even with open connections."""
        name = url.rpartition("/")[2]
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def start(self) -> None:
        """Start the server, with crash recovery if needed, and return once it is ready.

        Raises:
            RuntimeError: it didn't start; the message has the end of its log.
        """
        settings = [f"-c{name}={value}" for name, value in self.settings.items()]
        self._process = self.room.start("postgres", "-D", "data", "-p", str(self.port), *settings)
        late = time.monotonic() + _PATIENCE
        while not self._is_ready():
            if not self.running or time.monotonic() > late:
                raise RuntimeError(f"PostgreSQL {self.installation} didn't start: {self.room.log}")
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop the server cleanly; connections are closed, open transactions rolled back."""
        if self._process and self.running:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(_PATIENCE)

    def kill(self) -> None:
        """Crash the server: kill -9 for all of its processes at once."""
        self.room.kill_processes()
        if self._process:
            self._process.wait(_PATIENCE)

    def restart(self) -> None:
        """Stop the server if it runs, and start it again at the same address."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End the server and remove its folder."""
        self.room.close()
        if self._process:
            self._process.wait(_PATIENCE)
        self._port.close()

    def _create_data(self) -> None:
        password = self.room.write("password", self.password)
        access = ["--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256"]
        self.room.run("initdb", "-D", "data", "--encoding=UTF8", "--no-locale", "--no-sync", *access)

    def _is_ready(self) -> bool:
        note = self.room.folder / "data" / "postmaster.pid"
        try:
            lines = note.read_text().splitlines()
        except FileNotFoundError:  # The file is not written yet, or was just removed after a crash.
            return False
        # After a crash the file of the killed server is still there.
        ours = self._process and lines[:1] == [str(self._process.pid)]
        return bool(ours) and len(lines) >= 8 and lines[7].strip() == "ready"

    def _execute(self, statement: sql.Composed | sql.SQL) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)
