"""The demo's officers, all made up: appointed once, found again by name."""

from collections.abc import Iterator, Sequence

from attrs import frozen

from anninh_core.demo.stage import Stage
from anninh_core.rooms.units.model import OFFICER, Officer
from anninh_core.vocabulary.messages import Address, Place
from anninh_core.work.actor import Actor, person, system


def officer(stage: Stage, key: str) -> Actor:
    """Return an officer of the district by the script's key."""
    return person(stage.officers[key])


def of_unit(stage: Stage, unit: str, part: str = "admin") -> Actor:
    """Return a commune's own officer: `admin` runs groups and tips, `reporter` writes and signs reports."""
    return person(stage.officers[f"{stage.app.district.counting_unit(unit)}/{part}"])


@frozen(kw_only=True)
class _Part:
    """An officer that the script asks for."""

    key: str
    name: str
    home: str
    roles: Sequence[str]
    on: str


def appoint_all(stage: Stage) -> None:
    """Appoint everybody who isn't yet, and learn the ids of all."""
    known = {one.name: one for one in _known(stage)}
    for part in _parts(stage):
        _appoint(stage, known.get(part.name), part)


def _parts(stage: Stage) -> Iterator[_Part]:
    yield from (_Part(**one) for one in stage.script["officers"])
    for unit in communes(stage):
        for part in ("admin", "reporter"):
            wanted = stage.script[f"unit_{part}"]
            name = wanted["name"].format(unit=stage.app.district.unit(unit).name)
            yield _Part(key=f"{unit}/{part}", name=name, home=unit, roles=wanted["roles"], on=unit)


def communes(stage: Stage) -> tuple[str, ...]:
    """Return the communes of the district, the pilot first."""
    district = stage.app.district
    units = [unit.id for unit in district.at_level("commune", stage.clock.now().date())]
    pilot = next(milestone for milestone in district.milestones if milestone.id == "pilot").units
    return (*pilot, *(unit for unit in units if unit not in pilot))


def _known(stage: Stage) -> list[Officer]:
    context = stage.app.context
    return [context.opened(OFFICER, record) for record in context.storage.maintenance.scan(OFFICER.name)]


def _appoint(stage: Stage, found: Officer | None, part: _Part) -> None:
    if found is None:
        phone = Address("oa", Place.PERSON, stage.platform.person(part.name))
        conversation = stage.app.services.conversations.place(system("router"), phone, part.home).id
        actor = stage.users.appoint(part.name, part.home, conversation=conversation)
    else:
        actor = person(found.id)
    held = {(grant.role, grant.unit) for grant in found.grants} if found else set()
    for role in part.roles:
        if (role, part.on) not in held:
            stage.users.grant(actor, role, part.on)
    stage.officers[part.key] = actor.id
