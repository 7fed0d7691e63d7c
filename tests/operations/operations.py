"""The public operations: a line for each one, kept in `operations.txt`.

`python -m tests.operations.operations --write` writes the file: each added line opens an operation to callers outside.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from anninh_core.operations import Door
from anninh_core.operations.operation import Operation
from anninh_core.testing import memory_app

FILE = Path(__file__).with_name("operations.txt")


def line_of(operation: Operation) -> str:
    """Return name, kind, permissions, and what else it asks for or leaves."""
    permissions = ",".join(one.value for one in (operation.permission, *operation.needs))
    marks = [word for word, holds in (("traced", operation.traced), ("step_up", operation.step_up)) if holds]
    return " ".join((operation.name, operation.kind.value, permissions, *marks))


def lines() -> Iterator[str]:
    with memory_app() as app:
        yield from sorted(map(line_of, Door(app).operations.values()))


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        raise SystemExit("usage: python -m tests.operations.operations --write")
    FILE.write_text("".join(f"{line}\n" for line in lines()), encoding="utf-8")
