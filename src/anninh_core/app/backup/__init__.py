"""Backup and restore of an authority's data, bundles for a move, and garbage collection of blobs."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.app.backup.backup import back_up
    from anninh_core.app.backup.bundle import export_bundle, import_bundle
    from anninh_core.app.backup.container import FileReader
    from anninh_core.app.backup.garbage import collect_garbage, find_unused_blobs
    from anninh_core.app.backup.record_restoration import restore_record
    from anninh_core.app.backup.restoration import restore
    from anninh_core.app.backup.verification import verify

__all__ = [
    "FileReader",
    "back_up",
    "collect_garbage",
    "export_bundle",
    "find_unused_blobs",
    "import_bundle",
    "restore",
    "restore_record",
    "verify",
]

lazy(
    __name__,
    {
        "FileReader": "container",
        "back_up": "backup",
        "collect_garbage": "garbage",
        "export_bundle": "bundle",
        "find_unused_blobs": "garbage",
        "import_bundle": "bundle",
        "restore": "restoration",
        "restore_record": "record_restoration",
        "verify": "verification",
    },
)
