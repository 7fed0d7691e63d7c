"""Tests of the check that compares the stored records with the journal: it names exactly the records that were rolled
back, deleted, inserted or altered directly in the database.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import evolve
from tests.support.tampering import Office, open_office

from anninh_core.app import App
from anninh_core.app.doctor.deep_checks import check_records
from anninh_core.domain.audit.record_check import find_mismatches
from anninh_core.domain.audit.record_check_columns import find_altered_columns
from anninh_core.domain.audit.record_findings import RecordFinding
from anninh_core.domain.registry import KINDS
from anninh_core.domain.tips import Tip
from anninh_core.kernel.errors import Refused
from anninh_core.ports.health import Level
from anninh_core.ports.storages.changes import GENESIS, JournalLine, chain_hash, entry_bytes, entry_from
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor, system
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

LUA = Address("oa", Place.PERSON, "p-1")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = open_office(tmp_path)
    with opened.app:
        yield opened


@pytest.fixture
def chief(office: Office) -> Actor:
    return office.appoint_officer("Chỉ huy Mẫu", "tip_supervisor")


def appoint_editor(office: Office) -> str:
    return UnsafeLocalUsers(office.app).appoint("Khác", "hoa-lu", "editor").id


@pytest.fixture
def tip(office: Office, chief: Actor) -> Tip:
    """A tip at version 2, after an officer was excluded from it."""
    tip = office.app.tips.record_walk_in(chief, "Có trộm xe máy ở chợ", unit="hoa-lu")
    return office.app.tips.exclusions.add(chief, tip.id, appoint_editor(office), reason="Người nhà")


def find_mismatched_records(app: App) -> list[tuple[str, str, str]]:
    """Return kind, id and mismatch of each record that contradicts the journal."""
    return [describe_finding(finding) for finding in find_mismatches(app.internals.context)]


def describe_finding(finding: RecordFinding) -> tuple[str, str, str]:
    return finding.kind, finding.id, finding.mismatch.value


def read_row(office: Office, table: str, id: str) -> tuple[Sequence[object], str]:
    """Return a record's row, and the SQL statement that puts it back."""
    (row,) = office.ask(f"SELECT * FROM {table} WHERE id = ?", (id,))
    return row, f"INSERT OR REPLACE INTO {table} VALUES ({','.join('?' * len(row))})"


@pytest.mark.usefixtures("tip")
def test_intact_store_has_no_finding(office: Office) -> None:
    """An unaltered store agrees with its journal, and the deep checks of `doctor` report no problem."""
    assert find_mismatched_records(office.app) == []
    assert list(find_altered_columns(office.app.internals.context, KINDS)) == []
    assert [check.level for check in check_records(office.app)] == [Level.OK]


def test_an_older_row_put_back_is_named(office: Office, chief: Actor) -> None:
    """An older row of a tip, put back in the database, is named: it can still be decrypted, but its version is older
    than the journal's.
    """
    tip = office.app.tips.record_walk_in(chief, "Có trộm xe máy ở chợ", unit="hoa-lu")
    row, put_back = read_row(office, "r_tip", tip.id)
    office.app.tips.exclusions.add(chief, tip.id, chief.id, reason="Người nhà")
    office.alter_file(put_back, row)
    assert find_mismatched_records(office.app) == [("tip", tip.id, "older")]
    (check,) = check_records(office.app)
    assert check.level is Level.PROBLEM
    assert tip.id in check.what


def test_a_deleted_record_is_named(office: Office, tip: Tip) -> None:
    """A record that the journal names but the store lacks is named."""
    office.alter_file("DELETE FROM r_tip WHERE id = ?", (tip.id,))
    assert find_mismatched_records(office.app) == [("tip", tip.id, "missing")]


def test_emptied_table_names_each_record(office: Office, chief: Actor) -> None:
    """An emptied table gives a finding for each of its missing records."""
    tips = [office.app.tips.record_walk_in(chief, f"Có trộm {number}", unit="hoa-lu").id for number in range(3)]
    office.alter_file("DELETE FROM r_tip")
    assert find_mismatched_records(office.app) == [("tip", id, "missing") for id in sorted(tips)]


