"""What the journal last said of each record, and under which names."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.audit import record_ledger
from anninh_core.domain.audit.record_ledger import NEVER_SAID, RecordLedger, RecordWord, SortedWords
from anninh_core.ports.storages.changes import Entry, JournalLine, Touched, entry_bytes
from anninh_core.ports.storages.storage import Journal
from anninh_core.testing.memory import MemoryKeys
from anninh_core.usecase.resident_names import ResidentNames

NAMES = ResidentNames(MemoryKeys())
KEYS = st.tuples(st.sampled_from("abc"), st.sampled_from(["1", "10", "2", "é"]))


class Told:
    """A journal whose lines touch records; more may be told later."""

    def __init__(self, *touched: Sequence[Touched]) -> None:
        self.lines: list[JournalLine] = []
        for ones in touched:
            self.tell(*ones)

    def tell(self, *touched: Touched) -> None:
        entry = Entry(
            id="e", at=datetime(2021, 9, 1, tzinfo=UTC), actor="system:x", action="a.b", unit="u", touched=touched
        )
        self.put(entry_bytes(entry))

    def put(self, content: bytes) -> None:
        self.lines.append(JournalLine(seq=len(self.lines) + 1, previous="", hash="", content=content))

    def read(self, after: int = 0, limit: int = 500) -> Sequence[JournalLine]:
        return self.lines[after : after + limit]


def ledger_of(told: Told) -> RecordLedger:
    journal: Journal = told  # type: ignore[assignment]
    return RecordLedger(journal, NAMES)


def tip(id: str, version: int, hash: str = "h") -> Touched:
    return Touched("tip", id, version, hash)


@pytest.fixture(params=[2, 50_000])
def _runs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that are sorted in memory: two at a time, or all at once."""
    monkeypatch.setattr(record_ledger, "_RUN", request.param)


@pytest.mark.usefixtures("_runs")
def test_the_last_word_about_each_record_counts() -> None:
    """By kind and id in the order of code points, however often and in whatever order they were named."""
    told = Told([tip("b", 1), tip("a", 1)], [Touched("post", "z", 4, "p")], [tip("a", 2, "new")], [tip("é", 1)], [])
    told.put(b"unreadable")
    told.tell(tip("b", 3, "last"), tip("a10", 1))
    with ledger_of(told) as ledger:
        assert not ledger.is_empty
        assert [*ledger.words()] == [
            RecordWord("post", "z", 4, "p"),
            RecordWord("tip", "a", 2, "new"),
            RecordWord("tip", "a10", 1, "h"),
            RecordWord("tip", "b", 3, "last"),
            RecordWord("tip", "é", 1, "h"),
        ]


