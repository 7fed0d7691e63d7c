"""An office whose journal the tests attack, with or without the signing key and everything else on the machine."""

from collections.abc import Callable, Mapping
from hashlib import sha256

from attrs import evolve, frozen

from anninh_core.app import App
from anninh_core.domain.audit.chain import export_line, parse_line
from anninh_core.domain.audit.findings import AuditReport
from anninh_core.domain.audit.heads.head_file import HeadFile, parse_head_file
from anninh_core.domain.audit.heads.journal_monitor import watch_journal
from anninh_core.domain.audit.heads.key_keeper_notes import note_journal
from anninh_core.domain.audit.heads.kind import JOURNAL_HEAD
from anninh_core.domain.audit.heads.model import sign_head
from anninh_core.domain.audit.heads.proof import prove_journal
from anninh_core.domain.audit.heads.signing import iter_heads
from anninh_core.ports.storages.changes import GENESIS, Entry, JournalLine, Record, chain_hash, entry_bytes, entry_from
from anninh_core.testing import UnsafeLocalUsers, memory_app
from anninh_core.testing.memory import MemoryKeys, MemoryStorage
from anninh_core.usecase import Actor

Lines = list[JournalLine]
# FIRST_HEAD and SECOND_HEAD are the last lines of the journal that the two heads cover; TARGET is the line between them
# that the attacks change.
FIRST_HEAD = 4
SECOND_HEAD = 9
TARGET = 7


def get_storage(app: App) -> MemoryStorage:
    assert isinstance(app.internals.context.storage, MemoryStorage)
    return app.internals.context.storage


@frozen
class Office:
    """An office whose journal has twelve lines, including two lines about heads.

    Attributes:
        outside: the heads, as the superior has them.
    """

    app: App
    boss: Actor
    outside: HeadFile

    @classmethod
    def open(cls) -> "Office":
        """Open an office, appoint four people, sign a head, appoint four more, sign another head, and appoint two
        more.
        """
        app = memory_app()
        users = UnsafeLocalUsers(app)
        boss = users.appoint("Cán bộ Mẫu", app.district.root, *app.district.roles)
        for count in (3, 4, 2):
            for number in range(count):
                users.appoint(f"Cán bộ {count}.{number}", app.district.root, "editor")
            if count > 2:
                app.audit.sign_head(boss)
        watch_journal(app.internals.runner)
        return cls(app, boss, parse_head_file(app.audit.export_heads(boss)))

    @property
    def lines(self) -> Lines:
        """The lines of the journal as they are stored."""
        return list(self.app.internals.context.storage.journal.read(0, 1000))

    def put(self, lines: Lines) -> None:
        """Replace the journal, as an attacker with access to the database can."""
        tables = get_storage(self.app).tables
        tables.journal = lines

    def roll_back_record(self, *, with_key: bool) -> HeadFile:
        """Put back an officer's record from before a grant, with the key also without the grant's entry; return the
        heads kept elsewhere.
        """
        table = get_storage(self.app).tables.records["officer"]
        users = UnsafeLocalUsers(self.app)
        officer = users.appoint("Cán bộ Đổi", self.app.district.root, "editor")
        before = table[officer.id]
        users.grant(officer, "trainer", self.app.district.root)
        self.app.audit.sign_head(self.boss)
        outside = parse_head_file(self.app.audit.export_heads(self.boss))
        table[officer.id] = before
        if with_key:
            remaining = [line for line in self.lines if b"officer.granted" not in line.content]
            self.put(rechain_lines(remaining))
            self.resign_everything()
        return outside

    def drop_unnamed_records(self) -> None:
        """Delete the records that no line of the journal names any more: a lagging standby lacks them, and an attacker
        would delete them.
        """
        named = {(touched.kind, touched.id) for entry in self.entries() for touched in entry.touched}
        for kind, table in get_storage(self.app).tables.records.items():
            for id in [id for id in table if (kind, id) not in named]:
                table.pop(id)

    def entries(self) -> list[Entry]:
        return [entry_from(line.content) for line in self.lines]

    def resign_everything(self) -> None:
        """Make all records, heads and notes on the machine fit the present journal, as an attacker with the keys
        can.
        """
        keys = self.app.internals.context.keys
        assert isinstance(keys, MemoryKeys)
        self.drop_unnamed_records()
        table = get_storage(self.app).tables.records[JOURNAL_HEAD.name]
        previous = GENESIS
        for head in list(iter_heads(self.app.internals.context)):
            record = table.pop(head.id)
            lines = self.lines
            seq = self._find_line(head.id) - 1
            if seq > 0:
                moved = evolve(head, store=lines[0].hash, seq=seq, hash=lines[seq - 1].hash, previous=previous)
                signed = sign_head(evolve(moved, signature=b""), keys)
                table[head.id] = evolve(record, body=JOURNAL_HEAD.encode(signed))
                self._update_body_hash(table[head.id])
                previous = signed.digest
        vars(keys)["_noted"].clear()
        note_journal(self.app.internals.context)

    def _find_line(self, head: str) -> int:
        """Return the number of the journal's line about a head, or 0."""
        touched_by_line = [{(record.kind, record.id) for record in entry.touched} for entry in self.entries()]
        return next((seq for seq, touched in enumerate(touched_by_line, 1) if (JOURNAL_HEAD.name, head) in touched), 0)

    def _update_body_hash(self, record: Record) -> None:
        """Put the hash of a record's present body into its entry, and chain the following lines again."""
        hash = sha256(record.body).hexdigest()
        lines = self.lines
        for number, entry in enumerate(self.entries()):
            if any((touched.kind, touched.id) == (record.kind, record.id) for touched in entry.touched):
                touched = tuple(
                    evolve(reference, body_hash=hash) if reference.kind == record.kind else reference
                    for reference in entry.touched
                )
                lines[number] = evolve(lines[number], content=entry_bytes(evolve(entry, touched=touched)))
        self.put(rechain_lines(lines))

    def verify_store(self, heads: HeadFile | None = None) -> AuditReport:
        """Verify the journal in the store, and return the report."""
        return self.app.audit.examine(self.boss, heads)

    def verify_export(self, heads: HeadFile | None = None) -> AuditReport:
        """Verify the exported lines of the journal without the store, and return the report."""
        exported = [export_line(line) for line in self.lines]
        return prove_journal((parse_line(line, number) for number, line in enumerate(exported, 1)), heads)


