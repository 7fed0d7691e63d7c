"""A purge leaves key marks, deletes the files of its scope, and lists the files that were exported earlier."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from tests.domain.conftest import OfficerMaker, Trail
from tests.domain.retention.conftest import Ended
from tests.support.purging import purge_scope

from anninh_core.domain.registry import KINDS, SEALED_WITH, make_retention_policies
from anninh_core.domain.retention.coverage import find_holds, guard_against_hold, is_held
from anninh_core.domain.retention.remains import (
    count_facts,
    find_files,
    find_handed_out_exports,
    find_sealed_files,
)
from anninh_core.domain.retention.sealed import iter_sealed_records
from anninh_core.domain.retention.service import Retention
from anninh_core.domain.retention.views import HandedOut
from anninh_core.kernel.errors import WrongStep
from anninh_core.ports.storages.changes import ChangeSet, Entry, JournalLine, NewKey, Record, entry_bytes
from anninh_core.ports.storages.storage import Journal
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.key_marks import is_other_key, mark_key
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork

HANDED = Entry(
    id="e",
    at=datetime(2021, 9, 1, tzinfo=UTC),
    actor="person:o1",
    action="conversations.attachment",
    unit="u",
    outcome="read",
)


class SingleCaseJournal:
    """A replacement for the audit log, in which all lines concern the case `tip:1`."""

    def __init__(self, *entries: Entry) -> None:
        self._entries = entries

    def about(self, ref: str, after: int = 0, limit: int = 100) -> Sequence[JournalLine]:
        assert ref == "tip:1"
        lines = [
            JournalLine(seq=seq, previous="", hash="", content=entry_bytes(entry))
            for seq, entry in enumerate(self._entries, 1)
        ]
        return [line for line in lines if line.seq > after][:limit]


def list_handed_out(*entries: Entry) -> tuple[HandedOut, ...]:
    journal: Journal = SingleCaseJournal(*entries)  # type: ignore[assignment]
    return find_handed_out_exports(journal, "tip:1")


@pytest.mark.parametrize(
    ("entry", "listed"),
    [
        (HANDED, True),
        (evolve(HANDED, outcome="refused"), False),
        (evolve(HANDED, outcome="done"), False),
        (evolve(HANDED, action="tips.get"), False),
        (evolve(HANDED, action="conversations.history"), False),
        (evolve(HANDED, action="zzz"), False),
    ],
)
def test_only_exported_files_are_listed(entry: Entry, listed: bool) -> None:
    """An answered file request is listed as handed out; refused, changed or merely viewed data isn't."""
    expected = (HandedOut(seq=1, action=HANDED.action, actor="person:o1", at=HANDED.at),)
    assert list_handed_out(entry) == (expected if listed else ())


def test_all_exports_are_listed_in_order() -> None:
    """All handed-out files are listed in their order, however many."""
    entries = [HANDED if number % 2 else evolve(HANDED, action="tips.get") for number in range(1203)]
    assert [item.seq for item in list_handed_out(*entries)] == [*range(2, 1204, 2)]
    assert list_handed_out() == ()


def test_mark_identifies_a_key(runner: UseCaseRunner) -> None:
    """A key mark still identifies its key after the key is rewrapped, differs from the mark of a new key, and matches a
    missing key.
    """
    context = runner.context
    scope = "identity:mock.1"
    assert mark_key(context, scope) == ""
    runner.ensure_key(scope)
    mark = mark_key(context, scope)
    assert mark != mark_key(context, scope)  # Two marks of one key differ, but each of them identifies the key.
    stored = context.storage.keyring.get(scope)
    assert stored is not None
    first = context.keys.epoch
    raw = context.keys.unwrap(first, stored.wrapped, scope)
    context.keys.turn_epoch()
    epoch, wrapped = context.keys.wrap(raw, scope)
    context.storage.commit([ChangeSet(keys=(NewKey(scope=scope, epoch=epoch, wrapped=wrapped, replaces=first),))])
    assert not is_other_key(context, scope, mark)
    context.storage.keyring.destroy(scope)
    assert not is_other_key(context, scope, mark)
    runner.ensure_key(scope)
    assert is_other_key(context, scope, mark)
    assert is_other_key(context, scope, "")
    assert not is_other_key(context, scope, mark_key(context, scope))


def test_a_key_whose_epoch_is_gone_has_no_mark(runner: UseCaseRunner) -> None:
    """A key with a destroyed epoch has no mark and doesn't count as another key, because it can't decrypt or encrypt
    any more.
    """
    context = runner.context
    scope = "identity:mock.1"
    epoch = context.keys.epoch
    runner.ensure_key(scope)
    mark = mark_key(context, scope)
    context.keys.turn_epoch()
    context.keys.destroy_epoch(epoch)
    context.encryptor.forget(scope)
    assert mark_key(context, scope) == ""
    assert not is_other_key(context, scope, mark)


def test_only_files_of_the_scope_are_found(runner: UseCaseRunner) -> None:
    """A purge deletes the files encrypted under its scope and unreadable files with it; other files and files with
    unknown names stay.
    """
    blobs = runner.context.blobs
    runner.ensure_key("tip:1")
    runner.ensure_key("tip:2")
    mine, others = (EncryptedBlobs(runner, blobs, scope).put(b"a picture") for scope in ("tip:1", "tip:2"))
    office = EncryptedBlobs(runner, blobs).put(b"a form")
    names = [others, mine, office, "0" * 64]
    assert [*find_sealed_files(runner, "tip:1", names)] == [mine]
    assert [*find_sealed_files(runner, "tip:2", names)] == [others]
    assert [*find_sealed_files(runner, "tip:3", names)] == [*find_sealed_files(runner, "tip:1", [])] == []


