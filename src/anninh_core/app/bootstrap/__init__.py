"""The one place where ports meet adapters, and where the worker is built."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.app.bootstrap.app import build_app
    from anninh_core.app.bootstrap.worker import build_worker

__all__ = [
    "build_app",
    "build_worker",
]

lazy(
    __name__,
    {
        "build_app": "app",
        "build_worker": "worker",
    },
)
