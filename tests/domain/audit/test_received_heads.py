"""Which heads a superior authority accepts, and which it refuses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve
from tests.domain.audit.office import Office, rechain, storage_of

from anninh_core.app import App
from anninh_core.domain.audit.findings import AuditVerdict
from anninh_core.domain.audit.heads.head_file import encode_head_file, parse_head_file
from anninh_core.domain.audit.heads.journal_monitor import watch_journal
from anninh_core.domain.audit.heads.kind import JOURNAL_HEAD
from anninh_core.domain.audit.heads.model import SignedHead, sign_head
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.ports.storages.changes import entry_from
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.memory import MemoryKeys
from anninh_core.usecase import Actor, system


@pytest.fixture
def office() -> Office:
    return Office.open()


def superior_app(clock: FixedClock | None = None) -> tuple[App, Actor]:
    """Return the app of another authority: the same profile with another root."""
    district = memory_app().district
    app = memory_app(clock=clock, district=evolve(district, root="cong-an"))
    return app, UnsafeLocalUsers(app).appoint("Cán bộ Tỉnh", "cong-an", *district.roles)


def test_superior_accepts_continuing_heads(office: Office) -> None:
    """A superior accepts the first file, the same file again, and a later one with a new key, and can verify with
    them.
    """
    app, boss = superior_app()
    receipt = app.audit.receive_heads(boss, encode_head_file(office.outside))
    assert (receipt.accepted, receipt.new, receipt.first_key) == (True, 2, office.outside.keys[0].id)
    assert app.audit.receive_heads(boss, encode_head_file(office.outside)).new == 0
    office.app.audit.rotate_signing_key(office.boss)
    assert app.audit.receive_heads(boss, office.app.audit.export_heads(office.boss)).new == 2
    held = app.audit.received_heads(boss, "hoa-lu")
    assert (len(held.heads), len(held.keys)) == (4, 2)
    assert parse_head_file(encode_head_file(held)) == held
    assert office.exported(held).verdict is AuditVerdict.PROVEN


def events(app: App) -> list[str]:
    (line,) = app.internals.context.storage.journal.read(app.internals.context.storage.journal.head()[0] - 1, 1)
    return list(entry_from(line.content).events)


def forked(office: Office) -> bytes:
    """Another copy of the office signed another second head."""
    storage_of(office.app).tables.records[JOURNAL_HEAD.name].pop("2")
    office.app.audit.sign_head(office.boss)
    return office.app.audit.export_heads(office.boss)


def rolled_back(office: Office) -> bytes:
    """An older copy was put back without a record of it, and its heads are signed with the keys."""
    office.put(office.lines[:6])
    office.resign_everything()
    office.app.audit.sign_head(office.boss)
    return office.app.audit.export_heads(office.boss)


def lost_lines(office: Office) -> bytes:
    """The next head is of an earlier line, and is sent alone."""
    keys = office.app.internals.context.keys
    last = office.outside.heads[-1]
    head = sign_head(evolve(last, number=3, previous=last.digest, seq=7, signature=b""), keys)
    return encode_head_file(evolve(office.outside, heads=(head,)))


def other_keys(office: Office) -> bytes:
    """Another key signed in the office's name."""
    keys = MemoryKeys(seed=5)
    last = office.outside.heads[-1]
    head = sign_head(evolve(last, number=3, previous=last.digest, signature=b""), keys)
    return encode_head_file(evolve(office.outside, keys=tuple(keys.public_keys()), heads=(head,)))


def other_journal(office: Office) -> bytes:
    """Everything was rewritten from the first line on, and signed with the office's keys."""
    first, second, *others = office.lines
    office.put(rechain([second, first, *others]))
    office.resign_everything()
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
def test_superior_refuses_contradicting_heads(office: Office, hand_over: Callable[[Office], bytes], why: str) -> None:
    """Contradicting heads are refused with an event and stored as evidence, and the accepted heads stay unchanged."""
    app, boss = superior_app()
    app.audit.receive_heads(boss, encode_head_file(office.outside))
    receipt = app.audit.receive_heads(boss, hand_over(office))
    assert (receipt.accepted, why in receipt.why) == (False, True), receipt.why
    assert events(app) == ["heads.refused"]
    assert app.audit.received_heads(boss, "hoa-lu").heads == office.outside.heads
    assert len(storage_of(app).tables.records["received_head"]) > 2


