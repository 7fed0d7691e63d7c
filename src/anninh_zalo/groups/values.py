"""What Zalo's answers about groups say, whichever way they say it: numbers as text, days in several forms, gaps."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from attrs import field, frozen

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.text import nfc

DELETION_DELAY = timedelta(days=45)
"""How long Zalo keeps a group after its asset has run out, as it documents."""

SIZES: Mapping[str, int] = {"gmf10": 10, "gmf50": 50, "gmf100": 100, "gmf1000": 1000}
"""Members of a group by the kind of its asset, as Zalo documents them, smallest first."""

SOURCES = ("sub_quota", "purchase_quota", "reward_quota")
"""How assets come to an account: with its package, bought, given. Zalo takes one of them a call."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@frozen(kw_only=True)
class GroupAsset:
    """The right to one group.

    Attributes:
        kind: one of `SIZES`, "" where Zalo doesn't tell.
        ends: the last day, None where Zalo doesn't tell.
        renews: whether it goes on by itself.
        group: id of the group that it carries, "" for none.
        used: whether it carries one.
    """

    id: str
    kind: str = ""
    ends: date | None = None
    renews: bool = False
    group: str = ""
    used: bool = False

    def free_on(self, day: date) -> bool:
        """Tell whether it can carry a new group."""
        return not self.used and (self.ends is None or day < self.ends)


@frozen(kw_only=True)
class GroupInfo:
    """A group; from a list without asset and switches.

    Attributes:
        link: by which people join; whether they may, `switches` say.
        enabled: whether its asset hasn't run out.
        members, most: how many people are in it, and how many may be; None where Zalo doesn't tell.
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
    """Somebody in a group, or waiting to be let in; the account itself has no `user_id`."""

    user_id: str = field(default="", repr=False)
    oa_id: str = ""
    name: str = field(default="", repr=False)
    avatar: str = field(default="", repr=False)


def read_group(data: Mapping[str, Any]) -> GroupInfo:
    """Read a group, from an answer about one or from a list."""
    nested = data.get("group_info")
    info = {**data, **nested} if isinstance(nested, Mapping) else data
    asset = data.get("asset_info")
    switches = data.get("group_setting")
    flags = {name: flag(value) for name, value in switches.items()} if isinstance(switches, Mapping) else {}
    return GroupInfo(
        id=text(info.get("group_id")),
        name=nfc(text(info.get("name") or info.get("group_name"))),
        description=nfc(text(info.get("group_description"))),
        avatar=text(info.get("avatar")),
        link=text(info.get("group_link")),
        enabled=text(info.get("status")).lower() != "disabled",
        members=whole_number(info.get("total_member")),
        most=whole_number(info.get("max_member")),
        deleted_on=day(info.get("auto_delete_date")),
        asset=read_asset(asset) if isinstance(asset, Mapping) else None,
        switches={name: value for name, value in flags.items() if value is not None},
    )


def read_asset(data: Mapping[str, Any]) -> GroupAsset:
    """Read an asset, from a list or from a group."""
    group = text(data.get("used_id"))
    return GroupAsset(
        id=text(data.get("asset_id")),
        kind=text(data.get("product_type") or data.get("asset_type")).lower(),
        ends=day(data.get("valid_through")),
        renews=flag(data.get("auto_renew")) or False,
        group=group,
        used=bool(group) or text(data.get("status")).lower() not in ("", "available"),
    )


def read_member(data: Mapping[str, Any]) -> GroupMember:
    """Read a member, or the account itself."""
    return GroupMember(
        user_id=text(data.get("user_id")),
        oa_id=text(data.get("oa_id")),
        name=nfc(text(data.get("name"))),
        avatar=text(data.get("avatar")),
    )


def text(value: object) -> str:
    """Return text, or a whole number as its digits; "" for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def whole_number(value: object) -> int | None:
    """Return a number from 0 on, None for anything else."""
    digits = text(value)
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 16 else None


def flag(value: object) -> bool | None:
    """Return a switch, which may come as text or number; None for anything else."""
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "false": False, "0": False}.get(text(value).lower())


def day(value: object) -> date | None:
    """Return a day: dd/mm/yyyy, as documented; others saw milliseconds too; None for anything else."""
    milliseconds = whole_number(value)
    if milliseconds:
        return local_date(_EPOCH + timedelta(milliseconds=milliseconds)) if milliseconds < 10**14 else None
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text(value)[:10], form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None
