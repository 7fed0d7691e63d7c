"""Tips sealed by hand, for floors that open as many bodies.

A sealed body is what the architecture calls so: encrypted under a key of its own, bound to its row's identity and to a
digest of its declared columns, so that a moved body or an altered column doesn't open; the key wrapped for its scope
and kept in a table apart, where a purge destroys it. A floor without that reads less of a row and opens something that
ours may not: bodies like these stand here as `bound=False`, for lines that show how much of ours that costs.
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
    """A file of tips.

    Attributes:
        selected: the columns that `open` takes, of tables `tip t` and what stands in `keys`.
        keys: joins the keys to `tip t`.

    Args:
        path: where the file lies.
        tables: statements that make further tables.
        bound: whether bodies are bound and keys kept apart.
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
    def storing(self, several: Sequence[Tip]) -> Iterator[list[tuple[int, Tip]]]:
        """Store tips and what is written inside the `with`, in one commit; hands in each tip's number."""
        numbered = list(enumerate(several, self._stored))
        self._stored += len(numbered)
        with transaction(self.connection):
            for number, tip in numbered:
                self._store(number, tip)
            yield numbered

    def _store(self, number: int, tip: Tip) -> None:
        scope = f"tip:{tip.id}"
        columns = tip_columns(tip)
        raw = AESGCM.generate_key(bit_length=256)
        clear = (scope, tip.unit, *(columns[name] for name in _COLUMNS))
        body = AESGCM(raw).encrypt(_NONCE, msgspec.json.encode(tip), self._binding(clear))
        wrapped = self._epoch.encrypt(_NONCE, raw, scope.encode() if self._bound else None)
        row = (number, tip.id, *clear, None if self._bound else wrapped, body)
        self.connection.execute(f"INSERT INTO tip VALUES ({', '.join('?' * len(row))})", row)
        if self._bound:
            self.connection.execute("INSERT INTO keyring VALUES (?, ?)", (scope, wrapped))

    def open(self, rows: Iterable[tuple[Any, ...]]) -> list[Tip]:
        """Open bodies and note in the journal, durably, whose they are."""
        opened = [self._opened(*row) for row in rows]
        with transaction(self.connection):
            noted = sha256("\n".join(tip.id for tip in opened).encode()).digest()
            self.connection.execute("INSERT INTO journal (content) VALUES (?)", (noted,))
        return opened

    def _opened(self, *row: Any) -> Tip:
        *clear, wrapped, body = row
        raw = self._epoch.decrypt(_NONCE, wrapped, clear[0].encode() if self._bound else None)
        return msgspec.json.decode(AESGCM(raw).decrypt(_NONCE, body, self._binding(clear)), type=Tip)

    def _binding(self, clear: Sequence[object]) -> bytes | None:
        return sha256(msgspec.json.encode(clear)).hexdigest().encode() if self._bound else None
