"""Blind indexes for finding a record by a text that only its encrypted body contains, such as an address.

The keyed hash of that text is stored only with the wrapped key of the record's scope: not in the record's id, a column
or the journal. Destroying the key destroys the hash too.
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

_DIGITS = 32  # 32 hex digits are 128 bits.


def compute_blind_index(keys: Keys, kind: Kind[Any], text: str) -> str:
    """Return the keyed hash of a text, for finding the record of a kind that has this text."""
    return keys.blind(kind.name, text)[:_DIGITS]


def find_id(keys: Keys, keyring: KeyRing, kind: Kind[Any], text: str) -> str:
    """Return the id of the record whose blind index is made from a text, or "" if there is none or its key was
    destroyed.
    """
    return find_ids(keys, keyring, ((kind, text),))[kind.name, text]


def find_ids(keys: Keys, keyring: KeyRing, texts: Iterable[tuple[Kind[Any], str]]) -> dict[tuple[str, str], str]:
    """Return the ids of the records with some blind-indexed texts, as `find_id` does, with one query to the key
    ring.
    """
    indexes = {(kind.name, text): compute_blind_index(keys, kind, text) for kind, text in texts}
    keys_by_index = keyring.find(indexes.values()) if indexes else {}
    return {
        lookup: Ref.parse(keys_by_index[index].scope).id if index in keys_by_index else ""
        for lookup, index in indexes.items()
    }


def iter_indexed_keys(keys: Keys, new: Mapping[str, DataKey], saved: Iterable[tuple[Kind[M], M]]) -> Iterator[NewKey]:
    """Yield the new data keys of an act, each with the blind index of the record that it encrypts.

    Args:
        new: the data keys of an act's scopes, new or existing.
        saved: kind and model of the saved records.
    """
    texts = {kind.scope(model): (kind, text) for kind, model in saved if (text := kind.found_by(model))}
    for scope, key in new.items():
        if key.new is not None:
            kind, text = texts.get(scope, (None, ""))
            yield key.new if kind is None else evolve(key.new, blind_index=compute_blind_index(keys, kind, text))
