"""The HTTP interface with webhooks, probes and metrics. It needs the extra `web`; metrics need the extra `metrics`.

`status_of` needs neither extra: it returns the HTTP status for an error.
"""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
