"""Simulated people and visitors, with their actions and the messages they received."""

from collections.abc import Sequence

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_zalo.testing import events
from anninh_zalo.testing.simulation import group_simulation
from anninh_zalo.testing.simulation.parts import SandboxAttachment
from anninh_zalo.testing.state import ICONS, EventBuilder, SandboxAccount, SandboxGroup, SandboxMessage, SandboxProfile
from anninh_zalo.testing.wire import Json, SandboxRefusal
from anninh_zalo.testing.world import World


@frozen
class Person:
    """A person who knows an official account. Their actions cause webhooks, which are sent with the next delivery."""

    _world: World
    _account: SandboxAccount
    profile: SandboxProfile

    @property
    def id(self) -> str:
        """Id of the person for the account."""
        return self.profile.id

    @property
    def heard(self) -> Sequence[SandboxMessage]:
        """The received messages, one-to-one and in groups, oldest first."""
        with self._world.lock:
            return (*self.profile.heard,)

    @property
    def reactions(self) -> Sequence[tuple[str, str]]:
        """The account's reactions to the person's messages: message ids and icons."""
        with self._world.lock:
            return (*self.profile.reactions,)

    def follows(self, source: str = "oa_profile") -> None:
        """Follow the account."""
        with self._world.lock:
            self.profile.follows = True
            self._record_interaction()
            self._emit(
                events.build_follow_event(self._account, self.profile, "follow", self._world.now(), source=source)
            )

    def unfollows(self) -> None:
        """Unfollow the account."""
        with self._world.lock:
            self.profile.follows = False
            self._emit(
                events.build_follow_event(
                    self._account, self.profile, "unfollow", self._world.now(), source="oa_profile"
                )
            )

    def says(self, text: str = "", *parts: SandboxAttachment, quote: str = "") -> SandboxMessage:
        """Write to the account."""
        with self._world.lock:
            self._record_interaction()
            message = self._build_message(self.id, text, parts, quote, group=False)
            self._world.record_message(self._account, message, [])
            self._emit(events.build_message_event(self._account, message))
            return message

    def clicks(self, payload: str) -> SandboxMessage:
        """Press a button that sends a text, shown or hidden: the text arrives like any other."""
        return self.says(payload)

    def clicks_chat(self) -> None:
        """Press "chat now"; the first time, if the person has never written, it causes an event."""
        with self._world.lock:
            if not self.profile.clicked and self.profile.last_interaction is None:
                name = "user_click_chatnow"
                self._emit(events.build_user_event(self._account, name, self._world.now(), self.id))
            self.profile.clicked = True
            self._record_interaction()

    def reacts(self, message_id: str, icon: str = "/-heart") -> None:
        """React to a message of the account."""
        if icon not in ICONS:
            raise BadInput("{icon!r} isn't a Zalo reaction: choose one of {allowed}.", icon=icon, allowed=ICONS)
        with self._world.lock:
            content = {"msg_id": message_id, "react_icon": icon}
            parties = (self.id, self._account.id)
            at = self._world.now()
            self._emit(events.build_addressed_event("user_reacted_message", at, parties, self.id, message=content))

    def sees(self) -> Sequence[str]:
        """Read the new one-to-one messages and return their ids; each application gets an event about its own
        messages.
        """
        with self._world.lock:
            unseen = [message for message in self.profile.unseen if not message.group]
            self.profile.unseen.clear()
            for app in dict.fromkeys(message.app for message in unseen if message.app):
                content = {"msg_ids": [message.id for message in unseen if message.app == app]}
                self._emit_receipt("user_seen_message", content, app)
            return [message.id for message in unseen]

    def receives(self, message: SandboxMessage) -> None:
        """Report a message as received, if the sandbox doesn't do so automatically."""
        with self._world.lock:
            self._emit_receipt("user_received_message", {"msg_id": message.id}, message.app)

    def submits_info(self, name: str, phone: str, **address: str) -> None:
        """Submit the form that a message requested."""
        with self._world.lock:
            self._record_interaction()
            self.profile.shared |= {"name": name, "phone": phone, **address}
            info = {"name": name, "phone": phone, "full_address": address}
            parties = (self.id, self._account.id)
            at = self._world.now()
            self._emit(events.build_addressed_event("user_submit_info", at, parties, self.id, info=info))

    def withdraws(self) -> None:
        """Request the deletion of all data about the person."""
        with self._world.lock:
            self._emit(events.build_user_event(self._account, "user_withdraw", self._world.now(), self.id))

    def calls(self, seconds: int = 0) -> None:
        """Call the account by audio."""
        with self._world.lock:
            self._record_interaction()
            fields = {
                "call_id": self._world.ids.hex("call"),
                "call_type": "audio",
                "call_duration": seconds,
                "talk_time": seconds,
                "status_code": 0,
            }
            event = events.build_user_event(self._account, "user_call_oa", self._world.now(), self.id, **fields)
            self._emit(event)

    def refuses(self, code: int) -> None:
        """Make the platform refuse all messages to the person with a code, for example -227 for an account long unused;
        0 ends it.
        """
        with self._world.lock:
            self.profile.refusal = code

    def joins(self, group_id: str) -> bool:
        """Follow a group's link; return True for a member, False if the person waits for approval.

        Raises:
            BadInput: unknown group, joining by link is off, or the group is full.
        """
        with self._world.lock:
            group = self._find_group(group_id)
            if not group.settings["enable_link_join"]:
                raise BadInput("Group {group!r} has no link: let the account invite the person.", group=group_id)
            if group.settings["join_appr"] and self.id not in group.members:
                group.pending[self.id] = self.profile
                group_simulation.emit_event(
                    self._world, self._account, group, "user_request_join_group", [self.profile]
                )
                return False
            try:
                group_simulation.admit_people(self._world, self._account, group, [self.profile], "user_join_group")
            except SandboxRefusal as no:
                raise BadInput(
                    "Group {group!r} is full ({reason}): remove a member first.", group=group_id, reason=no.text
                ) from no
            return True

    def leaves(self, group_id: str) -> None:
        """Leave a group."""
        with self._world.lock:
            group_simulation.dismiss_members(self._world, self._account, self._find_group(group_id), [self.profile])

    def says_in_group(
        self, group_id: str, text: str = "", *parts: SandboxAttachment, quote: str = ""
    ) -> SandboxMessage:
        """Write in a group.

        Raises:
            BadInput: the person isn't in the group, or the group is locked.
        """
        with self._world.lock:
            group = self._find_group(group_id)
            if self.id not in group.members:
                raise BadInput(
                    "Person {person} isn't in group {group!r}: let them join first.", person=self.id, group=group_id
                )
            if group.settings["lock_send_msg"] and self.id not in group.admins:
                raise BadInput("Group {group!r} is locked: let an administrator of the group write.", group=group_id)
            message = self._build_message(group_id, text, parts, quote, group=True)
            recipients = [member for member in group.members.values() if member is not self.profile]
            self._world.record_message(self._account, message, recipients)
            self._emit(events.build_message_event(self._account, message))
            return message

    def _find_group(self, id: str) -> SandboxGroup:
        if id not in self._account.groups:
            raise BadInput(
                "Official account {account} has no group {group!r}: create the group first.",
                group=id,
                account=self._account.id,
            )
        return self._account.groups[id]

    def _build_message(
        self, conversation: str, text: str, parts: Sequence[SandboxAttachment], quote: str, *, group: bool
    ) -> SandboxMessage:
        return SandboxMessage(
            id=self._world.ids.hex("message"),
            at=self._world.now(),
            conversation=conversation,
            author=self.id,
            kind=parts[0].kind if parts else "text",
            text=text,
            attachments=tuple(part.attachment() for part in parts),
            quote=quote,
            group=group,
        )

    def _record_interaction(self) -> None:
        self.profile.last_interaction = self._world.now()
        self.profile.replies = 0

    def _emit_receipt(self, name: str, content: Json, app: str) -> None:
        by_account = self._world.variants.receipts_from == "oa"
        at = self._world.now()
        event = events.build_receipt_event(self._account, self.profile, name, content, at, by_account=by_account)
        self._world.emit(self._account, event, only=app)

    def _emit(self, event: EventBuilder) -> None:
        self._world.emit(self._account, event)


@frozen
class SandboxVisitor:
    """An anonymous visitor of a website with the account's widget."""

    _world: World
    _account: SandboxAccount
    profile: SandboxProfile

    @property
    def heard(self) -> Sequence[SandboxMessage]:
        """The account's messages to the visitor, oldest first."""
        with self._world.lock:
            return (*self.profile.heard,)

    def says(self, text: str = "", *parts: SandboxAttachment) -> SandboxMessage:
        """Write to the account."""
        with self._world.lock:
            message = SandboxMessage(
                id=self._world.ids.hex("message"),
                at=self._world.now(),
                conversation=self.profile.id,
                author=self.profile.id,
                kind=parts[0].kind if parts else "text",
                text=text,
                attachments=tuple(part.attachment() for part in parts),
            )
            self._world.record_message(self._account, message, [])
            self._world.emit(self._account, events.build_visitor_event(self._account, message))
            return message
