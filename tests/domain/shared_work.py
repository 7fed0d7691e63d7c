"""Functions that create tips handled by several officers or units, leak findings and collected pieces."""

from tests.domain.world import World

from anninh_core.domain.duty import Shift
from anninh_core.domain.leaks.check import Outgoing
from anninh_core.domain.leaks.model import LeakFinding
from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.handling.subcase import Subcase
from anninh_core.ports.collector import CollectedPiece
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system

FOUND = CollectedPiece(id="tag:1", title="Cảnh báo lừa đảo", words="Không chuyển tiền.", address="https://x.gov.vn/1")


def tip_in_transfer(world: World) -> Tip:
    """Return a tip that waits for another unit to accept it."""
    return world.app.tips.transfers.to_unit(world.other, world.triaged_tip().id, unit="ninh-van", reason="Ở Ninh Vân")


def transferred_tip(world: World) -> Tip:
    """Transfer a tip to an outside body, and return the tip."""
    return world.app.tips.transfer(
        world.other, world.triaged_tip().id, to="Công an tỉnh", answer="Đã chuyển.", reason="competence"
    )


def disputed_tip(world: World) -> Tip:
    """Return a tip for which the reporter requests a reopening."""
    return world.app.tips.reopenings.request(world.other, world.answered().id, "Không đồng ý")


def subcase(world: World) -> Subcase:
    """Return a part of a tip that another unit is to work on."""
    return world.app.tips.subcases.open(world.other, world.triaged_tip().id, unit="ninh-van", asked="Xem camera")


def busy_officer(world: World) -> str:
    """Return the id of an officer with a tip, a part of a tip, a seat on a management board, a unit to head and shifts
    on duty.
    """
    id = world.officer("tip_officer")
    tips = world.app.tips
    tip = tips.assign(world.other, world.triaged_tip().id, unit="cong-an")
    tips.assign(world.other, world.triaged_tip().id, unit="ninh-hoa", officers=[id])
    tips.subcases.take(
        world.other, tips.subcases.open(world.other, tip.id, unit="ninh-hoa", asked="Xem").id, officers=[id]
    )
    world.app.groups.seat(world.other, world.planned_group().id, "owner", officer=id, name="Người Thử")
    world.app.programme.name_head(world.other, "ninh-hoa", name="Người Thử", officer=id)
    world.app.duty.set_roster(world.other, "ninh-hoa", shifts=[Shift(officers=(id,))])
    return id


def outgoing_text(world: World) -> Outgoing:
    """Return an outgoing text that identifies a person."""
    exposure = world.app.internals.services.leaks.check.find_exposure("Gọi 0912 345 678")
    return Outgoing(about="item:i1", unit="hoa-lu", officer="o1", exposure=exposure)


def held_finding(world: World) -> LeakFinding:
    """Store a leak finding that waits for an officer's decision, and return it."""
    text = outgoing_text(world)
    return run_step(world.app.internals.services.leaks.hold, world.other, text, text.exposure)


def found_piece(world: World) -> str:
    """Store a piece that a collector found for the district's editors, and return its id."""
    pieces = world.app.internals.services.content.found
    run_step(pieces.take_in, system("collector"), "hoa-lu", "province", "Công an tỉnh", [FOUND])
    return pieces.found(world.other, unit="hoa-lu").items[0].id
