"""A reindex rewrites the records that this version would store differently, while officers' work continues."""

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
"""A later form of the tiny service's kind, with one more column and a multi column."""


@frozen(kw_only=True)
class LaterNote:
    """The form that a note has two schemas later."""

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
def runner_with_old_notes(runner: UseCaseRunner, notes: Notes) -> UseCaseRunner:
    """A runner with three notes that were stored before their kind got new columns."""
    for text in ("một", "hai ba", "bốn năm sáu"):
        notes.write(LAN, "ninh-hoa", text)
    runner.context.storage.prepare([GROWN.spec])
    return runner


def list_records(runner: UseCaseRunner) -> list[Record]:
    return list(runner.context.storage.maintenance.scan("note"))


def find_texts_by_word(runner: UseCaseRunner, word: str) -> list[str]:
    page = runner.context.storage.records.find(Find(kind="note", order="length", where={"words": word}))
    return [runner.context.open_record(GROWN, record).text for record in page.records]


def reindex_all(runner: UseCaseRunner, *kinds: Kind[Any], batch: int = 200) -> list[ReindexProgress]:
    return list(reindex(runner, LAN, kinds, batch=batch))


def test_new_columns_are_filled(runner_with_old_notes: UseCaseRunner) -> None:
    """Records from before a new column can be read, and are found by the column after a reindex."""
    assert [
        runner_with_old_notes.context.open_record(GROWN, record).text for record in list_records(runner_with_old_notes)
    ] == [
        "một",
        "hai ba",
        "bốn năm sáu",
    ]
    assert (
        find_texts_by_word(runner_with_old_notes, "ba"),
        {record.columns["length"] for record in list_records(runner_with_old_notes)},
    ) == ([], {None})

    assert reindex_all(runner_with_old_notes, GROWN) == [ReindexProgress(kind="note", seen=3, rewritten=3)]

    assert find_texts_by_word(runner_with_old_notes, "ba") == ["hai ba"]
    assert [record.columns["length"] for record in list_records(runner_with_old_notes)] == [3, 6, 11]


def test_each_batch_is_one_commit(runner_with_old_notes: UseCaseRunner) -> None:
    """Each batch is one commit with an entry of the rewritten records, counters stay, and a second run changes
    nothing.
    """
    before = runner_with_old_notes.context.storage.journal.head()[0]
    counters = runner_with_old_notes.context.storage.counters
    day = datetime(2021, 9, 1, tzinfo=UTC).date()
    sums = dict(counters.total(["notes"], ["ninh-hoa"], day, day))
    assert [progress.rewritten for progress in reindex_all(runner_with_old_notes, GROWN, batch=2)] == [2, 3]

    entries = [entry_from(line.content) for line in runner_with_old_notes.context.storage.journal.read(before)]
    assert [(entry.actor, entry.action, len(entry.touched)) for entry in entries] == [
        ("person:lan", "storage.reindex", 2),
        ("person:lan", "storage.reindex", 1),
    ]
    assert {record.version for record in list_records(runner_with_old_notes)} == {2}
    assert dict(counters.total(["notes"], ["ninh-hoa"], day, day)) == sums
    assert reindex_all(runner_with_old_notes, GROWN) == [ReindexProgress(kind="note", seen=3, rewritten=0)]
    assert runner_with_old_notes.context.storage.journal.head()[0] == before + 2


def test_interrupted_run_is_continued(runner_with_old_notes: UseCaseRunner) -> None:
    """After an interrupted run the next one continues after the last reported batch, and the run after that begins at
    the start.
    """
    interrupted = reindex(runner_with_old_notes, LAN, (GROWN,), batch=1)
    next(interrupted)
    assert [progress.seen for progress in reindex_all(runner_with_old_notes, GROWN, batch=1)] == [1, 2]
    assert [progress.seen for progress in reindex_all(runner_with_old_notes, GROWN)] == [3]


