"""`audit verify` finds alterations of a store, with heads kept elsewhere or by the store alone."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from attrs import evolve, frozen
from tests.domain.audit.altered_store import AlteredStore, Postgres, Sqlite, play
from tests.support.postgres.server import Server

from anninh_core.domain.audit.findings import AuditVerdict
from anninh_core.domain.audit.verification import NEVER_CHECKED
from anninh_core.ports.storages.changes import Entry

GOOD = (AuditVerdict.PROVEN, AuditVerdict.CONSISTENT)


@frozen
class Alteration:
    """An alteration of a store.

    Attributes:
        act: makes it, and returns the number of changed rows.
        alone: whether it is found without heads kept elsewhere.
    """

    act: Callable[[AlteredStore], int]
    alone: bool = True


def update(table: str, change: str, *, row: int = 0) -> Alteration:
    """Change a row of one of the open tips."""

    def act(store: AlteredStore) -> int:
        return store.database.alter(f"UPDATE {table} SET {change} WHERE id = ?", (store.open_tips[row].id,))

    return Alteration(act)


def execute(statement: str) -> Alteration:
    return Alteration(lambda store: store.database.alter(statement))


def swap(table: str, column: str) -> Alteration:
    """Swap a column's values between two rows."""

    def act(store: AlteredStore) -> int:
        key = "scope" if table == "keyring" else "id"
        condition = f"WHERE {key} LIKE 'tip:%'" if table == "keyring" else ""
        rows = store.database.ask(f"SELECT {key}, {column} FROM {table} {condition} ORDER BY {key}")
        (first_key, first), *_, (last_key, last) = rows
        store.database.alter(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (last, first_key))
        return store.database.alter(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (first, last_key))

    return Alteration(act)


def swap_ids(store: AlteredStore) -> int:
    first, other = (tip.id for tip in store.open_tips)
    store.database.alter("UPDATE r_tip SET id = 'x' WHERE id = ?", (first,))
    store.database.alter("UPDATE r_tip SET id = ? WHERE id = ?", (first, other))
    return store.database.alter("UPDATE r_tip SET id = ? WHERE id = 'x'", (other,))


def insert_copy(table: str) -> Alteration:
    """Insert a copy of the last row under another key."""

    def act(store: AlteredStore) -> int:
        key = "scope" if table == "keyring" else "id"
        *_, row = store.database.ask(f"SELECT * FROM {table} ORDER BY {key}")
        copied = list(row)
        if table == "outbox":
            names = _columns(store, table)
            copied[names.index("created_seq")] += 1000
        return store.put(table, (f"zz{row[0][2:]}", *copied[1:]))

    return Alteration(act)


def _columns(store: AlteredStore, table: str) -> list[str]:
    """Return the columns of a SQLite table."""
    return [name for _, name, *_ in store.database.ask(f"SELECT * FROM pragma_table_info('{table}')")]


def roll_back(store: AlteredStore) -> int:
    return store.put("r_tip", store.before_exclusion.rows["r_tip"][store.open_tips[0].id])


def revive(store: AlteredStore) -> int:
    scope = f"tip:{store.purged_tip.id}"
    return store.put("keyring", store.before_purge.rows["keyring"][scope])


def roll_back_order(store: AlteredStore) -> int:
    return store.put("r_tombstone", store.before_purge.rows["r_tombstone"][f"tip:{store.purged_tip.id}"])


def change_purged(change: str) -> Alteration:
    """Change a column of a purged record."""
    return Alteration(
        lambda store: store.database.alter(f"UPDATE r_tip SET {change} WHERE id = ?", (store.purged_tip.id,))
    )


def fill_event(store: AlteredStore) -> int:
    """Put a body back into a processed event."""
    return store.database.alter("UPDATE inbox SET body = ?", (b"raw",))


def flip_key(store: AlteredStore) -> int:
    scope = f"tip:{store.open_tips[0].id}"
    (wrapped,) = (row[2] for row in [store.row("keyring", scope)])
    altered = bytes([wrapped[0] ^ 1, *wrapped[1:]])
    return store.database.alter("UPDATE keyring SET wrapped = ? WHERE scope = ?", (altered, scope))


