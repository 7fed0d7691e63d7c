"""The HTTP interface: webhooks, probes and metrics. Needs the extra `web`, figures the extra `metrics`.

`status_of` needs neither: it is the status that answers an error.
"""

from anninh_core._lazy import lazy

lazy(__name__)
