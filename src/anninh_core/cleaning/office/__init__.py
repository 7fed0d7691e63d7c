"""Cleaning of office documents: ZIP packages of XML are unpacked within limits, cleaned part by part and packed
again.
"""

from collections.abc import Mapping
from types import MappingProxyType

from anninh_core.cleaning.office.ooxml import clean_ooxml
from anninh_core.cleaning.office.open_document import clean_open_document
from anninh_core.cleaning.office.package import pack_parts, unpack_package
from anninh_core.cleaning.results import FileLimits

__all__ = ["clean_office"]

_EMPTY: Mapping[str, bytes] = MappingProxyType({})


def clean_office(data: bytes, media_type: str, limits: FileLimits, depth: int = 0) -> bytes:
    """Return an office document without data about its authors, its history and their machines.

    Args:
        limits: limits of the unpacked size.
        depth: number of documents that this document is embedded in.

    Raises:
        FileRefused: the document is a bomb, damaged or encrypted, or has macros or parts that can't be inspected.
        FileNotCleaned: a library isn't installed.
    """
    parts = unpack_package(data, limits)
    if "opendocument" in media_type:
        return pack_parts(clean_open_document(parts, limits), stored=("mimetype",))

    def clean_embedded_document(inner: bytes, inner_type: str) -> bytes:
        return clean_office(inner, inner_type, limits, depth + 1)

    return pack_parts(clean_ooxml(parts, limits, clean_embedded_document if depth == 0 else None))
