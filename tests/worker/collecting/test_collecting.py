"""Each piece of an outside source is collected once and stored before the cursor moves, and only editors decide about
it.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve
from tests.worker.collecting.conftest import EVERY, PIECE, PUBLISHED, SimulatedSource

from anninh_core.app import App
from anninh_core.domain.content.collected.model import FOUND_PIECE, FoundState
from anninh_core.kernel.errors import BadInput, NeedsPerson, RetryLater, StorageBusy, WrongStep
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.worker.collecting.collecting import LIMITS
from anninh_core.worker.collecting.progress import CollectorProgress, ProgressKeeper

Collect = Callable[[], int]


def read_progress(app: App) -> CollectorProgress:
    return ProgressKeeper(app.internals.runner, "province").read()[0]


def test_piece_is_found_once(
    app: App, source: SimulatedSource, run_collection: Collect, editor: Actor, anninh_clock: FixedClock
) -> None:
    """A new piece waits with its source for the editors of its unit; no item is written, and the source is read on
    schedule.
    """
    assert [run_collection(), run_collection()] == [1, 0]
    assert source.cursors == [""]
    (piece,) = app.content.collected.list(editor).items
    assert (piece.title, piece.words, piece.address) == (PIECE.title, PIECE.words, PIECE.address)
    assert (piece.published, piece.source_name, piece.unit) == (PUBLISHED, "Công an tỉnh", "ninh-hoa")
    assert (piece.state, piece.collector, piece.author) == (FoundState.WAITING, "province", "Phòng PA05")
    assert not app.content.list(editor).items
    anninh_clock.advance(EVERY)
    assert run_collection() == 0
    assert source.cursors == ["", "1"]


def test_only_its_units_editors_see_a_piece(app: App, run_collection: Collect) -> None:
    """Editors of another commune don't see a collected piece, and editors of the district do."""
    run_collection()
    others = [UnsafeLocalUsers(app).appoint("Người khác", unit, "editor") for unit in ("ninh-an", "hoa-lu")]
    assert [len(app.content.collected.list(other).items) for other in others] == [0, 1]


def test_piece_becomes_one_draft(app: App, run_collection: Collect, editor: Actor) -> None:
    """An editor can make one unpublished draft of a collected piece, with its source and without target units, but no
    second draft.
    """
    run_collection()
    (piece,) = app.content.collected.list(editor).items
    item = app.content.collected.take_up(editor, piece.id, "crime_warning")
    assert (item.state, item.piece.title, item.piece.body) == ("draft", PIECE.title, PIECE.words)
    assert (item.piece.source_name, item.piece.source_url) == ("Công an tỉnh", PIECE.address)
    assert (item.unit, item.piece.units) == ("ninh-hoa", ())
    taken = app.content.collected.get(editor, piece.id)
    assert (taken.state, taken.by, taken.item) == (FoundState.TAKEN_UP, editor.id, item.id)
    with pytest.raises(WrongStep, match=f"was made into item {item.id}: it can't become taken_up"):
        app.content.collected.take_up(editor, piece.id, "crime_warning")
    with pytest.raises(WrongStep, match=f"was made into item {item.id}"):
        app.content.collected.pass_over(editor, piece.id)
    assert [draft.id for draft in app.content.list(editor).items] == [item.id]


def test_unlicensed_piece_is_only_excerpted(
    app: App, source: SimulatedSource, run_collection: Collect, editor: Actor
) -> None:
    """The draft of a piece without a licence has only an excerpt of its text, and with a licence the whole text."""
    long = "Lời của người khác. " * 100
    source.pieces = [evolve(PIECE, id="a", words=long), evolve(PIECE, id="b", words=long, licence="CC BY 4.0")]
    run_collection()
    pieces = {piece.licence: piece for piece in app.content.collected.list(editor).items}
    drafts = {name: app.content.collected.take_up(editor, piece.id, "crime_warning") for name, piece in pieces.items()}
    assert {name: len(draft.piece.body) for name, draft in drafts.items()} == {"": 500, "CC BY 4.0": len(long.strip())}


def test_passed_over_piece_can_be_taken_up(app: App, run_collection: Collect, editor: Actor) -> None:
    """A piece that was passed over leaves the waiting list, keeps the reason, and can still be taken up."""
    run_collection()
    (piece,) = app.content.collected.list(editor).items
    passed = app.content.collected.pass_over(editor, piece.id, "Không liên quan")
    assert (passed.state, passed.reason, passed.by) == (FoundState.PASSED_OVER, "Không liên quan", editor.id)
    assert not app.content.collected.list(editor, state=FoundState.WAITING).items
    assert app.content.collected.take_up(editor, piece.id, "crime_warning").state == "draft"


