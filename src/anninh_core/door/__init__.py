"""The door: every public use case as an operation with a name, arguments to decode and an answer that may leave.

HTTP and `anninh call` are faces of it.
"""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.door.door import Door
    from anninh_core.door.errors import ArgumentError, BadArguments
    from anninh_core.door.files.uploads import Upload, Uploads
    from anninh_core.door.operation import Operation

__all__ = [
    "ArgumentError",
    "BadArguments",
    "Door",
    "Operation",
    "Upload",
    "Uploads",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "ArgumentError": "errors",
        "BadArguments": "errors",
        "Door": "door",
        "Operation": "operation",
        "Upload": "files.uploads",
        "Uploads": "files.uploads",
    },
)
