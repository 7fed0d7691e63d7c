"""Official accounts and the actions of their administrators."""

from collections.abc import Mapping
from datetime import timedelta

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_zalo.testing import events
from anninh_zalo.testing.simulation import group_simulation
from anninh_zalo.testing.simulation.simulated_users import Person, SandboxVisitor
from anninh_zalo.testing.state import (
    MAX_MEMBERS,
    SandboxAccount,
    SandboxApplication,
    SandboxAsset,
    SandboxGroup,
    SandboxMessage,
    SandboxProfile,
    SandboxTemplate,
)
from anninh_zalo.testing.world import World


@frozen
class SandboxOfficialAccount:
    """An official account, with the actions of its administrators."""

    _world: World
    account: SandboxAccount

    @property
    def id(self) -> str:
        """Id of the account."""
        return self.account.id

    def person(
        self,
        name: str,
        *,
        phone: str = "",
        admin: bool = False,
        follows: bool = False,
        traits: Mapping[str, str] | None = None,
    ) -> Person:
        """Add a person who knows the account; with `admin`, the person can be the admin that each group needs.

        `traits` are the criteria of broadcasts, for example `{"gender": "1"}`.
        """
        with self._world.lock:
            profile = SandboxProfile(
                id=self._world.ids.number("user"), name=name, phone=phone, admin=admin, follows=follows
            )
            profile.traits.update(traits or {})
            self.account.people[profile.id] = profile
            return Person(self._world, self.account, profile)

    def find(self, id: str) -> Person:
        """Return the person with an id.

        Raises:
            BadInput: no person has this id.
        """
        if id not in self.account.people:
            raise BadInput(
                "Official account {account} has no person {person!r}: add the person first.", account=self.id, person=id
            )
        return Person(self._world, self.account, self.account.people[id])

    def visitor(self) -> SandboxVisitor:
        """Add a visitor of the website's widget."""
        with self._world.lock:
            profile = SandboxProfile(id=self._world.ids.hex("visitor"), name="")
            self.account.visitors[profile.id] = profile
            return SandboxVisitor(self._world, self.account, profile)

    def find_visitor(self, id: str) -> SandboxVisitor:
        """Return the visitor with an id.

        Raises:
            BadInput: no visitor has this id.
        """
        if id not in self.account.visitors:
            raise BadInput(
                "Official account {account} has no visitor {visitor!r}: add the visitor first.",
                account=self.id,
                visitor=id,
            )
        return SandboxVisitor(self._world, self.account, self.account.visitors[id])

    def group(self, id: str) -> SandboxGroup:
        """Return the state of a group.

        Raises:
            BadInput: no group has this id.
        """
        if id not in self.account.groups:
            raise BadInput(
                "Official account {account} has no group {group!r}: create the group first.", account=self.id, group=id
            )
        return self.account.groups[id]

    def asset(self, kind: str = "gmf100", days: int = 180, *, auto_renew: bool = False) -> SandboxAsset:
        """Buy an asset for one more group.

        Raises:
            BadInput: unknown size.
        """
        if kind not in MAX_MEMBERS:
            raise BadInput(
                "{kind!r} isn't a size of a group: choose one of {allowed}.", kind=kind, allowed=tuple(MAX_MEMBERS)
            )
        with self._world.lock:
            until = self._world.now() + timedelta(days=days)
            asset = SandboxAsset(id=self._world.ids.hex("asset", 16), kind=kind, until=until, auto_renew=auto_renew)
            self.account.assets[asset.id] = asset
            return asset

    def template(
        self, name: str, params: Mapping[str, int], *, by_uid: bool = True, status: int = 1, promotes: bool = False
    ) -> SandboxTemplate:
        """Add an approved template; `params` maps its parameters to their maximum number of characters."""
        with self._world.lock:
            id = self._world.ids.number("template")[:6]
            template = SandboxTemplate(
                id=id, name=name, params=dict(params), by_uid=by_uid, status=status, promotes=promotes
            )
            self.account.templates[id] = template
            return template

    def operator_says(self, to: str, text: str, admin_id: str = "1000000000000000001") -> SandboxMessage:
        """Send an operator's message, written by hand, to a person or a group; the echo names the operator.

        Raises:
            BadInput: neither a person nor a group has this id.
        """
        with self._world.lock:
            group = self.account.groups.get(to)
            if group is None:
                self.find(to)
            message = SandboxMessage(
                id=self._world.ids.hex("message"),
                at=self._world.now(),
                conversation=to,
                author=self.id,
                kind="text",
                text=text,
                admin=admin_id,
                group=group is not None,
            )
            recipients = [*group.members.values()] if group else [self.account.people[to]]
            self._world.record_message(self.account, message, recipients)
            self._world.emit(self.account, events.build_message_event(self.account, message))
            return message

    def dissolves(self, group_id: str) -> None:
        """Dissolve a group by hand."""
        with self._world.lock:
            group_simulation.dissolve_group(self._world, self.account, self.group(group_id))

    def revokes(self, app: SandboxApplication) -> None:
        """Revoke an application's permission: its tokens end, and it gets no more events."""
        with self._world.lock:
            self._world.grants[app.id, self.id].revoked = True

    def event(self, name: str, *, server: str = "OA OpenAPI", **fields: object) -> None:
        """Send an event that no action in the sandbox causes, for example `change_template_status`."""
        with self._world.lock:
            event = events.build_account_event(self.account, name, self._world.now(), **fields)
            self._world.emit(self.account, event, server=server)
