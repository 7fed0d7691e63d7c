"""A reindex writes anew what this version would store differently, while work goes on."""

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
"""What became of the kind of the tiny service: one more column, and a multi column."""


@frozen(kw_only=True)
class LaterNote:
    """What became of a note two schemas later."""

    id: str
    unit: str
    hue: str
    text: str
    written_on: str = ""


def _renamed(body: dict[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in body.items() if name != "colour"}, "hue": body["colour"]}


LATER: Kind[LaterNote] = Kind(
    spec=NOTE.spec,
    model=LaterNote,
    unit=lambda note: note.unit,
    columns=lambda note: {"colour": note.hue},
    scope=lambda note: f"note:{note.id}",
    schema=3,
    upcasters={1: _renamed, 2: lambda body: {**body, "written_on": "2021"}},
)
BETWEEN: Kind[Any] = evolve(LATER, schema=2, upcasters={1: _renamed})


@pytest.fixture
def grown(runner: UseCaseRunner, notes: Notes) -> UseCaseRunner:
    """Three notes of before, at a desk whose kind has grown since."""
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
    """Records of before a column open all the same, and are found by it once they are reindexed."""
    assert [grown.context.open_record(GROWN, record).text for record in stored(grown)] == [
        "một",
        "hai ba",
        "bốn năm sáu",
    ]
    assert (with_word(grown, "ba"), {record.columns["length"] for record in stored(grown)}) == ([], {None})

    assert run(grown, GROWN) == [ReindexProgress(kind="note", seen=3, rewritten=3)]

    assert with_word(grown, "ba") == ["hai ba"]
    assert [record.columns["length"] for record in stored(grown)] == [3, 6, 11]


def test_one_commit_a_batch_names_what_was_rewritten(grown: UseCaseRunner) -> None:
    """The trail names each record rewritten, by whom; counters stay, and a second run finds nothing to do."""
    before = grown.context.storage.journal.head()[0]
    counted = grown.context.storage.counters
    day = datetime(2021, 9, 1, tzinfo=UTC).date()
    sums = dict(counted.total(["notes"], ["ninh-hoa"], day, day))
    assert [progress.rewritten for progress in run(grown, GROWN, batch=2)] == [2, 3]

    entries = [entry_from(line.content) for line in grown.context.storage.journal.read(before)]
    assert [(entry.actor, entry.action, len(entry.touched)) for entry in entries] == [
        ("person:lan", "storage.reindex", 2),
        ("person:lan", "storage.reindex", 1),
    ]
    assert {record.version for record in stored(grown)} == {2}
    assert dict(counted.total(["notes"], ["ninh-hoa"], day, day)) == sums
    assert run(grown, GROWN) == [ReindexProgress(kind="note", seen=3, rewritten=0)]
    assert grown.context.storage.journal.head()[0] == before + 2


def test_a_run_that_broke_off_is_gone_on_with(grown: UseCaseRunner) -> None:
    """The next run begins behind the last batch that was told of, and the one after it at the beginning."""
    broken_off = reindex(grown, LAN, (GROWN,), batch=1)
    next(broken_off)
    assert [progress.seen for progress in run(grown, GROWN, batch=1)] == [1, 2]
    assert [progress.seen for progress in run(grown, GROWN)] == [3]


def test_a_kind_that_changed_again_is_begun_anew(grown: UseCaseRunner) -> None:
    """What a run of another shape of the kinds has done doesn't count."""
    next(reindex(grown, LAN, (GROWN,), batch=1))
    again = evolve(GROWN, schema=2, upcasters={1: lambda body: body})
    assert [progress.seen for progress in run(grown, again)] == [3]


def test_a_later_kind_is_gone_on_with(grown: UseCaseRunner) -> None:
    """A run over several kinds remembers which of them it was in, and begins each with its first record."""
    other = evolve(GROWN, spec=evolve(GROWN.spec, kind="other"))
    grown.context.storage.prepare([other.spec])
    uow = UnitOfWork(grown.context, grown.permits, LAN, "others.write")
    uow.save(other, Note(id="0", unit="ninh-hoa", colour="red", text="x"))
    assert grown.commit(uow)
    walk = reindex(grown, LAN, (GROWN, other))
    assert [next(walk).kind, next(walk).kind] == ["note", "other"]
    assert run(grown, GROWN, other) == []
    assert [progress.kind for progress in run(grown, GROWN, other)] == ["note", "other"]


