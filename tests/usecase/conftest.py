"""Fixtures with a runner over the in-memory storage, and a tiny service of notes."""

from datetime import UTC, datetime

import pytest
from attrs import evolve, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.profile import load_profile
from anninh_core.testing.clock import FixedClock, SeededIds
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys, MemoryStorage
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.decision import DECISION
from anninh_core.usecase.encryption.encryptor import Encryptor
from anninh_core.usecase.kinds import Fact, Kind, format_dims
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.permissions.permits import PermissionVerdict
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import Permission


@frozen(kw_only=True)
class Note:
    """A record of the tiny note service."""

    id: str
    unit: str
    colour: str
    text: str


NOTE = Kind(
    spec=IndexSpec(kind="note", columns={"colour": str}, orders={"id": ()}),
    model=Note,
    unit=lambda note: note.unit,
    columns=lambda note: {"colour": note.colour},
    scope=lambda note: f"note:{note.id}",
    facts=lambda note: (
        Fact("notes", note.unit, datetime(2021, 9, 1, tzinfo=UTC).date(), format_dims(colour=note.colour)),
    ),
)


def install_purged_scopes(runner: UseCaseRunner) -> set[str]:
    """Return a set of scopes that count as purged from now on, because notes have no purge orders."""
    purged = set[str]()
    context = runner.context
    context.encryptor = Encryptor(context.keys, context.storage.keyring, purged.__contains__)
    return purged


class Notes(Service):
    """A tiny service that writes, paints and reads notes."""

    action_prefix = "notes"

    @command(Permission.CONTENT_EDIT)
    def write(self, uow: UnitOfWork, unit: str, text: str, colour: str = "red") -> Note:
        uow.permit(unit)
        uow.add_event("note.written")
        return uow.save(NOTE, Note(id=self.context.ids.new(), unit=unit, colour=colour, text=text))

    @command(Permission.CONTENT_EDIT)
    def paint(self, uow: UnitOfWork, id: str, colour: str) -> Note:
        note = uow.load(NOTE, id)
        uow.permit(note.unit)
        return uow.save(NOTE, evolve(note, colour=colour))

    @command(Permission.CONTENT_REVIEW)
    def judge(self, uow: UnitOfWork, id: str) -> None:
        note = uow.load(NOTE, id)
        uow.permit(note.unit)
        uow.decide(f"note:{id}", rule="taste", reason="ugly", text="Không đẹp")

    @command(Permission.CONTENT_EDIT)
    def forgetful(self, uow: UnitOfWork) -> None:
        uow.add_event("nobody.asked")

    @command(Permission.CONTENT_EDIT)
    def clumsy(self, uow: UnitOfWork, unit: str) -> None:
        uow.permit(unit)
        uow.save(NOTE, Note(id=self.context.ids.new(), unit=unit, colour="red", text=""))
        raise BadInput("dropped it")

    @command(Permission.CONTENT_EDIT)
    def write_two(self, uow: UnitOfWork, unit: str) -> tuple[Note, Note]:
        uow.permit(unit)
        return uow.include(self.write, unit, "one"), uow.include(self.write, unit, "two")

    @query(Permission.CONTENT_READ, traced=True)
    def read(self, session: ReadSession, id: str) -> Note:
        note = session.load(NOTE, id)
        session.permit(note.unit)
        return note


class AllButStranger:
    """Grants every permission to every actor except `person:stranger`."""

    def may(self, actor: Actor, permission: Permission, unit: str, on: object) -> PermissionVerdict:
        return PermissionVerdict(actor.id != "stranger", Sentence(f"{actor.label} is a stranger"))

    def is_officer(self, id: str) -> bool:
        return id != "stranger"

    def name_officer(self, id: str) -> str:
        return id

    def for_act(self) -> "AllButStranger":
        return self

    def list_marks(self, id: str) -> tuple[str, ...]:
        return (id,)

    def units(self, actor: Actor, permission: Permission, on: object) -> tuple[str, ...] | None:
        return () if actor.id == "stranger" else None


@pytest.fixture(scope="session")
def district() -> District:
    return load_profile("hoa_lu_2021")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))


def build_runner(district: District, clock: FixedClock) -> UseCaseRunner:
    """Build a runner over an empty store that knows the kind of the notes."""
    context = UseCaseContext(
        district=district,
        storage=MemoryStorage(),
        keys=MemoryKeys(),
        blobs=MemoryBlobs(),
        clock=clock,
        ids=SeededIds(clock, 1),
    )
    runner = UseCaseRunner(context=context, permits=AllButStranger(), pause=lambda _: None)
    runner.context.storage.prepare([NOTE.spec, DECISION.spec])
    return runner


@pytest.fixture
def runner(district: District, clock: FixedClock) -> UseCaseRunner:
    return build_runner(district, clock)


@pytest.fixture
def notes(runner: UseCaseRunner) -> Notes:
    return Notes(runner)
