"""A storage: everything lies in memory, and each call that changed something in a SQLite file, in their order.

It keeps every rule of the kit, but opening takes as long as the list of calls is, and all must find room in memory. An
engine that keeps lists is put in the place of `Calls`; one that keeps rows and finds them takes the place of
`MemoryStorage`, port by port, in the order that the page "Write a storage" of anninh's documentation tells.
"""

import sqlite3
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import wraps
from inspect import signature
from operator import attrgetter
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import Any, TypeAlias, cast, get_args

import attrs
import msgspec
from anninh_core import ports
from anninh_core import vocabulary as v
from anninh_core.kernel import errors
from anninh_core.plugins import hookimpl
from anninh_core.ports.storages.dumping import Row
from anninh_core.testing.memory import MemoryStorage

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
TABLES = """
    CREATE TABLE IF NOT EXISTS calls (number INTEGER PRIMARY KEY, call TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS tried (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
"""
QUEUES = "claim_inbox retry_inbox claim_outbox start release_held prune_inbox prune_outbox remove_ended"
ALWAYS = {"prepare", "counters.replace", "leases.release", "maintenance.load"}  # their answer doesn't tell
TELLING = {"commit", "prune_requests", "keyring.destroy", "leases.acquire", "states.put", "maintenance.mend"}
CHANGING = TELLING | ALWAYS | {f"queues.{method}" for method in QUEUES.split()}
TYPES: Mapping[str, Any] = {  # of arguments that JSON doesn't have
    **dict.fromkeys(("now", "before", "due_at"), datetime),
    **dict.fromkeys(("ttl", "patience"), timedelta),
    "body": bytes,
    "counters": tuple[ports.Counter, ...],
    "fence": ports.Lease | None,
    "lanes": tuple[v.Lane, ...],
    "lease": ports.Lease,
    "specs": tuple[ports.IndexSpec, ...],
}
ROWS = {row.__name__: row for row in get_args(Row)}
COLUMNS = {column.__name__: column for column in (str, int, float, bool)}
FULL = v.Ability(v.Support.FULL)


class Calls:
    """The list of calls in its file. Another engine needs these methods, and that one opener at a time adds."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, timeout=30, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA secure_delete = ON")
        self._connection.executescript(TABLES)

    @contextmanager
    def adding(self) -> Generator[None]:
        """Keep others from adding meanwhile; what was added is on the disk afterwards, or none of it at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def add(self, call: str) -> int:
        """Add a call and return its number."""
        return self._connection.execute("INSERT INTO calls (call) VALUES (?)", (call,)).lastrowid or 0

    def after(self, number: int) -> list[tuple[int, str]]:
        """Return the calls after a number, each with its own."""
        return self._connection.execute("SELECT * FROM calls WHERE number > ? ORDER BY number", (number,)).fetchall()

    def replace(self, number: int, call: str) -> None:
        """Put a call in the place of another."""
        self._connection.execute("UPDATE calls SET call = ? WHERE number = ?", (call, number))

    def try_adding(self) -> None:
        """Write as much as a call has, in the place of what was tried before."""
        self._connection.execute("INSERT OR REPLACE INTO tried VALUES (1, randomblob(4000))")

    def close(self) -> None:
        """Release the file."""
        self._connection.close()