def renumber_lines(lines: Lines) -> Lines:
    """Return the journal's lines with consecutive numbers, otherwise unchanged."""
    return [evolve(line, seq=seq) for seq, line in enumerate(lines, 1)]


def rechain_lines(lines: Lines) -> Lines:
    """Return the journal's lines with new numbers and hashes, so that each line's hash fits the line before."""
    fresh: Lines = []
    previous = GENESIS
    for seq, line in enumerate(lines, 1):
        hash = chain_hash(previous, line.content)
        fresh.append(evolve(line, seq=seq, previous=previous, hash=hash))
        previous = hash
    return fresh


def _change_line(lines: Lines) -> Lines:
    line = lines[TARGET - 1]
    altered = evolve(line, content=line.content.replace(b"units.record_officer", b"units.record_strange"))
    return [*lines[: TARGET - 1], altered, *lines[TARGET:]]


def _delete_line(lines: Lines) -> Lines:
    return [*lines[: TARGET - 1], *lines[TARGET:]]


def _insert_line(lines: Lines) -> Lines:
    stranger = evolve(lines[1], content=lines[1].content.replace(b"units.record_officer", b"units.record_intrude"))
    return renumber_lines([*lines[: TARGET - 1], stranger, *lines[TARGET - 1 :]])


def _reorder_lines(lines: Lines) -> Lines:
    return renumber_lines([*lines[: TARGET - 1], lines[TARGET], lines[TARGET - 1], *lines[TARGET + 1 :]])


def _edit_hash(lines: Lines) -> Lines:
    return [evolve(line, hash="f" * 64) if line.seq == TARGET else line for line in lines]


ACTS: Mapping[str, Callable[[Lines], Lines]] = {
    "change": _change_line,
    "delete": _delete_line,
    "delete and renumber": lambda lines: renumber_lines(_delete_line(lines)),
    "insert": _insert_line,
    "reorder": _reorder_lines,
    "edit a hash": _edit_hash,
    "cut the tail": lambda lines: lines[:TARGET],
    "empty": lambda _: [],
    "rewrite with fresh hashes": lambda lines: rechain_lines(_change_line(lines)),
}
"""Attacks on the journal, by name; each returns altered lines."""
