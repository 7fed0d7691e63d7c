"""A use case has one permission, one change set and one journal entry."""

from collections.abc import Sequence
from datetime import date

import pytest
from attrs import evolve
from tests.usecase.conftest import NOTE, Note, Notes

from anninh_core.kernel.errors import AlreadyDone, BadInput, Conflict, NotFound, Refused
from anninh_core.ports.storages.changes import ChangeSet, Entry, Outcome, entry_from
from anninh_core.usecase.actor import person, system
from anninh_core.usecase.marks import command, get_use_case, query
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import MAX_TRIES, UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

LAN = person("lan")
STRANGER = person("stranger")
DAY = date(2021, 9, 1)


def read_entries(runner: UseCaseRunner) -> list[Entry]:
    return [entry_from(line.content) for line in runner.context.storage.journal.read()]


def test_a_command_leaves_its_record_and_exactly_one_entry(runner: UseCaseRunner, notes: Notes) -> None:
    """A successful command leaves what it saved and one journal entry that names the record."""
    note = notes.write(LAN, "ninh-hoa", "Chào")

    assert notes.read(LAN, note.id).text == "Chào"
    (first, read) = read_entries(runner)
    assert (first.action, first.actor, first.outcome, first.unit) == ("notes.write", "person:lan", "done", "ninh-hoa")
    assert [(t.kind, t.id, t.version) for t in first.touched] == [("note", note.id, 1)]
    assert read.outcome == "read"


def test_a_refused_command_leaves_only_the_refusal(runner: UseCaseRunner, notes: Notes) -> None:
    """An actor without permission changes nothing, and the refusal is recorded in the journal."""
    with pytest.raises(Refused, match="stranger"):
        notes.write(STRANGER, "ninh-hoa", "Chào")

    (entry,) = read_entries(runner)
    assert (entry.outcome, entry.actor, entry.touched) == ("refused", "person:stranger", ())


def test_a_refused_query_leaves_the_refusal(runner: UseCaseRunner, notes: Notes) -> None:
    """A refused query is recorded in the journal too."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    with pytest.raises(Refused):
        notes.read(STRANGER, note.id)

    assert read_entries(runner)[-1].outcome == "refused"


def test_a_change_between_two_reads_is_not_overwritten(runner: UseCaseRunner, notes: Notes) -> None:
    """A save is based on the act's first read, so that another officer's change in between causes a conflict."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    uow = UnitOfWork(runner.context, runner.permits, LAN, "notes.paint")
    read = uow.load(NOTE, note.id)
    notes.paint(LAN, note.id, "blue")
    uow.find(NOTE, "id")
    uow.save(NOTE, evolve(read, text="Chào lại"))
    assert not runner.commit(uow)
    assert notes.read(LAN, note.id).colour == "blue"


@pytest.mark.parametrize("anew", [False, True])
def test_unreadable_change_set_conflicts(runner: UseCaseRunner, notes: Notes, anew: bool) -> None:
    """A change set that was encrypted under a destroyed key conflicts, even if the scope has a new key."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    uow = UnitOfWork(runner.context, runner.permits, LAN, "notes.tell")
    with uow.requiring(Permission.CONTENT_EDIT):
        uow.permit("ninh-hoa")
        uow.send("oa.1", "Chào", purpose="note", cause=f"note:{note.id}", scope=f"note:{note.id}")
        change = uow.build_change_set()
    runner.context.storage.keyring.destroy(f"note:{note.id}")
    if anew:
        runner.ensure_key(f"note:{note.id}")

    assert runner.context.storage.commit([change]) == [Outcome.CONFLICT]


def test_a_failing_command_leaves_nothing(runner: UseCaseRunner, notes: Notes) -> None:
    """A use case that raises an error changes nothing."""
    with pytest.raises(BadInput):
        notes.clumsy(LAN, "ninh-hoa")

    assert read_entries(runner) == []
    assert list(runner.context.storage.maintenance.scan("note")) == []


def test_a_command_that_never_checks_its_permission_is_a_bug(notes: Notes) -> None:
    """A command that never checks its permission can't be committed."""
    with pytest.raises(AssertionError, match="never checked"):
        notes.forgetful(LAN)


def test_the_same_request_key_is_carried_out_once(runner: UseCaseRunner, notes: Notes) -> None:
    """A second act under the same request key changes nothing and raises `AlreadyDone`."""
    notes.write(LAN.with_request("r-1"), "ninh-hoa", "Chào")
    with pytest.raises(AlreadyDone) as error:
        notes.write(LAN.with_request("r-1"), "ninh-hoa", "Chào")

    assert error.value.request == "r-1"
    assert len(list(runner.context.storage.maintenance.scan("note"))) == 1


