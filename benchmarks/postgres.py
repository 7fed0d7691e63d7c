"""A temporary PostgreSQL server with the default durability settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.measure import CannotRun

if TYPE_CHECKING:
    from tests.support.postgres.server import Server


@contextmanager
def run_server() -> Iterator["Server"]:
    """Run a PostgreSQL server for the `with` block, with its files on disk.

    Raises:
        CannotRun: the driver or the server is missing.
    """
    try:
        from tests.support.postgres.installations import find_installations  # noqa: PLC0415  only where it is there
        from tests.support.postgres.server import Server  # noqa: PLC0415  same

        installation = find_installations()[-1]
    except (ImportError, LookupError) as missing:
        raise CannotRun(f"PostgreSQL or its driver is missing: {missing}") from missing
    with Server(installation) as server:
        yield server