def delete_key(store: AlteredStore) -> int:
    return store.database.alter("DELETE FROM keyring WHERE scope = ?", (f"tip:{store.open_tips[0].id}",))


def flip_body(store: AlteredStore) -> int:
    id = store.open_tips[1].id
    ((body,),) = store.database.ask("SELECT body FROM r_tip WHERE id = ?", (id,))
    altered = bytes([*body[:-1], body[-1] ^ 1])
    return store.database.alter("UPDATE r_tip SET body = ? WHERE id = ?", (altered, id))


def count_everywhere(store: AlteredStore) -> int:
    """Raise a counter for day, month and year consistently, for the unit and all sets that contain the unit."""
    return sum(
        store.database.alter(f"UPDATE counters_{grain} SET amount = amount + 1 WHERE indicator = 'tips_answered'")
        for grain in ("day", "month", "year")
    )


def alter_line(store: AlteredStore) -> int:
    line = next(line for line in store.lines if b"tips.exclude" in line.content)
    altered = line.content.replace(b"tips.exclude", b"tips.extend_")
    return store.database.alter("UPDATE journal SET content = ? WHERE seq = ?", (altered, line.seq))


def is_no_look(entry: Entry) -> bool:
    return entry.outcome != "read"


def drop_looks(store: AlteredStore) -> int:
    """Remove the entries about reading, and chain the rest again."""
    return store.rewrite(is_no_look)


def drop_looks_with_the_machine(store: AlteredStore) -> int:
    """Remove them together with the heads since the first such entry and the note."""
    first = next(line.seq for line in store.lines if b'"outcome":"read"' in line.content)
    heads = [head.id for head in store.outside.heads if head.seq >= first]
    for id in heads:
        store.database.alter("DELETE FROM r_journal_head WHERE id = ?", (id,))
    dropped = store.rewrite(lambda entry: is_no_look(entry) and not _is_of_head(entry, heads))
    store.renew_note()
    return dropped


def _is_of_head(entry: Entry, ids: list[str]) -> bool:
    return any(touched.kind == "journal_head" and touched.id in ids for touched in entry.touched)


def rewrite_entry(store: AlteredStore) -> int:
    """Change an entry, and chain all following lines again."""
    store.rewrite(lambda _: True, lambda content: content.replace(b"tips.exclude", b"tips.extend_"))
    return 1


def cut_tail(store: AlteredStore) -> int:
    seq = store.lines[-1].seq - 3
    store.database.alter("DELETE FROM journal_ref WHERE seq > ?", (seq,))
    return store.database.alter("DELETE FROM journal WHERE seq > ?", (seq,))


def cut_tail_with_the_machine(store: AlteredStore) -> int:
    cut = cut_tail(store)
    store.renew_note()
    return cut


def delete_line(store: AlteredStore) -> int:
    return store.database.alter("DELETE FROM journal WHERE seq = 5")


def delete_note(store: AlteredStore) -> int:
    store.note()
    return 1


