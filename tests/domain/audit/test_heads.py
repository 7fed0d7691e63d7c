"""Signed heads: made when they are due, chained, exported with all that checks them, and received by a superior."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve
from tests.domain.audit.office import Office, rechained, storage_of

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.app.backup import back_up
from anninh_core.domain.audit import JOURNAL_HEAD, HeadFile, SignedHead, Verdict
from anninh_core.domain.audit.heads.file import encode_head_file, parse_head_file
from anninh_core.domain.audit.heads.model import sign_head
from anninh_core.domain.audit.heads.watching import watch_journal
from anninh_core.kernel.errors import BadInput, Refused, Unsupported
from anninh_core.ports.changes import entry_from
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys, MemoryStorage
from anninh_core.usecase import Actor, system

KEEPER = system("keeper")


@pytest.fixture
def office() -> Office:
    return Office.open()


def superior_app() -> tuple[App, Actor]:
    """Return the app of another authority: the same profile under another root."""
    district = memory_app().district
    app = memory_app(district=evolve(district, root="cong-an"))
    return app, UnsafeLocalUsers(app).appoint("Cán bộ Tỉnh", "cong-an", *district.roles)


def test_heads_are_chained_and_signed(office: Office) -> None:
    """Each names authority, journal, key, line, hash and the head before."""
    first, second = office.outside.heads
    assert (first.number, first.authority, first.store) == (1, "hoa-lu", office.lines[0].hash)
    assert (first.seq, first.hash, first.key) == (4, office.lines[3].hash, office.outside.keys[0].id)
    assert second.previous == first.digest
    entry = entry_from(office.lines[4].content)
    assert (entry.action, entry.facts["digest"]) == ("governance.sign_head", first.digest)


def test_a_head_is_due_by_age_and_by_size(anninh_clock: FixedClock) -> None:
    """Not before; and never again where nothing but its own entry came since."""
    app = memory_app(clock=anninh_clock)
    users = UnsafeLocalUsers(app)

    def sign(hours: float = 24, entries: int = 5) -> SignedHead | None:
        return app.services.audit.heads.sign_due_head(KEEPER, hours=hours, entries=entries)

    assert sign() is None
    users.appoint("Một", app.district.root, "editor")
    users.appoint("Hai", app.district.root, "editor")
    assert sign() is None
    anninh_clock.advance(timedelta(hours=25))
    head = sign()
    assert head is not None
    assert head.seq == 2
    anninh_clock.advance(timedelta(days=9))
    assert sign() is None
    for number in range(4):
        users.appoint(f"Người {number}", app.district.root, "editor")
    assert sign() is not None


def test_a_worker_signs_what_is_due(anninh_clock: FixedClock) -> None:
    """By the settings, and notes each minute where the journal stands."""
    app = memory_app(clock=anninh_clock)
    UnsafeLocalUsers(app).appoint("Một", app.district.root, "editor")
    UnsafeLocalUsers(app).appoint("Hai", app.district.root, "editor")
    assert app.worker.jobs["sign_heads"].run() == 0
    keys = app.context.keys
    assert isinstance(keys, MemoryKeys)
    assert [noted.seq for noted in keys.noted_heads()] == [2]
    anninh_clock.advance(timedelta(hours=25))
    assert app.worker.jobs["sign_heads"].run() == 1


def test_what_leaves_the_house_is_covered_by_a_head(office: Office, tmp_path: Path) -> None:
    """An export, and a backup: a head is made before, and an export ends there or later."""
    lines = office.app.audit.export(office.boss)
    heads = office.app.audit.heads(office.boss).heads
    assert len(heads) == 3
    assert heads[-1].seq <= len(lines)
    back_up(office.app, office.boss, tmp_path / "backup.zip")
    assert len(office.app.audit.heads(office.boss).heads) == 4


def test_no_commit_is_signed(office: Office) -> None:
    """Only heads are: an appointment takes no signature."""
    keys = office.app.context.keys
    assert isinstance(keys, MemoryKeys)
    calls: list[str] = []
    vars(keys)["sign"] = lambda purpose, _: calls.append(purpose)
    UnsafeLocalUsers(office.app).appoint("Ba", office.app.district.root, "editor")
    assert calls == []


def test_a_rotated_key_is_certified(office: Office) -> None:
    """Heads before and after verify by one file, and a chain with another key in it doesn't."""
    new = office.app.audit.rotate_signing_key(office.boss)
    data = office.app.audit.export_heads(office.boss)
    file = parse_head_file(data)
    assert [head.key for head in file.heads][-2:] == [file.keys[0].id, new.id]
    assert "journal.key_changed" in entry_from(office.lines[-1].content).events
    assert office.exported(office.outside.merged(file)).verdict is Verdict.PROVEN
    stranger = MemoryKeys(seed=9)
    stranger.sign("kit", b"")
    forged = evolve(file, keys=(file.keys[0], evolve(file.keys[1], key=stranger.public_keys()[0].key)))
    with pytest.raises(BadInput, match="isn't certified"):
        parse_head_file(encode_head_file(forged))
    with pytest.raises(BadInput, match="different signing keys"):
        office.outside.merged(evolve(file, keys=tuple(stranger.public_keys())))


