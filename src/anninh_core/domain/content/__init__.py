"""Content: items go from a draft through four gates and the approval by a second person to the groups, and can be
corrected there.
"""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
