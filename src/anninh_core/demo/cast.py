"""The demo's officers, all fictitious; they are appointed once, and later found by name."""

from collections.abc import Iterator, Sequence

from attrs import frozen

from anninh_core.demo.stage import DemoStage
from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.vocabulary.messages import Address, Place


def find_officer(stage: DemoStage, key: str) -> Actor:
    """Return the district officer with a key of the script."""
    return person(stage.officers[key])


def find_unit_officer(stage: DemoStage, unit: str, part: str = "admin") -> Actor:
    """Return a commune's own officer: `admin` manages groups and tips, `reporter` writes and signs reports."""
    return person(stage.officers[f"{stage.app.district.counting_unit(unit)}/{part}"])


@frozen(kw_only=True)
class _OfficerPart:
    """An officer in the script.

    Attributes:
        account: id of the officer's deleted chat account; "" for an account that the platform creates.
    """

    key: str
    name: str
    home: str
    roles: Sequence[str]
    on: str
    account: str = ""


def appoint_first_officers(stage: DemoStage) -> None:
    """Appoint the officers of the first day who aren't appointed yet, and load the ids of all officers."""
    officers_by_name = {known_officer.name: known_officer for known_officer in _list_officers(stage)}
    for part in _iter_first_parts(stage):
        _appoint_officer(stage, officers_by_name.get(part.name), part)
    for part in _iter_late_parts(stage):
        if part.name in officers_by_name:
            stage.officers[part.key] = officers_by_name[part.name].id


def appoint_late_officers(stage: DemoStage, *keys: str) -> None:
    """Appoint the officers of the last weeks with these keys of the script."""
    officers_by_name = {known_officer.name: known_officer for known_officer in _list_officers(stage)}
    for part in _iter_late_parts(stage):
        if part.key in keys:
            _appoint_officer(stage, officers_by_name.get(part.name), part)


def _iter_late_parts(stage: DemoStage) -> Iterator[_OfficerPart]:
    yield from (_OfficerPart(**officer_script) for officer_script in stage.script["open_world"]["officers"])


def _iter_first_parts(stage: DemoStage) -> Iterator[_OfficerPart]:
    yield from (_OfficerPart(**officer_script) for officer_script in stage.script["officers"])
    for unit in list_communes(stage):
        for part in ("admin", "reporter"):
            unit_part = stage.script[f"unit_{part}"]
            name = unit_part["name"].format(unit=stage.app.district.unit(unit).name)
            yield _OfficerPart(key=f"{unit}/{part}", name=name, home=unit, roles=unit_part["roles"], on=unit)


def list_communes(stage: DemoStage) -> tuple[str, ...]:
    """Return the communes of the district, the pilot first."""
    district = stage.app.district
    units = [unit.id for unit in district.units_at_level("commune", stage.clock.now().date())]
    pilot = next(milestone for milestone in district.milestones if milestone.id == "pilot").units
    return (*pilot, *(unit for unit in units if unit not in pilot))


def _list_officers(stage: DemoStage) -> list[Officer]:
    context = stage.app.internals.context
    return [context.open_record(OFFICER, record) for record in context.storage.maintenance.scan(OFFICER.name)]


def _appoint_officer(stage: DemoStage, existing: Officer | None, part: _OfficerPart) -> None:
    if existing is None:
        phone = Address("oa", Place.PERSON, part.account or stage.platform.person(part.name))
        conversation = stage.app.internals.services.conversations.place(system("router"), phone, part.home).id
        actor = stage.users.appoint(part.name, part.home, conversation=conversation)
    else:
        actor = person(existing.id)
    granted = {(grant.role, grant.unit) for grant in existing.grants} if existing else set()
    for role in part.roles:
        if (role, part.on) not in granted:
            stage.users.grant(actor, role, part.on)
    stage.officers[part.key] = actor.id
