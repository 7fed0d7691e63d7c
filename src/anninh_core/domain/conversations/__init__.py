"""Messages, and conversations, which are the vault with people's identities."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
