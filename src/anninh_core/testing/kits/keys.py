"""The conformance kit for key stores: rules K-01 to K-19."""

from typing import Any

import pytest
from attrs import evolve

from anninh_core.kernel.crypto.signing import find_uncertified_key, verify_signature
from anninh_core.kernel.errors import BadInput, DecryptionError
from anninh_core.ports.keys import Keys, KeysCopy, ManyKeys, NotedHead, NotesHeads, PortableKeys, SigningKeys
from anninh_core.testing.kits.guard import ConformanceKit

DATA_KEY = bytes(range(32))


class KeysConformance(ConformanceKit, kit=True):
    """Rules that a key store has to keep. Override the fixture `keys`, and `elsewhere` if keys can be exported."""

    @pytest.fixture
    def keys(self) -> Keys:
        """Return a key store in its first epoch. To be overridden."""
        raise NotImplementedError("override the fixture keys with one that returns a keeper in its first epoch")

    @pytest.fixture
    def elsewhere(self) -> Keys | None:
        """Return a new, second key store of the same class, or None if keys can't be exported. May be overridden."""
        return None

    def test_round_trip(self, keys: Keys) -> None:
        """K-01 A data key is wrapped under the current epoch, unwraps unchanged, and isn't visible in its wrapping."""
        epoch, wrapped = keys.wrap(DATA_KEY, "case:1")
        assert epoch == keys.epoch
        assert DATA_KEY not in wrapped
        assert keys.unwrap(epoch, wrapped, "case:1") == DATA_KEY

    def test_other_scope(self, keys: Keys) -> None:
        """K-02 A wrapped key can be unwrapped for its own scope only."""
        epoch, wrapped = keys.wrap(DATA_KEY, "case:1")
        with pytest.raises(DecryptionError):
            keys.unwrap(epoch, wrapped, "case:2")

    def test_altered(self, keys: Keys) -> None:
        """K-03 An altered, cut or empty wrapped key can't be unwrapped."""
        epoch, wrapped = keys.wrap(DATA_KEY, "case:1")
        flipped = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
        for wrong in (flipped, wrapped[:-1], wrapped[:5], b""):
            with pytest.raises(DecryptionError):
                keys.unwrap(epoch, wrong, "case:1")

    def test_never_alike(self, keys: Keys) -> None:
        """K-04 Wrapping the same key twice gives different bytes."""
        assert keys.wrap(DATA_KEY, "case:1") != keys.wrap(DATA_KEY, "case:1")

    def test_turn(self, keys: Keys) -> None:
        """K-05 After a change of epoch new keys are wrapped under the new epoch, and old ones still unwrap."""
        first, wrapped = keys.wrap(DATA_KEY, "case:1")
        second = keys.turn_epoch()
        assert second == keys.epoch != first
        assert keys.wrap(DATA_KEY, "case:1")[0] == second
        assert keys.unwrap(first, wrapped, "case:1") == DATA_KEY

    def test_destroy(self, keys: Keys) -> None:
        """K-06 Keys wrapped under a destroyed epoch can't be unwrapped; destroying the epoch again is harmless."""
        first, wrapped = keys.wrap(DATA_KEY, "case:1")
        keys.turn_epoch()
        keys.destroy_epoch(first)
        keys.destroy_epoch(first)
        with pytest.raises(DecryptionError, match=first):
            keys.unwrap(first, wrapped, "case:1")

    def test_destroy_present(self, keys: Keys) -> None:
        """K-07 The current epoch can't be destroyed, and an epoch's name is never used again."""
        names = [keys.epoch, keys.turn_epoch(), keys.turn_epoch()]
        with pytest.raises(BadInput):
            keys.destroy_epoch(keys.epoch)
        keys.destroy_epoch(names[1])
        assert keys.turn_epoch() not in names

    def test_unknown_epoch(self, keys: Keys) -> None:
        """K-08 Nothing can be unwrapped under an epoch that never existed."""
        with pytest.raises(DecryptionError):
            keys.unwrap("nobody", keys.wrap(DATA_KEY, "case:1")[1], "case:1")

    def test_blind(self, keys: Keys) -> None:
        """K-09 Equal values have equal blind hashes in all epochs; other purposes and values have other hashes."""
        hash_ = keys.blind("phone", "0900000001")
        keys.turn_epoch()
        assert keys.blind("phone", "0900000001") == hash_
        other_hashes = [
            keys.blind("plate", "0900000001"),
            keys.blind("phone", "0900000002"),
            keys.blind("phon", "e0900000001"),
        ]
        assert len({hash_, *other_hashes}) == 4
        assert "0900000001" not in hash_

    def test_moved(self, keys: Keys, elsewhere: Keys | None) -> None:
        """K-10 Imported keys unwrap, wrap and hash as in the old store, in every epoch that wasn't destroyed."""
        here, there = require_portable(keys, elsewhere)
        wrapped = [keys.wrap(DATA_KEY, "case:1"), (keys.turn_epoch(), b""), keys.wrap(DATA_KEY, "case:1")]
        there.adopt(here.export())
        assert there.epoch == keys.epoch
        assert there.blind("phone", "0900000001") == keys.blind("phone", "0900000001")
        for epoch, bytes_ in (wrapped[0], wrapped[2]):
            assert there.unwrap(epoch, bytes_, "case:1") == DATA_KEY
        assert keys.unwrap(*there.wrap(DATA_KEY, "case:2"), "case:2") == DATA_KEY
        assert there.turn_epoch() not in [epoch for epoch, _ in wrapped]

    def test_moved_without_the_destroyed(self, keys: Keys, elsewhere: Keys | None) -> None:
        """K-11 A destroyed epoch isn't exported."""
        here, there = require_portable(keys, elsewhere)
        first, wrapped = keys.wrap(DATA_KEY, "case:1")
        keys.turn_epoch()
        keys.destroy_epoch(first)
        there.adopt(here.export())
        with pytest.raises(DecryptionError):
            there.unwrap(first, wrapped, "case:1")

    def test_used(self, keys: Keys, elsewhere: Keys | None) -> None:
        """K-12 An import never replaces other keys that were used; importing the same keys again changes nothing."""
        here, there = require_portable(keys, elsewhere)
        epoch, wrapped = keys.wrap(DATA_KEY, "case:1")
        with pytest.raises(BadInput):
            here.adopt(there.export())
        here.adopt(here.export())
        assert keys.unwrap(epoch, wrapped, "case:1") == DATA_KEY
        there.adopt(here.export())
        there.adopt(here.export())
        assert there.export() == here.export()

    @pytest.mark.parametrize("wrong", [{"form": "sealing wax"}, {"epochs": {}}, {"current": "nobody"}], ids=range(3))
    def test_not_theirs(self, keys: Keys, elsewhere: Keys | None, wrong: dict[str, Any]) -> None:
        """K-13 A copy in another format, or without its current epoch, is refused and changes nothing."""
        here, there = require_portable(keys, elsewhere)
        before = there.export()
        copy: KeysCopy = evolve(here.export(), **wrong)
        with pytest.raises(BadInput):
            there.adopt(copy)
        assert there.export() == before

    def test_many(self, keys: Keys) -> None:
        """K-14 `unwrap_many` returns the same data keys as `unwrap`; the error about a key names its epoch."""
        if not isinstance(keys, ManyKeys):
            pytest.skip("it unwraps them one by one")
        wrapped_keys = [(*keys.wrap(bytes([number] * 32), f"case:{number}"), f"case:{number}") for number in range(3)]
        keys.turn_epoch()
        wrapped_keys.append((*keys.wrap(DATA_KEY, "case:new"), "case:new"))
        assert list(keys.unwrap_many(wrapped_keys)) == [keys.unwrap(*wrapped_key) for wrapped_key in wrapped_keys]
        assert list(keys.unwrap_many([])) == []
        keys.destroy_epoch(wrapped_keys[0][0])
        with pytest.raises(DecryptionError, match=wrapped_keys[0][0]):
            keys.unwrap_many(wrapped_keys)

    def test_signed(self, keys: Keys) -> None:
        """K-15 A signature verifies with the public key, for its own purpose and content only."""
        signing = require_signing(keys)
        signed = signing.sign("kit", b"content")
        (key,) = signing.public_keys()
        assert key.id == signed.key
        assert verify_signature(key, "kit", b"content", signed.signature)
        for purpose, content in (("other", b"content"), ("kit", b"Content"), ("kit", b"")):
            assert not verify_signature(key, purpose, content, signed.signature)
        assert signing.sign("kit", b"content").key == signed.key

    def test_signing_key_rotated(self, keys: Keys) -> None:
        """K-16 A new signing key is certified by the old one, which signs no more; an altered key chain is detected."""
        signing = require_signing(keys)
        before = signing.sign("kit", b"content")
        new = signing.rotate_signing_key()
        chain = signing.public_keys()
        assert [key.id for key in chain] == [before.key, new.id]
        assert signing.sign("kit", b"content").key == new.id
        assert verify_signature(chain[0], "kit", b"content", before.signature)
        assert find_uncertified_key(chain) is None
        assert find_uncertified_key(chain[1:]) == chain[1]
        assert find_uncertified_key((chain[0], evolve(chain[1], certificate=before.signature))) is not None

    def test_signing_keys_moved(self, keys: Keys, elsewhere: Keys | None) -> None:
        """K-17 An export includes the signing keys; importing an earlier copy without them keeps the signing keys."""
        here, there = require_portable(keys, elsewhere)
        old = here.export()
        signing = require_signing(keys)
        moved = require_signing(there)
        signing.sign("kit", b"content")
        signing.rotate_signing_key()
        there.adopt(here.export())
        assert moved.public_keys() == signing.public_keys()
        assert moved.sign("kit", b"content") == signing.sign("kit", b"content")
        here.adopt(old)
        assert len(signing.public_keys()) == 2

    def test_epoch_turned_beside_the_signing_key(self, keys: Keys) -> None:
        """K-18 Changing and destroying epochs doesn't change the signing key."""
        signing = require_signing(keys)
        signed = signing.sign("kit", b"content")
        first = keys.epoch
        keys.turn_epoch()
        keys.destroy_epoch(first)
        assert signing.sign("kit", b"content") == signed

    def test_noted_heads(self, keys: Keys) -> None:
        """K-19 Only the last noted head of each journal is kept; the newest note comes last."""
        if not isinstance(keys, NotesHeads):
            pytest.skip("it notes no heads")
        assert keys.noted_heads() == ()
        first = NotedHead("a", 2, "h2")
        other_journal = NotedHead("b", 1, "h1")
        later = NotedHead("a", 1, "h1")
        for head in (first, other_journal, later, later):
            keys.note_head(head)
        assert list(keys.noted_heads()) == [other_journal, later]


def require_signing(keys: Keys) -> SigningKeys:
    """Return a key store that can sign, or skip the rule."""
    if not isinstance(keys, SigningKeys):
        pytest.skip("it doesn't sign")
    return keys


def require_portable(keys: Keys, elsewhere: Keys | None) -> tuple[PortableKeys, PortableKeys]:
    """Return two key stores that can export and import keys, or skip the rule."""
    if not isinstance(keys, PortableKeys) or not isinstance(elsewhere, PortableKeys):
        pytest.skip("its keys can't leave it")
    return keys, elsewhere
