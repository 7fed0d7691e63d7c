"""The conformance kit for blob stores: rules B-01 to B-11."""

from datetime import timedelta
from hashlib import sha256

import pytest

from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.errors import NotFound
from anninh_core.ports.blobs import Blobs
from anninh_core.testing.kits.guard import ConformanceKit

HOUR = timedelta(hours=1)


class BlobsConformance(ConformanceKit, kit=True):
    """Rules that a blob store has to keep. Override the fixture `blobs`."""

    @pytest.fixture
    def blobs(self) -> Blobs:
        """Return an empty blob store. To be overridden."""
        raise NotImplementedError("override the fixture blobs with one that returns an empty store")

    @pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 4096, "Đường 🚨".encode()], ids=range(4))
    def test_round_trip(self, blobs: Blobs, data: bytes) -> None:
        """B-01 Any stored bytes are returned unchanged under their SHA-256."""
        digest = blobs.put(data)
        assert digest == sha256(data).hexdigest()
        assert blobs.get(digest) == data

    def test_again(self, blobs: Blobs) -> None:
        """B-02 Bytes that are stored again have the same name and are stored once."""
        assert blobs.put(b"x") == blobs.put(b"x")
        assert len(list(blobs.digests())) == 1

    def test_absent(self, blobs: Blobs) -> None:
        """B-03 A missing blob raises `NotFound`."""
        with pytest.raises(NotFound):
            blobs.get("0" * 64)

    @pytest.mark.parametrize("name", ["", "..", "../secret", "A" * 64, "0" * 63])
    def test_no_digest(self, blobs: Blobs, name: str) -> None:
        """B-04 A name that is no digest raises `NotFound`, whatever it looks like."""
        with pytest.raises(NotFound):
            blobs.get(name)
        assert not blobs.delete(name)

    def test_delete(self, blobs: Blobs) -> None:
        """B-05 A deleted blob is gone; deleting it again returns False."""
        digest = blobs.put(b"x")
        assert blobs.delete(digest)
        assert not blobs.delete(digest)
        with pytest.raises(NotFound):
            blobs.get(digest)

    def test_delete_one(self, blobs: Blobs) -> None:
        """B-06 Deleting one blob leaves the others."""
        first, second = blobs.put(b"x"), blobs.put(b"y")
        blobs.delete(first)
        assert blobs.get(second) == b"y"

    def test_digests(self, blobs: Blobs) -> None:
        """B-07 Every blob is listed once; an empty store lists none."""
        assert list(blobs.digests()) == []
        stored = {blobs.put(bytes([number])) for number in range(20)}
        listed = list(blobs.digests())
        assert len(listed) == len(stored)
        assert set(listed) == stored

    def test_put_back(self, blobs: Blobs) -> None:
        """B-08 A deleted blob can be stored again."""
        blobs.delete(blobs.put(b"x"))
        assert blobs.get(blobs.put(b"x")) == b"x"

    def test_age(self, blobs: Blobs) -> None:
        """B-09 A blob is older than any moment after it was stored, and than none before; an empty store has none."""
        now = SystemClock().now()
        assert list(blobs.older(now + HOUR)) == []
        stored = {blobs.put(b"x"), blobs.put(b"y")}
        assert set(blobs.older(now + HOUR)) == stored
        assert list(blobs.older(now - HOUR)) == []

    def test_delete_old(self, blobs: Blobs) -> None:
        """B-10 Deleting with `before` leaves a blob that was stored later."""
        now = SystemClock().now()
        digest = blobs.put(b"x")
        assert not blobs.delete(digest, before=now - HOUR)
        assert blobs.get(digest) == b"x"
        assert blobs.delete(digest, before=now + HOUR)
        assert not blobs.delete(digest, before=now + HOUR)
        assert not blobs.delete("no digest", before=now + HOUR)

    def test_sweep(self, blobs: Blobs) -> None:
        """B-11 Sweeping removes no complete blob."""
        digest = blobs.put(b"x")
        assert blobs.sweep(SystemClock().now() + HOUR) == 0
        assert blobs.get(digest) == b"x"
