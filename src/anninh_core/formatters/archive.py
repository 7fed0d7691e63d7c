"""Reproducible zip archives, without the time of packing."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)  # The earliest time that an entry of a zip archive can have.


def repack(archive: bytes) -> bytes:
    """Return the same archive with every entry dated 1980-01-01, so that equal content gives equal bytes."""
    packed = BytesIO()
    with ZipFile(BytesIO(archive)) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(ZipInfo(entry.filename, _EPOCH), source.read(entry), ZIP_DEFLATED)
    return packed.getvalue()
