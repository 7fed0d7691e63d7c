"""Tests of the signed heads of the audit log: they are signed when due, chained, exported with everything needed to
verify them, and received by a superior authority.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve
from tests.domain.audit.office import Office, get_storage

from anninh_core.app import Parts, Settings, open_app
from anninh_core.app.backup import back_up
from anninh_core.domain.audit.findings import AuditVerdict
from anninh_core.domain.audit.heads.head_file import HeadFile, encode_head_file, parse_head_file
from anninh_core.domain.audit.heads.kind import JOURNAL_HEAD
from anninh_core.domain.audit.heads.model import SignedHead, sign_head
from anninh_core.domain.audit.heads.proof import JournalBreak
from anninh_core.kernel.errors import BadInput, Unsupported
from anninh_core.ports.storages.changes import entry_from
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys, MemoryStorage
from anninh_core.usecase import system

KEEPER = system("keeper")


@pytest.fixture
def office() -> Office:
    return Office.open()


def test_heads_are_chained_and_signed(office: Office) -> None:
    """Each signed head names its authority, its journal, its key, the last line with its hash, and the previous
    head.
    """
    first, second = office.outside.heads
    assert (first.number, first.authority, first.store) == (1, "hoa-lu", office.lines[0].hash)
    assert (first.seq, first.hash, first.key) == (4, office.lines[3].hash, office.outside.keys[0].id)
    assert second.previous == first.digest
    entry = entry_from(office.lines[4].content)
    assert (entry.action, entry.facts["digest"]) == ("governance.sign_head", first.digest)


def test_a_head_is_due_by_age_and_by_size(anninh_clock: FixedClock) -> None:
    """A signed head is due by age or by number of new entries, but not if the only new entry is that of the last
    signing.
    """
    app = memory_app(clock=anninh_clock)
    users = UnsafeLocalUsers(app)

    def sign_if_due(hours: float = 24, entries: int = 5) -> SignedHead | None:
        return app.internals.services.audit.heads.sign_due_head(KEEPER, hours=hours, entries=entries)

    assert sign_if_due() is None
    users.appoint("Một", app.district.root, "editor")
    users.appoint("Hai", app.district.root, "editor")
    assert sign_if_due() is None
    anninh_clock.advance(timedelta(hours=25))
    head = sign_if_due()
    assert head is not None
    assert head.seq == 2
    anninh_clock.advance(timedelta(days=9))
    assert sign_if_due() is None
    for number in range(4):
        users.appoint(f"Người {number}", app.district.root, "editor")
    assert sign_if_due() is not None


def test_worker_signs_due_heads(anninh_clock: FixedClock) -> None:
    """The worker signs a head when the settings require it, and notes the end of the journal outside the store on each
    run.
    """
    app = memory_app(clock=anninh_clock)
    UnsafeLocalUsers(app).appoint("Một", app.district.root, "editor")
    UnsafeLocalUsers(app).appoint("Hai", app.district.root, "editor")
    assert app.worker.jobs["sign_heads"].run() == 0
    keys = app.internals.context.keys
    assert isinstance(keys, MemoryKeys)
    # The end of the journal was noted when the app was opened, and again by this run.
    assert [noted.seq for noted in keys.noted_heads()] == [0, 2]
    anninh_clock.advance(timedelta(hours=25))
    assert app.worker.jobs["sign_heads"].run() == 1


def test_export_and_backup_sign_a_head(office: Office, tmp_path: Path) -> None:
    """An export of the audit log and a backup sign a new head first, and the exported lines include that head's
    line.
    """
    lines = office.app.audit.export(office.boss).data.splitlines()
    heads = office.app.audit.heads(office.boss).heads
    assert len(heads) == 3
    assert heads[-1].seq <= len(lines)
    back_up(office.app, office.boss, tmp_path / "backup.zip")
    assert len(office.app.audit.heads(office.boss).heads) == 4


def test_commits_arent_signed(office: Office) -> None:
    """A commit isn't signed: appointing an officer makes no signature."""
    keys = office.app.internals.context.keys
    assert isinstance(keys, MemoryKeys)
    calls: list[str] = []
    vars(keys)["sign"] = lambda purpose, _: calls.append(purpose)
    UnsafeLocalUsers(office.app).appoint("Ba", office.app.district.root, "editor")
    assert calls == []


def test_a_rotated_key_is_certified(office: Office) -> None:
    """One file of heads is enough to verify the heads before and after a key rotation, and a chain with an uncertified
    key is refused.
    """
    new = office.app.audit.rotate_signing_key(office.boss)
    data = office.app.audit.export_heads(office.boss)
    file = parse_head_file(data)
    assert [head.key for head in file.heads][-2:] == [file.keys[0].id, new.id]
    assert "journal.key_changed" in entry_from(office.lines[-1].content).events
    assert office.verify_export(office.outside.merged(file)).verdict is AuditVerdict.PROVEN
    stranger = MemoryKeys(seed=9)
    stranger.sign("kit", b"")
    forged = evolve(file, keys=(file.keys[0], evolve(file.keys[1], key=stranger.public_keys()[0].key)))
    with pytest.raises(BadInput, match="isn't certified"):
        parse_head_file(encode_head_file(forged))
    with pytest.raises(BadInput, match="different signing keys"):
        office.outside.merged(evolve(file, keys=tuple(stranger.public_keys())))
    with pytest.raises(BadInput, match="different signing keys"):
        evolve(office.outside, keys=tuple(stranger.public_keys())).merged(file)


