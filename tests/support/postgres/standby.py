"""A second server that follows a primary by streaming replication and can replace it."""

import time
from collections.abc import Mapping

import psycopg
from psycopg import sql
from tests.support.postgres.port import LOOPBACK
from tests.support.postgres.server import Server

_PATIENCE = 60.0  # seconds for the standby to catch up
_STATE = "SELECT state, sync_state FROM pg_stat_replication WHERE application_name = %s"


class Standby(Server):
    """A hot standby server: it answers queries, and after `promote` it accepts writes.

    Args:
        primary: the running server to follow; the standby has its databases, users and password.
        settings: parameters of postgresql.conf, in addition to those of the primary.
        synchronous: whether the primary acknowledges a commit only once the standby has it on its disk (or has applied
            it, if `synchronous_commit` is `remote_apply`). Without this standby, commits on the primary wait.
    """

    def __init__(
        self, primary: Server, settings: Mapping[str, str] | None = None, *, synchronous: bool = False
    ) -> None:
        settings = primary.settings | dict(settings or {})
        super().__init__(primary.installation, settings, in_memory=primary.in_memory)
        self.primary = primary
        self.password = primary.password
        self._synchronous = synchronous

    def url_of_writable(self, database: str) -> str:
        """Return a URL that names both servers and connects to the one that accepts writes."""
        hosts = ",".join(f"{LOOPBACK}:{server.port}" for server in (self.primary, self))
        return f"postgresql://postgres:{self.password}@{hosts}/{database}?target_session_attrs=read-write"

    def start(self) -> None:
        """Start the standby and return once it streams from the primary.

        Raises:
            RuntimeError: it didn't start; the message has the end of its log.
        """
        super().start()
        if self.is_following:
            if self._synchronous:
                self._make_primary_wait()
            self._wait_for_state(("streaming", "sync" if self._synchronous else "async"))

    @property
    def is_following(self) -> bool:
        """Whether the standby still follows the primary and isn't promoted yet."""
        return (self.room.folder / "data" / "standby.signal").exists()

    def promote(self) -> None:
        """Make the standby a primary; on return it accepts writes."""
        self._execute(sql.SQL("SELECT pg_promote()"))

    @property
    def _name(self) -> str:
        return f"standby_{self.port}"

    def _create_data(self) -> None:
        source = f"host={LOOPBACK} port={self.primary.port} user=postgres application_name={self._name}"
        # The slot makes the primary keep the log that the standby hasn't read yet.
        slot = ["--create-slot", f"--slot={self._name}"]
        options = ["--pgdata=data", "--write-recovery-conf", "--checkpoint=fast", "--no-sync", *slot]
        self.room.run("pg_basebackup", f"--dbname={source}", *options, environment={"PGPASSWORD": self.password})

    def _make_primary_wait(self) -> None:
        with psycopg.connect(self.primary.url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("ALTER SYSTEM SET synchronous_standby_names = {}").format(sql.Literal(self._name))
            )
            connection.execute("SELECT pg_reload_conf()")

    def _wait_for_state(self, wanted: tuple[str, str]) -> None:
        late = time.monotonic() + _PATIENCE
        with psycopg.connect(self.primary.url, autocommit=True) as connection:
            while (state := connection.execute(_STATE, [self._name]).fetchone()) != wanted:
                if time.monotonic() > late:
                    raise RuntimeError(f"the standby is {state}, not {wanted}: {self.room.log}")
                time.sleep(0.01)
