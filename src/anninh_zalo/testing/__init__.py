"""A pretend Zalo: official accounts, groups, uploads, articles, template messages and bots, with webhooks.

Zalo offers no sandbox; this sandbox works for programs without any other part of this library: `python -m
anninh_zalo.testing`.
"""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
