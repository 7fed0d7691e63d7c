"""The board: officers' screens, rendered on the server for any browser.

Pages only call operations through `OperationGateway`, so that they show no more than the operations return. Links and
forms suffice; the script makes the board smoother. `screens` has one folder per subject.
"""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