def test_a_keeper_that_cannot_sign_still_works(tmp_path: Path) -> None:
    """Its heads say that they are unsigned; kept elsewhere they still find what was rewritten."""
    settings = Settings(blobs=str(tmp_path / "blobs"))
    keys = PlainKeys(MemoryKeys())
    parts = Parts(storage=MemoryStorage(), keys=keys, blobs=MemoryBlobs())
    with open_app(memory_app().district, settings, parts) as app:
        boss = UnsafeLocalUsers(app).appoint("Một", app.district.root, *app.district.roles)
        head = app.audit.sign_head(boss)
        assert (head.key, head.is_signed, head.signature) == ("", False, b"")
        report = app.audit.examine(boss, parse_head_file(app.audit.export_heads(boss)))
        assert (report.verdict, [found.name for found in report.findings]) == (Verdict.PROVEN, ["unproven", "unsigned"])
        with pytest.raises(Unsupported, match="can't sign"):
            app.audit.rotate_signing_key(boss)


class PlainKeys:
    """A keeper of before: it wraps and hashes, and can do nothing more."""

    def __init__(self, keys: MemoryKeys) -> None:
        self.wrap, self.unwrap, self.blind = keys.wrap, keys.unwrap, keys.blind
        self.turn_epoch, self.destroy_epoch = keys.turn_epoch, keys.destroy_epoch
        self.epoch = keys.epoch


def second_of(first: SignedHead) -> SignedHead:
    """Return another second head, signed with the same key: a fork."""
    return sign_head(evolve(first, number=2, seq=5, previous=first.digest, signature=b""), MemoryKeys())


def damaged(file: HeadFile, how: str) -> bytes:
    """Return a file of heads that somebody changed."""
    first, second = file.heads
    changes = {
        "line": evolve(file, heads=(first, evolve(second, seq=8))),
        "order": evolve(file, heads=(evolve(first, number=2), evolve(second, number=1))),
        "twice": evolve(file, heads=(first, second, second_of(first))),
        "journal": evolve(file, store="a" * 64),
        "unsigned": evolve(file, heads=(first, evolve(second, key=""))),
    }
    return encode_head_file(changes[how]) if how in changes else {"empty": b"", "junk": b'{"a":', "newer": NEWER}[how]


NEWER = b'{"anninh":"heads","format":9}\n'


@pytest.mark.parametrize("how", ["line", "order", "twice", "journal", "unsigned", "empty", "junk", "newer"])
def test_an_altered_file_of_heads_is_refused(office: Office, how: str) -> None:
    """It is told what is wrong, and nothing is verified by it."""
    assert parse_head_file(encode_head_file(office.outside)) == office.outside
    with pytest.raises(BadInput):
        parse_head_file(damaged(office.outside, how))


def test_own_heads_that_were_changed_raise_an_alarm(office: Office) -> None:
    """One taken out, or one that no key of ours signed: the journal may hold, and somebody was there."""
    table = storage_of(office.app).tables.records[JOURNAL_HEAD.name]
    record = table["1"]
    table["1"] = evolve(record, body=JOURNAL_HEAD.encode(evolve(office.outside.heads[0], signature=b"x" * 64)))
    assert [found.name for found in office.examined().findings][:1] == ["own_head_signature"]
    del table["1"]
    report = office.examined()
    assert (report.verdict, report.findings[0].name) == (Verdict.ALARM, "own_head_missing")


def test_a_superior_takes_what_continues(office: Office) -> None:
    """The first file, the same again, and a later one with a new key; each with an entry, and for verification."""
    app, boss = superior_app()
    receipt = app.audit.receive_heads(boss, encode_head_file(office.outside))
    assert (receipt.accepted, receipt.new, receipt.first_key) == (True, 2, office.outside.keys[0].id)
    assert app.audit.receive_heads(boss, encode_head_file(office.outside)).new == 0
    office.app.audit.rotate_signing_key(office.boss)
    assert app.audit.receive_heads(boss, office.app.audit.export_heads(office.boss)).new == 2
    held = app.audit.received_heads(boss, "hoa-lu")
    assert (len(held.heads), len(held.keys)) == (4, 2)
    assert parse_head_file(encode_head_file(held)) == held
    assert office.exported(held).verdict is Verdict.PROVEN