def test_inserted_record_is_named(office: Office, tip: Tip) -> None:
    """A copy of a row, inserted under an id that the journal doesn't have, is named."""
    row, insert = read_row(office, "r_tip", tip.id)
    office.alter_file(insert, ("zzz", *row[1:]))
    assert find_mismatched_records(office.app) == [("tip", "zzz", "unnamed")]


def test_altered_body_is_named(office: Office, tip: Tip) -> None:
    """A record with a changed body at the same version is named, and its body can't be decrypted."""
    office.alter_file("UPDATE r_tip SET body = x'00010203' WHERE id = ?", (tip.id,))
    assert find_mismatched_records(office.app) == [("tip", tip.id, "altered")]
    assert [describe_finding(finding) for finding in find_altered_columns(office.app.internals.context, KINDS)] == [
        ("tip", tip.id, "sealed")
    ]


def test_altered_columns_are_named(office: Office, tip: Tip) -> None:
    """Altered index columns of a record are found by their hash in the journal, and by the encrypted body, which is
    bound to them.
    """
    office.alter_file("UPDATE r_tip SET multi = '' WHERE id = ?", (tip.id,))
    assert find_mismatched_records(office.app) == [("tip", tip.id, "columns")]
    assert [describe_finding(finding) for finding in find_altered_columns(office.app.internals.context, KINDS)] == [
        ("tip", tip.id, "sealed")
    ]


def test_altered_public_records_are_named(office: Office) -> None:
    """Altered bodies and columns of unencrypted records are named, because anyone with the database file can rewrite
    them.
    """
    operator = office.appoint_officer("Kỹ thuật Mẫu", "operator")
    point = office.app.audit.checkpoint(operator)
    office.alter_file("UPDATE r_checkpoint SET c_seq = 7")
    altered = [describe_finding(finding) for finding in find_altered_columns(office.app.internals.context, KINDS)]
    assert find_mismatched_records(office.app) == altered == [("checkpoint", point.id, "columns")]
    office.alter_file("UPDATE r_checkpoint SET body = replace(body, 'hoa-lu', 'hoa-la')")
    assert find_mismatched_records(office.app) == [("checkpoint", point.id, "altered")]


def test_missing_key_without_order_is_named(office: Office, tip: Tip) -> None:
    """A missing data key without an order to purge is named, because it was lost or destroyed unlawfully."""
    office.alter_file("DELETE FROM keyring WHERE scope = ?", (f"tip:{tip.id}",))
    kinds = {(kind, mismatch) for kind, _, mismatch in find_mismatched_records(office.app)}
    assert kinds == {("tip", "keyless"), ("decision", "keyless")}


@pytest.mark.usefixtures("tip")
def test_emptied_journal_is_named_once(office: Office) -> None:
    """An empty journal with a full store gives one finding, instead of one for each record."""
    office.alter_file("DELETE FROM journal")
    assert find_mismatched_records(office.app) == [("", "", "empty_journal")]


