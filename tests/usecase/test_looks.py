"""The first look at a thing is an entry before the answer; repeats are counted and follow as one later entry."""

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
from anninh_core.usecase.marks import use_case_of
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


def entries(app: App, outcome: str = "read") -> list[Entry]:
    found = (entry_from(line.content) for line in app.internals.context.storage.journal.read(0, 10_000))
    return [entry for entry in found if entry.outcome == outcome]


def test_a_look_names_what_it_shows(app: App, lan: Actor, tip: Tip) -> None:
    """A tip by its id, a list and a search name the ids and versions on the page."""
    app.tips.get(lan, tip.id)
    app.tips.list(lan)
    app.tips.search(lan, "xe máy")
    assert [(entry.action, entry.named) for entry in entries(app)] == [
        (action, (f"tip:{tip.id}@1",)) for action in ("tips.get", "tips.list", "tips.search")
    ]


def test_a_list_names_what_it_shows_and_nothing_else(app: App, lan: Actor, tip: Tip) -> None:
    """What was opened and then left out, since it isn't the officer's to see, was not seen."""
    other = app.tips.record_walk_in(lan, "Có trộm ở xóm 1", unit="ninh-hoa")
    hoa = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "ninh-hoa", "tip_officer")
    app.tips.suggest_duplicates(hoa, other.id)
    app.tips.search(hoa, "trộm")
    assert {entry.named for entry in entries(app)} == {(f"tip:{other.id}@1",)}
    assert tip.id not in str(entries(app))


def test_repeats_are_counted(app: App, lan: Actor, tip: Tip, anninh_clock: FixedClock) -> None:
    """One entry at once, and one more with how often, when the span is over."""
    for _ in range(4):
        app.tips.get(lan, tip.id)
        anninh_clock.advance(timedelta(minutes=1))
    assert len(entries(app)) == 1
    assert app.internals.runner.write_looks() == 0
    anninh_clock.advance(SPAN)
    assert app.internals.runner.write_looks() == 1
    first, later = entries(app)
    assert (later.actor, later.action, later.unit, later.named) == (first.actor, first.action, first.unit, first.named)
    assert later.facts["repeats"] == 3
    since, last = (datetime.fromisoformat(str(later.facts[name])) for name in ("since", "last"))
    assert (since, last) == (first.at, first.at + timedelta(minutes=3))
    app.tips.get(lan, tip.id)
    assert len(entries(app)) == 3


def test_another_officer_version_list_or_thing_is_a_look_of_its_own(app: App, lan: Actor, tip: Tip) -> None:
    """Only the same look of the same officer folds."""
    hoa = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
    other = app.tips.record_walk_in(lan, "Có trộm ở xóm 1", unit="hoa-lu")
    for actor, id in ((lan, tip.id), (hoa, tip.id), (lan, other.id)):
        app.tips.get(actor, id)
    app.tips.list(lan)
    app.tips.triage(lan, tip.id, category="crime")
    app.tips.get(lan, tip.id)
    app.tips.list(lan)
    assert [len(entry.named) for entry in entries(app)] == [1, 1, 1, 2, 1, 2]


def test_the_worker_writes_counts_down(app: App, lan: Actor, tip: Tip, anninh_clock: FixedClock) -> None:
    """As one of its jobs."""
    app.tips.get(lan, tip.id)
    app.tips.get(lan, tip.id)
    anninh_clock.advance(SPAN)
    assert app.worker.jobs["write_looks"].run() == 1


def test_the_next_entry_takes_counts_along(app: App, lan: Actor, tip: Tip, anninh_clock: FixedClock) -> None:
    """Where no worker runs in the same process."""
    app.tips.get(lan, tip.id)
    app.tips.get(lan, tip.id)
    anninh_clock.advance(SPAN)
    app.tips.search(lan, "xe")
    assert [entry.facts.get("repeats") for entry in entries(app)] == [None, None, 1]


def test_counts_are_written_down_when_the_app_is_closed(app: App, lan: Actor, tip: Tip) -> None:
    """A clean end loses nothing; a crash would lose the count, never the first."""
    app.tips.get(lan, tip.id)
    app.tips.get(lan, tip.id)
    journal = app.internals.context.storage.journal
    counted: list[object] = []
    close = app.internals.context.storage.close

    def read_before_closing() -> None:
        counted.extend(entry_from(line.content).facts.get("repeats") for line in journal.read(0, 1000))
        close()

    pytest.MonkeyPatch().setattr(app.internals.context.storage, "close", read_before_closing)
    app.close()
    assert counted[-1] == 1


