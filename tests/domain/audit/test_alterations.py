"""`audit verify` finds alterations of a store, with heads kept elsewhere or from the store alone."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from attrs import evolve, frozen
from tests.domain.audit.altered_store import AlteredStore, PostgresDatabase, SqliteFile, play_days
from tests.support.postgres.server import Server

from anninh_core.domain.audit.findings import AuditVerdict
from anninh_core.domain.audit.verification import NEVER_CHECKED
from anninh_core.ports.storages.changes import Entry

GOOD = (AuditVerdict.PROVEN, AuditVerdict.CONSISTENT)


@frozen
class Alteration:
    """An alteration of a store that verifying should find.

    Attributes:
        act: makes it, and returns the number of changed rows.
        alone: whether it is found without heads kept elsewhere.
    """

    act: Callable[[AlteredStore], int]
    alone: bool = True


def build_update(table: str, change: str, *, row: int = 0) -> Alteration:
    """Return the alteration that changes a row of an open tip in a table."""

    def act(store: AlteredStore) -> int:
        return store.database.change_rows(f"UPDATE {table} SET {change} WHERE id = ?", (store.open_tips[row].id,))

    return Alteration(act)


def build_statement(statement: str) -> Alteration:
    return Alteration(lambda store: store.database.change_rows(statement))


def build_swap(table: str, column: str) -> Alteration:
    """Return the alteration that swaps the values of a column between two rows of a table."""

    def act(store: AlteredStore) -> int:
        key = "scope" if table == "keyring" else "id"
        condition = f"WHERE {key} LIKE 'tip:%'" if table == "keyring" else ""
        rows = store.database.ask(f"SELECT {key}, {column} FROM {table} {condition} ORDER BY {key}")
        (first_key, first), *_, (last_key, last) = rows
        store.database.change_rows(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (last, first_key))
        return store.database.change_rows(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (first, last_key))

    return Alteration(act)


def swap_tip_ids(store: AlteredStore) -> int:
    first, other = (tip.id for tip in store.open_tips)
    store.database.change_rows("UPDATE r_tip SET id = 'x' WHERE id = ?", (first,))
    store.database.change_rows("UPDATE r_tip SET id = ? WHERE id = ?", (first, other))
    return store.database.change_rows("UPDATE r_tip SET id = ? WHERE id = 'x'", (other,))


def build_copied_row(table: str) -> Alteration:
    """Return the alteration that inserts a copy of a table's last row under another key."""

    def act(store: AlteredStore) -> int:
        key = "scope" if table == "keyring" else "id"
        *_, row = store.database.ask(f"SELECT * FROM {table} ORDER BY {key}")
        copied = list(row)
        if table == "outbox":
            names = _list_columns(store, table)
            copied[names.index("created_seq")] += 1000
        return store.put(table, (f"zz{row[0][2:]}", *copied[1:]))

    return Alteration(act)


def _list_columns(store: AlteredStore, table: str) -> list[str]:
    """Return the names of the columns of a SQLite table."""
    return [name for _, name, *_ in store.database.ask(f"SELECT * FROM pragma_table_info('{table}')")]


def roll_back_tip(store: AlteredStore) -> int:
    return store.put("r_tip", store.before_exclusion.rows["r_tip"][store.open_tips[0].id])


def restore_purged_key(store: AlteredStore) -> int:
    scope = f"tip:{store.purged_tip.id}"
    return store.put("keyring", store.before_purge.rows["keyring"][scope])


def roll_back_purge_order(store: AlteredStore) -> int:
    return store.put("r_tombstone", store.before_purge.rows["r_tombstone"][f"tip:{store.purged_tip.id}"])


def build_purged_change(change: str) -> Alteration:
    """Return the alteration that changes a column of the purged tip's record."""
    return Alteration(
        lambda store: store.database.change_rows(f"UPDATE r_tip SET {change} WHERE id = ?", (store.purged_tip.id,))
    )


def fill_event_bodies(store: AlteredStore) -> int:
    """Put a body back into each event of the inbox, whose bodies were removed after processing."""
    return store.database.change_rows("UPDATE inbox SET body = ?", (b"raw",))


def flip_key_bit(store: AlteredStore) -> int:
    scope = f"tip:{store.open_tips[0].id}"
    (wrapped,) = (row[2] for row in [store.read_row("keyring", scope)])
    altered = bytes([wrapped[0] ^ 1, *wrapped[1:]])
    return store.database.change_rows("UPDATE keyring SET wrapped = ? WHERE scope = ?", (altered, scope))


