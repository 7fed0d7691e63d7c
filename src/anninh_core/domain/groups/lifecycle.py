"""The lifecycle of a group: planned, founded on its messenger, launched, suspended, merged, closed."""

from collections.abc import Sequence

from attrs import evolve

from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.groups.loading import load_group, load_group_for_step
from anninh_core.domain.groups.model import Group, KeyPerson
from anninh_core.domain.groups.rules import render_charter, require_code, require_people
from anninh_core.domain.groups.states import OPEN_STATES, GroupState
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import GroupId, GroupKind, OneLine, Reason, UnitId
from anninh_core.usecase.decision import require_reason_code
from anninh_core.usecase.files.clean_copies import clean_attachments
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Address, Attachment
from anninh_core.vocabulary.permissions import Permission

_UNIQUE_KINDS = ("district_board", "commune", "residential_area")


class GroupLifecycle(Service):
    """Creates, launches, suspends, merges and closes groups."""

    action_prefix = "groups"

    @command(Permission.GROUP_RUN, public=True)
    def plan(
        self,
        uow: UnitOfWork,
        unit: UnitId,
        *,
        kind: GroupKind,
        title: OneLine,
        hours: OneLine = "",
        key_people: Sequence[KeyPerson] = (),
        local_models: Sequence[str] = (),
    ) -> Group:
        """Register a planned group.

        Raises:
            BadInput: an unknown kind, key person or local model.
            WrongStep: the unit has a group of this kind; only mass organisations may have several.
        """
        uow.permit(unit)
        if kind in _UNIQUE_KINDS and (other := self._find_open_group(uow, unit, kind)):
            raise WrongStep(
                "Unit {unit!r} already has the group {title!r} of kind {kind}: close or merge that group first.",
                unit=unit,
                title=other.title,
                kind=kind,
            )
        group = Group(
            id=self.context.ids.new(),
            unit=unit,
            kind=require_code(self.context.district, "group_kind", kind),
            title=nfc(title),
            hours=nfc(hours),
            key_people=require_people(self.context.district, key_people),
            local_models=tuple(self._require_local_model(model) for model in local_models),
        )
        uow.add_event("group.planned")
        return uow.save(GROUP, group)

    @step(Permission.GROUP_RUN)
    def link_chat(
        self,
        uow: UnitOfWork,
        group_id: str,
        *,
        address: Address,
        conversation: str,
        link: str = "",
        by_hand: bool = False,
    ) -> Group:
        """Bind a planned group to the chat group that a messenger, or a person by hand, has created for it.

        Args:
            address: platform address of the chat group.
            conversation: its conversation id.
            link: invitation link.
            by_hand: whether a person created it, because the messenger can't.
        """
        group = load_group(uow, group_id).bound(address, conversation, link)
        uow.facts["by_hand"] = by_hand
        uow.add_event("group.founded")
        return uow.save(GROUP, group)

    @command(Permission.GROUP_RUN, public=True, daily=True, sends=True)
    def launch(self, uow: UnitOfWork, group_id: GroupId, *, documents: Sequence[Attachment] = ()) -> Group:
        """Open a founded group to its members and send them the charter and the founding documents (P-II.1.b, c).

        Raises:
            BadInput: a document isn't in the blob store, or its metadata, which may name the author, can't be removed.
        """
        group = load_group_for_step(uow, "launch", group_id).launched(
            uow.today, clean_attachments(self.runner, documents)
        )
        uow.add_event("group.launched")
        return uow.save(GROUP, self._send_charter(uow, group))

    @command(Permission.GROUP_RUN, public=True, daily=True, sends=True)
    def send_charter(self, uow: UnitOfWork, group_id: GroupId) -> Group:
        """Send the charter in force to an active group, after it was changed.

        Raises:
            WrongStep: it isn't active.
        """
        group = load_group_for_step(uow, "send_charter", group_id)
        uow.add_event("group.charter_sent")
        return uow.save(GROUP, self._send_charter(uow, group))

    @command(Permission.GROUP_RUN, public=True, daily=True)
    def relink(self, uow: UnitOfWork, group_id: GroupId, link: OneLine) -> Group:
        """Set the invitation link."""
        uow.add_event("group.relinked")
        return uow.save(GROUP, evolve(load_group_for_step(uow, "relink", group_id), link=link))

    @command(Permission.GROUP_RUN, public=True)
    def rename(self, uow: UnitOfWork, group_id: GroupId, title: OneLine) -> Group:
        """Rename a group; the directory shows only the new name, the record keeps the former one.

        Raises:
            WrongStep: it is closed.
            BadInput: the name is empty.
        """
        uow.add_event("group.renamed")
        return uow.save(GROUP, load_group_for_step(uow, "rename", group_id).renamed(nfc(title)))

    @command(Permission.GROUP_RUN, public=True)
    def suspend(self, uow: UnitOfWork, group_id: GroupId, reason: Reason) -> Group:
        """Suspend an active group for a time, with a reason code.

        Raises:
            WrongStep: it isn't active.
            BadInput: the reason isn't a code.
        """
        uow.facts["reason"] = require_reason_code(reason)
        uow.add_event("group.suspended")
        return uow.save(GROUP, load_group_for_step(uow, "suspend", group_id).moved(GroupState.SUSPENDED))

    @command(Permission.GROUP_RUN, public=True, daily=True)
    def resume(self, uow: UnitOfWork, group_id: GroupId) -> Group:
        """Make a suspended group active again.

        Raises:
            WrongStep: it isn't suspended.
        """
        group = load_group_for_step(uow, "resume", group_id)
        uow.add_event("group.resumed")
        return uow.save(GROUP, group.moved(GroupState.ACTIVE))

    @command(Permission.GROUP_RUN, public=True, irreversible=True)
    def close(self, uow: UnitOfWork, group_id: GroupId, reason: Reason) -> Group:
        """Close a group permanently, with a reason code.

        Raises:
            WrongStep: it is closed already.
            BadInput: the reason isn't a code.
        """
        uow.facts["reason"] = require_reason_code(reason)
        uow.add_event("group.closed")
        return uow.save(GROUP, load_group_for_step(uow, "close", group_id).closed(uow.today))

    @command(Permission.GROUP_RUN, public=True, irreversible=True)
    def merge(self, uow: UnitOfWork, group_id: GroupId, *, into: GroupId) -> Group:
        """Close a group and record the group that its members move to.

        Raises:
            WrongStep: it is closed, or the other group is the same one or isn't active.
            NotFound: the other group doesn't exist.
        """
        group = load_group_for_step(uow, "merge", group_id)
        other = load_group(uow, into)
        if other.id == group.id or other.state is not GroupState.ACTIVE:
            raise WrongStep(
                "Group {title!r} can't receive the members: choose another group that is active.", title=other.title
            )
        uow.guard_version(GROUP, other)
        uow.add_event("group.merged")
        return uow.save(GROUP, group.closed(uow.today, other.id))

    def _send_charter(self, uow: UnitOfWork, group: Group) -> Group:
        uow.send(
            group.conversation,
            render_charter(self.context.district),
            purpose="group.charter",
            cause=f"group:{group.id}",
            scope=f"group:{group.id}",
            attachments=group.documents,
        )
        return group.chartered(self.context.district.charter.version)

    def _find_open_group(self, uow: UnitOfWork, unit: str, kind: str) -> Group | None:
        counting_units = [self.context.district.counting_unit(unit)]
        candidates = uow.iter_all(GROUP, "id", units=counting_units, where={"kind": kind, "state": OPEN_STATES})
        return next((group for group in candidates if group.unit == unit), None)

    def _require_local_model(self, model: str) -> str:
        available = self.context.district.local_models
        if model not in available:
            raise BadInput(
                "Profile {profile!r} has no local model {model!r}: choose one of {allowed}.",
                profile=self.context.district.id,
                model=model,
                allowed=tuple(available),
            )
        return model
