"""An office whose journal somebody changes: without the signing key, or with it and all else on the machine."""

from collections.abc import Callable, Mapping

from attrs import evolve, frozen

from anninh_core.app import App
from anninh_core.domain.audit import JOURNAL_HEAD, AuditReport, HeadFile, export_line, prove
from anninh_core.domain.audit.chain import parse_line
from anninh_core.domain.audit.heads.file import parse_head_file
from anninh_core.domain.audit.heads.model import sign_head
from anninh_core.domain.audit.heads.noting import note_journal
from anninh_core.domain.audit.heads.signing import iter_heads
from anninh_core.domain.audit.heads.watching import watch_journal
from anninh_core.ports.changes import GENESIS, JournalLine, chain_hash
from anninh_core.testing import UnsafeLocalUsers, memory_app
from anninh_core.testing.memory import MemoryKeys, MemoryStorage
from anninh_core.usecase import Actor

Lines = list[JournalLine]
FIRST_HEAD, SECOND_HEAD, TARGET = 4, 9, 7
"""The lines that heads saw; and the line between them that somebody changes."""


def storage_of(app: App) -> MemoryStorage:
    """Return the storage of an app in memory."""
    assert isinstance(app.context.storage, MemoryStorage)
    return app.context.storage


@frozen
class Office:
    """A journal of twelve lines with two heads.

    Attributes:
        outside: the heads, as the superior has them.
    """

    app: App
    boss: Actor
    outside: HeadFile

    @classmethod
    def open(cls) -> "Office":
        """Let four people be appointed, a head be signed, four more, another head, and two more."""
        app = memory_app()
        users = UnsafeLocalUsers(app)
        boss = users.appoint("Cán bộ Mẫu", app.district.root, *app.district.roles)
        for count in (3, 4, 2):
            for number in range(count):
                users.appoint(f"Cán bộ {count}.{number}", app.district.root, "editor")
            if count > 2:
                app.audit.sign_head(boss)
        watch_journal(app.runner)
        return cls(app, boss, parse_head_file(app.audit.export_heads(boss)))

    @property
    def lines(self) -> Lines:
        """The journal as it is stored."""
        return list(self.app.context.storage.journal.read(0, 1000))

    def put(self, lines: Lines) -> None:
        """Write over the journal, as whoever has the database can."""
        tables = storage_of(self.app).tables
        tables.journal = lines

    def sign_anew(self) -> None:
        """Sign the heads in the store anew for the journal as it is now, and note it: the keys are at hand."""
        lines, keys = self.lines, self.app.context.keys
        assert isinstance(keys, MemoryKeys)
        table = storage_of(self.app).tables.records[JOURNAL_HEAD.name]
        previous = GENESIS
        for head in list(iter_heads(self.app.context)):
            record = table.pop(head.id)
            if head.seq <= len(lines):
                store, hash = lines[0].hash, lines[head.seq - 1].hash
                signed = sign_head(evolve(head, store=store, hash=hash, previous=previous, signature=b""), keys)
                table[head.id] = evolve(record, body=JOURNAL_HEAD.encode(signed))
                previous = signed.digest
        vars(keys)["_noted"].clear()
        note_journal(self.app.context)

    def examined(self, heads: HeadFile | None = None) -> AuditReport:
        """Verify in the store."""
        return self.app.audit.examine(self.boss, heads)

    def exported(self, heads: HeadFile | None = None) -> AuditReport:
        """Verify what was exported, with nothing but the lines."""
        exported = [export_line(line) for line in self.lines]
        return prove((parse_line(line, number) for number, line in enumerate(exported, 1)), heads)


def renumbered(lines: Lines) -> Lines:
    """Return lines with numbers in order, and nothing else changed."""
    return [evolve(line, seq=seq) for seq, line in enumerate(lines, 1)]


def rechained(lines: Lines, *, keep_hash_of: int = 0) -> Lines:
    """Return lines with fresh numbers and hashes, so that the chain holds; one hash may stay as it is."""
    fresh: Lines = []
    previous = GENESIS
    for seq, line in enumerate(lines, 1):
        hash = line.hash if seq == keep_hash_of else chain_hash(previous, line.content)
        fresh.append(evolve(line, seq=seq, previous=previous, hash=hash))
        previous = hash
    return fresh


def _changed(lines: Lines) -> Lines:
    line = lines[TARGET - 1]
    altered = evolve(line, content=line.content.replace(b"units.appoint", b"units.revoked"))
    return [*lines[: TARGET - 1], altered, *lines[TARGET:]]


def _deleted(lines: Lines) -> Lines:
    return [*lines[: TARGET - 1], *lines[TARGET:]]


def _inserted(lines: Lines) -> Lines:
    stranger = evolve(lines[1], content=lines[1].content.replace(b"units.appoint", b"units.intrude"))
    return renumbered([*lines[: TARGET - 1], stranger, *lines[TARGET - 1 :]])


def _reordered(lines: Lines) -> Lines:
    return renumbered([*lines[: TARGET - 1], lines[TARGET], lines[TARGET - 1], *lines[TARGET + 1 :]])


def _hash_edited(lines: Lines) -> Lines:
    return [evolve(line, hash="f" * 64) if line.seq == TARGET else line for line in lines]


ACTS: Mapping[str, Callable[[Lines], Lines]] = {
    "change": _changed,
    "delete": _deleted,
    "delete and renumber": lambda lines: renumbered(_deleted(lines)),
    "insert": _inserted,
    "reorder": _reordered,
    "edit a hash": _hash_edited,
    "cut the tail": lambda lines: lines[:TARGET],
    "empty": lambda _: [],
    "rewrite with fresh hashes": lambda lines: rechained(_changed(lines)),
}
"""What somebody does to the journal."""
