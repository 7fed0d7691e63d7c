"""What `anninh doctor` asks: is all well here, and if not, what is to be done.

It changes nothing: it makes no file, migrates nothing and sends nothing.
"""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.app.doctor.examination import examine
    from anninh_core.app.doctor.machine import Machine

__all__ = [
    "Machine",
    "examine",
]

lazy(
    __name__,
    {
        "Machine": "machine",
        "examine": "examination",
    },
)
