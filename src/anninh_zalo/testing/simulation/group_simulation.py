"""What happens in groups: by the account's calls, by people, and as time passes."""

from collections.abc import Sequence
from datetime import timedelta

from anninh_zalo.testing import events
from anninh_zalo.testing.state import MAX_MEMBERS, SandboxAccount, SandboxGroup, SandboxProfile
from anninh_zalo.testing.wire import SandboxRefusal
from anninh_zalo.testing.world import World

DELETION_DELAY = timedelta(days=45)
"""How long a group stays after its asset has run out."""

SETTINGS = ("lock_send_msg", "join_appr", "enable_msg_history", "enable_link_join")
"""The switches of a group."""


def is_enabled(world: World, group: SandboxGroup) -> bool:
    """Tell whether a group can be used: its asset hasn't run out."""
    return world.now() < group.asset.until


def free_places(group: SandboxGroup) -> int:
    """Return how many people still fit."""
    return MAX_MEMBERS[group.asset.kind] - len(group.members)


def emit_event(
    world: World, account: SandboxAccount, group: SandboxGroup, name: str, people: Sequence[SandboxProfile] = ()
) -> None:
    """Let the applications know of an event in a group's life."""
    users = [person.id for person in people]
    old = world.variants.old_group_events
    world.emit(account, events.in_group(account, group, name, world.now(), users, old=old))


def admit(
    world: World, account: SandboxAccount, group: SandboxGroup, people: Sequence[SandboxProfile], event: str
) -> None:
    """Make people members and say by which event.

    Raises:
        SandboxRefusal: so many don't fit.
    """
    newcomers = [person for person in people if person.id not in group.members]
    if len(newcomers) > free_places(group):
        raise SandboxRefusal(-210, f"the group is full: {MAX_MEMBERS[group.asset.kind]} members")
    for person in newcomers:
        group.pending.pop(person.id, None)
        group.members[person.id] = person
    if newcomers:
        emit_event(world, account, group, event, newcomers)


def dismiss(world: World, account: SandboxAccount, group: SandboxGroup, people: Sequence[SandboxProfile]) -> None:
    """Take members out, and let the applications know."""
    removed = [person for person in people if group.members.pop(person.id, None) is not None]
    group.admins -= {person.id for person in removed}
    if removed:
        emit_event(world, account, group, "user_out_group", removed)


def dissolve(world: World, account: SandboxAccount, group: SandboxGroup) -> None:
    """End a group; its asset can carry another one."""
    del account.groups[group.id]
    group.asset.group = ""
    emit_event(world, account, group, "delete_group")


def pass_time(world: World) -> None:
    """Renew assets that renew themselves, and end groups whose asset ran out too long ago."""
    now = world.now()
    for account in world.accounts.values():
        for asset in account.assets.values():
            while asset.auto_renew and asset.until <= now:
                asset.until += timedelta(days=30)
        for group in [*account.groups.values()]:
            if now >= group.asset.until + DELETION_DELAY:
                dissolve(world, account, group)