def test_keys_without_signing_still_work(tmp_path: Path) -> None:
    """With keys that can't sign, heads are marked as unsigned, and still reveal a rewritten journal if they are kept
    elsewhere.
    """
    settings = Settings(blobs=str(tmp_path / "blobs"))
    keys = KeysWithoutSigning(MemoryKeys())
    parts = Parts(storage=MemoryStorage(), keys=keys, blobs=MemoryBlobs())
    with open_app(memory_app().district, settings, parts) as app:
        boss = UnsafeLocalUsers(app).appoint("Một", app.district.root, *app.district.roles)
        head = app.audit.sign_head(boss)
        assert (head.key, head.is_signed, head.signature) == ("", False, b"")
        report = app.audit.examine(boss, parse_head_file(app.audit.export_heads(boss)))
        assert (report.verdict, [finding.name for finding in report.findings]) == (
            AuditVerdict.PROVEN,
            ["unproven", "unsigned"],
        )
        with pytest.raises(Unsupported, match="can't sign"):
            app.audit.rotate_signing_key(boss)


class KeysWithoutSigning:
    """Keys of an earlier version: they wrap and hash, but can't sign."""

    def __init__(self, keys: MemoryKeys) -> None:
        self.wrap = keys.wrap
        self.unwrap = keys.unwrap
        self.blind = keys.blind
        self.turn_epoch = keys.turn_epoch
        self.destroy_epoch = keys.destroy_epoch
        self.epoch = keys.epoch


def build_forked_head(first: SignedHead) -> SignedHead:
    """Return a second head with number 2, signed with the same key, as a forked journal would have it."""
    return sign_head(evolve(first, number=2, seq=5, previous=first.digest, signature=b""), MemoryKeys())


def build_altered_file(file: HeadFile, how: str) -> bytes:
    """Return a file of heads that is altered in the way `how`."""
    first, second = file.heads
    changes = {
        "line": evolve(file, heads=(first, evolve(second, seq=8))),
        "order": evolve(file, heads=(evolve(first, number=2), evolve(second, number=1))),
        "twice": evolve(file, heads=(first, second, build_forked_head(first))),
        "journal": evolve(file, store="0" * 64),
        "another journal": evolve(file, store="f" * 64),
        "unsigned": evolve(file, heads=(first, evolve(second, key=""))),
    }
    texts = {"empty": b"", "junk": b'{"a":', "newer": NEWER, "other": OTHER}
    return encode_head_file(changes[how]) if how in changes else texts[how]


OTHER = b'{"anninh":"journal","format":1}\n'
NEWER = b'{"anninh":"heads","format":9}\n'


@pytest.mark.parametrize(
    "how", ["line", "order", "twice", "journal", "another journal", "unsigned", "empty", "junk", "newer", "other"]
)
def test_an_altered_file_of_heads_is_refused(office: Office, how: str) -> None:
    """A file of heads that was altered in any way is refused with an error."""
    assert parse_head_file(encode_head_file(office.outside)) == office.outside
    with pytest.raises(BadInput):
        parse_head_file(build_altered_file(office.outside, how))


def test_invalid_line_is_named(office: Office) -> None:
    """The error for an invalid line of a file of heads has the line's number."""
    first, *others = encode_head_file(office.outside).splitlines()
    with pytest.raises(BadInput, match=r"Line 2 isn't a line of a file of heads .*: export it again"):
        parse_head_file(b"\n".join([first, b'{"a":', *others]))


def test_break_explains_only_lost_heads(office: Office) -> None:
    """A declared break explains heads of lost lines, but not heads of lines that still exist or of later times; a break
    that doesn't fit the journal explains nothing.
    """
    first, second = office.outside.heads
    journal_break = JournalBreak(office.lines[6], evolve(second, seq=6, hash=office.lines[5].hash))
    lost = evolve(first, seq=8, at=second.at)
    assert journal_break.is_explanation_of(lost)
    assert not journal_break.is_explanation_of(evolve(lost, seq=6))
    assert not journal_break.is_explanation_of(evolve(lost, seq=5, at=second.at - timedelta(days=1)))
    assert not journal_break.is_explanation_of(evolve(lost, at=second.at + timedelta(seconds=1)))
    assert not evolve(journal_break, line=office.lines[7]).is_explanation_of(lost)


def test_own_heads_find_a_cut_tail(office: Office) -> None:
    """The heads stored with the journal reveal that its last lines were cut off, even without a note outside the
    store.
    """
    office.put(office.lines[:7])
    vars(office.app.internals.context.keys)["_noted"].clear()
    report = office.verify_store()
    assert (report.verdict, "own_head" in [finding.name for finding in report.findings]) == (AuditVerdict.BROKEN, True)


def test_own_heads_that_were_changed_raise_an_alarm(office: Office) -> None:
    """A missing head, or a head with a foreign signature, raises an alarm even if the journal's chain of hashes is
    intact.
    """
    table = get_storage(office.app).tables.records[JOURNAL_HEAD.name]
    record = table["1"]
    table["1"] = evolve(record, body=JOURNAL_HEAD.encode(evolve(office.outside.heads[0], signature=b"x" * 64)))
    assert [finding.name for finding in office.verify_store().findings][:1] == ["own_head_signature"]
    del table["1"]
    report = office.verify_store()
    assert (report.verdict, report.findings[0].name) == (AuditVerdict.ALARM, "own_head_missing")
