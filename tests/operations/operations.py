"""The public operations: one line each, kept in `operations.txt`.

`python -m tests.operations.operations --write` writes the file: each added line opens an operation to external callers.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from anninh_core.operations import OperationGateway
from anninh_core.operations.operation import Operation
from anninh_core.testing import memory_app

FILE = Path(__file__).with_name("operations.txt")


def describe_operation(operation: Operation) -> str:
    """Return an operation as a line with its name, kind and permissions, and the marks `traced` and `step_up` if they
    are set.
    """
    permissions = ",".join(permission.value for permission in (operation.permission, *operation.needs))
    marks = [word for word, is_set in (("traced", operation.traced), ("step_up", operation.step_up)) if is_set]
    return " ".join((operation.name, operation.kind.value, permissions, *marks))


def describe_all_operations() -> Iterator[str]:
    with memory_app() as app:
        yield from sorted(map(describe_operation, OperationGateway(app).operations.values()))


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        raise SystemExit("usage: python -m tests.operations.operations --write")
    FILE.write_text("".join(f"{line}\n" for line in describe_all_operations()), encoding="utf-8")
