"""Operations: every public use case with a name, arguments that can be decoded, and a result that can be encoded.

HTTP and `anninh call` are built on them.
"""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