ALTERATIONS: Mapping[str, Alteration] = {
    # clear columns of encrypted records
    "the unit of a record": update("r_tip", "unit = 'ninh-my'"),
    "a column of a record": update("r_tip", "c_state = 'closed'"),
    "a column made empty": update("r_tip", "c_category = NULL"),
    "a column filled": update("r_tip", "c_merged_into = 'another'"),
    "the officers excluded": update("r_tip", "multi = ''"),
    "garbage in the officers excluded": update("r_tip", "multi = '{'"),
    "the scope of a record": update("r_tip", "scope = 'tip:another'"),
    "the schema of a record": update("r_tip", "schema = schema + 1"),
    "the version of a record": update("r_tip", "version = version + 1"),
    "a column of a conversation's record": execute("UPDATE r_conversation SET unit = 'ninh-my'"),
    "a column of a message": execute("UPDATE r_message SET c_kind = 'chatter'"),
    "a column of a public record": execute("UPDATE r_checkpoint SET c_seq = 1"),
    "a row of a side table deleted": execute("DELETE FROM m_tip WHERE name = 'excluded'"),
    "a row of a side table changed": execute("UPDATE m_tip SET value = 'nobody' WHERE name = 'excluded'"),
    # bodies, ids and whole records
    "a bit of a body": Alteration(flip_body),
    "bodies swapped": swap("r_tip", "body"),
    "ids swapped": Alteration(swap_ids),
    "a record rolled back": Alteration(roll_back),
    "a record deleted": update("r_tip", "id = 'gone'"),
    "all decisions deleted": execute("DELETE FROM r_decision"),
    "a record inserted": insert_copy("r_tip"),
    "a conversation deleted": execute("DELETE FROM r_conversation"),
    "a public body": execute("UPDATE r_checkpoint SET body = replace(body, 'hoa-lu', 'hoa-la')"),
    # remains of a purge
    "a column of a purged record": change_purged("c_state = 'new'"),
    "a column left in a purged record": change_purged("c_merged_into = 'another'"),
    "another body in a purged record": change_purged("body = scope"),
    "a purged key put back": Alteration(revive),
    "the order to purge rolled back": Alteration(roll_back_order),
    "the order to purge deleted": execute("DELETE FROM r_tombstone"),
    "a body put back into an event that is done": Alteration(fill_event),
    # the index of entries
    "references deleted": execute("DELETE FROM journal_ref WHERE seq = 6"),
    "all looks hidden": execute("DELETE FROM journal_ref WHERE is_look = 1"),
    "a reference inserted": execute("INSERT INTO journal_ref VALUES ('tip:another', 0, 3)"),
    "a reference moved": execute(
        "UPDATE journal_ref SET ref = ref || 'x' WHERE ref = (SELECT min(ref) FROM journal_ref)"
    ),
    # keys
    "a key deleted": Alteration(delete_key),
    "a bit of a key": Alteration(flip_key),
    "keys swapped": swap("keyring", "wrapped"),
    "a key inserted": insert_copy("keyring"),
    "the epoch of keys": execute("UPDATE keyring SET epoch = '' WHERE scope LIKE 'tip:%'"),
    # counters
    "a counter of a day": execute("UPDATE counters_day SET amount = amount + 1 WHERE indicator = 'tips_answered'"),
    "a counter of day, month and year": Alteration(count_everywhere),
    "counters of a year deleted": execute("DELETE FROM counters_year"),
    # the outbox
    "the purpose of a message": execute("UPDATE outbox SET purpose = 'tip.other'"),
    "the recipient of a message": execute("UPDATE outbox SET conversation = 'oa.another'"),
    "the case of a message": execute("UPDATE outbox SET cause = 'tip:another'"),
    "messages swapped": swap("outbox", "body"),
    "a message inserted": insert_copy("outbox"),
    # the journal
    "a line altered": Alteration(alter_line),
    "a line deleted": Alteration(delete_line),
    "the journal emptied": execute("DELETE FROM journal"),
    "an entry rewritten": Alteration(rewrite_entry),
    "looks dropped": Alteration(drop_looks),
    "looks dropped by whoever has the machine": Alteration(drop_looks_with_the_machine, alone=False),
    "the tail cut": Alteration(cut_tail),
    "the tail cut by whoever has the machine": Alteration(cut_tail_with_the_machine),
    "the note deleted": Alteration(delete_note),
}
"""Alterations; each is found with heads kept elsewhere, and most without."""

UNFOUND: Mapping[str, Alteration] = {
    "what became of a message": execute("UPDATE outbox SET state = 'cancelled'"),
    "a message deleted": execute("DELETE FROM outbox"),
    "an event deleted": execute("DELETE FROM inbox"),
    "marks of requests deleted": execute("DELETE FROM requests"),
    "blind indexes deleted": execute("UPDATE keyring SET blind_index = ''"),
    "a value of a messenger or of a job": execute("UPDATE states SET version = version + 1"),
}
"""Alterations that nothing finds, as the documentation admits."""


QUICK = ("a column of a record", "a purged key put back", "references deleted", "looks dropped", "the note deleted")
"""Alterations that the default run tries."""