def test_included_commands_share_commit_and_entry(runner: UseCaseRunner, notes: Notes) -> None:
    """A use case that includes others commits them together under one entry."""
    first, second = notes.write_two(LAN, "ninh-hoa")

    (entry,) = read_entries(runner)
    assert entry.action == "notes.write_two"
    assert {touched.id for touched in entry.touched} == {first.id, second.id}


class Answers(Notes):
    """A service that writes notes which answer notes of other units."""

    @query(Permission.CONTENT_READ)
    def find(self, session: ReadSession, id: str) -> Note:
        return session.get_permitted(NOTE, id)

    @command(Permission.CONTENT_EDIT)
    def answer(self, uow: UnitOfWork, unit: str, id: str) -> Note:
        uow.permit(unit)
        question = uow.include(self.find, id)
        uow.include(self.write, question.unit, "see there")
        return uow.include(self.write, unit, f"to {question.text}")


def test_entry_has_the_unit_of_its_act(runner: UseCaseRunner) -> None:
    """The entry of an act has the act's own unit, regardless of the units of included use cases."""
    answers = Answers(runner)
    note = answers.write(LAN, "ninh-hoa", "Chào")
    answers.answer(LAN, "ninh-an", note.id)
    assert (read_entries(runner)[-1].action, read_entries(runner)[-1].unit) == ("notes.answer", "ninh-an")


def test_a_conflict_runs_the_use_case_again(
    runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a conflict the use case runs again on the new state, without an error for the caller."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    commit = runner.context.storage.commit
    raced: list[bool] = []

    def commit_after_rival(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if not raced and change_sets[0].records:
            raced.append(True)
            monkeypatch.setattr(runner.context.storage, "commit", commit)
            notes.paint(LAN, note.id, "green")
        return commit(change_sets)

    monkeypatch.setattr(runner.context.storage, "commit", commit_after_rival)
    notes.paint(LAN, note.id, "blue")

    record = runner.context.storage.records.get("note", note.id)
    assert record is not None
    assert (record.version, record.columns["colour"]) == (3, "blue")


def test_repeated_conflicts_end_in_an_error(
    runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the maximum number of tries a conflict becomes an error, with random pauses from the second conflict on."""
    pauses: list[float] = []
    runner.pause = pauses.append
    monkeypatch.setattr(runner.context.storage, "commit", lambda sets: [Outcome.CONFLICT for _ in sets])
    with pytest.raises(Conflict, match="12 times"):
        notes.write(LAN, "ninh-hoa", "Chào")
    assert len(pauses) == MAX_TRIES - 2
    assert all(0.002 <= pause <= 0.25 for pause in pauses)
    assert len(set(pauses)) > 5


def test_counters_follow_the_difference_of_facts(runner: UseCaseRunner, notes: Notes) -> None:
    """Saving a changed model subtracts its old facts from the counters and adds its new ones, for its unit and its
    commune.
    """
    note = notes.write(LAN, "ninh-hoa/kdc-1", "Chào")
    notes.paint(LAN, note.id, "blue")

    totals = runner.context.storage.counters.total(["notes"], ["ninh-hoa", "ninh-hoa/kdc-1"], DAY, DAY)
    assert totals == {("notes", "ninh-hoa", "colour=blue"): 1, ("notes", "ninh-hoa/kdc-1", "colour=blue"): 1}


def test_records_show_no_unit_below_the_commune(runner: UseCaseRunner, notes: Notes) -> None:
    """In the storage, the unencrypted unit of a record of a residential area is the area's commune."""
    note = notes.write(LAN, "ninh-hoa/kdc-1", "Chào")

    record = runner.context.storage.records.get("note", note.id)
    assert record is not None
    assert record.unit == "ninh-hoa"
    assert "Chào".encode() not in record.body


def test_only_a_person_decides(runner: UseCaseRunner, notes: Notes) -> None:
    """A part of the program can't decide, and a person's decision is a record of its own."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    with pytest.raises(Refused, match="Only a person decides about"):
        notes.judge(system("router"), note.id)
    notes.judge(LAN, note.id)

    (record,) = runner.context.storage.maintenance.scan("decision")
    assert record.columns["reason"] == "ugly"


def test_missing_record_is_named(notes: Notes) -> None:
    """The error about a missing record names it."""
    with pytest.raises(NotFound, match="no note 'nowhere'"):
        notes.paint(LAN, "nowhere", "blue")


def test_marks_have_the_kind_of_a_method(notes: Notes) -> None:
    """The mark of a method has its kind, and an unmarked method has none."""
    write = get_use_case(notes.write)
    read = get_use_case(notes.read)
    assert write is not None
    assert read is not None
    assert (write.kind, read.kind, read.audited) == (UseCaseKind.COMMAND, UseCaseKind.QUERY, True)
    assert get_use_case(notes.runner.commit) is None
