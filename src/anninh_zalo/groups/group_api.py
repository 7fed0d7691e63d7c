"""The account's groups on Zalo: every documented operation, with paging and batches."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from attrs import evolve

from anninh_zalo.api.answers import list_objects
from anninh_zalo.api.calls import ApiCall, ApiClient
from anninh_zalo.groups import calls
from anninh_zalo.groups.calls import GroupUpdate
from anninh_zalo.groups.values import (
    SOURCES,
    GroupAsset,
    GroupInfo,
    GroupMember,
    parse_whole_number,
    read_asset,
    read_group,
    read_member,
)

PAGE = 50
"""Entries requested per page. Zalo documents a default of 5 and no maximum; other programs use 50."""

T = TypeVar("T", GroupInfo, GroupMember)


class GroupApi:
    """Operations on the account's groups. Every method raises one of the `DeliveryError` classes and nothing else.

    Args:
        name_limit: maximum number of characters of a group's name.
        page: entries requested per page.
    """

    def __init__(self, api: ApiClient, name_limit: int = calls.NAME, page: int = PAGE) -> None:
        self._api = api
        self._page = page
        self.name_limit = name_limit

    def create(self, name: str, asset_id: str, user_ids: Sequence[str], description: str = "") -> GroupInfo:
        """Create a group of 1 to 99 people, with an admin of the account among them.

        Raises:
            AssetTaken: the asset carries another group, or none any more.
            UnknownOutcome: the group may have been created.
        """
        return self._ask_for_group(calls.create(name, asset_id, user_ids, description, longest=self.name_limit))

    def show(self, group_id: str) -> GroupInfo:
        """Return a group with its asset and its switches."""
        group = self._ask_for_group(calls.show(group_id))
        return group if group.id else evolve(group, id=group_id)

    def list_groups(self) -> Sequence[GroupInfo]:
        """Return all groups of the account, without asset and switches."""
        return self._list_all("groups", calls.groups_call, read_group, lambda group: group.id)

    def list_members(self, group_id: str) -> Sequence[GroupMember]:
        """Return all members of a group, including the account itself."""
        return self._list_people(lambda offset, count: calls.members_call(group_id, offset, count))

    def list_pending(self, group_id: str) -> Sequence[GroupMember]:
        """Return all people who wait for approval to join a group."""
        return self._list_people(lambda offset, count: calls.pending_people_call(group_id, offset, count))

    def update(self, group_id: str, changes: GroupUpdate) -> None:
        """Change a group's name, picture, description and switches."""
        self._api.ask(calls.update_group_call(group_id, changes, longest=self.name_limit))

    def move(self, group_id: str, asset_id: str) -> None:
        """Move a group to another asset, even if its own asset has expired.

        Raises:
            AssetTaken: the asset carries another group, or none any more.
        """
        self._api.ask(calls.move_group_call(group_id, asset_id))

    def delete(self, group_id: str) -> None:
        """Dissolve a group and free its asset."""
        self._api.ask(calls.delete_group_call(group_id))

    def invite(self, group_id: str, user_ids: Sequence[str]) -> None:
        """Invite people who follow the account or have been in contact in the last 7 days.

        Raises:
            RecipientUnreachable: a person in a batch can't be invited; no one in that batch was.
        """
        self._ask_each(calls.invite_calls(group_id, user_ids))

    def accept(self, group_id: str, user_ids: Sequence[str]) -> None:
        """Approve people who wait to join a group."""
        self._ask_each(calls.accept_calls(group_id, user_ids))

    def reject(self, group_id: str, user_ids: Sequence[str]) -> None:
        """Reject people who wait to join a group."""
        self._ask_each(calls.reject_calls(group_id, user_ids))

    def promote(self, group_id: str, user_ids: Sequence[str]) -> None:
        """Make members admins of the group."""
        self._ask_each(calls.promote_calls(group_id, user_ids))

    def demote(self, group_id: str, user_ids: Sequence[str]) -> None:
        """Make admins of the group plain members."""
        self._ask_each(calls.demote_calls(group_id, user_ids))

    def remove(self, group_id: str, user_ids: Sequence[str]) -> None:
        """Remove members from a group."""
        self._ask_each(calls.remove_calls(group_id, user_ids))

    def assets(self, kind: str) -> Sequence[GroupAsset]:
        """Return the account's assets of a kind, one of `SIZES`, from all sources."""
        assets_by_id: dict[str, GroupAsset] = {}
        for source in SOURCES:
            data = self._api.ask(calls.assets(kind, source)).get("data")
            entries = data.get("assets") if isinstance(data, Mapping) else data
            assets = map(read_asset, list_objects(entries))
            assets_by_id |= {asset.id: asset for asset in assets if asset.id and asset.kind in ("", kind)}
        return [*assets_by_id.values()]

    def _ask_for_group(self, call: ApiCall) -> GroupInfo:
        data = self._api.ask(call).get("data")
        return read_group(data if isinstance(data, Mapping) else {})

    def _ask_each(self, calls: Iterable[ApiCall]) -> None:
        for call in calls:
            self._api.ask(call)

    def _list_people(self, page: Callable[[int, int], ApiCall]) -> Sequence[GroupMember]:
        return self._list_all("members", page, read_member, lambda person: person.user_id or person.oa_id)

    def _list_all(
        self,
        name: str,
        page: Callable[[int, int], ApiCall],
        read: Callable[[Mapping[str, Any]], T],
        id: Callable[[T], str],
    ) -> list[T]:
        """Return the entries of all pages of a list. A page shorter than requested may still not be the last."""
        entries_by_id: dict[str, T] = {}
        offset = 0
        while True:
            data = self._api.ask(page(offset, self._page)).get("data")
            result: Mapping[str, Any] = data if isinstance(data, Mapping) else {name: data}
            entries = [read(entry) for entry in list_objects(result.get(name))]
            count, offset = len(entries_by_id), offset + len(entries)
            entries_by_id |= {id(entry): entry for entry in entries if id(entry)}
            total = parse_whole_number(result.get("total"))
            if len(entries_by_id) == count or (total is not None and offset >= total):
                return list(entries_by_id.values())