def test_writes_during_the_check_raise_no_alarm(
    office: Office, chief: Actor, tip: Tip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records written while the check runs raise no alarm, because the check reads the journal again."""
    journal = office.app.internals.context.storage.journal
    read = office.app.internals.context.storage.journal.read
    calls = []

    def read_and_let_others_write(after: int = 0, limit: int = 500) -> Sequence[JournalLine]:
        lines = read(after, limit)
        calls.append(after)
        if not lines and len(calls) == 2:
            office.app.tips.exclusions.add(chief, tip.id, appoint_editor(office), reason="Người nhà")
            office.app.tips.record_walk_in(chief, "Cháy nhà", unit="hoa-lu")
        return lines

    class JournalWithConcurrentWrites:
        read = staticmethod(read_and_let_others_write)
        head = staticmethod(journal.head)

    monkeypatch.setattr(office.app.internals.context.storage, "journal", JournalWithConcurrentWrites())
    assert find_mismatched_records(office.app) == []
    assert len(calls) > 2


def test_only_auditors_check_records(office: Office, tip: Tip) -> None:
    """Only an officer who may read the root's audit log can check the stored records against the journal."""
    auditor = office.appoint_officer("Kiểm soát", "auditor")
    mallory = office.appoint_officer("Cán bộ Mẫu", "tip_officer")
    assert office.app.audit.check_records(auditor).ok
    office.alter_file("DELETE FROM r_tip WHERE id = ?", (tip.id,))
    verdict = office.app.audit.check_records(auditor)
    assert (verdict.ok, [str(finding) for finding in verdict.findings], verdict.total) == (
        False,
        [f"tip {tip.id} isn't stored, although the journal says that it is at version 2"],
        1,
    )
    with pytest.raises(Refused):
        office.app.audit.check_records(mallory)


def record_conversation(office: Office, times: int) -> tuple[str, str, Sequence[object], str]:
    """Record `times` messages of one conversation; return the conversation's id, its present alias in the journal, its
    row from before the last message, and the statement that puts the row back.
    """
    id = ""
    put_back = ""
    row: Sequence[object] = ()
    for number in range(times):
        if id:
            row, put_back = read_row(office, "r_conversation", id)
        id = run_step(
            office.app.internals.services.conversations.record_message,
            system("router"),
            InboundMessage(
                id=f"m{number}", conversation=LUA, sender=LUA, text="chào", sent_at=datetime(2021, 9, 1, tzinfo=UTC)
            ),
            kind="chatter",
        ).conversation
    return id, office.app.internals.context.names.alias("conversation", id, times), row, put_back


def test_conversation_matches_its_aliases(office: Office) -> None:
    """An unaltered conversation with several versions gives no finding, although the journal has only its aliases."""
    record_conversation(office, 5)
    assert find_mismatched_records(office.app) == []


def test_rolled_back_conversation_is_named(office: Office) -> None:
    """A conversation that was rolled back is named by its id, because the journal has an alias of a later version."""
    id, _, row, put_back = record_conversation(office, 3)
    office.alter_file(put_back, row)
    assert find_mismatched_records(office.app) == [("conversation", id, "older")]


def test_deleted_conversation_is_named_by_aliases(office: Office) -> None:
    """A deleted conversation is named by its aliases in the journal, because its id is no longer known."""
    id, last, *_ = record_conversation(office, 2)
    office.alter_file("DELETE FROM r_conversation WHERE id = ?", (id,))
    names = sorted([office.app.internals.context.names.alias("conversation", id, 1), last])
    assert find_mismatched_records(office.app) == [("conversation", name, "missing") for name in names]


def test_altered_conversation_is_named(office: Office) -> None:
    """A conversation with an altered body, and a conversation that was inserted, are named."""
    id, *_ = record_conversation(office, 2)
    row, put = read_row(office, "r_conversation", id)
    office.alter_file("UPDATE r_conversation SET body = x'00010203' WHERE id = ?", (id,))
    assert find_mismatched_records(office.app) == [("conversation", id, "altered")]
    office.alter_file(put, row)
    office.alter_file(put, ("oa.zzz", *row[1:]))
    assert find_mismatched_records(office.app) == [("conversation", "oa.zzz", "unnamed")]


def test_earlier_entries_compare_the_body_only(office: Office, chief: Actor, tip: Tip) -> None:
    """Journal entries of earlier versions, without a hash of the columns, are verified too, and the verdict counts the
    records that were compared by the body only.
    """
    auditor = office.appoint_officer("Kiểm soát", "auditor")
    lines = office.ask("SELECT seq, content FROM journal ORDER BY seq")
    previous = GENESIS
    for seq, content in lines:
        entry = entry_from(content)
        touched = tuple(
            evolve(reference, columns_hash="") for reference in entry.touched if reference.kind != "officer"
        )
        named = tuple(reference for reference in entry.touched if reference.kind == "officer")
        older = entry_bytes(evolve(entry, touched=(*touched, *named))).replace(b'"columns_hash":"",', b"")
        hash = chain_hash(previous, older)
        office.alter_file(
            "UPDATE journal SET previous = ?, hash = ?, content = ? WHERE seq = ?", (previous, hash, older, seq)
        )
        previous = hash
    verdict = office.app.audit.check_records(auditor)
    written = office.ask("SELECT id FROM r_tip UNION SELECT id FROM r_decision")
    assert (verdict.ok, verdict.body_only) == (True, len(written))
    assert office.app.audit.verify(auditor).ok
    office.app.tips.exclusions.add(chief, tip.id, appoint_editor(office), reason="Người nhà")
    # The tip was stored again with a hash of its columns, so one record less is compared by the body only.
    assert office.app.audit.check_records(auditor).body_only == verdict.body_only - 1
