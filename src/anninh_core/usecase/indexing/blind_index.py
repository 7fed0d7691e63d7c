"""Blind indexes: how a record is found by what only its sealed body says, such as somebody's address.

A keyed hash of that stands beside the wrapped key of the record's scope, and nowhere else: neither in the record's id,
nor in a column, nor in the journal. Destroying the key destroys it too.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import evolve

from anninh_core.kernel.refs import Ref
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
    index = blind_index(keys, kind, text)
    key = keyring.find((index,)).get(index)
    return "" if key is None else Ref.parse(key.scope).id


def indexed_keys(keys: Keys, new: Mapping[str, DataKey], saved: Iterable[tuple[Kind[M], M]]) -> Iterator[NewKey]:
    """Yield the keys that an act makes, each with the blind index of what it seals.

    Args:
        keys: hash.
        new: the data keys of an act's scopes, made by it or not.
        saved: what the act saved.
    """
    texts = {kind.scope(model): (kind, text) for kind, model in saved if (text := kind.found_by(model))}
    for scope, key in new.items():
        if key.new is not None:
            kind, text = texts.get(scope, (None, ""))
            yield key.new if kind is None else evolve(key.new, blind_index=blind_index(keys, kind, text))
