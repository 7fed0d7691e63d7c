"""The door: every public use case as an operation with a name, arguments to decode and an answer that may leave.

HTTP and `anninh call` are faces of it.
"""

from anninh_core._lazy import lazy

lazy(__name__)
