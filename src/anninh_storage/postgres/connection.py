"""Set up connections to a server, and translate the driver's errors."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from anninh_core.kernel.errors import BadInput, MissingExtra, StorageBusy, StorageError, StorageFull
from anninh_core.kernel.sentences import Sentence

try:
    import psycopg
    import psycopg_pool
except ImportError as missing:
    raise MissingExtra("the PostgreSQL storage", "postgres") from missing

from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from anninh_storage.postgres.statements import compile_statement

SCHEMES = ("postgresql://", "postgres://")
PATIENCE_S = 10.0
"""Seconds to wait for a connection or for a lock."""

_MIN_VERSION = 14
_DEFAULTS = {
    "target_session_attrs": "read-write",  # With several hosts, the driver connects to the current primary.
    "connect_timeout": "5",
    "application_name": "anninh",
    # Detect a server that vanished without closing the connection in half a minute instead of in hours.
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
_SESSION_SETTINGS = "SET synchronous_commit = {commit}; SET lock_timeout = '{wait:.0f}s'; SET timezone = 'UTC'"
_VALUE_ERRORS = (
    *(psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError, psycopg.InterfaceError),
    *(errors.ProgramLimitExceeded, OverflowError, UnicodeEncodeError),
)
_BUSY_ERRORS = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure, psycopg_pool.PoolTimeout)
_EXPLANATIONS: tuple[tuple[type[Exception], str], ...] = (
    (errors.DiskFull, Sentence("its disk is full: free some space and try again")),
    (
        errors.ReadOnlySqlTransaction,
        Sentence("it accepts no writes now, perhaps as a standby: name the primary as well, or wait for it"),
    ),
    (errors.InsufficientPrivilege, Sentence("this user has too few rights: make it the owner of the schema")),
    (errors.InvalidCatalogName, Sentence("there is no such database: create it with `createdb`")),
    (errors.InvalidPassword, Sentence("it refused the password: correct it in the URL, in PGPASSWORD or in ~/.pgpass")),
    (errors.TooManyConnections, Sentence("it has no connection left: raise max_connections, or stop other programs")),
)


def complete_url(url: str) -> str:
    """Return a PostgreSQL URL completed by the defaults of this package.

    Raises:
        BadInput: not a PostgreSQL URL.
    """
    if not url.startswith(SCHEMES):
        raise BadInput(
            "A URL that starts with {scheme!r} isn't a PostgreSQL URL: write it as postgresql://user@host/database.",
            scheme=url.partition(":")[0],
        )
    try:
        options: dict[str, Any] = conninfo_to_dict(url)
        return make_conninfo(**{**_DEFAULTS, **options})
    except psycopg.ProgrammingError as error:
        raise BadInput(
            "The PostgreSQL URL can't be read ({reason}): see docs/howto/use_postgresql.md.", reason=error
        ) from error


def display_name(conninfo: str) -> str:
    """Return a connection string's name for messages, which is the database and its hosts, never a password."""
    parts = conninfo_to_dict(conninfo)
    host_part = f" on {parts['host']}" if parts.get("host") else ""
    return f"PostgreSQL database {parts.get('dbname') or parts.get('service') or parts.get('user') or ''!r}{host_part}"


class PostgresConnection:
    """A connection in autocommit mode that runs the shared statements; the caller begins transactions explicitly."""

    def __init__(self, raw: "psycopg.Connection[Any]") -> None:
        self.raw = raw

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> "psycopg.Cursor[Any]":
        """Run a statement with `?` placeholders."""
        native = compile_statement(statement)
        return self.raw.execute(native.text, native.bind_values(values) or None, binary=True)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement once per row of values, without waiting for each result."""
        with self.raw.cursor() as cursor:
            cursor.executemany(compile_statement(statement).text, rows)
        return None


def configure(raw: "psycopg.Connection[Any]") -> None:
    """Apply the session settings to a new connection.

    Raises:
        StorageError: the server is too old.
    """
    if raw.info.server_version < _MIN_VERSION * 10_000:
        raise StorageError(
            "PostgreSQL {version} is too old: use version {least} or newer.",
            version=raw.info.server_version // 10000,
            least=_MIN_VERSION,
        )
    raw.execute(_SESSION_SETTINGS.format(commit=_commit_setting(raw), wait=PATIENCE_S).encode())


def _commit_setting(raw: "psycopg.Connection[Any]") -> str:
    """Return the server's `synchronous_commit` if it is at least as durable as `on` (the server's own disk), else
    `on`.
    """
    row = raw.execute("SELECT setting FROM pg_settings WHERE name = 'synchronous_commit'").fetchone()
    return row[0] if row and row[0] in ("on", "remote_apply") else "on"


@contextmanager
def translate_errors(name: str) -> Iterator[None]:
    """Translate the driver's errors into errors of this project that name the database and the remedy."""
    try:
        yield
    except StorageError:
        raise
    except _BUSY_ERRORS as error:
        raise StorageBusy(
            "{storage} is busy and gave no connection or lock within {seconds} s ({reason}): try again.",
            storage=name,
            seconds=PATIENCE_S,
            reason=_get_first_line(error),
        ) from error
    except _VALUE_ERRORS as error:
        meaning = _explain_error(error)
        if meaning:
            raise StorageError("{storage}: {problem}.", storage=name, problem=meaning) from error
        raise BadInput(
            "{storage} refused a value ({reason}): an id is already in use, or a value has the wrong type.",
            storage=name,
            reason=_get_first_line(error),
        ) from error
    except psycopg.Error as error:
        meaning = _explain_error(error) or Sentence(
            "it can't be reached, or it failed ({reason}): try again", reason=_get_first_line(error)
        )
        kind = StorageFull if isinstance(error, errors.DiskFull) else StorageError
        raise kind("{storage}: {problem}.", storage=name, problem=meaning) from error


def _explain_error(error: Exception) -> str:
    return next((meaning for kind, meaning in _EXPLANATIONS if isinstance(error, kind)), "")


def _get_first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
