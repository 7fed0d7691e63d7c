"""Basic modules independent of the library's domain: ids, Vietnamese text, dates, working time, errors and
cryptography.

The function `redact` is imported from its module, which has the same name.
"""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