def test_changed_kind_begins_at_the_start(runner_with_old_notes: UseCaseRunner) -> None:
    """If the kind was changed again since an interrupted run, the next run begins at the start."""
    next(reindex(runner_with_old_notes, LAN, (GROWN,), batch=1))
    changed_again = evolve(GROWN, schema=2, upcasters={1: lambda body: body})
    assert [progress.seen for progress in reindex_all(runner_with_old_notes, changed_again)] == [3]


def test_run_continues_in_its_kind(runner_with_old_notes: UseCaseRunner) -> None:
    """A continued run over several kinds resumes in the kind where it stopped, and each further kind begins with its
    first record.
    """
    other = evolve(GROWN, spec=evolve(GROWN.spec, kind="other"))
    runner_with_old_notes.context.storage.prepare([other.spec])
    uow = UnitOfWork(runner_with_old_notes.context, runner_with_old_notes.permits, LAN, "others.write")
    uow.save(other, Note(id="0", unit="ninh-hoa", colour="red", text="x"))
    assert runner_with_old_notes.commit(uow)
    progress = reindex(runner_with_old_notes, LAN, (GROWN, other))
    assert [next(progress).kind, next(progress).kind] == ["note", "other"]
    assert reindex_all(runner_with_old_notes, GROWN, other) == []
    assert [progress.kind for progress in reindex_all(runner_with_old_notes, GROWN, other)] == ["note", "other"]


def test_record_moves_to_a_scope_with_a_key(runner: UseCaseRunner, notes: Notes) -> None:
    """A record moves to its new scope if that scope has a key; otherwise it stays readable in its old scope, because a
    reindex makes no new key.
    """
    moved, unmoved = (notes.write(LAN, "ninh-hoa", "một", colour) for colour in ("red", "blue"))
    runner.ensure_key("case:red")
    kind = evolve(NOTE, scope=lambda note: f"case:{note.colour}")
    assert [progress.rewritten for progress in reindex(runner, LAN, (kind,))] == [1]
    assert {record.id: record.scope for record in list_records(runner)} == {
        moved.id: "case:red",
        unmoved.id: f"note:{unmoved.id}",
    }
    assert [runner.context.open_record(kind, record) for record in list_records(runner)] == [moved, unmoved]


