"""Keeping an authority's data: backups, moves to another place, and the blobs that nobody needs any more."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.app.keeping.backup import back_up
    from anninh_core.app.keeping.bundle import export_bundle, import_bundle
    from anninh_core.app.keeping.checking import verify
    from anninh_core.app.keeping.container import FileReader
    from anninh_core.app.keeping.garbage import collect, unused
    from anninh_core.app.keeping.restoring import restore

__all__ = [
    "FileReader",
    "back_up",
    "collect",
    "export_bundle",
    "import_bundle",
    "restore",
    "unused",
    "verify",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "FileReader": "container",
        "back_up": "backup",
        "collect": "garbage",
        "export_bundle": "bundle",
        "import_bundle": "bundle",
        "restore": "restoring",
        "unused": "garbage",
        "verify": "checking",
    },
)
