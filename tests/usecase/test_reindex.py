"""A reindex rewrites the records that this version would store differently, while work continues."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve, frozen
from tests.usecase.conftest import NOTE, Note, Notes

from anninh_core.kernel.errors import Conflict, Refused, StorageError
from anninh_core.kernel.search.query import TermQuery
from anninh_core.ports.storages.changes import ChangeSet, IndexSpec, Outcome, Record, entry_from
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.actor import person
from anninh_core.usecase.indexing.reindex import ReindexProgress, reindex
from anninh_core.usecase.kinds import Kind, Searchable
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork

LAN = person("lan")
GROWN: Kind[Note] = evolve(
    NOTE,
    spec=evolve(
        NOTE.spec,
        columns={**NOTE.spec.columns, "length": int},
        multi=("words",),
        orders={**NOTE.spec.orders, "length": ("length",)},
    ),
    columns=lambda note: {"colour": note.colour, "length": len(note.text)},
    multi=lambda note: {"words": tuple(note.text.split())},
)
"""A later form of the tiny service's kind: another column, and a multi column."""


@frozen(kw_only=True)
class LaterNote:
    """The form of a note two schemas later."""

    id: str
    unit: str
    hue: str
    text: str
    written_on: str = ""


def _rename_colour(body: dict[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in body.items() if name != "colour"}, "hue": body["colour"]}


LATER: Kind[LaterNote] = Kind(
    spec=NOTE.spec,
    model=LaterNote,
    unit=lambda note: note.unit,
    columns=lambda note: {"colour": note.hue},
    scope=lambda note: f"note:{note.id}",
    schema=3,
    upcasters={1: _rename_colour, 2: lambda body: {**body, "written_on": "2021"}},
)
BETWEEN: Kind[Any] = evolve(LATER, schema=2, upcasters={1: _rename_colour})


@pytest.fixture
def grown(runner: UseCaseRunner, notes: Notes) -> UseCaseRunner:
    """Return a runner with three notes from before its kind got new columns."""
    for text in ("một", "hai ba", "bốn năm sáu"):
        notes.write(LAN, "ninh-hoa", text)
    runner.context.storage.prepare([GROWN.spec])
    return runner


def stored(runner: UseCaseRunner) -> list[Record]:
    return list(runner.context.storage.maintenance.scan("note"))


def with_word(runner: UseCaseRunner, word: str) -> list[str]:
    page = runner.context.storage.records.find(Find(kind="note", order="length", where={"words": word}))
    return [runner.context.open_record(GROWN, record).text for record in page.records]


def run(runner: UseCaseRunner, *kinds: Kind[Any], batch: int = 200) -> list[ReindexProgress]:
    return list(reindex(runner, LAN, kinds, batch=batch))


def test_new_columns_are_filled(grown: UseCaseRunner) -> None:
    """Records from before a new column can be read, and are found by the column after a reindex."""
    assert [grown.context.open_record(GROWN, record).text for record in stored(grown)] == [
        "một",
        "hai ba",
        "bốn năm sáu",
    ]
    assert (with_word(grown, "ba"), {record.columns["length"] for record in stored(grown)}) == ([], {None})

    assert run(grown, GROWN) == [ReindexProgress(kind="note", seen=3, rewritten=3)]

    assert with_word(grown, "ba") == ["hai ba"]
    assert [record.columns["length"] for record in stored(grown)] == [3, 6, 11]


def test_each_batch_is_one_commit(grown: UseCaseRunner) -> None:
    """Each batch is one commit with an entry of the rewritten records, counters stay, and a second run changes
    nothing.
    """
    before = grown.context.storage.journal.head()[0]
    counters = grown.context.storage.counters
    day = datetime(2021, 9, 1, tzinfo=UTC).date()
    sums = dict(counters.total(["notes"], ["ninh-hoa"], day, day))
    assert [progress.rewritten for progress in run(grown, GROWN, batch=2)] == [2, 3]

    entries = [entry_from(line.content) for line in grown.context.storage.journal.read(before)]
    assert [(entry.actor, entry.action, len(entry.touched)) for entry in entries] == [
        ("person:lan", "storage.reindex", 2),
        ("person:lan", "storage.reindex", 1),
    ]
    assert {record.version for record in stored(grown)} == {2}
    assert dict(counters.total(["notes"], ["ninh-hoa"], day, day)) == sums
    assert run(grown, GROWN) == [ReindexProgress(kind="note", seen=3, rewritten=0)]
    assert grown.context.storage.journal.head()[0] == before + 2


def test_interrupted_run_is_continued(grown: UseCaseRunner) -> None:
    """After an interrupted run the next one continues after the last reported batch, and the run after that begins at
    the start.
    """
    interrupted = reindex(grown, LAN, (GROWN,), batch=1)
    next(interrupted)
    assert [progress.seen for progress in run(grown, GROWN, batch=1)] == [1, 2]
    assert [progress.seen for progress in run(grown, GROWN)] == [3]


