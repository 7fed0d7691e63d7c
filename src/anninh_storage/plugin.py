"""What this package offers through the plugin door."""

from anninh_core.plugins import hookimpl


@hookimpl
def anninh_storages() -> list[type]:
    """Offer the SQLite storage."""
    from anninh_storage.sqlite.storage import SqliteStorage  # noqa: PLC0415  loading a plugin stays cheap

    return [SqliteStorage]


@hookimpl
def anninh_keys() -> list[type]:
    """Offer the key file."""
    from anninh_storage.local_keys import LocalKeys  # noqa: PLC0415  loading a plugin stays cheap

    return [LocalKeys]


@hookimpl
def anninh_blobs() -> list[type]:
    """Offer the blob folder."""
    from anninh_storage.local_blobs import LocalBlobs  # noqa: PLC0415  loading a plugin stays cheap

    return [LocalBlobs]
