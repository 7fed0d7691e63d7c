"""The HTTP interface: webhooks, probes and metrics. Needs the extra `web`, metrics the extra `metrics`.

`status_of` needs neither: it returns the HTTP status for an error.
"""

from anninh_core._lazy import lazy

lazy(__name__)