def test_changed_kind_begins_at_the_start(grown: UseCaseRunner) -> None:
    """After another change of the kind a run begins at the start."""
    next(reindex(grown, LAN, (GROWN,), batch=1))
    changed_again = evolve(GROWN, schema=2, upcasters={1: lambda body: body})
    assert [progress.seen for progress in run(grown, changed_again)] == [3]


def test_run_continues_in_its_kind(grown: UseCaseRunner) -> None:
    """A continued run over several kinds resumes in its kind, and each further kind begins with its first record."""
    other = evolve(GROWN, spec=evolve(GROWN.spec, kind="other"))
    grown.context.storage.prepare([other.spec])
    uow = UnitOfWork(grown.context, grown.permits, LAN, "others.write")
    uow.save(other, Note(id="0", unit="ninh-hoa", colour="red", text="x"))
    assert grown.commit(uow)
    progress = reindex(grown, LAN, (GROWN, other))
    assert [next(progress).kind, next(progress).kind] == ["note", "other"]
    assert run(grown, GROWN, other) == []
    assert [progress.kind for progress in run(grown, GROWN, other)] == ["note", "other"]


def test_record_moves_to_a_scope_with_a_key(runner: UseCaseRunner, notes: Notes) -> None:
    """A record moves to its new scope if the scope has a key, and otherwise stays readable in its old one, because no
    new key is made.
    """
    moved, unmoved = (notes.write(LAN, "ninh-hoa", "một", colour) for colour in ("red", "blue"))
    runner.ensure_key("case:red")
    kind = evolve(NOTE, scope=lambda note: f"case:{note.colour}")
    assert [progress.rewritten for progress in reindex(runner, LAN, (kind,))] == [1]
    assert {record.id: record.scope for record in stored(runner)} == {
        moved.id: "case:red",
        unmoved.id: f"note:{unmoved.id}",
    }
    assert [runner.context.open_record(kind, record) for record in stored(runner)] == [moved, unmoved]


