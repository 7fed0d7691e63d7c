"""What happens in groups: by the account's calls, by people, and as time passes."""

from collections.abc import Sequence
from datetime import timedelta

from anninh_zalo.testing import events
from anninh_zalo.testing.state import MAX_MEMBERS, Account, Group, Profile
from anninh_zalo.testing.wire import Refused
from anninh_zalo.testing.world import World

LINGERS = timedelta(days=45)
"""How long a group stays after its asset has run out."""

SETTINGS = ("lock_send_msg", "join_appr", "enable_msg_history", "enable_link_join")
"""The switches of a group."""


def enabled(world: World, group: Group) -> bool:
    """Tell whether a group can be used: its asset hasn't run out."""
    return world.now() < group.asset.until


def room(group: Group) -> int:
    """Return how many people still fit."""
    return MAX_MEMBERS[group.asset.kind] - len(group.members)


def tell(world: World, account: Account, group: Group, name: str, people: Sequence[Profile] = ()) -> None:
    """Let the applications know of an event in a group's life."""
    users = [person.id for person in people]
    old = world.manners.old_group_events
    world.emit(account, events.in_group(account, group, name, world.now(), users, old=old))


def admit(world: World, account: Account, group: Group, people: Sequence[Profile], event: str) -> None:
    """Make people members and say by which event.

    Raises:
        Refused: so many don't fit.
    """
    new = [person for person in people if person.id not in group.members]
    if len(new) > room(group):
        raise Refused(-210, f"the group is full: {MAX_MEMBERS[group.asset.kind]} members")
    for person in new:
        group.pending.pop(person.id, None)
        group.members[person.id] = person
    if new:
        tell(world, account, group, event, new)


def dismiss(world: World, account: Account, group: Group, people: Sequence[Profile]) -> None:
    """Take members out, and let the applications know."""
    gone = [person for person in people if group.members.pop(person.id, None) is not None]
    group.admins -= {person.id for person in gone}
    if gone:
        tell(world, account, group, "user_out_group", gone)


def dissolve(world: World, account: Account, group: Group) -> None:
    """End a group; its asset can carry another one."""
    del account.groups[group.id]
    group.asset.group = ""
    tell(world, account, group, "delete_group")


def pass_time(world: World) -> None:
    """Renew assets that renew themselves, and end groups whose asset ran out too long ago."""
    now = world.now()
    for account in world.accounts.values():
        for asset in account.assets.values():
            while asset.auto_renew and asset.until <= now:
                asset.until += timedelta(days=30)
        for group in [*account.groups.values()]:
            if now >= group.asset.until + LINGERS:
                dissolve(world, account, group)