def delete_key(store: AlteredStore) -> int:
    return store.database.change_rows("DELETE FROM keyring WHERE scope = ?", (f"tip:{store.open_tips[0].id}",))


def flip_body_bit(store: AlteredStore) -> int:
    id = store.open_tips[1].id
    ((body,),) = store.database.ask("SELECT body FROM r_tip WHERE id = ?", (id,))
    altered = bytes([*body[:-1], body[-1] ^ 1])
    return store.database.change_rows("UPDATE r_tip SET body = ? WHERE id = ?", (altered, id))


def raise_all_counters(store: AlteredStore) -> int:
    """Raise a counter by the same amount for day, month and year, for the unit and all sets that contain the unit."""
    return sum(
        store.database.change_rows(f"UPDATE counters_{grain} SET amount = amount + 1 WHERE indicator = 'tips_answered'")
        for grain in ("day", "month", "year")
    )


def alter_line(store: AlteredStore) -> int:
    line = next(line for line in store.lines if b"tips.exclude" in line.content)
    altered = line.content.replace(b"tips.exclude", b"tips.extend_")
    return store.database.change_rows("UPDATE journal SET content = ? WHERE seq = ?", (altered, line.seq))


def is_not_read_entry(entry: Entry) -> bool:
    return entry.outcome != "read"


def drop_read_entries(store: AlteredStore) -> int:
    """Remove the journal's entries about reading, and chain the other entries again."""
    return store.rewrite_journal(is_not_read_entry)


def drop_read_entries_and_heads(store: AlteredStore) -> int:
    """Remove the journal's entries about reading and all heads since the first of them, and renew the note, as an
    attacker with control of the machine can.
    """
    first = next(line.seq for line in store.lines if b'"outcome":"read"' in line.content)
    heads = [head.id for head in store.outside.heads if head.seq >= first]
    for id in heads:
        store.database.change_rows("DELETE FROM r_journal_head WHERE id = ?", (id,))
    dropped = store.rewrite_journal(lambda entry: is_not_read_entry(entry) and not _is_about_heads(entry, heads))
    store.renew_note()
    return dropped


def _is_about_heads(entry: Entry, ids: list[str]) -> bool:
    return any(touched.kind == "journal_head" and touched.id in ids for touched in entry.touched)


def rewrite_entry(store: AlteredStore) -> int:
    """Change an entry of the journal, and chain all following lines again."""
    store.rewrite_journal(lambda _: True, lambda content: content.replace(b"tips.exclude", b"tips.extend_"))
    return 1


def cut_journal_tail(store: AlteredStore) -> int:
    seq = store.lines[-1].seq - 3
    store.database.change_rows("DELETE FROM journal_ref WHERE seq > ?", (seq,))
    return store.database.change_rows("DELETE FROM journal WHERE seq > ?", (seq,))


def cut_tail_and_renew_note(store: AlteredStore) -> int:
    cut = cut_journal_tail(store)
    store.renew_note()
    return cut


def delete_line(store: AlteredStore) -> int:
    return store.database.change_rows("DELETE FROM journal WHERE seq = 5")


def delete_note(store: AlteredStore) -> int:
    store.replace_notes()
    return 1


