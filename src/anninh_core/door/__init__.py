"""The door: every public use case as an operation with a name, arguments to decode and an answer that may leave.

HTTP and `anninh call` are faces of it.
"""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.door.door import Door
    from anninh_core.door.errors import ArgumentError, BadArguments
    from anninh_core.door.files.uploads import Upload, Uploads
    from anninh_core.door.inputs import InputField, InputKind, describe_inputs
    from anninh_core.door.operation import Operation
    from anninh_core.door.signing_in import Client, SignInRequest

__all__ = [
    "ArgumentError",
    "BadArguments",
    "Client",
    "Door",
    "InputField",
    "InputKind",
    "Operation",
    "SignInRequest",
    "Upload",
    "Uploads",
    "describe_inputs",
]

lazy(
    __name__,
    {
        "ArgumentError": "errors",
        "BadArguments": "errors",
        "Client": "signing_in",
        "Door": "door",
        "InputField": "inputs",
        "InputKind": "inputs",
        "Operation": "operation",
        "SignInRequest": "signing_in",
        "Upload": "files.uploads",
        "Uploads": "files.uploads",
        "describe_inputs": "inputs",
    },
)
