"""Workflows that plan a group, create it on its messenger or leave that to a person, and link it."""

from collections.abc import Mapping, Sequence
from functools import partial

from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.groups.loading import load_group
from anninh_core.domain.groups.model import Group, KeyPerson
from anninh_core.domain.groups.steps import GROUP_STEPS
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import BadInput, Unsupported
from anninh_core.messaging.messengers import get_messenger
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.arguments import GroupId, GroupKind, Id, MessengerName, OneLine, UnitId
from anninh_core.usecase.marks import command, query, workflow
from anninh_core.usecase.preconditions.request_keys import run_or_resume
from anninh_core.usecase.preconditions.steps import StepChecks
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Address, CreatedGroup, Place
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow


class GroupCreation(Workflow):
    """Creates planned groups on their messengers, and links them to their chat groups."""

    action_prefix = "founding"

    def __init__(self, runner: UseCaseRunner, services: Services, messengers: Mapping[str, Messenger]) -> None:
        super().__init__(runner, services)
        self._messengers = messengers

    @workflow(Permission.GROUP_RUN, Permission.GROUP_READ, public=True, daily=True, sends=True)
    def plan_and_create(
        self,
        actor: Actor,
        unit: UnitId,
        *,
        kind: GroupKind,
        title: OneLine,
        messenger: MessengerName,
        members: Sequence[Address] = (),
        hours: OneLine = "",
        key_people: Sequence[KeyPerson] = (),
        local_models: Sequence[str] = (),
    ) -> Group:
        """Plan a group and create it on its messenger. Nothing is planned where the messenger can't create groups.

        The messenger is called between two commits, never inside one: if it fails, the group stays planned and
        `create` or `link_group` goes on from there.

        Raises:
            BadInput, WrongStep: see `groups.plan`.
            NotFound: no such messenger in the settings.
            Unsupported: this messenger can't create groups; plan the group, let a person create it, and link it.
            UnknownOutcome: the group may have been created.
        """
        self._get_group_creating_messenger(messenger, title)
        plan = partial(
            self.services.groups.lifecycle.plan,
            actor.for_step("plan"),
            unit,
            kind=kind,
            title=title,
            hours=hours,
            key_people=key_people,
            local_models=local_models,
        )
        group = run_or_resume(actor, plan, lambda done: self.services.groups.queries.get(actor, *done.ids(GROUP.name)))
        return self.create(actor, group.id, messenger, members)

    @workflow(Permission.GROUP_RUN, Permission.GROUP_READ, public=True, daily=True)
    def create(
        self, actor: Actor, group_id: GroupId, messenger: MessengerName, members: Sequence[Address] = ()
    ) -> Group:
        """Create a planned group on a messenger and link it. Nothing is created without permission, nor twice.

        Call it again if it failed, or the process ended in between: a messenger that can `create_group_once` then finds
        the group that it has created before. With any other one, check on the platform first, and link the existing
        group.

        Raises:
            NotFound: no such group, or no such messenger in the settings.
            WrongStep: the group isn't planned any more.
            Unsupported: this messenger can't create groups.
            UnknownOutcome: the group may have been created.
        """
        group = self.planned(actor, group_id)
        adapter = self._get_group_creating_messenger(messenger, group.title)
        created = adapter.create_group(group.title, members, group.id)
        return self.bind(actor, group.id, created, by_hand=False)

    @workflow(Permission.GROUP_RUN, Permission.GROUP_READ, public=True, daily=True)
    def link_group(
        self, actor: Actor, group_id: GroupId, messenger: MessengerName, *, platform_id: Id, link: OneLine = ""
    ) -> Group:
        """Link a planned group to a chat group that a person has created.

        Raises:
            WrongStep: the group isn't planned any more.
            NotVisible: the chat group belongs to another unit.
            NotFound: no such messenger in the settings.
        """
        group = self.planned(actor, group_id)
        created = CreatedGroup(
            Address(get_messenger(self._messengers, messenger).instance, Place.GROUP, platform_id), link
        )
        return self.bind(actor, group.id, created, by_hand=True)

    @query(Permission.GROUP_RUN, Permission.GROUP_READ)
    def planned(self, session: ReadSession, group_id: str) -> Group:
        """Return a group that the actor may create and that is still planned.

        Raises:
            WrongStep: the group isn't planned any more.
        """
        group = session.include(self.services.groups.queries.get, group_id)
        session.permit(group.unit)
        GROUP_STEPS.require("create", group, session)
        return group

    @property
    def steps(self) -> StepChecks[Group]:
        """The checks of all steps for a group, including the check that a suitable messenger is configured."""
        return GROUP_STEPS.with_check("create", self._require_group_creating_messenger).with_check(
            "link_group", self._require_any_messenger
        )

    def _require_any_messenger(self, group: Group, _: ReadSession) -> None:
        if not self._messengers:
            raise BadInput("The settings have no messenger for group {title!r}: add one.", title=group.title)

    def _require_group_creating_messenger(self, group: Group, _: ReadSession) -> None:
        if not any(messenger.capabilities.can("create_group") for messenger in self._messengers.values()):
            raise BadInput(
                "No messenger in the settings can create groups: have a person create {title!r}, and link it "
                "with {act:groups.link_group}.",
                title=group.title,
            )

    def _get_group_creating_messenger(self, instance: str, title: str) -> Messenger:
        messenger = get_messenger(self._messengers, instance)
        if not messenger.capabilities.can("create_group"):
            note = messenger.capabilities.of("create_group").note
            raise Unsupported(
                "Messenger {messenger!r} can't create groups ({reason}): plan {title!r} with "
                "{act:groups.plan} if that isn't done yet, have a person create it, and link it with "
                "{act:groups.link_group}.",
                messenger=instance,
                reason=note,
                title=title,
            )
        return messenger

    @command(Permission.GROUP_RUN, Permission.INTAKE)
    def bind(self, uow: UnitOfWork, group_id: str, made: CreatedGroup, *, by_hand: bool) -> Group:
        """Link a planned group to the chat group that was created for it."""
        group = load_group(uow, group_id)
        conversation = self.services.conversations.link_group(uow, made.address, group.unit, group.title)
        return self.services.groups.lifecycle.link_chat(
            uow,
            group.id,
            address=made.address,
            conversation=conversation.id,
            link=made.link,
            by_hand=by_hand,
        )