def act_before_commits(
    runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], times: int
) -> None:
    """Call `act` just before each of the next `times` commits of a reindex."""
    commit = runner.context.storage.commit
    remaining = [None] * times

    def act_and_commit(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if remaining and any(change.entry and change.entry.action == "storage.reindex" for change in changes):
            remaining.pop()
            act()
        return commit(changes)

    monkeypatch.setattr(runner.context.storage, "commit", act_and_commit)


def test_concurrent_changes_are_kept(
    runner_with_old_notes: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that an officer changes during the reindex keeps the change and gets its new columns."""
    first = list_records(runner_with_old_notes)[0].id
    act_before_commits(runner_with_old_notes, monkeypatch, lambda: notes.paint(LAN, first, "blue"), 1)
    reindex_all(runner_with_old_notes, GROWN)
    assert [(record.columns["colour"], record.columns["length"]) for record in list_records(runner_with_old_notes)] == [
        ("blue", 3),
        ("red", 6),
        ("red", 11),
    ]


def test_busy_record_delays_only_itself(
    runner_with_old_notes: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that changes constantly delays no other record, and is reported at the end if it couldn't be
    rewritten.
    """
    first = list_records(runner_with_old_notes)[0].id
    act_before_commits(runner_with_old_notes, monkeypatch, lambda: notes.paint(LAN, first, "blue"), 4)
    reindex_all(runner_with_old_notes, GROWN)
    assert [record.columns["length"] for record in list_records(runner_with_old_notes)] == [3, 6, 11]

    changed_again = evolve(GROWN, schema=2, upcasters={1: lambda body: body})
    act_before_commits(runner_with_old_notes, monkeypatch, lambda: notes.paint(LAN, first, "green"), 100)
    with pytest.raises(Conflict, match="reindex"):
        reindex_all(runner_with_old_notes, changed_again)


def test_purged_record_is_unchanged(runner_with_old_notes: UseCaseRunner) -> None:
    """A purged record stays unchanged and is counted as unreadable."""
    purged = list_records(runner_with_old_notes)[1]
    runner_with_old_notes.context.storage.keyring.destroy(purged.scope)
    assert reindex_all(runner_with_old_notes, GROWN) == [
        ReindexProgress(kind="note", seen=3, rewritten=2, unreadable=1)
    ]
    assert runner_with_old_notes.context.storage.records.get("note", purged.id) == purged


@pytest.mark.parametrize("moment", ["decrypt_record", "get_wrapped_keys"])
def test_record_purged_meanwhile_stays_purged(
    runner_with_old_notes: UseCaseRunner, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """A key that is destroyed while its record is rewritten isn't made again, and the other records of the batch are
    written.
    """
    purged = list_records(runner_with_old_notes)[1]
    original = getattr(runner_with_old_notes.context.encryptor, moment)
    opened = list[str]()

    def destroy_key_meanwhile(of: Any, *others: Any) -> Any:
        scopes = [of.scope] if isinstance(of, Record) else of
        opened.extend(scopes)
        if purged.scope in scopes and opened.count(purged.scope) == (1 if moment == "decrypt_record" else 3):
            runner_with_old_notes.context.storage.keyring.destroy(purged.scope)
        return original(of, *others)

    monkeypatch.setattr(runner_with_old_notes.context.encryptor, moment, destroy_key_meanwhile)
    reindex_all(runner_with_old_notes, GROWN)
    assert purged.scope in opened
    assert runner_with_old_notes.context.storage.keyring.get(purged.scope) is None
    assert runner_with_old_notes.context.storage.records.get("note", purged.id) == purged
    assert [record.columns["length"] for record in list_records(runner_with_old_notes)] == [3, None, 11]


def test_bodies_of_every_schema_are_upcast(runner: UseCaseRunner, notes: Notes) -> None:
    """Bodies of three schemas are read, and rewritten in the newest schema; an unknown newer schema is refused."""
    notes.write(LAN, "ninh-hoa", "một")
    for kind in (BETWEEN, LATER):
        uow = UnitOfWork(runner.context, runner.permits, LAN, "notes.write")
        uow.save(
            kind, LaterNote(id=runner.context.ids.new(), unit="ninh-hoa", hue="blue", text=f"lược đồ {kind.schema}")
        )
        assert runner.commit(uow)
    records = list_records(runner)
    assert [record.schema for record in records] == [1, 2, 3]
    assert [runner.context.open_record(LATER, record).written_on for record in records] == ["2021", "2021", ""]
    with pytest.raises(StorageError, match=r"was written by a newer version \(schema"):
        reindex_all(runner, BETWEEN)

    assert reindex_all(runner, LATER) == [ReindexProgress(kind="note", seen=3, rewritten=2)]

    assert [(record.schema, runner.context.open_record(LATER, record).hue) for record in list_records(runner)] == [
        (3, "red"),
        (3, "blue"),
        (3, "blue"),
    ]


@pytest.fixture
def searchable_kind(runner: UseCaseRunner, notes: Notes) -> Kind[Note]:
    """A searchable kind, and a stored note that lacks one of its columns."""
    notes.write(LAN, "ninh-hoa", "mất trộm")
    spec = IndexSpec(kind="note", columns={"colour": str, "at": str}, orders={"newest": ("-at",)})
    runner.context.storage.prepare([spec])
    moment = datetime(2021, 9, 1, tzinfo=UTC)
    return evolve(NOTE, spec=spec, search=Searchable(field="text", at=lambda _: moment))


@pytest.mark.parametrize("mode", ["scan", "tokens"])
def test_reindex_makes_missing_terms(runner: UseCaseRunner, searchable_kind: Kind[Note], mode: str) -> None:
    """In the mode `tokens` a reindex makes search terms for existing records, without rewriting a record that is up to
    date.
    """
    runner.context.district = evolve(runner.context.district, search_mode=mode)
    reindex_all(runner, searchable_kind)
    query = runner.context.terms.hash_query("note", TermQuery((((("trom"),),),), ()))
    hits = runner.context.storage.search.find("note", query, None, 10)
    assert [hit.id for hit in hits] == ([record.id for record in list_records(runner)] if mode == "tokens" else [])
    assert [record.version for record in list_records(runner)] == [1]


def test_reindex_needs_permission(runner_with_old_notes: UseCaseRunner) -> None:
    """An actor without permission is refused with a journal entry, and nothing is rewritten."""
    with pytest.raises(Refused):
        list(reindex(runner_with_old_notes, person("stranger"), (GROWN,)))
    assert entry_from(runner_with_old_notes.context.storage.journal.read()[-1].content).outcome == "refused"
    assert {record.version for record in list_records(runner_with_old_notes)} == {1}


def test_slower_of_two_runs_stops(runner_with_old_notes: UseCaseRunner) -> None:
    """The slower of two simultaneous runs stops at its next batch, and the other run loses nothing."""
    slow = reindex(runner_with_old_notes, LAN, (GROWN,), batch=1)
    next(slow)
    reindex_all(runner_with_old_notes, GROWN)
    with pytest.raises(Conflict, match="Another reindexing is running: wait until it ends"):
        list(slow)
    assert [record.columns["length"] for record in list_records(runner_with_old_notes)] == [3, 6, 11]


def test_progress_adds_up_over_batches(runner_with_old_notes: UseCaseRunner, notes: Notes) -> None:
    """The progress of a kind adds up its seen, rewritten and unreadable records over the batches."""
    notes.write(LAN, "ninh-hoa", "bảy tám")
    for purged in list_records(runner_with_old_notes)[1:]:
        runner_with_old_notes.context.storage.keyring.destroy(purged.scope)
    assert reindex_all(runner_with_old_notes, GROWN, batch=1) == [
        ReindexProgress(kind="note", seen=1, rewritten=1, unreadable=0),
        ReindexProgress(kind="note", seen=2, rewritten=1, unreadable=1),
        ReindexProgress(kind="note", seen=3, rewritten=1, unreadable=2),
        ReindexProgress(kind="note", seen=4, rewritten=1, unreadable=3),
    ]
    assert [record.version for record in list_records(runner_with_old_notes)] == [2, 1, 1, 1]


def test_a_kind_without_records_has_no_progress(runner: UseCaseRunner) -> None:
    """A kind without records has no progress."""
    assert reindex_all(runner, NOTE) == reindex_all(runner) == []


def test_next_run_begins_at_the_start(runner_with_old_notes: UseCaseRunner) -> None:
    """After a completed run the next one begins at the first record, and rewrites nothing."""
    for rewritten in (3, 0):
        (progress,) = reindex_all(runner_with_old_notes, GROWN)
        assert progress == ReindexProgress(kind="note", seen=3, rewritten=rewritten)


def test_run_is_continued_for_equal_kinds_only(runner_with_old_notes: UseCaseRunner) -> None:
    """An interrupted run is continued only for the same kinds in the same form."""
    next(reindex(runner_with_old_notes, LAN, (GROWN,), batch=1))
    assert reindex_all(runner_with_old_notes, GROWN, batch=1)[-1] == ReindexProgress(kind="note", seen=2, rewritten=2)
    wider = evolve(GROWN.spec, columns={**GROWN.spec.columns, "more": str})
    runner_with_old_notes.context.storage.prepare([wider])
    for other in (evolve(GROWN, spec=wider), evolve(GROWN, schema=2, upcasters={1: lambda body: body})):
        assert next(reindex(runner_with_old_notes, LAN, (GROWN,), batch=2)).seen == 2
        assert next(reindex(runner_with_old_notes, LAN, (other,), batch=3)).seen == 3
