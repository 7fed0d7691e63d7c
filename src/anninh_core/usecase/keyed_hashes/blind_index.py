"""Blind indexes: how a record is found by what only its sealed body says, such as somebody's address.

A keyed hash of that stands beside the wrapped key of the record's scope, and nowhere else: neither in the record's id,
nor in a column, nor in the journal. Destroying the key destroys it too.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from anninh_core.kernel.refs import Ref
from anninh_core.kernel.replacing import evolve
from anninh_core.ports.keys import Keys
from anninh_core.ports.storages.changes import NewKey
from anninh_core.ports.storages.storage import KeyRing
from anninh_core.usecase.encryption.encryptor import DataKey
from anninh_core.usecase.kinds import Kind, M

_DIGITS = 32  # 128 bits


def blind_index(keys: Keys, kind: Kind[Any], text: str) -> str:
    """Return the keyed hash by which a record of a kind is found."""
    return keys.blind(kind.name, text)[:_DIGITS]


def find_id(keys: Keys, keyring: KeyRing, kind: Kind[Any], text: str) -> str:
    """Return the id of the record that is found by a text, "" where there is none, or none any more."""
    return find_ids(keys, keyring, ((kind, text),))[kind.name, text]


def find_ids(keys: Keys, keyring: KeyRing, asked: Iterable[tuple[Kind[Any], str]]) -> dict[tuple[str, str], str]:
    """Return the ids of the records that are found by some texts, as `find_id` does; the ring is asked once."""
    indexes = {(kind.name, text): blind_index(keys, kind, text) for kind, text in asked}
    found = keyring.find(indexes.values()) if indexes else {}
    return {one: Ref.parse(found[index].scope).id if index in found else "" for one, index in indexes.items()}


def indexed_keys(keys: Keys, new: Mapping[str, DataKey], saved: Iterable[tuple[Kind[M], M]]) -> Iterator[NewKey]:
    """Yield the keys that an act makes, each with the blind index of what it seals.

    Args:
        new: the data keys of an act's scopes, made by it or not.
    """
    texts = {kind.scope(model): (kind, text) for kind, model in saved if (text := kind.found_by(model))}
    for scope, key in new.items():
        if key.new is not None:
            kind, text = texts.get(scope, (None, ""))
            yield key.new if kind is None else evolve(key.new, blind_index=blind_index(keys, kind, text))