def events(app: App) -> list[str]:
    """Return the events of the last entry."""
    (line,) = app.context.storage.journal.read(app.context.storage.journal.head()[0] - 1, 1)
    return list(entry_from(line.content).events)


def forked(office: Office) -> bytes:
    """Another copy of the office signed another second head."""
    storage_of(office.app).tables.records[JOURNAL_HEAD.name].pop("2")
    office.app.audit.sign_head(office.boss)
    return office.app.audit.export_heads(office.boss)


def rolled_back(office: Office) -> bytes:
    """An older copy was put back without a word, and the keys sign what is there."""
    office.put(office.lines[:6])
    office.sign_anew()
    office.app.audit.sign_head(office.boss)
    return office.app.audit.export_heads(office.boss)


def lost_lines(office: Office) -> bytes:
    """The next head is of an earlier line, handed over alone."""
    keys, last = office.app.context.keys, office.outside.heads[-1]
    head = sign_head(evolve(last, number=3, previous=last.digest, seq=7, signature=b""), keys)
    return encode_head_file(evolve(office.outside, heads=(head,)))


def other_keys(office: Office) -> bytes:
    """Somebody else signs in the office's name."""
    keys, last = MemoryKeys(seed=5), office.outside.heads[-1]
    head = sign_head(evolve(last, number=3, previous=last.digest, signature=b""), keys)
    return encode_head_file(evolve(office.outside, keys=tuple(keys.public_keys()), heads=(head,)))


def other_journal(office: Office) -> bytes:
    """All was rewritten from the first line on, and signed with the office's keys."""
    first, second, *others = office.lines
    office.put(rechained([second, first, *others]))
    office.sign_anew()
    return office.app.audit.export_heads(office.boss)


@pytest.mark.parametrize(
    ("hand_over", "why"),
    [
        (forked, "forked or was rolled back"),
        (rolled_back, "forked or was rolled back"),
        (lost_lines, "rolled back"),
        (other_keys, "no known key certifies them"),
        (other_journal, "began with another line"),
    ],
)
def test_a_superior_refuses_what_contradicts(office: Office, hand_over: Callable[[Office], bytes], why: str) -> None:
    """Loudly: not accepted, with an event and the heads as evidence; and what was held stays as it was."""
    app, boss = superior_app()
    app.audit.receive_heads(boss, encode_head_file(office.outside))
    receipt = app.audit.receive_heads(boss, hand_over(office))
    assert (receipt.accepted, why in receipt.why) == (False, True), receipt.why
    assert events(app) == ["heads.refused"]
    assert app.audit.received_heads(boss, "hoa-lu").heads == office.outside.heads
    assert len(storage_of(app).tables.records["received_head"]) > 2


def test_heads_may_come_late(office: Office) -> None:
    """An older head that fits is taken after a newer one; one that doesn't fit is not."""
    app, boss = superior_app()
    first, second = office.outside.heads
    assert app.audit.receive_heads(boss, encode_head_file(evolve(office.outside, heads=(second,)))).accepted
    other = sign_head(evolve(first, hash="b" * 64, signature=b""), office.app.context.keys)
    assert not app.audit.receive_heads(boss, encode_head_file(evolve(office.outside, heads=(other,)))).accepted
    assert app.audit.receive_heads(boss, encode_head_file(office.outside)).accepted
    assert len(app.audit.received_heads(boss, "hoa-lu").heads) == 2


def test_a_superior_takes_a_signed_break_and_says_so(office: Office) -> None:
    """After a failover heads go back to an earlier line: only with a head that says so, and with an event."""
    app, boss = superior_app()
    app.audit.receive_heads(boss, encode_head_file(office.outside))
    office.put(office.lines[:6])
    storage_of(office.app).tables.records[JOURNAL_HEAD.name].pop("2")
    watch_journal(office.app.runner)
    receipt = app.audit.receive_heads(boss, office.app.audit.export_heads(office.boss))
    assert (receipt.accepted, receipt.breaks, receipt.new) == (True, 1, 1)
    assert events(app) == ["heads.received", "heads.break_received"]
    office.app.audit.sign_head(office.boss)
    assert app.audit.receive_heads(boss, office.app.audit.export_heads(office.boss)).accepted
    held = app.audit.received_heads(boss, "hoa-lu")
    assert parse_head_file(encode_head_file(held)) == held
    report = office.exported(held)
    assert (report.verdict, len(held.heads)) == (Verdict.PROVEN, 4)


def test_own_heads_are_worth_nothing_here(office: Office) -> None:
    """An authority can't keep its own heads as another's; and who doesn't operate the store receives none."""
    with pytest.raises(BadInput, match="this very authority"):
        office.app.audit.receive_heads(office.boss, encode_head_file(office.outside))
    with pytest.raises(Refused):
        office.app.audit.receive_heads(system("clock"), encode_head_file(office.outside))
