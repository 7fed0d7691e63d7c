"""Official security chat groups: tips, reviewed content, moderation by people, signed reports.

::

    from anninh_core import load_profile, open_app

    with open_app(load_profile("hoa_lu_2021")) as app:
        ...
"""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
