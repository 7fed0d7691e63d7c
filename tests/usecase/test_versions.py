"""A model of a numbered kind has the version of its stored record."""

from typing import Any

import msgspec
import pytest
from attrs import evolve, fields_dict, frozen
from tests.usecase.conftest import NOTE, Note

from anninh_core.domain.registry import KINDS
from anninh_core.ports.storages.changes import Record
from anninh_core.usecase.actor import person
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

LAN = person("lan")
APPEND_ONLY = {"checkpoint", "journal_head", "received_head"}
NEVER_LEAVES = {"account_name", "number_series", "officer_chat", "slip_series"}


@frozen(kw_only=True)
class NoteWithVersion(Note):
    """A note with its version."""

    version: int = 0


COUNTED: Kind[NoteWithVersion] = evolve(NOTE, model=NoteWithVersion, numbered=True)  # type: ignore[assignment]


class CountedNotes(Service):
    """A service that writes, paints and reads notes with versions."""

    action_prefix = "notes"

    @command(Permission.CONTENT_EDIT)
    def write(self, uow: UnitOfWork) -> NoteWithVersion:
        uow.permit("ninh-hoa")
        note = NoteWithVersion(id=self.context.ids.new(), unit="ninh-hoa", colour="red", text="Chào")
        return uow.save(COUNTED, note)

    @command(Permission.CONTENT_EDIT)
    def paint(self, uow: UnitOfWork, id: str, *colours: str) -> NoteWithVersion:
        note = uow.load(COUNTED, id)
        uow.permit(note.unit)
        for colour in colours:
            note = uow.save(COUNTED, evolve(note, colour=colour))
        return note

    @query(Permission.CONTENT_READ)
    def find(self, session: ReadSession, id: str) -> NoteWithVersion:
        return session.get_permitted(COUNTED, id)

    @query(Permission.CONTENT_READ)
    def list(self, session: ReadSession) -> Listing[NoteWithVersion]:
        return session.list_permitted(COUNTED, "id")


@pytest.fixture
def notes(runner: UseCaseRunner) -> CountedNotes:
    return CountedNotes(runner)


def get_record(notes: CountedNotes, id: str) -> Record:
    record = notes.context.storage.records.get("note", id)
    assert record is not None
    return record


def test_answer_has_the_written_version(notes: CountedNotes) -> None:
    """An act makes one version of a record, however often it saves it; the answer, reads, lists and the record have
    that version.
    """
    note = notes.write(LAN)
    assert (note.version, get_record(notes, note.id).version) == (1, 1)

    painted = notes.paint(LAN, note.id, "green", "blue")
    assert (painted.version, get_record(notes, note.id).version) == (2, 2)
    assert notes.find(LAN, note.id) == painted
    assert notes.list(LAN).items == (painted,)


def test_old_body_has_the_version_of_its_record(notes: CountedNotes) -> None:
    """A body with no version, or with a version that it counted itself, is read with the version of its record."""
    note = notes.write(LAN)
    record = get_record(notes, note.id)
    body = msgspec.json.encode(Note(id=note.id, unit=note.unit, colour="red", text="Chào"))
    older = evolve(record, version=7)

    assert COUNTED.decode_record(older, body).version == 7
    assert COUNTED.decode_record(older, COUNTED.encode(evolve(note, version=3))).version == 7


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_shown_kind_is_numbered(kind: Kind[Any]) -> None:
    """Every kind of record is numbered, except kinds that are only appended or never shown."""
    assert kind.numbered == (kind.name not in APPEND_ONLY | NEVER_LEAVES)
    assert not kind.numbered or kind.version_field in fields_dict(kind.model)