def before_each_commit(
    runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], times: int
) -> None:
    """Call `act` just before each of the next `times` commits of a reindex."""
    commit = runner.context.storage.commit
    remaining = [None] * times

    def committed(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if remaining and any(change.entry and change.entry.action == "storage.reindex" for change in changes):
            remaining.pop()
            act()
        return commit(changes)

    monkeypatch.setattr(runner.context.storage, "commit", committed)


def test_concurrent_changes_are_kept(grown: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that an officer changes during the reindex keeps the change and gets its new columns."""
    first = stored(grown)[0].id
    before_each_commit(grown, monkeypatch, lambda: notes.paint(LAN, first, "blue"), 1)
    run(grown, GROWN)
    assert [(record.columns["colour"], record.columns["length"]) for record in stored(grown)] == [
        ("blue", 3),
        ("red", 6),
        ("red", 11),
    ]


def test_busy_record_delays_only_itself(grown: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that changes constantly delays only itself, and is reported at the end if it couldn't be rewritten."""
    first = stored(grown)[0].id
    before_each_commit(grown, monkeypatch, lambda: notes.paint(LAN, first, "blue"), 4)
    run(grown, GROWN)
    assert [record.columns["length"] for record in stored(grown)] == [3, 6, 11]

    changed_again = evolve(GROWN, schema=2, upcasters={1: lambda body: body})
    before_each_commit(grown, monkeypatch, lambda: notes.paint(LAN, first, "green"), 100)
    with pytest.raises(Conflict, match="reindex"):
        run(grown, changed_again)


def test_purged_record_is_unchanged(grown: UseCaseRunner) -> None:
    """A purged record stays unchanged and is counted as unreadable."""
    purged = stored(grown)[1]
    grown.context.storage.keyring.destroy(purged.scope)
    assert run(grown, GROWN) == [ReindexProgress(kind="note", seen=3, rewritten=2, unreadable=1)]
    assert grown.context.storage.records.get("note", purged.id) == purged


@pytest.mark.parametrize("moment", ["decrypt_record", "get_wrapped_keys"])
def test_record_purged_meanwhile_stays_purged(
    grown: UseCaseRunner, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """A key destroyed during the rewriting isn't made again, and the other records of the batch are written."""
    purged = stored(grown)[1]
    original = getattr(grown.context.encryptor, moment)
    opened = list[str]()

    def destroying(of: Any, *others: Any) -> Any:
        scopes = [of.scope] if isinstance(of, Record) else of
        opened.extend(scopes)
        if purged.scope in scopes and opened.count(purged.scope) == (1 if moment == "decrypt_record" else 3):
            grown.context.storage.keyring.destroy(purged.scope)
        return original(of, *others)

    monkeypatch.setattr(grown.context.encryptor, moment, destroying)
    run(grown, GROWN)
    assert purged.scope in opened
    assert grown.context.storage.keyring.get(purged.scope) is None
    assert grown.context.storage.records.get("note", purged.id) == purged
    assert [record.columns["length"] for record in stored(grown)] == [3, None, 11]


def test_bodies_of_every_schema_are_upcast(runner: UseCaseRunner, notes: Notes) -> None:
    """Bodies of three schemas are read and rewritten as the newest one, and an unknown newer schema is refused."""
    notes.write(LAN, "ninh-hoa", "một")
    for kind in (BETWEEN, LATER):
        uow = UnitOfWork(runner.context, runner.permits, LAN, "notes.write")
        uow.save(
            kind, LaterNote(id=runner.context.ids.new(), unit="ninh-hoa", hue="blue", text=f"lược đồ {kind.schema}")
        )
        assert runner.commit(uow)
    records = stored(runner)
    assert [record.schema for record in records] == [1, 2, 3]
    assert [runner.context.open_record(LATER, record).written_on for record in records] == ["2021", "2021", ""]
    with pytest.raises(StorageError, match=r"was written by a newer version \(schema"):
        run(runner, BETWEEN)

    assert run(runner, LATER) == [ReindexProgress(kind="note", seen=3, rewritten=2)]

    assert [(record.schema, runner.context.open_record(LATER, record).hue) for record in stored(runner)] == [
        (3, "red"),
        (3, "blue"),
        (3, "blue"),
    ]


@pytest.fixture
def told(runner: UseCaseRunner, notes: Notes) -> Kind[Note]:
    """Return a searchable kind with an existing note that lacks one of its columns."""
    notes.write(LAN, "ninh-hoa", "mất trộm")
    spec = IndexSpec(kind="note", columns={"colour": str, "at": str}, orders={"newest": ("-at",)})
    runner.context.storage.prepare([spec])
    moment = datetime(2021, 9, 1, tzinfo=UTC)
    return evolve(NOTE, spec=spec, search=Searchable(field="text", at=lambda _: moment))


@pytest.mark.parametrize("mode", ["scan", "tokens"])
def test_reindex_makes_missing_terms(runner: UseCaseRunner, told: Kind[Note], mode: str) -> None:
    """In the mode `tokens` a reindex makes terms for existing records, without rewriting a current record."""
    runner.context.district = evolve(runner.context.district, search_mode=mode)
    run(runner, told)
    query = runner.context.terms.hash_query("note", TermQuery((((("trom"),),),), ()))
    hits = runner.context.storage.search.find("note", query, None, 10)
    assert [hit.id for hit in hits] == ([record.id for record in stored(runner)] if mode == "tokens" else [])
    assert [record.version for record in stored(runner)] == [1]


def test_reindex_needs_permission(grown: UseCaseRunner) -> None:
    """An actor without permission is refused with a journal entry, and nothing is rewritten."""
    with pytest.raises(Refused):
        list(reindex(grown, person("stranger"), (GROWN,)))
    assert entry_from(grown.context.storage.journal.read()[-1].content).outcome == "refused"
    assert {record.version for record in stored(grown)} == {1}


def test_slower_of_two_runs_stops(grown: UseCaseRunner) -> None:
    """The slower of two simultaneous runs stops at its next batch, and the other run loses nothing."""
    slow = reindex(grown, LAN, (GROWN,), batch=1)
    next(slow)
    run(grown, GROWN)
    with pytest.raises(Conflict, match="Another reindexing is running: wait until it ends"):
        list(slow)
    assert [record.columns["length"] for record in stored(grown)] == [3, 6, 11]


def test_progress_adds_up_over_batches(grown: UseCaseRunner, notes: Notes) -> None:
    """Progress adds up the seen, rewritten and unreadable records of a kind over the batches."""
    notes.write(LAN, "ninh-hoa", "bảy tám")
    for purged in stored(grown)[1:]:
        grown.context.storage.keyring.destroy(purged.scope)
    assert run(grown, GROWN, batch=1) == [
        ReindexProgress(kind="note", seen=1, rewritten=1, unreadable=0),
        ReindexProgress(kind="note", seen=2, rewritten=1, unreadable=1),
        ReindexProgress(kind="note", seen=3, rewritten=1, unreadable=2),
        ReindexProgress(kind="note", seen=4, rewritten=1, unreadable=3),
    ]
    assert [record.version for record in stored(grown)] == [2, 1, 1, 1]


def test_a_kind_without_records_has_no_progress(runner: UseCaseRunner) -> None:
    """A kind without records has no progress."""
    assert run(runner, NOTE) == run(runner) == []


def test_next_run_begins_at_the_start(grown: UseCaseRunner) -> None:
    """After a completed run the next one begins at the first record, and rewrites nothing."""
    for rewritten in (3, 0):
        (progress,) = run(grown, GROWN)
        assert progress == ReindexProgress(kind="note", seen=3, rewritten=rewritten)


def test_run_is_continued_for_equal_kinds_only(grown: UseCaseRunner) -> None:
    """An interrupted run is continued only for the same kinds in the same form."""
    next(reindex(grown, LAN, (GROWN,), batch=1))
    assert run(grown, GROWN, batch=1)[-1] == ReindexProgress(kind="note", seen=2, rewritten=2)
    wider = evolve(GROWN.spec, columns={**GROWN.spec.columns, "more": str})
    grown.context.storage.prepare([wider])
    for other in (evolve(GROWN, spec=wider), evolve(GROWN, schema=2, upcasters={1: lambda body: body})):
        assert next(reindex(grown, LAN, (GROWN,), batch=2)).seen == 2
        assert next(reindex(grown, LAN, (other,), batch=3)).seen == 3
