"""Detection, refusal and cleaning of uploaded files, so that they can be shown without identifying metadata.

Doesn't depend on messages, cases and storage. Third-party libraries are imported only when a file needs them.
"""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
