"""Files with articles of a knowledge base, and the articles that come with the library."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
