"""Tests that a superior authority accepts only signed heads that continue the ones received before."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve
from tests.domain.audit.office import Office, get_storage, rechain_lines

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
    """Return the app of a superior authority, which has the same profile with another root unit, and an officer with
    all roles.
    """
    district = memory_app().district
    app = memory_app(clock=clock, district=evolve(district, root="cong-an"))
    return app, UnsafeLocalUsers(app).appoint("Cán bộ Tỉnh", "cong-an", *district.roles)


def test_superior_accepts_continuing_heads(office: Office) -> None:
    """A superior authority accepts the first file of heads, the same file again and a later one with a new key, and can
    verify the journal with them.
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
    assert office.verify_export(held).verdict is AuditVerdict.PROVEN


def get_last_events(app: App) -> list[str]:
    (line,) = app.internals.context.storage.journal.read(app.internals.context.storage.journal.head()[0] - 1, 1)
    return list(entry_from(line.content).events)


def export_forked_heads(office: Office) -> bytes:
    """Return heads from a forked copy of the journal: it has another second head."""
    get_storage(office.app).tables.records[JOURNAL_HEAD.name].pop("2")
    office.app.audit.sign_head(office.boss)
    return office.app.audit.export_heads(office.boss)


def export_rolled_back_heads(office: Office) -> bytes:
    """Return heads of a journal that was restored from an older copy without a record of it, and signed again with the
    right keys.
    """
    office.put(office.lines[:6])
    office.resign_everything()
    office.app.audit.sign_head(office.boss)
    return office.app.audit.export_heads(office.boss)


def build_head_of_earlier_line(office: Office) -> bytes:
    """Return a file with one head only, which is the next by number but names an earlier line."""
    keys = office.app.internals.context.keys
    last = office.outside.heads[-1]
    head = sign_head(evolve(last, number=3, previous=last.digest, seq=7, signature=b""), keys)
    return encode_head_file(evolve(office.outside, heads=(head,)))


def build_head_of_unknown_key(office: Office) -> bytes:
    """Return a head that an unknown key signed in the authority's name."""
    keys = MemoryKeys(seed=5)
    last = office.outside.heads[-1]
    head = sign_head(evolve(last, number=3, previous=last.digest, signature=b""), keys)
    return encode_head_file(evolve(office.outside, keys=tuple(keys.public_keys()), heads=(head,)))


def export_rewritten_heads(office: Office) -> bytes:
    """Return heads of a journal that was rewritten from its first line on, and signed with the right keys."""
    first, second, *others = office.lines
    office.put(rechain_lines([second, first, *others]))
    office.resign_everything()
    return office.app.audit.export_heads(office.boss)


@pytest.mark.parametrize(
    ("hand_over", "why"),
    [
        (export_forked_heads, "forked or was rolled back"),
        (export_rolled_back_heads, "forked or was rolled back"),
        (build_head_of_earlier_line, "rolled back"),
        (build_head_of_unknown_key, "no known key certifies them"),
        (export_rewritten_heads, "began with another line"),
    ],
)
def test_superior_refuses_contradicting_heads(office: Office, hand_over: Callable[[Office], bytes], why: str) -> None:
    """Received heads that contradict earlier ones are refused with an event and stored as evidence, and the accepted
    heads stay unchanged.
    """
    app, boss = superior_app()
    app.audit.receive_heads(boss, encode_head_file(office.outside))
    receipt = app.audit.receive_heads(boss, hand_over(office))
    assert (receipt.accepted, why in receipt.why) == (False, True), receipt.why
    assert get_last_events(app) == ["heads.refused"]
    assert app.audit.received_heads(boss, "hoa-lu").heads == office.outside.heads
    assert len(get_storage(app).tables.records["received_head"]) > 2


def test_heads_may_come_late(office: Office) -> None:
    """An older head may be received after a newer one, and is accepted if it fits."""
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
    """A received head that contradicts any head received before, even an old one, is refused."""
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
    """After a failover heads may go back to an earlier line only with a head that declares the break, and an event
    records it.
    """
    app, boss = superior_app(anninh_clock)
    app.audit.receive_heads(boss, encode_head_file(office.outside))
    anninh_clock.advance(timedelta(hours=1))
    office.put(office.lines[:6])
    get_storage(office.app).tables.records[JOURNAL_HEAD.name].pop("2")
    watch_journal(office.app.internals.runner)
    receipt = app.audit.receive_heads(boss, office.app.audit.export_heads(office.boss))
    assert (receipt.accepted, receipt.breaks, receipt.new) == (True, 1, 1)
    assert get_last_events(app) == ["heads.received", "heads.break_received"]
    anninh_clock.advance(timedelta(hours=1))
    office.app.audit.sign_head(office.boss)
    assert app.audit.receive_heads(boss, office.app.audit.export_heads(office.boss)).accepted
    held = app.audit.received_heads(boss, "hoa-lu")
    assert parse_head_file(encode_head_file(held)) == held
    report = office.verify_export(held)
    assert (report.verdict, len(held.heads)) == (AuditVerdict.PROVEN, 4)
    get_storage(office.app).tables.records[JOURNAL_HEAD.name].pop("3")
    office.app.audit.sign_head(office.boss)
    forked = app.audit.receive_heads(boss, office.app.audit.export_heads(office.boss))
    assert (forked.accepted, "head 3 is another one" in forked.why) == (False, True), forked.why


def test_own_heads_are_refused(office: Office) -> None:
    """An authority refuses to receive its own heads, and only an operator of the store may receive heads."""
    with pytest.raises(BadInput, match="These heads are from this authority itself and would prove"):
        office.app.audit.receive_heads(office.boss, encode_head_file(office.outside))
    with pytest.raises(Refused):
        office.app.audit.receive_heads(system("clock"), encode_head_file(office.outside))