def test_heads_may_come_late(office: Office) -> None:
    """An older head is accepted after a newer one if it fits."""
    app, boss = superior_app()
    first, second = office.outside.heads
    assert app.audit.receive_heads(boss, encode_head_file(evolve(office.outside, heads=(second,)))).accepted
    other = sign_head(evolve(first, hash="b" * 64, signature=b""), office.app.internals.context.keys)
    assert not app.audit.receive_heads(boss, encode_head_file(evolve(office.outside, heads=(other,)))).accepted
    assert app.audit.receive_heads(boss, encode_head_file(office.outside)).accepted
    assert len(app.audit.received_heads(boss, "hoa-lu").heads) == 2


@pytest.mark.parametrize(
    ("held", "changed", "why"),
    [
        ((1, 2, 3), lambda head: evolve(head, hash="b" * 64), "another one"),
        ((3,), lambda head: evolve(head, seq=99), "rolled back"),
    ],
)
def test_old_received_heads_count(
    *,
    office: Office,
    anninh_clock: FixedClock,
    held: tuple[int, ...],
    changed: Callable[[SignedHead], SignedHead],
    why: str,
) -> None:
    """A head that contradicts any received head, even an old one, is refused."""
    app, boss = superior_app(anninh_clock)
    office.app.audit.sign_head(office.boss)
    file = parse_head_file(office.app.audit.export_heads(office.boss))
    for number in held:
        assert app.audit.receive_heads(boss, encode_head_file(evolve(file, heads=(file.heads[number - 1],)))).accepted
        anninh_clock.advance(timedelta(days=1))
    other = sign_head(evolve(changed(file.heads[0]), signature=b""), office.app.internals.context.keys)
    receipt = app.audit.receive_heads(boss, encode_head_file(evolve(file, heads=(other,))))
    assert (receipt.accepted, why in receipt.why) == (False, True), receipt.why


def test_superior_accepts_a_signed_break(office: Office, anninh_clock: FixedClock) -> None:
    """Heads may go back to an earlier line after a failover only with a head that declares the break, which is recorded
    as an event.
    """
    app, boss = superior_app(anninh_clock)
    app.audit.receive_heads(boss, encode_head_file(office.outside))
    anninh_clock.advance(timedelta(hours=1))
    office.put(office.lines[:6])
    storage_of(office.app).tables.records[JOURNAL_HEAD.name].pop("2")
    watch_journal(office.app.internals.runner)
    receipt = app.audit.receive_heads(boss, office.app.audit.export_heads(office.boss))
    assert (receipt.accepted, receipt.breaks, receipt.new) == (True, 1, 1)
    assert events(app) == ["heads.received", "heads.break_received"]
    anninh_clock.advance(timedelta(hours=1))
    office.app.audit.sign_head(office.boss)
    assert app.audit.receive_heads(boss, office.app.audit.export_heads(office.boss)).accepted
    held = app.audit.received_heads(boss, "hoa-lu")
    assert parse_head_file(encode_head_file(held)) == held
    report = office.exported(held)
    assert (report.verdict, len(held.heads)) == (AuditVerdict.PROVEN, 4)
    storage_of(office.app).tables.records[JOURNAL_HEAD.name].pop("3")
    office.app.audit.sign_head(office.boss)
    forked = app.audit.receive_heads(boss, office.app.audit.export_heads(office.boss))
    assert (forked.accepted, "head 3 is another one" in forked.why) == (False, True), forked.why


def test_own_heads_are_refused(office: Office) -> None:
    """An authority refuses its own heads as received ones, and only an operator of the store receives heads."""
    with pytest.raises(BadInput, match="These heads are from this authority itself and would prove"):
        office.app.audit.receive_heads(office.boss, encode_head_file(office.outside))
    with pytest.raises(Refused):
        office.app.audit.receive_heads(system("clock"), encode_head_file(office.outside))
