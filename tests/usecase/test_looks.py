"""The first read of a record is written to the journal before the answer; repeated reads are counted and written later
as one entry.
"""

from datetime import datetime, timedelta

import pytest
from attrs import evolve

from anninh_core.app import App
from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.errors import Refused, StorageError
from anninh_core.ports.authenticator import SignIn, SignInMethod
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.clock import SeededIds
from anninh_core.usecase.actor import Actor, person
from anninh_core.usecase.journal import read_log
from anninh_core.usecase.marks import get_use_case
from anninh_core.usecase.read_session import Listing

SPAN = timedelta(minutes=10)
NEVER_FOLDED = ("identity", "search", "export", "attachment", "trail", "erasure", "document", "disclosure")


@pytest.fixture
def app(anninh_clock: FixedClock) -> App:
    return memory_app(clock=anninh_clock)


@pytest.fixture
def lan(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")


@pytest.fixture
def tip(app: App, lan: Actor) -> Tip:
    return app.tips.record_walk_in(lan, "Có trộm xe máy ở chợ", unit="hoa-lu")


def read_entries(app: App, outcome: str = "read") -> list[Entry]:
    all_entries = (entry_from(line.content) for line in app.internals.context.storage.journal.read(0, 10_000))
    return [entry for entry in all_entries if entry.outcome == outcome]


def test_read_entry_names_its_records(app: App, lan: Actor, tip: Tip) -> None:
    """The entry of a get, a list or a search names the ids and versions of the records on the page."""
    app.tips.get(lan, tip.id)
    app.tips.list(lan)
    app.tips.search(lan, "xe máy")
    assert [(entry.action, entry.named) for entry in read_entries(app)] == [
        (action, (f"tip:{tip.id}@1",)) for action in ("tips.get", "tips.list", "tips.search")
    ]


def test_read_entry_names_no_omitted_record(app: App, lan: Actor, tip: Tip) -> None:
    """The entry of a list doesn't name records that were opened and then omitted because the officer may not see
    them.
    """
    other = app.tips.record_walk_in(lan, "Có trộm ở xóm 1", unit="ninh-hoa")
    hoa = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "ninh-hoa", "tip_officer")
    app.tips.suggest_duplicates(hoa, other.id)
    app.tips.search(hoa, "trộm")
    assert {entry.named for entry in read_entries(app)} == {(f"tip:{other.id}@1",)}
    assert tip.id not in str(read_entries(app))


def test_repeats_are_counted(app: App, lan: Actor, tip: Tip, anninh_clock: FixedClock) -> None:
    """Repeated reads get one entry at once, and a second one with their number after the time span."""
    for _ in range(4):
        app.tips.get(lan, tip.id)
        anninh_clock.advance(timedelta(minutes=1))
    assert len(read_entries(app)) == 1
    assert app.internals.runner.flush_read_log() == 0
    anninh_clock.advance(SPAN)
    assert app.internals.runner.flush_read_log() == 1
    first, later = read_entries(app)
    assert (later.actor, later.action, later.unit, later.named) == (first.actor, first.action, first.unit, first.named)
    assert later.facts["repeats"] == 3
    since, last = (datetime.fromisoformat(str(later.facts[name])) for name in ("since", "last"))
    assert (since, last) == (first.at, first.at + timedelta(minutes=3))
    app.tips.get(lan, tip.id)
    assert len(read_entries(app)) == 3


def test_different_reads_are_separate_entries(app: App, lan: Actor, tip: Tip) -> None:
    """Only the same read of the same officer is counted as a repeat."""
    hoa = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
    other = app.tips.record_walk_in(lan, "Có trộm ở xóm 1", unit="hoa-lu")
    for actor, id in ((lan, tip.id), (hoa, tip.id), (lan, other.id)):
        app.tips.get(actor, id)
    app.tips.list(lan)
    app.tips.triage(lan, tip.id, category="crime")
    app.tips.get(lan, tip.id)
    app.tips.list(lan)
    assert [len(entry.named) for entry in read_entries(app)] == [1, 1, 1, 2, 1, 2]


def test_worker_writes_counts(app: App, lan: Actor, tip: Tip, anninh_clock: FixedClock) -> None:
    """A job of the worker writes the counts."""
    app.tips.get(lan, tip.id)
    app.tips.get(lan, tip.id)
    anninh_clock.advance(SPAN)
    assert app.worker.jobs["write_looks"].run() == 1


def test_next_entry_writes_due_counts(app: App, lan: Actor, tip: Tip, anninh_clock: FixedClock) -> None:
    """The next entry of any act also writes the due counts, so that no worker is needed in the same process."""
    app.tips.get(lan, tip.id)
    app.tips.get(lan, tip.id)
    anninh_clock.advance(SPAN)
    app.tips.search(lan, "xe")
    assert [entry.facts.get("repeats") for entry in read_entries(app)] == [None, None, 1]


