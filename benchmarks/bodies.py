"""Encrypted tips without the library, for floors that decrypt as many bodies.

As in the architecture, a body is encrypted under its own key and bound to its row's identity and to a digest of its
declared columns, so that a moved body or an altered column can't be decrypted; the key is wrapped for its scope and
kept in a separate table, where a purge destroys it. A floor without that reads less of a row and decrypts bodies that
the library must reject: `bound=False` makes such bodies, for lines that show how much of the library's time the binding
costs.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core.domain.tips.kind import TIP, tip_columns
from anninh_core.domain.tips.model import Tip
from benchmarks.bare import connect, transaction

_NONCE = bytes(12)
_COLUMNS = tuple(TIP.spec.columns)
_TABLES = f"""
    CREATE TABLE tip (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, scope TEXT NOT NULL, unit TEXT NOT NULL,
        {", ".join(f"{name} TEXT NOT NULL" for name in _COLUMNS)}, wrapped BLOB, body BLOB NOT NULL
    );
    CREATE TABLE keyring (scope TEXT PRIMARY KEY NOT NULL, wrapped BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE journal (seq INTEGER PRIMARY KEY, content BLOB NOT NULL);
"""


class BareTips:
    """A file of encrypted tips.

    Attributes:
        selected: columns that `open` takes, of `tip t` and the tables in `keys`.
        keys: SQL that joins the keys to `tip t`.

    Args:
        path: the database file.
        tables: statements that create further tables.
        bound: whether bodies are bound to their rows, with the keys in a separate table.
    """

    def __init__(self, path: Path, tables: str = "", *, bound: bool = True) -> None:
        self.connection = connect(path)
        self.connection.executescript(_TABLES + tables)
        self._epoch = AESGCM(AESGCM.generate_key(bit_length=256))
        self._bound = bound
        self._stored = 0
        clear = ", ".join(f"t.{name}" for name in ("scope", "unit", *_COLUMNS))
        self.selected = f"{clear}, k.wrapped, t.body" if bound else "t.wrapped, t.body"
        self.keys = "CROSS JOIN keyring k ON k.scope = t.scope" if bound else ""

    @contextmanager
    def store_tips_with(self, several: Sequence[Tip]) -> Iterator[list[tuple[int, Tip]]]:
        """Store tips, and what the `with` block writes, in one commit; yield each tip with its number."""
        numbered = list(enumerate(several, self._stored))
        self._stored += len(numbered)
        with transaction(self.connection):
            for number, tip in numbered:
                self._store_tip(number, tip)
            yield numbered

    def _store_tip(self, number: int, tip: Tip) -> None:
        scope = f"tip:{tip.id}"
        columns = tip_columns(tip)
        data_key = AESGCM.generate_key(bit_length=256)
        clear_values = (scope, tip.unit, *(columns[name] for name in _COLUMNS))
        body = AESGCM(data_key).encrypt(_NONCE, msgspec.json.encode(tip), self._build_binding(clear_values))
        wrapped = self._epoch.encrypt(_NONCE, data_key, scope.encode() if self._bound else None)
        row = (number, tip.id, *clear_values, None if self._bound else wrapped, body)
        self.connection.execute(f"INSERT INTO tip VALUES ({', '.join('?' * len(row))})", row)
        if self._bound:
            self.connection.execute("INSERT INTO keyring VALUES (?, ?)", (scope, wrapped))

    def open(self, rows: Iterable[tuple[Any, ...]]) -> list[Tip]:
        """Decrypt bodies, and write one journal row with a digest of the tips' ids, durably."""
        opened = [self._decrypt_tip(*row) for row in rows]
        with transaction(self.connection):
            digest = sha256("\n".join(tip.id for tip in opened).encode()).digest()
            self.connection.execute("INSERT INTO journal (content) VALUES (?)", (digest,))
        return opened

    def _decrypt_tip(self, *row: Any) -> Tip:
        *clear_values, wrapped, body = row
        data_key = self._epoch.decrypt(_NONCE, wrapped, clear_values[0].encode() if self._bound else None)
        return msgspec.json.decode(AESGCM(data_key).decrypt(_NONCE, body, self._build_binding(clear_values)), type=Tip)

    def _build_binding(self, clear: Sequence[object]) -> bytes | None:
        return sha256(msgspec.json.encode(clear)).hexdigest().encode() if self._bound else None
