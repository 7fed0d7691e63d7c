"""Fixtures: a use-case runner over the in-memory storage, the shipped profile of 2021, and officers with roles."""

from collections.abc import Callable
from datetime import datetime
from itertools import count

import pytest

from anninh_core.cleaning.inspector import Inspector
from anninh_core.domain.conversations.model import PEOPLE
from anninh_core.domain.index_specs import SPECS
from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.service import Tips
from anninh_core.domain.units.permits import GrantPermits
from anninh_core.domain.units.service import Units
from anninh_core.kernel.dates import VIETNAM
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.profile.loader import load_profile
from anninh_core.testing.clock import FixedClock, SeededIds
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys, MemoryStorage
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, person, system
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import build_row_associated_data
from anninh_core.usecase.marks import Service
from anninh_core.usecase.outbox_message import decode_message
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District

OfficerMaker = Callable[[str, str], Actor]
"""A function that takes a role and a unit, and returns a new officer as an actor."""
Sent = Callable[..., list[str]]
"""A function that takes a conversation id ("" for all), and returns the texts waiting in the outbox, oldest first."""
Trail = Callable[[], list[Entry]]
"""A function that returns the entries of the journal."""


@pytest.fixture(scope="session")
def district() -> District:
    """The shipped profile of the district Hoa Lư as of August 2021."""
    return load_profile("hoa_lu_2021")


@pytest.fixture
def clock() -> FixedClock:
    """A clock fixed at Wednesday, 1 September 2021, 8 o'clock in Vietnam."""
    return FixedClock(datetime(2021, 9, 1, 8, 0, tzinfo=VIETNAM))


@pytest.fixture
def runner(district: District, clock: FixedClock) -> UseCaseRunner:
    """A use-case runner over an empty storage that is prepared for the records of every domain package."""
    storage = MemoryStorage()
    storage.prepare(SPECS)
    context = UseCaseContext(
        district=district,
        storage=storage,
        keys=MemoryKeys(),
        blobs=MemoryBlobs(),
        clock=clock,
        ids=SeededIds(clock),
        inspector=Inspector(),
        people=PEOPLE,
    )
    return UseCaseRunner(context=context, permits=GrantPermits(context), pause=lambda _: None)


@pytest.fixture
def officer(runner: UseCaseRunner) -> OfficerMaker:
    units = Units(runner)
    numbers = count(1)

    def appoint(role: str, unit: str) -> Actor:
        name = f"Cán bộ {next(numbers)}"
        return person(run_step(units.record_officer, system("setup"), name, unit, roles=[role]).id)

    return appoint


@pytest.fixture
def auditor(officer: OfficerMaker) -> Actor:
    """An officer who reads the audit log of the district."""
    return officer("auditor", "hoa-lu")


@pytest.fixture
def operator(officer: OfficerMaker) -> Actor:
    """An officer with the role `operator`, who runs the servers."""
    return officer("operator", "hoa-lu")


@pytest.fixture
def custodian(officer: OfficerMaker) -> Actor:
    """An officer who decides about requests for reporters' identities."""
    return officer("identity_custodian", "hoa-lu")


@pytest.fixture
def handler(officer: OfficerMaker) -> Actor:
    """An officer who handles the district's tips."""
    return officer("tip_officer", "hoa-lu")


@pytest.fixture
def tip(runner: UseCaseRunner) -> Tip:
    """A tip that a resident has just sent to the official account."""
    return run_step(
        Tips(runner).intake.receive,
        system("router"),
        "Có trộm ở xóm 2",
        unit="ninh-hoa",
        origin="one_to_one",
        conversation="mock.1",
    )


@pytest.fixture
def sent(runner: UseCaseRunner) -> Sent:
    def list_outbox_texts(to: str = "") -> list[str]:
        rows = runner.context.storage.queues.outbox(limit=1000)
        parcels = [
            decode_message(
                runner.context.encryptor.decrypt(row.scope, row.body, build_row_associated_data("outbox", row.id))
            )
            for row in rows
        ]
        return [parcel.text for parcel in parcels if to in ("", parcel.to)]

    return list_outbox_texts


@pytest.fixture
def trail(runner: UseCaseRunner) -> Trail:
    return lambda: [entry_from(line.content) for line in runner.context.storage.journal.read(limit=10_000)]


def list_services(subject: object) -> list[Service]:
    """Return the services that are attributes of `subject`, or `subject` alone if it is a service."""
    if isinstance(subject, Service):
        return [subject]
    return [part for part in vars(subject).values() if isinstance(part, Service)]