def test_without_an_entry_no_answer(app: App, lan: Actor, tip: Tip, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the first look can't be written down, nothing is answered, and the next try is a first one again."""

    def full(_: object) -> object:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(app.internals.context.storage, "commit", full)
        with pytest.raises(StorageError):
            app.tips.get(lan, tip.id)
    app.tips.get(lan, tip.id)
    assert len(entries(app)) == 1


def test_what_must_never_fold_never_folds(app: App, lan: Actor, tip: Tip) -> None:
    """Identities, files, searches and exports: each look is an entry."""
    for _ in range(3):
        app.tips.search(lan, "xe")
    assert len(entries(app)) == 3
    nouns = [getattr(app, name) for name in ("tips", "identity", "conversations", "audit", "retention", "reports")]
    for verb in (verb for noun in nouns for verb in vars(noun).values()):
        use_case = use_case_of(verb)
        name = f"{verb.__self__.action_prefix}.{verb.__name__}" if use_case else ""
        assert not (use_case and use_case.folds and any(word in name for word in NEVER_FOLDED)), name


def test_refusals_fold_after_ten(app: App, tip: Tip, anninh_clock: FixedClock) -> None:
    """Ten are told one by one and name what was asked for, the others by their number."""
    for _ in range(25):
        with pytest.raises(Refused):
            app.tips.get(person("mallory"), tip.id)
    refused = entries(app, "refused")
    assert [entry.facts["about"] for entry in refused] == [f"tip:{tip.id}"] * 10
    anninh_clock.advance(SPAN)
    app.internals.runner.write_looks()
    *_, counted = entries(app, "refused")
    assert (counted.facts["repeats"], counted.facts["why"], counted.named) == (
        15,
        refused[0].facts["why"],
        refused[0].named,
    )


def test_a_long_list_is_several_entries(app: App, lan: Actor, tip: Tip, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each names a part; together they name all."""
    monkeypatch.setattr(read_log, "MAX_NAMED", 2)
    tips = {tip.id, *(app.tips.record_walk_in(lan, f"Có trộm {number}", unit="hoa-lu").id for number in range(4))}
    app.tips.list(lan)
    parts = [entry.named for entry in entries(app)]
    assert [len(part) for part in parts] == [2, 2, 1]
    assert {name for part in parts for name in part} == {f"tip:{id}@1" for id in tips}


def test_what_is_remembered_is_bounded(
    app: App, lan: Actor, anninh_clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest looks give way, and their counts are written down."""
    monkeypatch.setattr(read_log, "_MAX_LOOKS", 2)
    tips = [app.tips.record_walk_in(lan, f"Có trộm {number}", unit="hoa-lu").id for number in range(5)]
    for id in tips:
        app.tips.get(lan, id)
        app.tips.get(lan, id)
    assert [entry.facts.get("repeats") for entry in entries(app)].count(1) == 2
    assert app.internals.runner.write_looks(everything=True) == 3


def test_a_span_of_zero_writes_every_look_down(anninh_clock: FixedClock) -> None:
    """As the setting says."""
    folder = read_log.LookFolder(timedelta(0))
    look = read_log.Look(actor="a", action="b", unit="u", outcome="read", named=("tip:1@1",))
    folder.add(look, anninh_clock.now())
    assert not folder.count(look, anninh_clock.now())


def look(*named: str, outcome: str = "read", action: str = "tips.get") -> read_log.Look:
    return read_log.Look(actor="person:lan", action=action, unit="hoa-lu", outcome=outcome, named=named)


def test_two_thousand_looks_are_remembered(anninh_clock: FixedClock) -> None:
    """One more, and the oldest gives way with its count; so does it where they name a hundred thousand records."""
    ids = SeededIds(anninh_clock, 1)
    now = anninh_clock.now()
    for many, more in (
        ([look(f"tip:{number}@1") for number in range(2000)], look("tip:more@1")),
        ([look(*(f"tip:{number}@1" for number in range(100_000)))], look("tip:more@1")),
    ):
        folder = read_log.LookFolder()
        for one in many:
            folder.add(one, now)
            assert folder.count(one, now)
        assert folder.take(ids, now) == []
        folder.add(more, now)
        first = folder.take(ids, now)
        assert tuple(name for entry in first for name in entry.named) == many[0].named
        assert folder.take(ids, now) == []


def test_a_look_is_a_repeat_for_ten_minutes(anninh_clock: FixedClock) -> None:
    """From its first moment on, and not at the end of the last; nor before, where a clock went back."""
    folder = read_log.LookFolder()
    now = anninh_clock.now()
    one = look("tip:1@1")
    assert not folder.count(one, now)
    folder.add(one, now)
    second = timedelta(seconds=1)
    for at, repeated in ((now, True), (now + SPAN - second, True), (now + SPAN, False), (now - second, False)):
        assert folder.count(one, at) is repeated
    assert folder.take(SeededIds(anninh_clock, 1), now + SPAN - second) == []
    (entry,) = folder.take(SeededIds(anninh_clock, 1), now + SPAN)
    assert entry.facts == {"repeats": 2, "since": "2021-09-01T01:00:00Z", "last": "2021-09-01T01:09:59Z"}
    assert (entry.actor, entry.action, entry.unit, entry.outcome) == ("person:lan", "tips.get", "hoa-lu", "read")


def test_ten_refusals_are_told_before_they_are_counted(anninh_clock: FixedClock) -> None:
    """Of what was read, one; each other thing, officer, unit or outcome is told for itself."""
    now = anninh_clock.now()
    for outcome, told in (("read", 1), ("refused", 10)):
        folder = read_log.LookFolder()
        one = look("tip:1@1", outcome=outcome)
        for _ in range(told):
            assert not folder.count(one, now)
            folder.add(one, now)
        assert folder.count(one, now)
        for other in (look("tip:2@1", outcome=outcome), look("tip:1@1", outcome=outcome, action="tips.list")):
            assert not folder.count(other, now)


@pytest.mark.parametrize(("count", "parts"), [(0, [0]), (1, [1]), (500, [500]), (501, [500, 1]), (1000, [500, 500])])
def test_an_entry_names_five_hundred_records(count: int, parts: list[int]) -> None:
    """More are several entries, in their order; a look at nothing is one."""
    whole = look(*map(str, range(count)))
    assert [len(part.named) for part in whole.parts()] == parts
    assert tuple(name for part in whole.parts() for name in part.named) == whole.named


def test_what_is_shown_is_named_wherever_it_lies(app: App, tip: Tip) -> None:
    """In lists, pages and mappings, once each; what was not opened isn't, nor what was opened and not shown."""
    kind = TIP
    opened = read_log.OpenedRecords()
    other = evolve(tip, id="other")
    record = app.internals.context.storage.records.get("tip", tip.id)
    assert record is not None
    for one in (record, evolve(record, id="unseen", version=4)):
        opened.add_listed(kind, one)
    name = f"tip:{tip.id}@1"
    for shown in (tip, [tip, tip], (other, tip), {"a": [tip]}, Listing((tip,)), [[{"b": (tip,)}]]):
        assert opened.name(shown) == (name,)
    empty: tuple[object, ...] = (None, "tip", other, (), {}, Listing(()), 7)
    assert {opened.name(one) for one in empty} == {()}
    opened.add(kind, evolve(record, id="asked", version=3), asked=True)
    assert opened.name(tip) == ("tip:asked@3", name)
    opened.add(kind, evolve(record, id="found"), asked=False)
    assert opened.name(evolve(tip, id="found")) == ("tip:asked@3",)
    opened.keeps_versions = True
    opened.add(kind, evolve(record, id="found"), asked=False)
    assert opened.name(evolve(tip, id="found")) == ("tip:asked@3", "tip:found@1")
    assert opened.ids == ["asked", "found", "found"]


def signed_in(officer: Actor, session: str) -> Actor:
    return person(officer.id, SignIn(SignInMethod.PASSWORD, session))


def test_an_entry_says_how_its_person_is_known(app: App, lan: Actor, tip: Tip) -> None:
    """By the method and the session, whether something was changed, looked at or refused; not of one vouched for."""
    app.tips.triage(signed_in(lan, "s1"), tip.id, category="crime")
    app.tips.get(signed_in(lan, "s1"), tip.id)
    with pytest.raises(Refused):
        app.content.list(signed_in(lan, "s1"))
    app.tips.get(lan, tip.id)
    lines = app.internals.context.storage.journal.read(0, 10_000)
    found = [entry_from(line.content).facts for line in lines]
    assert [(facts.get("sign_in"), facts.get("session")) for facts in found[-4:]] == [
        *[("password", "session:s1")] * 3,
        (None, None),
    ]


def test_looks_fold_within_a_session(app: App, lan: Actor, tip: Tip) -> None:
    """The same look is counted in the same session; another session's first look is written down."""
    for session in ("s1", "s1", "s2", "s1"):
        app.tips.get(signed_in(lan, session), tip.id)
    assert [entry.facts["session"] for entry in entries(app)] == ["session:s1", "session:s2"]
    app.internals.runner.write_looks(everything=True)
    assert [(entry.facts["session"], entry.facts["repeats"]) for entry in entries(app)[2:]] == [("session:s1", 2)]