def test_crash_before_cursor_loses_nothing(
    app: App, source: SimulatedSource, run_collection: Collect, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pieces are stored before the cursor moves: after a crash in between they are read again, but collected only
    once.
    """

    def raise_crash(*_: object) -> bool:
        raise StorageBusy("no")

    with monkeypatch.context() as patch:
        patch.setattr(ProgressKeeper, "write", raise_crash)
        assert run_collection() == 0
    assert len(app.content.collected.list(editor).items) == 1
    assert read_progress(app) == CollectorProgress()
    source.publish_pieces(1)
    assert run_collection() == 1
    assert source.cursors == ["", ""]
    assert len(app.content.collected.list(editor).items) == 2


def test_one_worker_reads_a_source(app: App, source: SimulatedSource, run_collection: Collect, editor: Actor) -> None:
    """While one worker reads a source, another one doesn't."""
    meanwhile = []

    def collect_as_other_worker() -> None:
        source.before = lambda: None
        meanwhile.append(run_collection())

    source.before = collect_as_other_worker
    assert run_collection() == 1
    assert (meanwhile, source.cursors) == ([0], [""])


def test_long_feed_is_read_in_parts(app: App, source: SimulatedSource, run_collection: Collect) -> None:
    """A reading takes no more pieces than the limit; the next runs read the remaining pieces without waiting for the
    schedule.
    """
    source.publish_pieces(2 * LIMITS.pieces)
    assert [run_collection() for _ in range(4)] == [LIMITS.pieces, LIMITS.pieces, 1, 0]


@pytest.mark.parametrize(
    "trouble",
    [
        (RetryLater("504", after=timedelta(hours=3)), timedelta(hours=3)),
        (RetryLater("504"), timedelta(minutes=1)),
        (NeedsPerson("404"), EVERY),
        (BadInput("a page"), EVERY),
        (ZeroDivisionError("chị Thử 0912345678"), EVERY),
    ],
)
def test_failing_source_is_retried(
    app: App,
    source: SimulatedSource,
    run_collection: Collect,
    anninh_clock: FixedClock,
    trouble: tuple[Exception, timedelta],
) -> None:
    """A failing source doesn't stop the worker; the stored reason has no personal data, and reading is retried in
    time.
    """
    source.trouble, pause = trouble
    assert run_collection() == 0
    failed = read_progress(app)
    assert (failed.cursor, failed.failures, failed.failing_since) == ("", 1, anninh_clock.now())
    assert "0912345678" not in failed.problem
    anninh_clock.advance(pause)
    source.trouble = None
    assert run_collection() == 1
    assert (read_progress(app).failures, read_progress(app).problem) == (0, "")


def test_incomplete_piece_is_left_out(app: App, source: SimulatedSource, run_collection: Collect) -> None:
    """An incomplete piece is left out and counted, and the complete ones are stored."""
    naive = evolve(PIECE, id="x", published=PUBLISHED.replace(tzinfo=None))
    source.pieces = [naive, evolve(PIECE, id=""), evolve(PIECE, id="y", title="", words=""), PIECE]
    assert run_collection() == 1
    assert read_progress(app).refused == 3


def test_old_pieces_are_purged(
    app: App, source: SimulatedSource, run_collection: Collect, editor: Actor, anninh_clock: FixedClock
) -> None:
    """After the profile's retention a collected piece is unreadable and isn't collected again, while its draft
    stays.
    """
    source.publish_pieces(1)
    run_collection()
    first, second = app.content.collected.list(editor).items
    item = app.content.collected.take_up(editor, first.id, "crime_warning")
    anninh_clock.advance(timedelta(days=91))
    app.worker.jobs["purge_expired"].run()
    anninh_clock.advance(timedelta(days=8))
    assert app.worker.jobs["purge_expired"].run() == 2
    source.pieces.append(evolve(PIECE, id="tag:9"))
    keeper = ProgressKeeper(app.internals.runner, "province")
    with keeper.state.lease("read", timedelta(minutes=1)) as lease:
        assert lease is not None
        # With an empty cursor the source returns all pieces again.
        assert keeper.write(CollectorProgress(), keeper.read()[1], lease)
    assert run_collection() == 1
    (new_piece,) = app.content.collected.list(editor).items
    assert new_piece.id not in {first.id, second.id}
    assert app.content.get(editor, item.id).piece.title == PIECE.title


def test_found_pieces_are_encrypted(app: App, run_collection: Collect) -> None:
    """Neither the text and address of a piece nor the source's id for it is stored in clear text."""
    run_collection()
    (record,) = app.internals.context.storage.maintenance.scan(FOUND_PIECE.name)
    kept = app.internals.context.storage.states.get("adapter:collector.province", "progress")
    assert kept is not None
    for clear_text in (record.id, str(record.columns), repr(record.body), repr(kept.body)):
        assert not [word for word in (PIECE.id, "tag", "congan", "lừa") if word in clear_text]


def test_collecting_is_in_the_journal(app: App, run_collection: Collect, editor: Actor) -> None:
    """The journal records how many pieces the collector collected, and which editor took a piece up."""
    run_collection()
    (piece,) = app.content.collected.list(editor).items
    app.content.collected.take_up(editor, piece.id, "crime_warning")
    lines = [line.content.decode() for line in app.internals.context.storage.journal.read()]
    (entry,) = [line for line in lines if "content.take_in" in line]
    assert "system:collector" in entry
    assert '"pieces":1' in entry.replace(" ", "")
    (take_up,) = [line for line in lines if '"content.take_up"' in line]
    assert editor.label in take_up
