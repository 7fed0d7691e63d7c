"""The check names records that were rolled back, deleted, inserted or altered directly in the database, and no
others.
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
    return office.officer("Chỉ huy Mẫu", "tip_supervisor")


def somebody(office: Office) -> str:
    return UnsafeLocalUsers(office.app).appoint("Khác", "hoa-lu", "editor").id


@pytest.fixture
def tip(office: Office, chief: Actor) -> Tip:
    """A tip at version 2."""
    tip = office.app.tips.record_walk_in(chief, "Có trộm xe máy ở chợ", unit="hoa-lu")
    return office.app.tips.exclusions.add(chief, tip.id, somebody(office), reason="Người nhà")


def found(app: App) -> list[tuple[str, str, str]]:
    """Return kind, id and mismatch of each finding."""
    return [named(finding) for finding in find_mismatches(app.internals.context)]


def named(finding: RecordFinding) -> tuple[str, str, str]:
    return finding.kind, finding.id, finding.mismatch.value


def row_of(office: Office, table: str, id: str) -> tuple[Sequence[object], str]:
    """Return a record's row, and the statement that puts it back."""
    (row,) = office.ask(f"SELECT * FROM {table} WHERE id = ?", (id,))
    return row, f"INSERT OR REPLACE INTO {table} VALUES ({','.join('?' * len(row))})"


@pytest.mark.usefixtures("tip")
def test_intact_store_has_no_finding(office: Office) -> None:
    """A store in use agrees with its journal, and the deep checks of `doctor` report that."""
    assert found(office.app) == []
    assert list(find_altered_columns(office.app.internals.context, KINDS)) == []
    assert [check.level for check in check_records(office.app)] == [Level.OK]


def test_an_older_row_put_back_is_named(office: Office, chief: Actor) -> None:
    """A row from before an officer's exclusion can be decrypted, but its version reveals the roll-back."""
    tip = office.app.tips.record_walk_in(chief, "Có trộm xe máy ở chợ", unit="hoa-lu")
    row, put_back = row_of(office, "r_tip", tip.id)
    office.app.tips.exclusions.add(chief, tip.id, chief.id, reason="Người nhà")
    office.alter(put_back, row)
    assert found(office.app) == [("tip", tip.id, "older")]
    (check,) = check_records(office.app)
    assert check.level is Level.PROBLEM
    assert tip.id in check.what


def test_a_deleted_record_is_named(office: Office, tip: Tip) -> None:
    """A record that the journal names but the store lacks is named."""
    office.alter("DELETE FROM r_tip WHERE id = ?", (tip.id,))
    assert found(office.app) == [("tip", tip.id, "missing")]


def test_emptied_table_names_each_record(office: Office, chief: Actor) -> None:
    """An emptied table gives a finding for each missing record."""
    tips = [office.app.tips.record_walk_in(chief, f"Có trộm {number}", unit="hoa-lu").id for number in range(3)]
    office.alter("DELETE FROM r_tip")
    assert found(office.app) == [("tip", id, "missing") for id in sorted(tips)]


def test_inserted_record_is_named(office: Office, tip: Tip) -> None:
    """A copy of a row under an id that the journal doesn't have is named."""
    row, insert = row_of(office, "r_tip", tip.id)
    office.alter(insert, ("zzz", *row[1:]))
    assert found(office.app) == [("tip", "zzz", "unnamed")]


def test_altered_body_is_named(office: Office, tip: Tip) -> None:
    """A body altered at the same version is named, and can't be decrypted."""
    office.alter("UPDATE r_tip SET body = x'00010203' WHERE id = ?", (tip.id,))
    assert found(office.app) == [("tip", tip.id, "altered")]
    assert [named(finding) for finding in find_altered_columns(office.app.internals.context, KINDS)] == [
        ("tip", tip.id, "sealed")
    ]


def test_altered_columns_are_named(office: Office, tip: Tip) -> None:
    """Altered columns are found by their hash in the journal, and by the encrypted body, which is bound to them."""
    office.alter("UPDATE r_tip SET multi = '' WHERE id = ?", (tip.id,))
    assert found(office.app) == [("tip", tip.id, "columns")]
    assert [named(finding) for finding in find_altered_columns(office.app.internals.context, KINDS)] == [
        ("tip", tip.id, "sealed")
    ]


def test_altered_public_records_are_named(office: Office) -> None:
    """Altered bodies and columns of public kinds are named, because these can be rewritten by anyone with the file."""
    operator = office.officer("Kỹ thuật Mẫu", "operator")
    point = office.app.audit.checkpoint(operator)
    office.alter("UPDATE r_checkpoint SET c_seq = 7")
    altered = [named(finding) for finding in find_altered_columns(office.app.internals.context, KINDS)]
    assert found(office.app) == altered == [("checkpoint", point.id, "columns")]
    office.alter("UPDATE r_checkpoint SET body = replace(body, 'hoa-lu', 'hoa-la')")
    assert found(office.app) == [("checkpoint", point.id, "altered")]


