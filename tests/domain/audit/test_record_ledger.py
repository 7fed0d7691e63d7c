"""Tests of the ledger that collects from the journal the last state of each record, and the aliases of
conversations.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.audit import record_ledger
from anninh_core.domain.audit.record_ledger import NEVER_SAID, RecordLedger, RecordWord, SortedVersions
from anninh_core.ports.storages.changes import Entry, JournalLine, Touched, entry_bytes
from anninh_core.ports.storages.storage import Journal
from anninh_core.testing.memory import MemoryKeys
from anninh_core.usecase.resident_names import ResidentNames

NAMES = ResidentNames(MemoryKeys())
KEYS = st.tuples(st.sampled_from("abc"), st.sampled_from(["1", "10", "2", "é"]))


class FakeJournal:
    """A journal with lines that touch records; more can be added later."""

    def __init__(self, *touched: Sequence[Touched]) -> None:
        self.lines: list[JournalLine] = []
        for group in touched:
            self.add_line(*group)

    def add_line(self, *touched: Touched) -> None:
        entry = Entry(
            id="e", at=datetime(2021, 9, 1, tzinfo=UTC), actor="system:x", action="a.b", unit="u", touched=touched
        )
        self.put(entry_bytes(entry))

    def put(self, content: bytes) -> None:
        self.lines.append(JournalLine(seq=len(self.lines) + 1, previous="", hash="", content=content))

    def read(self, after: int = 0, limit: int = 500) -> Sequence[JournalLine]:
        return self.lines[after : after + limit]


def build_ledger(fake_journal: FakeJournal) -> RecordLedger:
    journal: Journal = fake_journal  # type: ignore[assignment]
    return RecordLedger(journal, NAMES)


def build_tip_reference(id: str, version: int, hash: str = "h") -> Touched:
    return Touched("tip", id, version, hash)


@pytest.fixture(params=[2, 50_000])
def _sorting_limit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set how many entries of the ledger are sorted in memory at once: two, so that files are needed, or all."""
    monkeypatch.setattr(record_ledger, "_RUN", request.param)


@pytest.mark.usefixtures("_sorting_limit")
def test_last_state_of_each_record_counts() -> None:
    """The ledger has the last state of each record, sorted by kind and id in the order of code points."""
    fake_journal = FakeJournal(
        [build_tip_reference("b", 1), build_tip_reference("a", 1)],
        [Touched("post", "z", 4, "p")],
        [build_tip_reference("a", 2, "new")],
        [build_tip_reference("é", 1)],
        [],
    )
    fake_journal.put(b"unreadable")
    fake_journal.add_line(build_tip_reference("b", 3, "last"), build_tip_reference("a10", 1))
    with build_ledger(fake_journal) as ledger:
        assert not ledger.is_empty
        assert [*ledger.words()] == [
            RecordWord("post", "z", 4, "p"),
            RecordWord("tip", "a", 2, "new"),
            RecordWord("tip", "a10", 1, "h"),
            RecordWord("tip", "b", 3, "last"),
            RecordWord("tip", "é", 1, "h"),
        ]