def test_files_are_found_by_their_names_in_bodies(runner: UseCaseRunner) -> None:
    """The files in use are found by the file names in the bodies of all records that weren't purged."""
    names = ["a" * 64, "b" * 64, "c" * 64]
    records = [
        Record(kind="item", id=name, unit="u", version=1, schema=1, body=f"[{name}]".encode()) for name in names[:2]
    ]
    records.append(evolve(records[0], id="c", scope="tip:gone", body=names[2].encode()))
    purge_scope(runner.context, "tip:gone")
    assert find_files(runner.context, records) == {*names[:2]}


def open_read_session(runner: UseCaseRunner, actor: Actor) -> ReadSession:
    return ReadSession(runner.context, runner.permits, actor, "governance.purge")


def test_facts_of_a_record_are_kept(runner: UseCaseRunner, operator: Actor, make_ended_tip: Ended) -> None:
    """The counted facts of a record are kept with their sums: empty for a kind that counts nothing, `None` for an
    unreadable record.
    """
    tip = make_ended_tip()
    kinds = {kind.name: kind for kind in KINDS}
    facts = count_facts(open_read_session(runner, operator), kinds, f"tip:{tip.id}")
    assert facts
    assert {(fact.indicator, fact.unit, fact.amount) for fact in facts} >= {("tips_received", "ninh-hoa", 1)}
    for scope in ("officer:x", "nothing:x", "identity:mock.1"):
        assert count_facts(open_read_session(runner, operator), kinds, scope) == ()
    assert count_facts(open_read_session(runner, operator), kinds, "tip:none") is None
    purge_scope(runner.context, f"tip:{tip.id}")
    assert count_facts(open_read_session(runner, operator), kinds, f"tip:{tip.id}") is None


def test_concurrent_hold_stops_the_purge(
    retention: Retention, runner: UseCaseRunner, operator: Actor, officer: OfficerMaker, make_ended_tip: Ended
) -> None:
    """A purge isn't committed if its case, or the case into which it was merged, was put on hold meanwhile; a hold on
    another case doesn't matter.
    """
    policies = make_retention_policies(runner.context.district)
    case = make_ended_tip()
    other = make_ended_tip()
    part = make_ended_tip(into=case.id)
    for held, stops in ((other, False), (case, True), (part, True)):
        uow = UnitOfWork(runner.context, runner.permits, operator, "governance.purge")
        assert guard_against_hold(uow, policies, f"tip:{part.id}")
        uow.add_event("x")
        hold = retention.legal_holds.hold(operator, f"tip:{held.id}", reason="CV 12", review_on=uow.today + DAY)
        assert is_held(open_read_session(runner, operator), policies, f"tip:{part.id}") is stops
        assert (
            guard_against_hold(UnitOfWork(runner.context, runner.permits, operator, "x"), policies, f"tip:{part.id}")
            is not stops
        )
        assert [
            legal_hold.id for legal_hold in find_holds(open_read_session(runner, operator), policies, f"tip:{part.id}")
        ] == ([hold.id] if stops else [])
        assert runner.commit(uow) is not stops
        retention.legal_holds.release_hold(operator, hold.id)


DAY = timedelta(days=1)


def test_purge_takes_a_hundred_orders(
    retention: Retention, runner: UseCaseRunner, operator: Actor, clock: FixedClock
) -> None:
    """One run of the purge carries out a hundred orders by default, and the next run continues with the others."""
    for number in range(103):
        order = retention.purges.order_destruction
        run_step(order, operator, f"conversation:c{number}", "hoa-lu", timedelta(0), "request")
    assert len(retention.purges.purge(operator, limit=2)) == 2
    assert len(retention.purges.purge(operator)) == 100
    assert [order.done_at for order in retention.purges.purge(operator)] == [clock.now()]


def test_later_key_is_not_destroyed(
    *,
    retention: Retention,
    runner: UseCaseRunner,
    operator: Actor,
    trail: Trail,
    make_ended_tip: Ended,
    clock: FixedClock,
) -> None:
    """A key created after the purge order was begun is neither destroyed nor counted, and the order is carried out all
    the same.
    """
    case = f"tip:{make_ended_tip().id}"
    retention.purges.order_purge(operator, case, reason="request")
    clock.advance(DAY * 8)
    (order,) = retention.purges.begin_purge(operator, limit=10, scopes=())
    runner.context.storage.keyring.destroy(case)
    runner.ensure_key(case)
    (done,) = retention.purges.finish_purge(operator, [order.id])
    assert done.done_at == clock.now()
    assert runner.context.storage.keyring.get(case) is not None
    assert trail()[-1].facts == {"scopes": 1, "files": 0, "rows": 0}
    with pytest.raises(WrongStep, match="was carried out or cancelled already"):
        retention.purges.finish_purge(operator, [order.id])


def test_purge_counts_its_scopes(
    *,
    retention: Retention,
    runner: UseCaseRunner,
    operator: Actor,
    trail: Trail,
    make_ended_tip: Ended,
    clock: FixedClock,
) -> None:
    """A purge counts the scopes, files and queue rows that it destroys."""
    cases = [f"tip:{make_ended_tip().id}" for _ in range(2)]
    for case in cases:
        retention.purges.order_purge(operator, case, reason="request")
    assert (
        next(record.id for record in iter_sealed_records(runner.context, SEALED_WITH, cases[0]))
        == cases[0].partition(":")[2]
    )
    clock.advance(DAY * 8)
    assert len(retention.purges.purge(operator, scopes=[cases[1]])) == 1
    assert runner.context.storage.keyring.get(cases[0]) is not None
    assert runner.context.storage.keyring.get(cases[1]) is None
    assert trail()[-1].facts == {"scopes": 1, "files": 0, "rows": 0}
