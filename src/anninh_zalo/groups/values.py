"""Parse Zalo's responses about groups in all their variants: numbers as text, days in several forms, missing fields."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from attrs import field, frozen

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.text import nfc

DELETION_DELAY = timedelta(days=45)
"""Time for which Zalo keeps a group after its asset has expired, from its documentation."""

SIZES: Mapping[str, int] = {"gmf10": 10, "gmf50": 50, "gmf100": 100, "gmf1000": 1000}
"""Maximum number of members by kind of asset, from Zalo's documentation, smallest first."""

SOURCES = ("sub_quota", "purchase_quota", "reward_quota")
"""Sources of an account's assets: included in its package, bought, or given. A call takes one of them."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@frozen(kw_only=True)
class GroupAsset:
    """An asset, which is the right to have one group.

    Attributes:
        kind: one of `SIZES`, "" if Zalo doesn't return it.
        ends: the last day, None if Zalo doesn't return it.
        renews: whether it renews automatically.
        group: id of the group that it carries, "" for none.
        used: whether it carries a group.
    """

    id: str
    kind: str = ""
    ends: date | None = None
    renews: bool = False
    group: str = ""
    used: bool = False

    def is_free_on(self, day: date) -> bool:
        """Return whether the asset can carry a new group on a day."""
        return not self.used and (self.ends is None or day < self.ends)


@frozen(kw_only=True)
class GroupInfo:
    """A group; one from a list lacks asset and switches.

    Attributes:
        link: link for joining; whether people may join by it depends on `switches`.
        enabled: whether its asset hasn't expired.
        members, most: current and maximum number of members; None if Zalo doesn't return it.
        deleted_on: the day on which Zalo deletes it.
        switches: name of a switch -> on or off, as in `GroupUpdate`.
    """

    id: str
    name: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    avatar: str = field(default="", repr=False)
    link: str = field(default="", repr=False)
    enabled: bool = True
    members: int | None = None
    most: int | None = None
    deleted_on: date | None = None
    asset: GroupAsset | None = None
    switches: Mapping[str, bool] = field(factory=dict)


@frozen(kw_only=True)
class GroupMember:
    """A person in a group, or waiting for approval; the account itself has no `user_id`."""

    user_id: str = field(default="", repr=False)
    oa_id: str = ""
    name: str = field(default="", repr=False)
    avatar: str = field(default="", repr=False)


def read_group(data: Mapping[str, Any]) -> GroupInfo:
    """Parse a group from a response about one group or from a list."""
    nested = data.get("group_info")
    info = {**data, **nested} if isinstance(nested, Mapping) else data
    asset = data.get("asset_info")
    switches = data.get("group_setting")
    flags = {name: parse_flag(value) for name, value in switches.items()} if isinstance(switches, Mapping) else {}
    return GroupInfo(
        id=parse_text(info.get("group_id")),
        name=nfc(parse_text(info.get("name") or info.get("group_name"))),
        description=nfc(parse_text(info.get("group_description"))),
        avatar=parse_text(info.get("avatar")),
        link=parse_text(info.get("group_link")),
        enabled=parse_text(info.get("status")).lower() != "disabled",
        members=parse_whole_number(info.get("total_member")),
        most=parse_whole_number(info.get("max_member")),
        deleted_on=parse_day(info.get("auto_delete_date")),
        asset=read_asset(asset) if isinstance(asset, Mapping) else None,
        switches={name: value for name, value in flags.items() if value is not None},
    )


def read_asset(data: Mapping[str, Any]) -> GroupAsset:
    """Parse an asset from a list or from a group."""
    group = parse_text(data.get("used_id"))
    return GroupAsset(
        id=parse_text(data.get("asset_id")),
        kind=parse_text(data.get("product_type") or data.get("asset_type")).lower(),
        ends=parse_day(data.get("valid_through")),
        renews=parse_flag(data.get("auto_renew")) or False,
        group=group,
        used=bool(group) or parse_text(data.get("status")).lower() not in ("", "available"),
    )


def read_member(data: Mapping[str, Any]) -> GroupMember:
    """Parse a member, or the account itself."""
    return GroupMember(
        user_id=parse_text(data.get("user_id")),
        oa_id=parse_text(data.get("oa_id")),
        name=nfc(parse_text(data.get("name"))),
        avatar=parse_text(data.get("avatar")),
    )


def parse_text(value: object) -> str:
    """Return a value of a response as text, a whole number as its digits; "" for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def parse_whole_number(value: object) -> int | None:
    """Return a value of a response as a non-negative number, or None for anything else."""
    digits = parse_text(value)
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 16 else None


def parse_flag(value: object) -> bool | None:
    """Return a value of a response as a boolean, which may come as text or number; None for anything else."""
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "false": False, "0": False}.get(parse_text(value).lower())


def parse_day(value: object) -> date | None:
    """Return a value of a response as a day: dd/mm/yyyy as documented, or milliseconds, which were observed too; None
    for anything else.
    """
    milliseconds = parse_whole_number(value)
    if milliseconds:
        return local_date(_EPOCH + timedelta(milliseconds=milliseconds)) if milliseconds < 10**14 else None
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(parse_text(value)[:10], form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None