class CallListStorage:
    """A storage in memory that is made anew from its calls. Several threads and processes may work on one file."""

    name = "call_list"
    capabilities = v.Capabilities(
        "call_list",
        {
            **dict.fromkeys(("durable", "threads", "processes"), FULL),
            "machines": v.Ability(v.Support.IMPOSSIBLE, "the locks of a file don't hold over a network"),
        },
    )

    def __init__(self, url: str) -> None:
        self._file = Path(url.partition(":///")[2])
        if not self._file.name:
            raise errors.ConfigurationError(f"{url!r} names no file; write call_list:///FILE")
        self._lock = RLock()
        self._calls: Calls | None = None
        self._memory, self._seen, self._prepared = MemoryStorage(), 0, ""
        self.records = cast("ports.Records", Port(self, "records"))
        self.journal = cast("ports.Journal", Port(self, "journal"))
        self.queues = cast("ports.Queues", Port(self, "queues"))
        self.counters = cast("ports.Counters", Port(self, "counters"))
        self.search = cast("ports.Search", Port(self, "search"))
        self.keyring = cast("ports.KeyRing", Port(self, "keyring"))
        self.leases = cast("ports.Leases", Port(self, "leases"))
        self.states = cast("ports.States", Port(self, "states"))
        self.maintenance = cast("ports.Maintenance", Port(self, "maintenance"))

    def prepare(self, specs: Sequence[ports.IndexSpec]) -> None:
        """Open the file and learn the kinds, in the columns that they have from now on."""
        with self._lock:
            if self._calls is None:
                try:
                    self._calls = Calls(self._file)
                except sqlite3.Error as error:
                    raise errors.StorageError(f"{self._file} can't be opened: {error}") from error
            self.call("prepare", specs)

    def commit(self, change_sets: Sequence[ports.ChangeSet]) -> Sequence[ports.Outcome]:
        """Apply change sets, each whole or not at all."""
        outcomes: Sequence[ports.Outcome] = self.call("commit", change_sets)
        return outcomes

    def requested(self, request: str) -> bool:
        """Tell whether a change set with this request key was committed before."""
        return bool(self.call("requested", request))

    def prune_requests(self, before: datetime, limit: int = 200) -> int:
        """Forget request keys whose entries were made before a moment."""
        return int(self.call("prune_requests", before, limit))

    def try_write(self) -> None:
        """Write something and keep nothing."""
        with self._changing() as calls:
            calls.try_adding()

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            if self._calls is not None:
                self._calls.close()
            self._calls = None
            self._forget()

    def call(self, path: str, *arguments: Any, **named: Any) -> Any:
        """Call a method of the storage in memory, and keep the call if it changed something."""
        if path == "queues.wait":
            return self._wait(*arguments, **named)
        if path in CHANGING:
            with self._changing() as calls:
                return self._change(calls, path, *arguments, **named)
        with self._reading():
            return attrgetter(path)(self._memory)(*arguments, **named)

    def _change(self, calls: Calls, path: str, *arguments: Any, **named: Any) -> Any:
        method = attrgetter(path)(self._memory)
        given = signature(method).bind(*arguments, **named).arguments
        given |= {name: [*value] for name, value in given.items() if name in ("rows", "counters")}  # read once
        if path == "prepare" and write_call(path, given) == self._prepared:
            return None
        depth = self._memory.queues.depth()
        answer = method(**given)
        if path == "commit":  # who was refused left nothing
            outcomes = zip(given["change_sets"], answer, strict=True)
            given["change_sets"] = [change for change, outcome in outcomes if outcome is ports.Outcome.COMMITTED]
        if path in ALWAYS or given.get("change_sets", answer) or self._memory.queues.depth() != depth:
            self._keep(calls, write_call(path, given))
        if path == "keyring.destroy":
            blank_keys(calls, given["scope"])
        return answer

    def _keep(self, calls: Calls, call: str) -> None:
        self._seen = calls.add(call)
        self._prepared = call if call.startswith('["prepare"') else self._prepared

    @contextmanager
    def _changing(self) -> Generator[Calls]:
        """Work on what all others have left. Whatever fails: the memory is made anew of what is kept."""
        with self._reading() as calls:
            try:
                with calls.adding():
                    self._catch_up(calls)
                    yield calls
            except BaseException:
                self._forget()
                raise

    @contextmanager
    def _reading(self) -> Generator[Calls]:
        with self._lock:
            if self._calls is None:
                raise errors.StorageError(f"{self._file} is closed or was never opened; call prepare() first")
            try:
                self._catch_up(self._calls)
                yield self._calls
            except sqlite3.Error as error:
                kind = errors.StorageFull if error.sqlite_errorname == "SQLITE_FULL" else errors.StorageError
                raise kind(f"{self._file} can't be used: {error}") from error

    def _catch_up(self, calls: Calls) -> None:
        """Do in memory what was done by others, or before this process began."""
        for number, call in calls.after(self._seen):
            path, given = read_call(call)
            attrgetter(path)(self._memory)(**given)
            self._seen = number
            self._prepared = call if path == "prepare" else self._prepared

    def _forget(self) -> None:
        self._memory, self._seen, self._prepared = MemoryStorage(), 0, ""

    def _wait(self, patience: timedelta) -> bool:
        """Look now and then for what other processes have added."""
        end = monotonic() + patience.total_seconds()
        while True:
            with self._reading():
                queues = self._memory.queues
            left = end - monotonic()
            if queues.wait(timedelta(seconds=max(0.0, min(left, 0.05)))):
                return True
            if left <= 0:
                return False