@given(st.lists(st.tuples(KEYS, st.integers(1, 99)), max_size=9), st.sampled_from([1, 2, 3, 99]))
def test_entries_are_sorted_and_equal_ones_keep_their_order(words: list[tuple[tuple[str, str], int]], run: int) -> None:
    """The entries of the ledger are sorted, and equal ones keep their order, whether they fit into memory or not."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(record_ledger, "_RUN", run)
        expected = [RecordWord(kind, id, version, "h", "r") for (kind, id), version in words]
        sorted_words = SortedVersions()
        assert not sorted_words
        for word in expected:
            sorted_words.add(word)
        assert bool(sorted_words) is bool(expected)
        assert [*sorted_words] == sorted(expected, key=lambda word: word.key)
        assert bool(sorted_words) is bool(expected)
        sorted_words.close()


def test_an_empty_journal_names_no_record() -> None:
    """A journal without records gives an empty ledger; one alias of a conversation makes the ledger non-empty."""
    with build_ledger(FakeJournal([], [])) as ledger:
        assert ledger.is_empty
        assert ([*ledger.words()], [*ledger.compare_aliases()], [*ledger.doubts()]) == ([], [], [])
    with build_ledger(FakeJournal([Touched("conversation", "hidden", 1, "h")])) as ledger:
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
def test_only_conversations_have_aliases(kind: str, id: str, alias: bool) -> None:
    """Only conversations and identities have aliases in the journal; an id with a point is an original id, from an
    earlier version's entry.
    """
    assert RecordWord(kind, id, 1, "h").is_alias is alias


@pytest.mark.parametrize(
    ("entry", "held", "confirmed"),
    [((1, "h"), (1, "h"), True), ((1, ""), (1, "h"), True), ((1, "g"), (1, "h"), False), ((2, "h"), (1, "h"), False),
     ((1, "h"), (2, "h"), False), ((0, ""), (1, "h"), False), ((1, "i"), (1, "h"), False)],
)  # fmt: skip
def test_entry_confirms_same_version_and_body(entry: tuple[int, str], held: tuple[int, str], confirmed: bool) -> None:
    """A journal entry confirms a record with the same version and body hash; an entry without a hash confirms any
    body.
    """
    assert RecordWord("tip", "a", *entry).is_same_version(RecordWord("tip", "a", *held)) is confirmed


HELD = RecordWord("conversation", "oa.1", 3, "h3")


@pytest.mark.parametrize(("said", "versions"), [(None, [1, 2, 3, 4]), (1, [2, 3, 4]), (2, [3, 4]), (3, [4]), (4, [])])
def test_stored_record_has_an_alias_per_version(said: int | None, versions: list[int]) -> None:
    """A stored conversation is searched under an alias for each version since its last entry by id, and for the next
    version, which may not exist.
    """
    hashes = {3: "h3", 4: NEVER_SAID}
    with build_ledger(FakeJournal()) as ledger:
        ledger.hold(HELD, None if said is None else evolve(HELD, version=said))
        held = [*ledger.compare_aliases()]
    assert sorted((word.version, word.hash, word.record) for word, _ in held if word) == [
        (version, hashes.get(version, ""), "oa.1") for version in versions
    ]
    assert {word.id for word, _ in held if word} == {NAMES.alias(HELD.kind, HELD.id, version) for version in versions}
    assert {journal_word for _, journal_word in held} <= {None}


def test_aliases_match_journal_entries() -> None:
    """Each alias of a stored conversation is paired with the journal's last entry about it, and other aliases have no
    partner.
    """
    names = {version: NAMES.alias(HELD.kind, HELD.id, version) for version in range(1, 5)}
    fake_journal = FakeJournal(
        [Touched(HELD.kind, names[1], 1, "h1")],
        [Touched(HELD.kind, names[3], 3, "old"), Touched(HELD.kind, "stranger", 7, "s")],
        [Touched(HELD.kind, names[3], 3, "h3")],
    )
    with build_ledger(fake_journal) as ledger:
        ledger.hold(HELD, None)
        pairs = [*ledger.compare_aliases()]
    assert sorted(
        (
            (held.version if held else 0, (journal_word.version, journal_word.hash) if journal_word else ())
            for held, journal_word in pairs
        ),
        key=str,
    ) == [(0, (7, "s")), (1, (1, "h1")), (2, ()), (3, (3, "h3")), (4, ())]
    keys = [word.key for held, journal_word in pairs if (word := held or journal_word)]
    assert (len(keys), keys) == (5, sorted(keys))


def test_later_entries_resolve_doubts() -> None:
    """A mismatch that a later entry of the journal explains is dropped; other mismatches are returned unchanged."""
    fake_journal = FakeJournal([build_tip_reference("a", 1)], [build_tip_reference("b", 1)])
    with build_ledger(fake_journal) as ledger:
        assert [*ledger.doubts()] == []
        words = {word.id: word for word in ledger.words()}
        ledger.remember_doubt(RecordWord("tip", "a", 2, "h2"), words["a"])
        ledger.remember_doubt(RecordWord("tip", "b", 2, "h2"), words["b"])
        ledger.remember_doubt(RecordWord("tip", "c", 1, "h"), None)
        ledger.remember_doubt(RecordWord("tip", "d", 1, "h", "own"), None)
        fake_journal.add_line(
            build_tip_reference("a", 2, "h2"), build_tip_reference("a", 3, "h3"), build_tip_reference("b", 2, "other")
        )
        fake_journal.add_line(build_tip_reference("c", 1, "h"))
        assert [*ledger.doubts()] == [
            (RecordWord("tip", "b", 2, "h2"), words["b"]),
            (RecordWord("tip", "d", 1, "h", "own"), None),
        ]


def test_earlier_entries_resolve_no_doubt() -> None:
    """Entries that were read before a mismatch was found don't explain it."""
    with build_ledger(FakeJournal([build_tip_reference("a", 1)])) as ledger:
        ledger.remember_doubt(RecordWord("tip", "a", 1, "h"), None)
        assert [*ledger.doubts()] == [(RecordWord("tip", "a", 1, "h"), None)]