def test_missing_key_without_order_is_named(office: Office, tip: Tip) -> None:
    """A missing key without an order to purge is named: it is a loss or a crime."""
    office.alter("DELETE FROM keyring WHERE scope = ?", (f"tip:{tip.id}",))
    kinds = {(kind, mismatch) for kind, _, mismatch in found(office.app)}
    assert kinds == {("tip", "keyless"), ("decision", "keyless")}


@pytest.mark.usefixtures("tip")
def test_emptied_journal_is_named_once(office: Office) -> None:
    """An empty journal with a full store gives one finding, not one for each record."""
    office.alter("DELETE FROM journal")
    assert found(office.app) == [("", "", "empty_journal")]


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
            office.app.tips.exclusions.add(chief, tip.id, somebody(office), reason="Người nhà")
            office.app.tips.record_walk_in(chief, "Cháy nhà", unit="hoa-lu")
        return lines

    class Busy:
        read = staticmethod(read_and_let_others_write)
        head = staticmethod(journal.head)

    monkeypatch.setattr(office.app.internals.context.storage, "journal", Busy())
    assert found(office.app) == []
    assert len(calls) > 2


def test_only_auditors_check_records(office: Office, tip: Tip) -> None:
    """Only an officer who may read the root's audit log gets the verdict."""
    auditor = office.officer("Kiểm soát", "auditor")
    mallory = office.officer("Cán bộ Mẫu", "tip_officer")
    assert office.app.audit.check_records(auditor).ok
    office.alter("DELETE FROM r_tip WHERE id = ?", (tip.id,))
    verdict = office.app.audit.check_records(auditor)
    assert (verdict.ok, [str(finding) for finding in verdict.findings], verdict.total) == (
        False,
        [f"tip {tip.id} isn't stored, although the journal says that it is at version 2"],
        1,
    )
    with pytest.raises(Refused):
        office.app.audit.check_records(mallory)


def conversation_row(office: Office, times: int) -> tuple[str, str, Sequence[object], str]:
    """Write to the office some times; return the conversation's id, its present alias in the journal, the row from
    before the last message, and the statement that puts the row back.
    """
    id = ""
    put_back = ""
    row: Sequence[object] = ()
    for number in range(times):
        if id:
            row, put_back = row_of(office, "r_conversation", id)
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
    """An unaltered conversation of several versions has no finding, although the journal has only its aliases."""
    conversation_row(office, 5)
    assert found(office.app) == []


def test_rolled_back_conversation_is_named(office: Office) -> None:
    """A conversation that was rolled back is named by its id, because the journal has an alias of a later version."""
    id, _, row, put_back = conversation_row(office, 3)
    office.alter(put_back, row)
    assert found(office.app) == [("conversation", id, "older")]


def test_deleted_conversation_is_named_by_aliases(office: Office) -> None:
    """A deleted conversation is named by its aliases in the journal, because its id is no longer known."""
    id, last, *_ = conversation_row(office, 2)
    office.alter("DELETE FROM r_conversation WHERE id = ?", (id,))
    names = sorted([office.app.internals.context.names.alias("conversation", id, 1), last])
    assert found(office.app) == [("conversation", name, "missing") for name in names]


def test_altered_conversation_is_named(office: Office) -> None:
    """A conversation with an altered body, and one that was inserted, are named."""
    id, *_ = conversation_row(office, 2)
    row, put = row_of(office, "r_conversation", id)
    office.alter("UPDATE r_conversation SET body = x'00010203' WHERE id = ?", (id,))
    assert found(office.app) == [("conversation", id, "altered")]
    office.alter(put, row)
    office.alter(put, ("oa.zzz", *row[1:]))
    assert found(office.app) == [("conversation", "oa.zzz", "unnamed")]


def test_earlier_entries_compare_the_body_only(office: Office, chief: Actor, tip: Tip) -> None:
    """Entries without a hash of the columns verify, and the verdict counts the records compared by the body only."""
    auditor = office.officer("Kiểm soát", "auditor")
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
        office.alter(
            "UPDATE journal SET previous = ?, hash = ?, content = ? WHERE seq = ?", (previous, hash, older, seq)
        )
        previous = hash
    verdict = office.app.audit.check_records(auditor)
    written = office.ask("SELECT id FROM r_tip UNION SELECT id FROM r_decision")
    assert (verdict.ok, verdict.body_only) == (True, len(written))
    assert office.app.audit.verify(auditor).ok
    office.app.tips.exclusions.add(chief, tip.id, somebody(office), reason="Người nhà")
    assert office.app.audit.check_records(auditor).body_only == verdict.body_only - 1  # the tip was written again
