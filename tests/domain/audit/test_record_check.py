"""A record that was rolled back, deleted, slipped in or altered behind the program's back is named; nothing else is."""

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
    """Return another officer's id."""
    return UnsafeLocalUsers(office.app).appoint("Khác", "hoa-lu", "editor").id


@pytest.fixture
def tip(office: Office, chief: Actor) -> Tip:
    """A tip at version 2."""
    tip = office.app.tips.record_walk_in(chief, "Có trộm xe máy ở chợ", unit="hoa-lu")
    return office.app.tips.exclusions.add(chief, tip.id, somebody(office), reason="Người nhà")


def found(app: App) -> list[tuple[str, str, str]]:
    """Return kind, id and mismatch of what the check names."""
    return [named(finding) for finding in find_mismatches(app.internals.context)]


def named(finding: RecordFinding) -> tuple[str, str, str]:
    return finding.kind, finding.id, finding.mismatch.value


def row_of(office: Office, table: str, id: str) -> tuple[Sequence[object], str]:
    """Return a record's row, and the statement that puts it back."""
    (row,) = office.ask(f"SELECT * FROM {table} WHERE id = ?", (id,))
    return row, f"INSERT OR REPLACE INTO {table} VALUES ({','.join('?' * len(row))})"


@pytest.mark.usefixtures("tip")
def test_a_store_in_use_is_as_the_journal_says(office: Office) -> None:
    """Nothing is found, and the deep checks of `doctor` say so."""
    assert found(office.app) == []
    assert list(find_altered_columns(office.app.internals.context, KINDS)) == []
    assert [check.level for check in check_records(office.app)] == [Level.OK]


def test_an_older_row_put_back_is_named(office: Office, chief: Actor) -> None:
    """The row as it was before an officer was excluded opens, and its version betrays it."""
    tip = office.app.tips.record_walk_in(chief, "Có trộm xe máy ở chợ", unit="hoa-lu")
    row, put_back = row_of(office, "r_tip", tip.id)
    office.app.tips.exclusions.add(chief, tip.id, chief.id, reason="Người nhà")
    office.alter(put_back, row)
    assert found(office.app) == [("tip", tip.id, "older")]
    (check,) = check_records(office.app)
    assert check.level is Level.PROBLEM
    assert tip.id in check.what


def test_a_deleted_record_is_named(office: Office, tip: Tip) -> None:
    """The journal knows that it was there."""
    office.alter("DELETE FROM r_tip WHERE id = ?", (tip.id,))
    assert found(office.app) == [("tip", tip.id, "missing")]


def test_a_kind_whose_table_was_emptied_is_named_record_by_record(office: Office, chief: Actor) -> None:
    """Each of them, not the table."""
    tips = [office.app.tips.record_walk_in(chief, f"Có trộm {number}", unit="hoa-lu").id for number in range(3)]
    office.alter("DELETE FROM r_tip")
    assert found(office.app) == [("tip", id, "missing") for id in sorted(tips)]


def test_a_record_that_the_journal_never_named_is_named(office: Office, tip: Tip) -> None:
    """A copy of a row under another id."""
    row, insert = row_of(office, "r_tip", tip.id)
    office.alter(insert, ("zzz", *row[1:]))
    assert found(office.app) == [("tip", "zzz", "unnamed")]


def test_another_body_is_named(office: Office, tip: Tip) -> None:
    """At the same version; the body doesn't open either."""
    office.alter("UPDATE r_tip SET body = x'00010203' WHERE id = ?", (tip.id,))
    assert found(office.app) == [("tip", tip.id, "altered")]
    assert [named(one) for one in find_altered_columns(office.app.internals.context, KINDS)] == [
        ("tip", tip.id, "sealed")
    ]


def test_altered_columns_are_named(office: Office, tip: Tip) -> None:
    """By the hash in the journal; and a sealed body is bound to its columns, so that it doesn't open with others."""
    office.alter("UPDATE r_tip SET multi = '' WHERE id = ?", (tip.id,))
    assert found(office.app) == [("tip", tip.id, "columns")]
    assert [named(one) for one in find_altered_columns(office.app.internals.context, KINDS)] == [
        ("tip", tip.id, "sealed")
    ]