ALTERATIONS: Mapping[str, Alteration] = {
    # These alterations change clear columns of encrypted records.
    "the unit of a record": build_update("r_tip", "unit = 'ninh-my'"),
    "a column of a record": build_update("r_tip", "c_state = 'closed'"),
    "a column made empty": build_update("r_tip", "c_category = NULL"),
    "a column filled": build_update("r_tip", "c_merged_into = 'another'"),
    "the officers excluded": build_update("r_tip", "multi = ''"),
    "garbage in the officers excluded": build_update("r_tip", "multi = '{'"),
    "the scope of a record": build_update("r_tip", "scope = 'tip:another'"),
    "the schema of a record": build_update("r_tip", "schema = schema + 1"),
    "the version of a record": build_update("r_tip", "version = version + 1"),
    "a column of a conversation's record": build_statement("UPDATE r_conversation SET unit = 'ninh-my'"),
    "a column of a message": build_statement("UPDATE r_message SET c_kind = 'chatter'"),
    "a column of a public record": build_statement("UPDATE r_checkpoint SET c_seq = 1"),
    "a row of a side table deleted": build_statement("DELETE FROM m_tip WHERE name = 'excluded'"),
    "a row of a side table changed": build_statement("UPDATE m_tip SET value = 'nobody' WHERE name = 'excluded'"),
    # These alterations change bodies, ids and whole records.
    "a bit of a body": Alteration(flip_body_bit),
    "bodies swapped": build_swap("r_tip", "body"),
    "ids swapped": Alteration(swap_tip_ids),
    "a record rolled back": Alteration(roll_back_tip),
    "a record deleted": build_update("r_tip", "id = 'gone'"),
    "all decisions deleted": build_statement("DELETE FROM r_decision"),
    "a record inserted": build_copied_row("r_tip"),
    "a conversation deleted": build_statement("DELETE FROM r_conversation"),
    "a public body": build_statement("UPDATE r_checkpoint SET body = replace(body, 'hoa-lu', 'hoa-la')"),
    # These alterations change the remains of a purge.
    "a column of a purged record": build_purged_change("c_state = 'new'"),
    "a column left in a purged record": build_purged_change("c_merged_into = 'another'"),
    "another body in a purged record": build_purged_change("body = scope"),
    "a purged key put back": Alteration(restore_purged_key),
    "the order to purge rolled back": Alteration(roll_back_purge_order),
    "the order to purge deleted": build_statement("DELETE FROM r_tombstone"),
    "a body put back into an event that is done": Alteration(fill_event_bodies),
    # These alterations change the index of the journal's entries.
    "references deleted": build_statement("DELETE FROM journal_ref WHERE seq = 6"),
    "all looks hidden": build_statement("DELETE FROM journal_ref WHERE is_look = 1"),
    "a reference inserted": build_statement("INSERT INTO journal_ref VALUES ('tip:another', 0, 3)"),
    "a reference moved": build_statement(
        "UPDATE journal_ref SET ref = ref || 'x' WHERE ref = (SELECT min(ref) FROM journal_ref)"
    ),
    # These alterations change the keys.
    "a key deleted": Alteration(delete_key),
    "a bit of a key": Alteration(flip_key_bit),
    "keys swapped": build_swap("keyring", "wrapped"),
    "a key inserted": build_copied_row("keyring"),
    "the epoch of keys": build_statement("UPDATE keyring SET epoch = '' WHERE scope LIKE 'tip:%'"),
    # These alterations change the counters.
    "a counter of a day": build_statement(
        "UPDATE counters_day SET amount = amount + 1 WHERE indicator = 'tips_answered'"
    ),
    "a counter of day, month and year": Alteration(raise_all_counters),
    "counters of a year deleted": build_statement("DELETE FROM counters_year"),
    # These alterations change the outbox.
    "the purpose of a message": build_statement("UPDATE outbox SET purpose = 'tip.other'"),
    "the recipient of a message": build_statement("UPDATE outbox SET conversation = 'oa.another'"),
    "the case of a message": build_statement("UPDATE outbox SET cause = 'tip:another'"),
    "messages swapped": build_swap("outbox", "body"),
    "a message inserted": build_copied_row("outbox"),
    # These alterations change the journal or the note about it.
    "a line altered": Alteration(alter_line),
    "a line deleted": Alteration(delete_line),
    "the journal emptied": build_statement("DELETE FROM journal"),
    "an entry rewritten": Alteration(rewrite_entry),
    "looks dropped": Alteration(drop_read_entries),
    "looks dropped by whoever has the machine": Alteration(drop_read_entries_and_heads, alone=False),
    "the tail cut": Alteration(cut_journal_tail),
    "the tail cut by whoever has the machine": Alteration(cut_tail_and_renew_note),
    "the note deleted": Alteration(delete_note),
}
"""The alterations of a store that are found with heads kept elsewhere, and mostly also without, by name."""

UNFOUND: Mapping[str, Alteration] = {
    "what became of a message": build_statement("UPDATE outbox SET state = 'cancelled'"),
    "a message deleted": build_statement("DELETE FROM outbox"),
    "an event deleted": build_statement("DELETE FROM inbox"),
    "marks of requests deleted": build_statement("DELETE FROM requests"),
    "blind indexes deleted": build_statement("UPDATE keyring SET blind_index = ''"),
    "a value of a messenger or of a job": build_statement("UPDATE states SET version = version + 1"),
}
"""The alterations of a store that no check finds, as the documentation admits, by name."""


