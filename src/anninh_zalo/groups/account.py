"""The account's groups on Zalo: every documented act, with paging and portions done for the caller."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from attrs import evolve

from anninh_zalo.api.answers import objects_of
from anninh_zalo.api.calls import Asks, Call
from anninh_zalo.groups import calls
from anninh_zalo.groups.calls import GroupUpdate
from anninh_zalo.groups.values import SOURCES, Asset, GroupInfo, Person, asset_of, group_of, person_of, whole

PAGE = 50
"""Entries asked for at once. Zalo documents 5 where nothing is said, and no most; 50 is what others use."""

T = TypeVar("T", GroupInfo, Person)


class GroupApi:
    """The acts. All of them raise one of the `DeliveryError` classes and nothing else.

    Args:
        api: asks with the account's token.
        name_limit: characters of a group's name.
        page: entries asked for at once.
    """

    def __init__(self, api: Asks, name_limit: int = calls.NAME, page: int = PAGE) -> None:
        self._api = api
        self._page = page
        self.name_limit = name_limit

    def create(self, name: str, asset_id: str, user_ids: Sequence[str], description: str = "") -> GroupInfo:
        """Make a group of 1 to 99 people, an admin of the account among them.

        Raises:
            AssetTaken: the asset carries another group, or none any more.
            UnknownOutcome: it may have been made.
        """
        return self._group(calls.create(name, asset_id, user_ids, description, longest=self.name_limit))

    def show(self, group_id: str) -> GroupInfo:
        """Return a group with its asset and its switches."""
        found = self._group(calls.show(group_id))
        return found if found.id else evolve(found, id=group_id)

    def groups(self) -> Sequence[GroupInfo]:
        """Return all groups of the account, without asset and switches."""
        return self._all("groups", calls.groups, group_of, lambda group: group.id)

    def members(self, group_id: str) -> Sequence[Person]:
        """Return all members; the account itself is one of them."""
        return self._people(lambda offset, count: calls.members(group_id, offset, count))

    def pending(self, group_id: str) -> Sequence[Person]:
        """Return all who wait to be let in."""
        return self._people(lambda offset, count: calls.pending(group_id, offset, count))

    def update(self, group_id: str, changes: GroupUpdate) -> None:
        """Change what a group is called, says and allows."""
        self._api.ask(calls.update(group_id, changes, longest=self.name_limit))

    def move(self, group_id: str, asset_id: str) -> None:
        """Let another asset carry a group on, also one whose asset has run out.

        Raises:
            AssetTaken: the asset carries another group, or none any more.
        """
        self._api.ask(calls.move(group_id, asset_id))

    def delete(self, group_id: str) -> None:
        """Dissolve a group; its asset is free again."""
        self._api.ask(calls.delete(group_id))

    def invite(self, group_id: str, user_ids: Sequence[str]) -> None:
        """Invite people who follow the account or have been in contact in the last 7 days.

        Raises:
            RecipientUnreachable: somebody among them can't be invited; of their portion nobody was.
        """
        self._each(calls.invite(group_id, user_ids))

    def accept(self, group_id: str, user_ids: Sequence[str]) -> None:
        """Let people in who wait."""
        self._each(calls.accept(group_id, user_ids))

    def reject(self, group_id: str, user_ids: Sequence[str]) -> None:
        """Turn people away who wait."""
        self._each(calls.reject(group_id, user_ids))

    def promote(self, group_id: str, user_ids: Sequence[str]) -> None:
        """Make members admins of the group."""
        self._each(calls.promote(group_id, user_ids))

    def demote(self, group_id: str, user_ids: Sequence[str]) -> None:
        """Make admins of the group plain members."""
        self._each(calls.demote(group_id, user_ids))

    def remove(self, group_id: str, user_ids: Sequence[str]) -> None:
        """Take members out."""
        self._each(calls.remove(group_id, user_ids))

    def assets(self, kind: str) -> Sequence[Asset]:
        """Return the account's assets of a kind, one of `SIZES`, whichever way they came."""
        found: dict[str, Asset] = {}
        for source in SOURCES:
            data = self._api.ask(calls.assets(kind, source)).get("data")
            listed = data.get("assets") if isinstance(data, Mapping) else data
            assets = map(asset_of, objects_of(listed))
            found |= {asset.id: asset for asset in assets if asset.id and asset.kind in ("", kind)}
        return [*found.values()]

    def _group(self, call: Call) -> GroupInfo:
        data = self._api.ask(call).get("data")
        return group_of(data if isinstance(data, Mapping) else {})

    def _each(self, portions: Iterable[Call]) -> None:
        for call in portions:
            self._api.ask(call)

    def _people(self, page: Callable[[int, int], Call]) -> Sequence[Person]:
        return self._all("members", page, person_of, lambda person: person.user_id or person.oa_id)

    def _all(
        self,
        name: str,
        page: Callable[[int, int], Call],
        read: Callable[[Mapping[str, Any]], T],
        id: Callable[[T], str],
    ) -> list[T]:
        """Return the entries of all pages. One may be shorter than was asked for, and still not be the last."""
        found: dict[str, T] = {}
        offset = 0
        while True:
            data = self._api.ask(page(offset, self._page)).get("data")
            about: Mapping[str, Any] = data if isinstance(data, Mapping) else {name: data}
            entries = [read(entry) for entry in objects_of(about.get(name))]
            known, offset = len(found), offset + len(entries)
            found |= {id(entry): entry for entry in entries if id(entry)}
            total = whole(about.get("total"))
            if len(found) == known or (total is not None and offset >= total):
                return list(found.values())