ON_A_SERVER = (
    "a column of a record",
    "the officers excluded",
    "a bit of a body",
    "ids swapped",
    "a record rolled back",
    "a column of a purged record",
    "a purged key put back",
    "references deleted",
    "a reference inserted",
    "keys swapped",
    "a counter of day, month and year",
    "the purpose of a message",
    "looks dropped",
    "looks dropped by whoever has the machine",
    "the tail cut",
)


@pytest.fixture(scope="module")
def worked_on(tmp_path_factory: pytest.TempPathFactory) -> AlteredStore:
    """The store after the played days."""
    return play(Sqlite(tmp_path_factory.mktemp("altered") / "anninh.db"))


@pytest.fixture
def store(worked_on: AlteredStore) -> AlteredStore:
    """A copy to alter."""
    return worked_on.copy()


@pytest.fixture(scope="module")
def on_a_server(postgres: Server) -> Iterator[AlteredStore]:
    """The same store on PostgreSQL."""
    url = postgres.database()
    yield play(Postgres(postgres, url))
    postgres.drop(url)


def verify(store: AlteredStore, name: str) -> tuple[AuditVerdict, AuditVerdict]:
    """Alter the store, and return the verdicts with and without heads kept elsewhere."""
    assert ALTERATIONS[name].act(store)
    return store.examine(store.outside).verdict, store.examine().verdict


@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n in QUICK else [pytest.mark.slow]) for n in ALTERATIONS])
def test_an_alteration_is_found(store: AlteredStore, name: str) -> None:
    """An alteration is found with heads kept elsewhere, and without them if it leaves a trace in the database."""
    outside, alone = verify(store, name)
    assert outside not in GOOD
    assert (alone not in GOOD) is ALTERATIONS[name].alone


@pytest.mark.parametrize("name", ON_A_SERVER)
def test_an_alteration_is_found_on_postgres(on_a_server: AlteredStore, name: str) -> None:
    """On PostgreSQL an alteration is found likewise."""
    store = on_a_server.copy()
    outside, alone = verify(store, name)
    assert outside not in GOOD
    assert (alone not in GOOD) is ALTERATIONS[name].alone


def test_an_older_database_is_found(store: AlteredStore) -> None:
    """An older database raises an alarm without its note; with a fitting note only heads kept elsewhere find it."""
    assert store.older is not None
    older = evolve(store, database=store.older.copy())
    older.note()
    assert older.examine(store.outside).verdict is AuditVerdict.BROKEN
    alone = older.examine()
    assert (alone.verdict, [finding.name for finding in alone.findings]) == (AuditVerdict.ALARM, ["unnoted"])
    older.renew_note()
    assert older.examine(store.outside).verdict is AuditVerdict.BROKEN
    assert older.examine().verdict is AuditVerdict.CONSISTENT


def test_unaltered_store_has_no_finding(store: AlteredStore) -> None:
    """An unaltered store has no finding, even after a purge, and heads kept elsewhere prove it."""
    alone = store.examine()
    assert (alone.verdict, alone.findings) == (AuditVerdict.CONSISTENT, [])
    outside = store.examine(store.outside)
    assert (outside.verdict, outside.seq - outside.proven_to) == (AuditVerdict.PROVEN, 1)


@pytest.mark.parametrize("name", UNFOUND)
def test_report_names_what_isnt_checked(store: AlteredStore, name: str) -> None:
    """An alteration that nothing can find has no finding, and the report lists what isn't checked."""
    assert UNFOUND[name].act(store)
    report = store.examine(store.outside)
    assert report.verdict is AuditVerdict.PROVEN
    assert NEVER_CHECKED in report.unchecked


def test_verifying_writes_nothing(store: AlteredStore) -> None:
    """Verifying writes neither into the store nor into the note, even if the next normal opening would."""
    ALTERATIONS["the tail cut"].act(store)
    store.note()
    before = dump(store)
    store.examine(store.outside)
    assert dump(store) == before
    assert store.keys.noted_heads() == ()


def dump(store: AlteredStore) -> list[object]:
    """Return every row of the database."""
    tables = store.database.ask("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [store.database.ask(f'SELECT * FROM "{table}"') for (table,) in tables]