QUICK = ("a column of a record", "a purged key put back", "references deleted", "looks dropped", "the note deleted")
"""Names of the alterations that the default test run tries; the others are slow tests."""

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
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> AlteredStore:
    """Return a store in a SQLite file after some days of work."""
    return play_days(SqliteFile(tmp_path_factory.mktemp("altered") / "anninh.db"))


@pytest.fixture
def store(sqlite_store: AlteredStore) -> AlteredStore:
    """Return a copy of the store in SQLite for a test to alter."""
    return sqlite_store.copy()


@pytest.fixture(scope="module")
def postgres_store(postgres: Server) -> Iterator[AlteredStore]:
    """Yield a store on a PostgreSQL server after some days of work."""
    url = postgres.create_database()
    yield play_days(PostgresDatabase(postgres, url))
    postgres.drop_database(url)


def verify_altered(store: AlteredStore, name: str) -> tuple[AuditVerdict, AuditVerdict]:
    """Alter the store, and return the verdicts with heads kept elsewhere and without them."""
    assert ALTERATIONS[name].act(store)
    return store.examine(store.outside).verdict, store.examine().verdict


@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n in QUICK else [pytest.mark.slow]) for n in ALTERATIONS])
def test_an_alteration_is_found(store: AlteredStore, name: str) -> None:
    """An alteration of a store is found with heads kept elsewhere, and without them if it leaves a trace in the
    database.
    """
    outside, alone = verify_altered(store, name)
    assert outside not in GOOD
    assert (alone not in GOOD) is ALTERATIONS[name].alone


@pytest.mark.parametrize("name", ON_A_SERVER)
def test_an_alteration_is_found_on_postgres(postgres_store: AlteredStore, name: str) -> None:
    """An alteration of a store on PostgreSQL is found as on SQLite."""
    store = postgres_store.copy()
    outside, alone = verify_altered(store, name)
    assert outside not in GOOD
    assert (alone not in GOOD) is ALTERATIONS[name].alone


def test_an_older_database_is_found(store: AlteredStore) -> None:
    """An older copy of the database raises an alarm because the note doesn't fit; if the note is made to fit, only
    heads kept elsewhere reveal it.
    """
    assert store.older is not None
    older = evolve(store, database=store.older.copy())
    older.replace_notes()
    assert older.examine(store.outside).verdict is AuditVerdict.BROKEN
    alone = older.examine()
    assert (alone.verdict, [finding.name for finding in alone.findings]) == (AuditVerdict.ALARM, ["unnoted"])
    older.renew_note()
    assert older.examine(store.outside).verdict is AuditVerdict.BROKEN
    assert older.examine().verdict is AuditVerdict.CONSISTENT


def test_unaltered_store_has_no_finding(store: AlteredStore) -> None:
    """Verifying an unaltered store has no finding, even after a purge, and heads kept elsewhere prove its journal."""
    alone = store.examine()
    assert (alone.verdict, alone.findings) == (AuditVerdict.CONSISTENT, [])
    outside = store.examine(store.outside)
    assert (outside.verdict, outside.seq - outside.proven_to) == (AuditVerdict.PROVEN, 1)


@pytest.mark.parametrize("name", UNFOUND)
def test_report_names_what_isnt_checked(store: AlteredStore, name: str) -> None:
    """An alteration that no check can find gives no finding, and the report lists what isn't checked."""
    assert UNFOUND[name].act(store)
    report = store.examine(store.outside)
    assert report.verdict is AuditVerdict.PROVEN
    assert NEVER_CHECKED in report.unchecked


def test_verifying_writes_nothing(store: AlteredStore) -> None:
    """Verifying a store writes neither into the store nor into the note about its journal, even if the next normal
    opening would.
    """
    ALTERATIONS["the tail cut"].act(store)
    store.replace_notes()
    before = dump_rows(store)
    store.examine(store.outside)
    assert dump_rows(store) == before
    assert store.keys.noted_heads() == ()


def dump_rows(store: AlteredStore) -> list[object]:
    """Return every row of the store's database."""
    tables = store.database.ask("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [store.database.ask(f'SELECT * FROM "{table}"') for (table,) in tables]
