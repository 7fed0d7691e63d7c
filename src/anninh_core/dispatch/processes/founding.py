"""Founding a group: entered, created on its messenger where that is possible, bound, so that both ways end alike."""

from collections.abc import Mapping, Sequence

from anninh_core.dispatch.rooms import Rooms
from anninh_core.kernel.errors import NotFound, Unsupported
from anninh_core.ports.messenger import Messenger
from anninh_core.rooms.groups.model import Group, GroupState, KeyPerson
from anninh_core.vocabulary.messages import Address, FoundedGroup, Place
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor
from anninh_core.work.desk import Desk
from anninh_core.work.draft import Draft
from anninh_core.work.look import Look


class Founding:
    """Makes real groups out of planned ones."""

    def __init__(self, desk: Desk, rooms: Rooms, messengers: Mapping[str, Messenger]) -> None:
        self._desk = desk
        self._rooms = rooms
        self._messengers = messengers

    def found(
        self,
        actor: Actor,
        unit: str,
        *,
        kind: str,
        title: str,
        messenger: str,
        members: Sequence[Address] = (),
        hours: str = "",
        key_people: Sequence[KeyPerson] = (),
        local_models: Sequence[str] = (),
    ) -> Group:
        """Plan a group and create it on its messenger.

        The messenger is called between two commits, never inside one: if it fails, the group stays planned and
        `create` or `bind` goes on from there.

        Raises:
            Unsupported: this messenger can't create groups; let a person create it and use `bind`.
        """
        group = self._rooms.groups.plan(
            actor, unit, kind=kind, title=title, hours=hours, key_people=key_people, local_models=local_models
        )
        return self.create(actor, group.id, messenger, members)

    def create(self, actor: Actor, group_id: str, messenger: str, members: Sequence[Address] = ()) -> Group:
        """Create a planned group on a messenger and bind it. Nothing is created for whoever may not, nor twice.

        Call it again if it failed, or the process ended in between: a messenger that can `create_group_once` then
        finds the group that it has created before. With any other one, look on the platform first, and `bind` what is
        there.

        Raises:
            NotFound: no such group, or no such messenger in the settings.
            WrongStep: the group isn't planned any more.
            Unsupported: this messenger can't create groups.
            UnknownOutcome: the group may have been created.
        """
        group = self._planned(actor, group_id)
        adapter = self._messenger(messenger)
        if not adapter.capabilities.can("create_group"):
            raise Unsupported(
                f"{messenger!r} can't create groups ({adapter.capabilities.of('create_group').note}); "
                f"let a person create {group.title!r} and bind it with `founding.bind`"
            )
        made = adapter.create_group(group.title, members, group.id)
        return self._bound(actor, group, made, by_hand=False)

    def bind(self, actor: Actor, group_id: str, messenger: str, *, platform_id: str, link: str = "") -> Group:
        """Bind a planned group to a chat group that a person has created."""
        group = self._planned(actor, group_id)
        made = FoundedGroup(Address(self._messenger(messenger).instance, Place.GROUP, platform_id), link)
        return self._bound(actor, group, made, by_hand=True)

    def _planned(self, actor: Actor, group_id: str) -> Group:
        """Return a group that the actor may found, as long as it can be."""

        def find(look: Look) -> Group:
            group = self._rooms.groups.get(look, group_id)
            look.permit(group.unit)
            group.moved(GroupState.FORMING)
            return group

        return self._desk.look_up(actor, "founding.planned", Permission.GROUP_RUN, False, find)

    def _messenger(self, instance: str) -> Messenger:
        try:
            return self._messengers[instance]
        except KeyError:
            known = ", ".join(self._messengers) or "none"
            raise NotFound(f"there is no messenger {instance!r} in the settings; configured: {known}") from None

    def _bound(self, actor: Actor, group: Group, made: FoundedGroup, *, by_hand: bool) -> Group:
        def both(draft: Draft) -> Group:
            draft.permit(group.unit)
            conversation = self._rooms.conversations.bind(draft, made.address, group.unit, group.title)
            return self._rooms.groups.found(
                draft,
                group.id,
                address=made.address,
                conversation=conversation.id,
                link=made.link,
                by_hand=by_hand,
            )

        return self._desk.carry_out(actor, "founding.bind", Permission.GROUP_RUN, both)
