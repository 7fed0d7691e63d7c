"""A pretend Zalo: official accounts, groups, uploads, articles, template messages and bots, with webhooks.

Zalo offers no sandbox; this is one, usable by programs that know nothing else of this library:
`python -m anninh_zalo.testing`.
"""

from anninh_core._lazy import lazy

lazy(__name__)
