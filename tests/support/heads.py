"""A helper that builds files of signed journal heads."""

from datetime import UTC, datetime

from anninh_core.domain.audit.heads.head_file import HeadFile, encode_head_file
from anninh_core.domain.audit.heads.model import SignedHead, sign_head
from anninh_core.testing.memory import MemoryKeys


def build_foreign_head_file(_: object = None) -> bytes:
    """Return a file of journal heads that another authority signed."""
    keys = MemoryKeys(seed=3)
    at = datetime(2021, 9, 1, 1, tzinfo=UTC)
    head = SignedHead(number=1, authority="hoa-lu-2", store="a" * 64, seq=1, hash="a" * 64, at=at)
    signed = sign_head(head, keys)
    file = HeadFile(authority="hoa-lu-2", store="a" * 64, keys=tuple(keys.public_keys()), heads=(signed,))
    return encode_head_file(file)