class Port:
    """A small port of the storage in memory, called by way of the storage."""

    def __init__(self, storage: CallListStorage, name: str) -> None:
        self._storage, self._name = storage, name

    def __getattr__(self, method: str) -> Any:
        path = f"{self._name}.{method}"

        @wraps(attrgetter(path)(EXAMPLE))
        def call(*arguments: Any, **named: Any) -> Any:
            return self._storage.call(path, *arguments, **named)

        return call


EXAMPLE = MemoryStorage()
"""Has the methods of the ports."""


def write_call(path: str, given: Mapping[str, Any]) -> str:
    """Return a call as JSON. What a change set was judged by isn't written: it was judged once and for all."""
    values = dict(given)
    if path == "commit":
        judged = [attrs.evolve(change, guards=(), sealed_under=()) for change in given["change_sets"]]
        values = {"change_sets": [msgspec.to_builtins(change) for change in judged]}
    if path == "maintenance.load":
        values = {"rows": [(type(row).__name__, row) for row in given["rows"]]}
    return msgspec.json.encode([path, values], enc_hook=lambda column: column.__name__).decode()


def read_call(call: str) -> tuple[str, Mapping[str, Any]]:
    """Return the path of a method and its arguments."""
    path, given = msgspec.json.decode(call)
    if path == "commit":
        return path, {"change_sets": [read_change(change) for change in given["change_sets"]]}
    if path == "maintenance.load":
        return path, {"rows": [convert(row, ROWS[name]) for name, row in given["rows"]]}
    return path, {name: convert(value, TYPES.get(name, Any)) for name, value in given.items()}


def read_change(fields: Mapping[str, Any]) -> ports.ChangeSet:
    """Return a change set."""
    types = {field.name: field.type for field in attrs.fields(ports.ChangeSet)}
    return ports.ChangeSet(**{name: convert(value, types[name]) for name, value in fields.items() if value})


def convert(value: Any, type: Any) -> Any:
    """Return a value of JSON as what it was."""
    return msgspec.convert(value, type, dec_hook=lambda _, name: COLUMNS[name])


def blank_keys(calls: Calls, scope: str) -> None:
    """Take a scope's keys out of the calls that brought them."""
    for number, call in calls.after(0):
        content = msgspec.json.decode(call)
        if keys := [part for part in parts(content) if part.get("scope") == scope and part.get("wrapped")]:
            for key in keys:
                key["wrapped"] = ""
            calls.replace(number, msgspec.json.encode(content).decode())


def parts(content: Json) -> Iterator[dict[str, Json]]:
    """Yield each object in JSON."""
    if isinstance(content, dict):
        yield content
        content = [*content.values()]
    if isinstance(content, list):
        for part in content:
            yield from parts(part)


@hookimpl
def anninh_storages() -> "Sequence[type[ports.Storage]]":
    """Offer the storage: `storage = "call_list:///FILE"` in `anninh.toml` opens it."""
    return [CallListStorage]
