"""Operations: every public use case with a name, arguments to decode, and a result to encode.

HTTP and `anninh call` are built on them.
"""

from anninh_core._lazy import lazy

lazy(__name__)