def test_public_kinds_are_hashed_and_their_columns_compared(office: Office) -> None:
    """What is stored in clear can be rewritten by anybody who holds the file: body and columns are named."""
    operator = office.officer("Kỹ thuật Mẫu", "operator")
    point = office.app.audit.checkpoint(operator)
    office.alter("UPDATE r_checkpoint SET c_seq = 7")
    altered = [named(one) for one in find_altered_columns(office.app.internals.context, KINDS)]
    assert found(office.app) == altered == [("checkpoint", point.id, "columns")]
    office.alter("UPDATE r_checkpoint SET body = replace(body, 'hoa-lu', 'hoa-la')")
    assert found(office.app) == [("checkpoint", point.id, "altered")]


def test_a_key_that_nobody_ordered_destroyed_is_named(office: Office, tip: Tip) -> None:
    """Without an order to purge, a missing key is a loss or a crime."""
    office.alter("DELETE FROM keyring WHERE scope = ?", (f"tip:{tip.id}",))
    kinds = {(kind, mismatch) for kind, _, mismatch in found(office.app)}
    assert kinds == {("tip", "keyless"), ("decision", "keyless")}


@pytest.mark.usefixtures("tip")
def test_an_empty_journal_beside_a_full_store_is_named(office: Office) -> None:
    """Once, not for every record."""
    office.alter("DELETE FROM journal")
    assert found(office.app) == [("", "", "empty_journal")]


def test_writes_during_the_check_raise_no_alarm(
    office: Office, chief: Actor, tip: Tip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record changed and one made while the check reads the records is explained by what the journal says then."""
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


def test_auditors_are_told(office: Office, tip: Tip) -> None:
    """Who may read the trail of the root gets the verdict, nobody else."""
    auditor = office.officer("Kiểm soát", "auditor")
    mallory = office.officer("Cán bộ Mẫu", "tip_officer")
    assert office.app.audit.check_records(auditor).ok
    office.alter("DELETE FROM r_tip WHERE id = ?", (tip.id,))
    verdict = office.app.audit.check_records(auditor)
    assert (verdict.ok, [str(one) for one in verdict.findings], verdict.total) == (
        False,
        [f"tip {tip.id} isn't stored, although the journal says that it is at version 2"],
        1,
    )
    with pytest.raises(Refused):
        office.app.audit.check_records(mallory)


def conversation_row(office: Office, times: int) -> tuple[str, str, Sequence[object], str]:
    """Write to the office and return the conversation's id, what the journal calls it now, its row, and how to put it.

    The row is the one of before the last time.
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


def test_a_conversation_is_compared_though_the_journal_has_no_id_of_it(office: Office) -> None:
    """As it was stored, of any number of versions, nothing is found."""
    conversation_row(office, 5)
    assert found(office.app) == []


def test_a_conversation_put_back_is_named(office: Office) -> None:
    """By its id: the journal tells of a version that comes next."""
    id, _, row, put_back = conversation_row(office, 3)
    office.alter(put_back, row)
    assert found(office.app) == [("conversation", id, "older")]


def test_a_deleted_conversation_is_told(office: Office) -> None:
    """By what the journal calls it in each version: nobody knows any more whose they were."""
    id, last, *_ = conversation_row(office, 2)
    office.alter("DELETE FROM r_conversation WHERE id = ?", (id,))
    names = sorted([office.app.internals.context.names.alias("conversation", id, 1), last])
    assert found(office.app) == [("conversation", name, "missing") for name in names]


def test_another_body_of_a_conversation_is_named(office: Office) -> None:
    """And so is one that was slipped in."""
    id, *_ = conversation_row(office, 2)
    row, put = row_of(office, "r_conversation", id)
    office.alter("UPDATE r_conversation SET body = x'00010203' WHERE id = ?", (id,))
    assert found(office.app) == [("conversation", id, "altered")]
    office.alter(put, row)
    office.alter(put, ("oa.zzz", *row[1:]))
    assert found(office.app) == [("conversation", "oa.zzz", "unnamed")]


def test_records_of_an_earlier_version_are_compared_by_their_body(office: Office, chief: Actor, tip: Tip) -> None:
    """Entries without a hash of the columns verify, and the verdict counts what was compared by the body alone."""
    auditor = office.officer("Kiểm soát", "auditor")
    lines = office.ask("SELECT seq, content FROM journal ORDER BY seq")
    previous = GENESIS
    for seq, content in lines:
        entry = entry_from(content)
        touched = tuple(evolve(one, columns_hash="") for one in entry.touched if one.kind != "officer")
        named = tuple(one for one in entry.touched if one.kind == "officer")
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
    assert office.app.audit.check_records(auditor).body_only == verdict.body_only - 1  # the tip was written anew
