"""Rules about finding lines of the journal by the records that they name: S-117 to S-119, S-129."""

from collections.abc import Sequence

from attrs import evolve

from anninh_core.ports.storages.changes import Entry, JournalLine, Touched, entry_from
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.storage.base import SPECS, StorageKit, change, commit, entry, tip
from anninh_core.testing.memory.storage import MemoryStorage


def list_entry_ids(lines: Sequence[JournalLine]) -> list[str]:
    """Return the ids of the lines' entries."""
    return [entry_from(line.content).id for line in lines]


def build_untouching_entry(name: str) -> Entry:
    """Return a journal entry that touched no record."""
    return evolve(entry(name), touched=())


class JournalIndexRules(StorageKit, kit=True):
    """Rules about the journal's index by records."""

    def test_about(self, storage: Storage) -> None:
        """S-117 Lines are found by a record that they touched, that they name in any version, or that is in their
        facts.
        """
        touched = evolve(
            build_untouching_entry("e1"), touched=(Touched("kit_tip", "t1", 1, ""), Touched("kit_tip", "t2", 1, ""))
        )
        naming = evolve(build_untouching_entry("e2"), named=("kit_tip:t1@4", "kit_tip:t1@5", "kit_tip:t3"))
        facts = evolve(
            build_untouching_entry("e3"), facts={"case": "kit_tip:t1", "why": "kit_tip:t2 says so", "count": 1}
        )
        commit(
            storage, change(entry=touched), change(tip("t9"), entry=build_untouching_entry("e0")), change(entry=naming)
        )
        commit(storage, change(entry=facts), change(tip("t9"), entry=evolve(touched, id="lost")))
        about = storage.journal.about
        assert list_entry_ids(about("kit_tip:t1")) == ["e1", "e2", "e3"]
        assert [list_entry_ids(about(f"kit_tip:{name}")) for name in ("t2", "t3", "t", "T1")] == [
            ["e1"],
            ["e2"],
            [],
            [],
        ]
        assert (
            list_entry_ids(about("kit_tip:t1", after=1))
            == list_entry_ids(about("kit_tip:t1", limit=3))[1:]
            == ["e2", "e3"]
        )
        assert about("kit_tip:t1", limit=1) == storage.journal.read(0, 1)

    def test_acts(self, storage: Storage) -> None:
        """S-129 With `acts_only`, a page has only acts on a record, without the reads and refusals between them."""
        acts = [evolve(build_untouching_entry(f"act-{number}"), named=("kit_tip:t1",)) for number in range(3)]
        other_entries = [
            evolve(build_untouching_entry(f"{outcome}-{number}"), named=("kit_tip:t1",), outcome=outcome)
            for number in range(3)
            for outcome in ("read", "refused")
        ]
        order = [other_entries[0], acts[0], other_entries[1], other_entries[2], acts[1], *other_entries[3:], acts[2]]
        commit(storage, *(change(entry=journal_entry) for journal_entry in order))
        about = storage.journal.about
        assert list_entry_ids(about("kit_tip:t1")) == [journal_entry.id for journal_entry in order]
        assert list_entry_ids(about("kit_tip:t1", acts_only=True)) == ["act-0", "act-1", "act-2"]
        first = about("kit_tip:t1", limit=2, acts_only=True)
        assert list_entry_ids(first) == ["act-0", "act-1"]
        assert list_entry_ids(about("kit_tip:t1", after=first[-1].seq, limit=2, acts_only=True)) == ["act-2"]
        assert list_entry_ids(about("kit_tip:t1", after=2, limit=4)) == [
            journal_entry.id for journal_entry in order[2:6]
        ]

    def test_unindexed(self, storage: Storage) -> None:
        """S-118 Lines aren't indexed by ids that are derived from a person, such as of conversations and identities."""
        touched = evolve(
            build_untouching_entry("e1"),
            touched=(Touched("conversation", "c1", 1, ""),),
            facts={"scope": "identity:c1"},
        )
        commit(storage, change(entry=touched))
        assert [*storage.journal.about("conversation:c1"), *storage.journal.about("identity:c1")] == []

    def test_loaded(self, storage: Storage) -> None:
        """S-119 A storage that was loaded from a dump finds the same lines of the journal."""
        other = MemoryStorage()
        other.prepare(SPECS)
        commit(
            other,
            change(entry=evolve(build_untouching_entry("e1"), named=("kit_tip:t1@4",))),
            change(entry=build_untouching_entry("e2")),
        )
        storage.maintenance.load(other.maintenance.dump())
        assert list_entry_ids(storage.journal.about("kit_tip:t1")) == ["e1"]
        assert list(storage.maintenance.check()) == []