@given(st.lists(st.tuples(KEYS, st.integers(1, 99)), max_size=9), st.sampled_from([1, 2, 3, 99]))
def test_words_are_sorted_and_equal_ones_keep_their_order(words: list[tuple[tuple[str, str], int]], run: int) -> None:
    """Whether they fit into memory or not."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(record_ledger, "_RUN", run)
        made = [RecordWord(kind, id, version, "h", "r") for (kind, id), version in words]
        taken = SortedWords()
        assert not taken
        for word in made:
            taken.add(word)
        assert bool(taken) is bool(made)
        assert [*taken] == sorted(made, key=lambda word: word.key)
        assert bool(taken) is bool(made)
        taken.close()


def test_an_empty_journal_names_no_record() -> None:
    """Nor does one with entries that touch nothing; one conversation is a record."""
    with ledger_of(Told([], [])) as ledger:
        assert ledger.is_empty
        assert ([*ledger.words()], [*ledger.compare_aliases()], [*ledger.doubts()]) == ([], [], [])
    with ledger_of(Told([Touched("conversation", "hidden", 1, "h")])) as ledger:
        assert not ledger.is_empty
        assert [*ledger.words()] == []


@pytest.mark.parametrize(
    ("kind", "id", "alias"),
    [
        ("conversation", "0a1b", True),
        ("identity", "0a1b", True),
        ("conversation", "oa.1", False),
        ("tip", "0a1b", False),
        ("tip", "oa.1", False),
    ],
)
def test_only_conversations_have_another_name(kind: str, id: str, alias: bool) -> None:
    """In entries of earlier versions they were named by their ids, which have a point."""
    assert RecordWord(kind, id, 1, "h").is_alias is alias


@pytest.mark.parametrize(
    ("said", "held", "confirmed"),
    [((1, "h"), (1, "h"), True), ((1, ""), (1, "h"), True), ((1, "g"), (1, "h"), False), ((2, "h"), (1, "h"), False),
     ((1, "h"), (2, "h"), False), ((0, ""), (1, "h"), False), ((1, "i"), (1, "h"), False)],
)  # fmt: skip
def test_a_word_confirms_its_version_and_body(said: tuple[int, str], held: tuple[int, str], confirmed: bool) -> None:
    """Where it tells a body; it may tell none."""
    assert RecordWord("tip", "a", *said).confirms(RecordWord("tip", "a", *held)) is confirmed


HELD = RecordWord("conversation", "oa.1", 3, "h3")


@pytest.mark.parametrize(("said", "versions"), [(None, [1, 2, 3, 4]), (1, [2, 3, 4]), (2, [3, 4]), (3, [4]), (4, [])])
def test_a_held_record_is_looked_for_under_its_later_names(said: int | None, versions: list[int]) -> None:
    """One for each version since it was last named by its id, and the one after: of that nothing may be told."""
    hashes = {3: "h3", 4: NEVER_SAID}
    with ledger_of(Told()) as ledger:
        ledger.hold(HELD, None if said is None else evolve(HELD, version=said))
        held = [*ledger.compare_aliases()]
    assert sorted((word.version, word.hash, word.record) for word, _ in held if word) == [
        (version, hashes.get(version, ""), "oa.1") for version in versions
    ]
    assert {word.id for word, _ in held if word} == {NAMES.alias(HELD.kind, HELD.id, version) for version in versions}
    assert {said for _, said in held} <= {None}


def test_what_is_held_meets_what_was_said() -> None:
    """Under each of its names; of several words about one name the last counts, and strangers stay alone."""
    names = {version: NAMES.alias(HELD.kind, HELD.id, version) for version in range(1, 5)}
    told = Told(
        [Touched(HELD.kind, names[1], 1, "h1")],
        [Touched(HELD.kind, names[3], 3, "old"), Touched(HELD.kind, "stranger", 7, "s")],
        [Touched(HELD.kind, names[3], 3, "h3")],
    )
    with ledger_of(told) as ledger:
        ledger.hold(HELD, None)
        pairs = [*ledger.compare_aliases()]
    assert sorted(
        ((held.version if held else 0, (said.version, said.hash) if said else ()) for held, said in pairs),
        key=str,
    ) == [(0, (7, "s")), (1, (1, "h1")), (2, ()), (3, (3, "h3")), (4, ())]
    keys = [word.key for held, said in pairs if (word := held or said)]
    assert (len(keys), keys) == (5, sorted(keys))


def test_a_doubt_that_was_explained_since_is_none() -> None:
    """What was written while records were compared is no alarm; what stays unexplained is told as it was put."""
    told = Told([tip("a", 1)], [tip("b", 1)])
    with ledger_of(told) as ledger:
        assert [*ledger.doubts()] == []
        said = {word.id: word for word in ledger.words()}
        ledger.doubt(RecordWord("tip", "a", 2, "h2"), said["a"])
        ledger.doubt(RecordWord("tip", "b", 2, "h2"), said["b"])
        ledger.doubt(RecordWord("tip", "c", 1, "h"), None)
        ledger.doubt(RecordWord("tip", "d", 1, "h", "own"), None)
        told.tell(tip("a", 2, "h2"), tip("a", 3, "h3"), tip("b", 2, "other"))
        told.tell(tip("c", 1, "h"))
        assert [*ledger.doubts()] == [
            (RecordWord("tip", "b", 2, "h2"), said["b"]),
            (RecordWord("tip", "d", 1, "h", "own"), None),
        ]


def test_what_was_told_before_explains_nothing() -> None:
    """A doubt stands against the words that were read already."""
    with ledger_of(Told([tip("a", 1)])) as ledger:
        ledger.doubt(RecordWord("tip", "a", 1, "h"), None)
        assert [*ledger.doubts()] == [(RecordWord("tip", "a", 1, "h"), None)]
