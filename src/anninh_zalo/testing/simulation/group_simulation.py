"""Changes of groups by the account's calls, by people, and as time passes."""

from collections.abc import Sequence
from datetime import timedelta

from anninh_zalo.testing import events
from anninh_zalo.testing.state import MAX_MEMBERS, SandboxAccount, SandboxGroup, SandboxProfile
from anninh_zalo.testing.wire import SandboxRefusal
from anninh_zalo.testing.world import World

DELETION_DELAY = timedelta(days=45)
"""Time for which a group is kept after its asset has expired."""

SETTINGS = ("lock_send_msg", "join_appr", "enable_msg_history", "enable_link_join")
"""Names of a group's switches."""


def is_enabled(world: World, group: SandboxGroup) -> bool:
    """Return whether a group is enabled, which means that its asset hasn't expired."""
    return world.now() < group.asset.until


def count_free_places(group: SandboxGroup) -> int:
    """Return how many more people the group can have."""
    return MAX_MEMBERS[group.asset.kind] - len(group.members)


def emit_event(
    world: World, account: SandboxAccount, group: SandboxGroup, name: str, people: Sequence[SandboxProfile] = ()
) -> None:
    """Send an event about a group to the applications."""
    users = [person.id for person in people]
    old = world.variants.old_group_events
    world.emit(account, events.build_group_event(account, group, name, world.now(), users, old=old))


def admit_people(
    world: World, account: SandboxAccount, group: SandboxGroup, people: Sequence[SandboxProfile], event: str
) -> None:
    """Make people members of a group, and send the given event about them.

    Raises:
        SandboxRefusal: the group has too few free places.
    """
    newcomers = [person for person in people if person.id not in group.members]
    if len(newcomers) > count_free_places(group):
        raise SandboxRefusal(-210, f"the group is full: {MAX_MEMBERS[group.asset.kind]} members")
    for person in newcomers:
        group.pending.pop(person.id, None)
        group.members[person.id] = person
    if newcomers:
        emit_event(world, account, group, event, newcomers)


def dismiss_members(
    world: World, account: SandboxAccount, group: SandboxGroup, people: Sequence[SandboxProfile]
) -> None:
    """Remove members from a group, and send an event about it."""
    removed = [person for person in people if group.members.pop(person.id, None) is not None]
    group.admins -= {person.id for person in removed}
    if removed:
        emit_event(world, account, group, "user_out_group", removed)


def dissolve_group(world: World, account: SandboxAccount, group: SandboxGroup) -> None:
    """Dissolve a group and free its asset."""
    del account.groups[group.id]
    group.asset.group = ""
    emit_event(world, account, group, "delete_group")


def pass_time(world: World) -> None:
    """Renew assets with automatic renewal, and dissolve groups with assets that expired too long ago."""
    now = world.now()
    for account in world.accounts.values():
        for asset in account.assets.values():
            while asset.auto_renew and asset.until <= now:
                asset.until += timedelta(days=30)
        for group in [*account.groups.values()]:
            if now >= group.asset.until + DELETION_DELAY:
                dissolve_group(world, account, group)
