"""Ids, Vietnamese text, dates and working time, errors; independent of the library's domain.

The function `redact` is imported from its module, which has the same name.
"""

from anninh_core._lazy import lazy

lazy(__name__)
