"""Create a group exactly once, even if the response is lost.

Zalo accepts no idempotency key. But an asset carries only one group: before the call, the asset for the new group is
noted, and while the outcome of that call is unknown, a group with this title on this asset is searched for before
another one is created.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec
from attrs import frozen

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import (
    DeliveryError,
    NeedsPerson,
    RequestRejected,
    RetryLater,
    StorageError,
    UnknownOutcome,
)
from anninh_core.kernel.text import clip, nfc, same_text
from anninh_core.ports.messengers.adapter import AdapterServices, AdapterState
from anninh_core.ports.storages.storage import Lease
from anninh_zalo.api.answers import AssetTaken
from anninh_zalo.groups.calls import MAX_PEOPLE
from anninh_zalo.groups.group_api import GroupApi
from anninh_zalo.groups.values import SIZES, GroupAsset, GroupInfo
from anninh_zalo.sending.text_split import count_characters

PATIENCE = timedelta(minutes=5)
"""Time for which an attempt locks out others, and for which a group may still appear after a missing response."""

_RETRY_SOON = timedelta(seconds=2)


@frozen(kw_only=True)
class CreationAttempt:
    """Stored state of an attempt to create a group.

    Attributes:
        asset: asset for the group; "" before the first call.
        at: time of the call to Zalo, ISO 8601 in UTC.
        group: id of the group, once it is known.
    """

    asset: str = ""
    at: str = ""
    group: str = ""


_DECODER = msgspec.json.Decoder(CreationAttempt)


class GroupCreator:
    """Creates each group exactly once, even if a response of Zalo is lost.

    Args:
        services: services of the messenger instance; the attempts are stored in its state.
        kind: kind of assets to use, one of `SIZES`; "" for the smallest that fits.
    """

    def __init__(self, api: GroupApi, services: AdapterServices, kind: str = "") -> None:
        self._api = api
        self._state = services.state
        self._clock = services.clock
        self._kind = kind

    def create(self, title: str, people: Sequence[str], key: str = "") -> GroupInfo:
        """Create a group, or return the group of an earlier attempt.

        Args:
            title: in full; a title that is too long for Zalo is shortened, and its full text goes into the description.
            people: user ids, admins of the account first; those over 99 are invited afterwards.
            key: idempotency key, equal for two attempts at the same group. Without it, each call creates another group,
                unless the outcome of the last attempt is unknown.

        Raises:
            UnknownOutcome: Zalo didn't answer, or our own storage failed: from the note stored before the call, the
                next attempt finds a group that this one created.
        """
        try:
            return self._create_with_lease(title, people, key)
        except StorageError as error:
            reason = type(error).__name__
        raise UnknownOutcome(
            "Our own storage can't be used now ({reason}): try again later; if the group was created "
            "nevertheless, the next try finds it.",
            reason=reason,
        )

    def _create_with_lease(self, title: str, people: Sequence[str], key: str) -> GroupInfo:
        name = f"founding:{sha256((key or nfc(title)).encode()).hexdigest()[:32]}"
        with self._state.lease(name, PATIENCE) as lease:
            if lease is None:
                raise RetryLater("Another process is creating this group: try again later.", _RETRY_SOON)
            attempts = _AttemptStore(self._state, name, lease)
            group = self._find_earlier_group(attempts, title) or self._create_new(attempts, title, people)
            attempts.write(CreationAttempt(asset=attempts.attempt.asset, at=attempts.attempt.at, group=group.id))
            self._invite_remaining_people(group, people)
            if not key:
                attempts.write(CreationAttempt())
            return group

    def _find_earlier_group(self, attempts: "_AttemptStore", title: str) -> GroupInfo | None:
        """Return the group of an earlier attempt, or None."""
        attempt = attempts.attempt
        if attempt.group:
            return self._get_group_if_existing(attempt.group)
        if not attempt.asset:
            return None
        group = self._find_by_title(attempt.asset, title)
        remaining = datetime.fromisoformat(attempt.at) + PATIENCE - self._clock.now()
        if group is None and remaining > timedelta(0):
            raise RetryLater(
                "An earlier try to create this group got no response, and the group may still appear: try again later.",
                remaining,
            )
        return group

    def _get_group_if_existing(self, group_id: str) -> GroupInfo | None:
        try:
            return self._api.show(group_id)
        except RequestRejected:  # The group has been dissolved meanwhile.
            return None

    def _find_by_title(self, asset: str, title: str) -> GroupInfo | None:
        """Return the group with this title on this asset, or None.

        Raises:
            NeedsPerson: a group has this title, and Zalo doesn't return its asset.
        """
        same_title = [
            self._api.show(listed.id)
            for listed in self._api.list_groups()
            if same_text(listed.name, self._shorten_title(title))
        ]
        for group in same_title:
            if group.asset is not None and group.asset.id == asset:
                return group
        if any(group.asset is None or not group.asset.id for group in same_title):
            raise NeedsPerson(
                "A group with this title may be the one that an earlier try created: check in OA Manager, "
                "and link the group by hand with {act:groups.link_group}."
            )
        return None

    def _create_new(self, attempts: "_AttemptStore", title: str, people: Sequence[str]) -> GroupInfo:
        short = self._shorten_title(title)
        description = "" if short == nfc(title).strip() else nfc(title).strip()
        for asset in self._iter_free_assets(len(people)):
            attempts.write(CreationAttempt(asset=asset.id, at=self._clock.now().isoformat()))
            try:
                return self._resolve_response(
                    self._api.create(short, asset.id, people[:MAX_PEOPLE], description), asset, title
                )
            except AssetTaken:  # Another process or program took the asset first.
                continue
            except UnknownOutcome:
                return self._find_after_lost_response(asset, title)
            except DeliveryError:
                attempts.write(CreationAttempt())
                raise
        attempts.write(CreationAttempt())
        kind = self._kind or _find_smallest_kind(len(people))
        raise NeedsPerson(
            "The account has no free asset for a group of {count} people: buy one of kind {kind} in OA Manager.",
            count=len(people),
            kind=kind,
        )

    def _resolve_response(self, group: GroupInfo, asset: GroupAsset, title: str) -> GroupInfo:
        """Return the group of Zalo's response; search for the group if the response lacks its id."""
        return group if group.id else self._find_after_lost_response(asset, title)

    def _find_after_lost_response(self, asset: GroupAsset, title: str) -> GroupInfo:
        try:
            group = self._find_by_title(asset.id, title)
        except DeliveryError:
            group = None
        if group is None:
            raise UnknownOutcome(
                "It isn't known whether the group was created: try again later; the next try first searches for it."
            )
        return group

    def _invite_remaining_people(self, group: GroupInfo, people: Sequence[str]) -> None:
        """Invite the people over the limit of the first call, except those invited by an earlier attempt."""
        if len(people) > MAX_PEOPLE:
            present = {person.user_id for person in self._api.list_members(group.id)}
            if missing := [id for id in people[MAX_PEOPLE:] if id not in present]:
                self._api.invite(group.id, missing)

    def _iter_free_assets(self, people: int) -> Iterator[GroupAsset]:
        """Yield the free assets for a group of this size: the smallest kind first, within a kind the asset that lasts
        longest.
        """
        today = local_date(self._clock.now())
        kinds = [kind for kind in SIZES if self._kind in ("", kind) and SIZES[kind] >= people]
        if not kinds:
            most = SIZES[self._kind] if self._kind else max(SIZES.values())
            raise RequestRejected(
                "A group can have at most {most} people, not {count}: name fewer; the others can join by the "
                "group's link.",
                most=most,
                count=people,
            )
        for kind in kinds:
            free = [asset for asset in self._api.assets(kind) if asset.is_free_on(today)]
            yield from sorted(free, key=lambda asset: (asset.ends is not None, -(asset.ends or today).toordinal()))

    def _shorten_title(self, title: str) -> str:
        """Return a title that fits Zalo's limit; a title that is too long is cut after a word and ends with an
        ellipsis.
        """
        whole = nfc(title).strip()
        limit = self._api.name_limit
        if count_characters(whole) <= limit:
            return whole
        room = limit - 1
        while count_characters(clip(whole, room)) > limit - 1:
            room -= 1
        cut = clip(whole, room)
        whole_words = cut if whole[len(cut) : len(cut) + 1].isspace() else cut.rpartition(" ")[0]
        return (whole_words if len(whole_words) > room // 2 else cut).rstrip(" ,.;:–-") + "…"


class _AttemptStore:
    """The stored attempt of one group, written only while this process holds the lease."""

    def __init__(self, state: AdapterState, name: str, lease: Lease) -> None:
        self._state = state
        self._name = name
        self._lease = lease
        stored = state.get(name)
        self._version = stored.version
        self.attempt = _DECODER.decode(stored.value) if stored.value else CreationAttempt()

    def write(self, attempt: CreationAttempt) -> None:
        """Store an attempt to create a group.

        Raises:
            RetryLater: the lease expired, and another process took over.
        """
        if attempt == self.attempt:
            return
        if not self._state.put(self._name, msgspec.json.encode(attempt), self._version, self._lease):
            raise RetryLater("Another process is creating this group: try again later.", _RETRY_SOON)
        self._version += 1
        self.attempt = attempt


def _find_smallest_kind(people: int) -> str:
    return next(kind for kind, most in SIZES.items() if most >= people)
