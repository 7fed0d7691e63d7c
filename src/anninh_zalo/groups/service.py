"""The operations on groups that the messenger port requires, carried out on Zalo."""

from collections.abc import Sequence
from datetime import timedelta

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import (
    ConfigurationError,
    DeliveryError,
    NeedsPerson,
    RecipientUnreachable,
    RequestRejected,
)
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, warning
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.platform import GroupLook
from anninh_core.vocabulary.messages import Address, CreatedGroup, Member, Place
from anninh_zalo.api.calls import ApiClient
from anninh_zalo.groups.calls import NAME, GroupUpdate
from anninh_zalo.groups.group_api import PAGE, GroupApi
from anninh_zalo.groups.group_creator import GroupCreator
from anninh_zalo.groups.health import NAME as CHECK
from anninh_zalo.groups.health import check_groups
from anninh_zalo.groups.values import SIZES, GroupAsset
from anninh_zalo.sending.limits import check_id

_CHECK_TIME = timedelta(seconds=4)
"""Maximum duration of a health check."""


class GroupChats:
    """The group chats of one official account. Every method raises one of the `DeliveryError` classes and nothing else.

    Args:
        services: services of the messenger instance.
        instance: its name in the settings.
        admins: user ids of administrators of the account; each new group gets them, Zalo wants at least one.
        kind: kind of assets for new groups, `gmf10`, `gmf50`, `gmf100` or `gmf1000`; "" for the smallest that fits.
        name_limit: maximum number of characters of a group's name; 30, by the only source that gives a number.
        page: entries of a list requested per page.

    Raises:
        ConfigurationError: unknown kind of assets.
    """

    def __init__(
        self,
        api: ApiClient,
        services: AdapterServices,
        instance: str,
        *,
        admins: Sequence[str] = (),
        kind: str = "",
        name_limit: int = NAME,
        page: int = PAGE,
    ) -> None:
        if kind and kind not in SIZES:
            raise ConfigurationError(
                "The option `asset` of messenger {messenger!r} has the unknown kind {kind!r}: choose one of {allowed}.",
                messenger=instance,
                kind=kind,
                allowed=tuple(SIZES),
            )
        self.calls = GroupApi(api, name_limit, page)
        self._creator = GroupCreator(self.calls, services, kind)
        self._clock = services.clock
        self._instance = instance
        self._admins = (*dict.fromkeys(admins),)

    def create(self, title: str, members: Sequence[Address], key: str = "") -> CreatedGroup:
        """Create a group of the administrators and some members, on a free asset.

        A title that is too long for Zalo is shortened, and its full text goes into the group's description. Members
        have to follow the account or have been in contact in the last 7 days.

        Args:
            title: in full.
            members: people of this messenger.
            key: idempotency key, equal for two attempts at the same group, see `Messenger.create_group`; "" for none.

        Raises:
            NeedsPerson: no administrator is configured, or no asset is free.
            RecipientUnreachable: a member can't be invited; no group was created.
            UnknownOutcome: the group may have been created. The next attempt searches for it before creating another
                one.
        """
        if not self._admins:
            raise NeedsPerson(
                "Zalo creates groups only with an administrator of the account: name at least one in the "
                "option `admins`."
            )
        people = dict.fromkeys([*self._admins, *(self._get_person_id(member) for member in members)])
        group = self._creator.create(title, [check_id("a member", id) for id in people], key)
        return CreatedGroup(Address(self._instance, Place.GROUP, group.id), group.link)

    def list_members(self, group: Address) -> Sequence[Member]:
        """Return the people in a group. Zalo doesn't mark admins: only the configured ones count as admins."""
        return [
            Member(Address(self._instance, Place.PERSON, person.user_id), person.name, person.user_id in self._admins)
            for person in self.calls.list_members(self._get_group_id(group))
            if person.user_id
        ]

    def remove_member(self, group: Address, member: Address) -> None:
        """Remove a member; do nothing if the person isn't in the group."""
        id = self._get_group_id(group)
        person = self._get_person_id(member)
        try:
            self.calls.remove(id, [person])
        except (RecipientUnreachable, RequestRejected):  # Zalo has no separate code for a person who isn't in the group
            if any(present.user_id == person for present in self.calls.list_members(id)):
                raise

    def lock_posting(self, group: Address, locked: bool) -> None:
        """Let only admins and the account post, or all members again; idempotent."""
        self.calls.update(self._get_group_id(group), GroupUpdate(lock_send_msg=locked))

    def look(self, group: Address) -> GroupLook:
        """Return the group's current state.

        `ends` is the last day of the asset that carries the group. After it no messages can be sent to the group, and
        45 days later Zalo deletes it. An asset that renews automatically has no end as long as it does.
        """
        info = self.calls.show(self._get_group_id(group))
        asset = info.asset
        return GroupLook(
            members=info.members if info.members is not None else len(self.list_members(group)),
            link="" if info.switches.get("enable_link_join") is False else info.link,
            usable=info.enabled,
            ends=None if asset is None or (asset.renews and info.enabled) else asset.ends,
        )

    def health(self) -> Sequence[Check]:
        """Check which groups are lost already or will be lost soon, because their assets end."""
        try:
            groups = self.calls.list_groups()
            assets, complete = self._list_assets()
        except DeliveryError as error:
            reason = Sentence("Zalo can't be asked about its groups now ({reason}).", reason=type(error).__name__)
            return [warning(CHECK, reason, "See the check of the token, then check again.")]
        checks = [*check_groups(groups, assets, local_date(self._clock.now()))]
        if not complete:
            checks.append(warning(CHECK, "Zalo is slow, so not all assets could be checked.", "Check again later."))
        return checks

    def _list_assets(self) -> tuple[Sequence[GroupAsset], bool]:
        """Return the account's assets, and whether there was time to read all kinds."""
        started = self._clock.now()
        assets: list[GroupAsset] = []
        for kind in SIZES:
            if self._clock.now() - started > _CHECK_TIME:
                return assets, False
            assets += self.calls.assets(kind)
        return assets, True

    def _get_group_id(self, group: Address) -> str:
        return self._require_own_id(group, Place.GROUP)

    def _get_person_id(self, person: Address) -> str:
        return self._require_own_id(person, Place.PERSON)

    def _require_own_id(self, address: Address, place: Place) -> str:
        if address.messenger != self._instance:
            raise RequestRejected(
                "The address belongs to messenger {messenger!r}, not to {second_messenger!r}: send through "
                "{messenger!r}.",
                messenger=address.messenger,
                second_messenger=self._instance,
            )
        if address.place is not place:
            raise RequestRejected(
                "This is the address of a {place}: give the address of a {expected}.",
                place=address.place,
                expected=place,
            )
        return check_id(f"the {place.value}", address.id)
