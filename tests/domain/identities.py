"""Bringing a world to the point where somebody may learn who somebody is."""

from datetime import timedelta

from tests.domain.world import TEXT, World

from anninh_core.domain.identity import Disclosure, IdentityField
from anninh_core.domain.tips import Tip
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor


def report(world: World, *, emergency: bool = False) -> Tip:
    """Return a tip of somebody whose identity is known."""
    return run_step(
        world.app.services.tips.intake.receive,
        world.other,
        TEXT,
        unit="ninh-hoa",
        origin="one_to_one",
        conversation=world.message().sender,
        category="crime",
        emergency=emergency,
    )


def ask(world: World, by: Actor) -> Disclosure:
    """Ask for the name behind a tip."""
    case = f"tip:{report(world).id}"
    return world.app.identity.request_identity(by, case, field=IdentityField.NAME, purpose="Xác minh", ground="Điều 9")


def approve(world: World) -> Disclosure:
    """Return a disclosure that was approved, for whoever carries out the command under test."""
    return world.app.identity.approve_identity(world.other, ask(world, world.boss).id, reason="Cần xác minh")


def open_address(world: World) -> str:
    """Return the id of an address that another than the one who carries out the command under test opened."""
    case = f"tip:{report(world, emergency=True).id}"
    return world.app.identity.open_address_in_emergency(world.other, case, reason="Nguy hiểm").opening


def lapse(world: World) -> str:
    """Return the id of a disclosure whose time is over."""
    approved = approve(world)
    world.clock.advance(timedelta(minutes=30))
    return approved.id