def test_closing_writes_counts(app: App, lan: Actor, tip: Tip) -> None:
    """Closing the app writes the counts; a crash can lose a count but never the first entry."""
    app.tips.get(lan, tip.id)
    app.tips.get(lan, tip.id)
    journal = app.internals.context.storage.journal
    repeats: list[object] = []
    close = app.internals.context.storage.close

    def read_before_closing() -> None:
        repeats.extend(entry_from(line.content).facts.get("repeats") for line in journal.read(0, 1000))
        close()

    pytest.MonkeyPatch().setattr(app.internals.context.storage, "close", read_before_closing)
    app.close()
    assert repeats[-1] == 1


def test_without_an_entry_no_answer(app: App, lan: Actor, tip: Tip, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the first entry can't be written, nothing is answered, and the next read counts as the first again."""

    def raise_disk_full(_: object) -> object:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(app.internals.context.storage, "commit", raise_disk_full)
        with pytest.raises(StorageError):
            app.tips.get(lan, tip.id)
    app.tips.get(lan, tip.id)
    assert len(read_entries(app)) == 1


def test_sensitive_reads_are_never_counted_together(app: App, lan: Actor, tip: Tip) -> None:
    """Reads of identities, files, searches and exports are never counted together: each has an entry of its own."""
    for _ in range(3):
        app.tips.search(lan, "xe")
    assert len(read_entries(app)) == 3
    nouns = [getattr(app, name) for name in ("tips", "identity", "conversations", "audit", "retention", "reports")]
    for verb in (verb for noun in nouns for verb in vars(noun).values()):
        use_case = get_use_case(verb)
        name = f"{verb.__self__.action_prefix}.{verb.__name__}" if use_case else ""
        assert not (use_case and use_case.aggregate_repeats and any(part in name for part in NEVER_FOLDED)), name


def test_refusals_are_counted_after_ten(app: App, tip: Tip, anninh_clock: FixedClock) -> None:
    """Ten refusals get an entry each with the requested record, and further ones are only counted."""
    for _ in range(25):
        with pytest.raises(Refused):
            app.tips.get(person("mallory"), tip.id)
    refused = read_entries(app, "refused")
    assert [entry.facts["about"] for entry in refused] == [f"tip:{tip.id}"] * 10
    anninh_clock.advance(SPAN)
    app.internals.runner.flush_read_log()
    *_, counted = read_entries(app, "refused")
    assert (counted.facts["repeats"], counted.facts["why"], counted.named) == (
        15,
        refused[0].facts["why"],
        refused[0].named,
    )


def test_a_long_list_is_several_entries(app: App, lan: Actor, tip: Tip, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long list has several entries, which together name all its records."""
    monkeypatch.setattr(read_log, "MAX_NAMED", 2)
    tips = {tip.id, *(app.tips.record_walk_in(lan, f"Có trộm {number}", unit="hoa-lu").id for number in range(4))}
    app.tips.list(lan)
    parts = [entry.named for entry in read_entries(app)]
    assert [len(part) for part in parts] == [2, 2, 1]
    assert {name for part in parts for name in part} == {f"tip:{id}@1" for id in tips}


def test_remembered_reads_are_limited(
    app: App, lan: Actor, anninh_clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of remembered reads is limited, and the counts of dropped ones are written."""
    monkeypatch.setattr(read_log, "_MAX_LOOKS", 2)
    tips = [app.tips.record_walk_in(lan, f"Có trộm {number}", unit="hoa-lu").id for number in range(5)]
    for id in tips:
        app.tips.get(lan, id)
        app.tips.get(lan, id)
    assert [entry.facts.get("repeats") for entry in read_entries(app)].count(1) == 2
    assert app.internals.runner.flush_read_log(everything=True) == 3


def test_span_of_zero_writes_every_read(anninh_clock: FixedClock) -> None:
    """With a time span of zero each read gets an entry."""
    folder = read_log.LookFolder(timedelta(0))
    look = read_log.Look(actor="a", action="b", unit="u", outcome="read", named=("tip:1@1",))
    folder.add(look, anninh_clock.now())
    assert not folder.count(look, anninh_clock.now())


def build_look(*named: str, outcome: str = "read", action: str = "tips.get") -> read_log.Look:
    return read_log.Look(actor="person:lan", action=action, unit="hoa-lu", outcome=outcome, named=named)


def test_two_thousand_reads_are_remembered(anninh_clock: FixedClock) -> None:
    """At most 2000 reads with at most 100,000 records are remembered, and then the oldest is dropped with its count
    written.
    """
    ids = SeededIds(anninh_clock, 1)
    now = anninh_clock.now()
    for many, more in (
        ([build_look(f"tip:{number}@1") for number in range(2000)], build_look("tip:more@1")),
        ([build_look(*(f"tip:{number}@1" for number in range(100_000)))], build_look("tip:more@1")),
    ):
        folder = read_log.LookFolder()
        for remembered in many:
            folder.add(remembered, now)
            assert folder.count(remembered, now)
        assert folder.take(ids, now) == []
        folder.add(more, now)
        first = folder.take(ids, now)
        assert tuple(name for entry in first for name in entry.named) == many[0].named
        assert folder.take(ids, now) == []


def test_read_is_a_repeat_for_ten_minutes(anninh_clock: FixedClock) -> None:
    """The same read counts as a repeat within ten minutes of the first one, but not at the end of them, and not before
    the first one.
    """
    folder = read_log.LookFolder()
    now = anninh_clock.now()
    first_read = build_look("tip:1@1")
    assert not folder.count(first_read, now)
    folder.add(first_read, now)
    second = timedelta(seconds=1)
    for at, repeated in ((now, True), (now + SPAN - second, True), (now + SPAN, False), (now - second, False)):
        assert folder.count(first_read, at) is repeated
    assert folder.take(SeededIds(anninh_clock, 1), now + SPAN - second) == []
    (entry,) = folder.take(SeededIds(anninh_clock, 1), now + SPAN)
    assert entry.facts == {"repeats": 2, "since": "2021-09-01T01:00:00Z", "last": "2021-09-01T01:09:59Z"}
    assert (entry.actor, entry.action, entry.unit, entry.outcome) == ("person:lan", "tips.get", "hoa-lu", "read")


def test_repeats_count_after_one_read_or_ten_refusals(anninh_clock: FixedClock) -> None:
    """One read or ten refusals are written before repeats are counted, separately for each thing and action."""
    now = anninh_clock.now()
    for outcome, limit in (("read", 1), ("refused", 10)):
        folder = read_log.LookFolder()
        first_read = build_look("tip:1@1", outcome=outcome)
        for _ in range(limit):
            assert not folder.count(first_read, now)
            folder.add(first_read, now)
        assert folder.count(first_read, now)
        for other in (
            build_look("tip:2@1", outcome=outcome),
            build_look("tip:1@1", outcome=outcome, action="tips.list"),
        ):
            assert not folder.count(other, now)


@pytest.mark.parametrize(("count", "parts"), [(0, [0]), (1, [1]), (500, [500]), (501, [500, 1]), (1000, [500, 500])])
def test_an_entry_names_five_hundred_records(count: int, parts: list[int]) -> None:
    """An entry names at most 500 records; more give several entries in their order, and a read without records gives
    one.
    """
    whole = build_look(*map(str, range(count)))
    assert [len(part.named) for part in whole.parts()] == parts
    assert tuple(name for part in whole.parts() for name in part.named) == whole.named


def test_records_in_an_answer_are_named(app: App, tip: Tip) -> None:
    """The records in an answer are named once, at any depth of lists, pages and mappings, and no others except those
    opened by id.
    """
    kind = TIP
    opened = read_log.OpenedRecords()
    other = evolve(tip, id="other")
    record = app.internals.context.storage.records.get("tip", tip.id)
    assert record is not None
    for row in (record, evolve(record, id="unseen", version=4)):
        opened.add_listed(kind, row)
    name = f"tip:{tip.id}@1"
    for answer in (tip, [tip, tip], (other, tip), {"a": [tip]}, Listing((tip,)), [[{"b": (tip,)}]]):
        assert opened.name(answer) == (name,)
    empty: tuple[object, ...] = (None, "tip", other, (), {}, Listing(()), 7)
    assert {opened.name(item) for item in empty} == {()}
    opened.add(kind, evolve(record, id="asked", version=3), by_id=True)
    assert opened.name(tip) == ("tip:asked@3", name)
    opened.add(kind, evolve(record, id="found"), by_id=False)
    assert opened.name(evolve(tip, id="found")) == ("tip:asked@3",)
    opened.keeps_versions = True
    opened.add(kind, evolve(record, id="found"), by_id=False)
    assert opened.name(evolve(tip, id="found")) == ("tip:asked@3", "tip:found@1")
    assert opened.ids == ["asked", "found", "found"]


def build_session_actor(officer: Actor, session: str) -> Actor:
    return person(officer.id, SignIn(SignInMethod.PASSWORD, session))


def test_entry_has_method_and_session(app: App, lan: Actor, tip: Tip) -> None:
    """Entries of changes, reads and refusals have the sign-in method and session of their person, but not of a
    vouched-for actor.
    """
    app.tips.triage(build_session_actor(lan, "s1"), tip.id, category="crime")
    app.tips.get(build_session_actor(lan, "s1"), tip.id)
    with pytest.raises(Refused):
        app.content.list(build_session_actor(lan, "s1"))
    app.tips.get(lan, tip.id)
    lines = app.internals.context.storage.journal.read(0, 10_000)
    journal_facts = [entry_from(line.content).facts for line in lines]
    assert [(facts.get("sign_in"), facts.get("session")) for facts in journal_facts[-4:]] == [
        *[("password", "session:s1")] * 3,
        (None, None),
    ]


def test_repeated_reads_are_counted_per_session(app: App, lan: Actor, tip: Tip) -> None:
    """Reads count as repeated only within a session; the first read in another session has an entry of its own."""
    for session in ("s1", "s1", "s2", "s1"):
        app.tips.get(build_session_actor(lan, session), tip.id)
    assert [entry.facts["session"] for entry in read_entries(app)] == ["session:s1", "session:s2"]
    app.internals.runner.flush_read_log(everything=True)
    assert [(entry.facts["session"], entry.facts["repeats"]) for entry in read_entries(app)[2:]] == [("session:s1", 2)]
