"""Groups as the messenger port knows them, on Zalo."""

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
from anninh_core.ports.adapter import AdapterServices
from anninh_core.ports.health import Check, warning
from anninh_core.ports.platform import GroupLook
from anninh_core.vocabulary.messages import Address, FoundedGroup, Member, Place
from anninh_zalo.api.calls import Asks
from anninh_zalo.groups.account import PAGE, GroupApi
from anninh_zalo.groups.calls import NAME, GroupUpdate
from anninh_zalo.groups.founding import Founder
from anninh_zalo.groups.health import NAME as CHECK
from anninh_zalo.groups.health import group_checks
from anninh_zalo.groups.values import SIZES, Asset
from anninh_zalo.sending.limits import id_of

_LONG = timedelta(seconds=4)
"""How long a question about health may take."""


class Groups:
    """The group chats of one official account. Every method raises one of the `DeliveryError` classes and nothing else.

    Args:
        api: asks with the account's token.
        services: of the messenger instance.
        instance: its name in the settings.
        admins: user ids of administrators of the account; each new group gets them, Zalo wants at least one.
        kind: of assets for new groups, `gmf10`, `gmf50`, `gmf100` or `gmf1000`; "" for the smallest that fits.
        name_limit: characters of a group's name; 30, by the one source that gives a number.
        page: entries of a list asked for at once.

    Raises:
        ConfigurationError: no such kind of assets.
    """

    def __init__(
        self,
        api: Asks,
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
                f"messenger {instance!r}: there is no asset {kind!r}; take one of {', '.join(SIZES)}"
            )
        self.calls = GroupApi(api, name_limit, page)
        self._founder = Founder(self.calls, services, kind)
        self._clock = services.clock
        self._instance = instance
        self._admins = (*dict.fromkeys(admins),)

    def create(self, title: str, members: Sequence[Address], key: str = "") -> FoundedGroup:
        """Make a group of the administrators and some members, on a free asset.

        A title that is too long for Zalo is shortened, and stands in full in the group's description. Members have to
        follow the account or have been in contact in the last 7 days.

        Args:
            title: in full.
            members: people of this messenger.
            key: what is equal for two tries at the same group, see `Messenger.create_group`; "" for none.

        Raises:
            NeedsPerson: no administrator is configured, or no asset is free.
            RecipientUnreachable: somebody among the members can't be invited; no group was made.
            UnknownOutcome: it may have been made. Tried again, it is looked for before another one is made.
        """
        if not self._admins:
            raise NeedsPerson("Zalo makes no group without an administrator of the account; name one in option admins")
        people = dict.fromkeys([*self._admins, *(self._person(member) for member in members)])
        made = self._founder.found(title, [id_of("a member", id) for id in people], key)
        return FoundedGroup(Address(self._instance, Place.GROUP, made.id), made.link)

    def list_members(self, group: Address) -> Sequence[Member]:
        """Return the people in a group. Zalo doesn't tell who is admin: those that are configured are known to be."""
        return [
            Member(Address(self._instance, Place.PERSON, one.user_id), one.name, one.user_id in self._admins)
            for one in self.calls.members(self._group(group))
            if one.user_id
        ]

    def remove_member(self, group: Address, member: Address) -> None:
        """Take a member out; whoever is out already is left alone."""
        id, person = self._group(group), self._person(member)
        try:
            self.calls.remove(id, [person])
        except (RecipientUnreachable, RequestRejected):  # Zalo has no code of its own for somebody who isn't in it
            if any(one.user_id == person for one in self.calls.members(id)):
                raise

    def lock_posting(self, group: Address, locked: bool) -> None:
        """Let only admins and the account post, or everybody again; told twice, nothing changes."""
        self.calls.update(self._group(group), GroupUpdate(lock_send_msg=locked))

    def look(self, group: Address) -> GroupLook:
        """Return how a group is doing.

        `ends` is the last day of the asset that carries the group. After it nobody can be written to in the group, and
        45 days later Zalo deletes it. An asset that renews itself has no end as long as it does.
        """
        found = self.calls.show(self._group(group))
        asset = found.asset
        return GroupLook(
            members=found.members if found.members is not None else len(self.list_members(group)),
            link="" if found.switches.get("enable_link_join") is False else found.link,
            usable=found.enabled,
            ends=None if asset is None or (asset.renews and found.enabled) else asset.ends,
        )

    def health(self) -> Sequence[Check]:
        """Tell which groups are lost soon or already, because the assets that carry them end."""
        try:
            groups, assets, complete = self.calls.groups(), *self._assets()
        except DeliveryError as error:
            why = f"Zalo couldn't be asked how its groups are doing ({type(error).__name__})"
            return [warning(CHECK, why, "see what the check of the token says, and ask again")]
        found = [*group_checks(groups, assets, local_date(self._clock.now()))]
        if not complete:
            found.append(warning(CHECK, "Zalo is slow: not all assets could be looked at", "ask again later"))
        return found

    def _assets(self) -> tuple[Sequence[Asset], bool]:
        """Return the account's assets, and whether there was time for all of them."""
        began = self._clock.now()
        assets: list[Asset] = []
        for kind in SIZES:
            if self._clock.now() - began > _LONG:
                return assets, False
            assets += self.calls.assets(kind)
        return assets, True

    def _group(self, group: Address) -> str:
        return self._ours(group, Place.GROUP)

    def _person(self, person: Address) -> str:
        return self._ours(person, Place.PERSON)

    def _ours(self, address: Address, place: Place) -> str:
        if address.messenger != self._instance:
            raise RequestRejected(f"an address of {address.messenger!r} is none of {self._instance!r}; send it there")
        if address.place is not place:
            raise RequestRejected(f"this is the address of a {address.place.value}, not of a {place.value}")
        return id_of(f"the {place.value}", address.id)