def test_what_should_be_sealed_elsewhere_is_sealed_there_unless_that_was_purged(
    runner: UseCaseRunner, notes: Notes
) -> None:
    """No key is made anew for a scope that has none: what stands there stays readable where it is."""
    moved, left = (notes.write(LAN, "ninh-hoa", "một", colour) for colour in ("red", "blue"))
    runner.ensure_key("case:red")
    kind = evolve(NOTE, scope=lambda note: f"case:{note.colour}")
    assert [progress.rewritten for progress in reindex(runner, LAN, (kind,))] == [1]
    assert {record.id: record.scope for record in stored(runner)} == {moved.id: "case:red", left.id: f"note:{left.id}"}
    assert [runner.context.open_record(kind, record) for record in stored(runner)] == [moved, left]


def before_each_commit(
    runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], times: int
) -> None:
    """Let somebody else act just before each of the next reindexing commits."""
    commit = runner.context.storage.commit
    left = [None] * times

    def committed(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if left and any(change.entry and change.entry.action == "storage.reindex" for change in changes):
            left.pop()
            act()
        return commit(changes)

    monkeypatch.setattr(runner.context.storage, "commit", committed)


def test_what_others_write_meanwhile_is_kept(
    grown: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that was changed under the reindex keeps the change, and gets its columns too."""
    first = stored(grown)[0].id
    before_each_commit(grown, monkeypatch, lambda: notes.paint(LAN, first, "blue"), 1)
    run(grown, GROWN)
    assert [(record.columns["colour"], record.columns["length"]) for record in stored(grown)] == [
        ("blue", 3),
        ("red", 6),
        ("red", 11),
    ]


def test_a_record_that_never_rests_holds_up_only_itself(
    grown: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What else is in its batch is written in smaller commits; whose turn never comes is told in the end."""
    first = stored(grown)[0].id
    before_each_commit(grown, monkeypatch, lambda: notes.paint(LAN, first, "blue"), 4)
    run(grown, GROWN)
    assert [record.columns["length"] for record in stored(grown)] == [3, 6, 11]

    changed_again = evolve(GROWN, schema=2, upcasters={1: lambda body: body})
    before_each_commit(grown, monkeypatch, lambda: notes.paint(LAN, first, "green"), 100)
    with pytest.raises(Conflict, match="reindex"):
        run(grown, changed_again)


def test_what_was_purged_is_left(grown: UseCaseRunner) -> None:
    """A record whose key was destroyed stays as it is, and is counted."""
    gone = stored(grown)[1]
    grown.context.storage.keyring.destroy(gone.scope)
    assert run(grown, GROWN) == [ReindexProgress(kind="note", seen=3, rewritten=2, unreadable=1)]
    assert grown.context.storage.records.get("note", gone.id) == gone


@pytest.mark.parametrize("moment", ["decrypt_record", "get_wrapped_keys"])
def test_what_is_purged_meanwhile_stays_purged(
    grown: UseCaseRunner, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """A key destroyed between reading and rewriting isn't made anew; the other records of the batch are written."""
    gone = stored(grown)[1]
    done = getattr(grown.context.encryptor, moment)
    opened = list[str]()

    def destroying(of: Any, *others: Any) -> Any:
        scopes = [of.scope] if isinstance(of, Record) else of
        opened.extend(scopes)
        if gone.scope in scopes and opened.count(gone.scope) == (1 if moment == "decrypt_record" else 3):
            grown.context.storage.keyring.destroy(gone.scope)
        return done(of, *others)

    monkeypatch.setattr(grown.context.encryptor, moment, destroying)
    run(grown, GROWN)
    assert gone.scope in opened
    assert grown.context.storage.keyring.get(gone.scope) is None
    assert grown.context.storage.records.get("note", gone.id) == gone
    assert [record.columns["length"] for record in stored(grown)] == [3, None, 11]


def test_bodies_of_every_schema_open_and_are_raised(runner: UseCaseRunner, notes: Notes) -> None:
    """Bodies of three schemas are read as the newest, and written as it; a newer one than known is refused."""
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
    """A kind that is searched, with a note of before, one of its columns missing."""
    notes.write(LAN, "ninh-hoa", "mất trộm")
    spec = IndexSpec(kind="note", columns={"colour": str, "at": str}, orders={"newest": ("-at",)})
    runner.context.storage.prepare([spec])
    moment = datetime(2021, 9, 1, tzinfo=UTC)
    return evolve(NOTE, spec=spec, search=Searchable(field="text", at=lambda _: moment))


@pytest.mark.parametrize("mode", ["scan", "tokens"])
def test_terms_are_made_where_there_is_an_index(runner: UseCaseRunner, told: Kind[Note], mode: str) -> None:
    """A district that turned to an index finds what was written before; a sound record isn't written anew for it."""
    runner.context.district = evolve(runner.context.district, search_mode=mode)
    run(runner, told)
    asked = runner.context.terms.hash_query("note", TermQuery((((("trom"),),),), ()))
    hits = runner.context.storage.search.find("note", asked, None, 10)
    assert [hit.id for hit in hits] == ([record.id for record in stored(runner)] if mode == "tokens" else [])
    assert [record.version for record in stored(runner)] == [1]


def test_whoever_may_not_operate_is_refused(grown: UseCaseRunner) -> None:
    """The refusal stands in the journal, and nothing is rewritten."""
    with pytest.raises(Refused):
        list(reindex(grown, person("stranger"), (GROWN,)))
    assert entry_from(grown.context.storage.journal.read()[-1].content).outcome == "refused"
    assert {record.version for record in stored(grown)} == {1}


def test_two_runs_at_once_are_told(grown: UseCaseRunner) -> None:
    """The slower of two runs stops at its next batch; nothing of the other is lost."""
    slow = reindex(grown, LAN, (GROWN,), batch=1)
    next(slow)
    run(grown, GROWN)
    with pytest.raises(Conflict, match="Another reindexing is running: wait until it ends"):
        list(slow)
    assert [record.columns["length"] for record in stored(grown)] == [3, 6, 11]


def test_progress_adds_up_over_batches(grown: UseCaseRunner, notes: Notes) -> None:
    """Of each kind by itself: seen, rewritten and purged, batch by batch."""
    notes.write(LAN, "ninh-hoa", "bảy tám")
    for gone in stored(grown)[1:]:
        grown.context.storage.keyring.destroy(gone.scope)
    assert run(grown, GROWN, batch=1) == [
        ReindexProgress(kind="note", seen=1, rewritten=1, unreadable=0),
        ReindexProgress(kind="note", seen=2, rewritten=1, unreadable=1),
        ReindexProgress(kind="note", seen=3, rewritten=1, unreadable=2),
        ReindexProgress(kind="note", seen=4, rewritten=1, unreadable=3),
    ]
    assert [record.version for record in stored(grown)] == [2, 1, 1, 1]


def test_a_kind_without_records_has_no_progress(runner: UseCaseRunner) -> None:
    """And a run over nothing ends."""
    assert run(runner, NOTE) == run(runner) == []


def test_a_run_that_ended_begins_again(grown: UseCaseRunner) -> None:
    """From the first record on; it finds nothing to write any more."""
    for rewritten in (3, 0):
        (progress,) = run(grown, GROWN)
        assert progress == ReindexProgress(kind="note", seen=3, rewritten=rewritten)


def test_an_interrupted_run_goes_on_where_it_was(grown: UseCaseRunner) -> None:
    """Over the same kinds in the same shape; over others, or with another column, it begins anew."""
    next(reindex(grown, LAN, (GROWN,), batch=1))
    assert run(grown, GROWN, batch=1)[-1] == ReindexProgress(kind="note", seen=2, rewritten=2)
    wider = evolve(GROWN.spec, columns={**GROWN.spec.columns, "more": str})
    grown.context.storage.prepare([wider])
    for other in (evolve(GROWN, spec=wider), evolve(GROWN, schema=2, upcasters={1: lambda body: body})):
        assert next(reindex(grown, LAN, (GROWN,), batch=2)).seen == 2
        assert next(reindex(grown, LAN, (other,), batch=3)).seen == 3
