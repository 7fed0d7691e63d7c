"""What Zalo says of the account itself: name, package, what may still be sent, and groups that can be made."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from attrs import frozen

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import DeliveryError
from anninh_core.ports.health import Check, Level, ok, problem, warning
from anninh_zalo.api import catalogue
from anninh_zalo.api.answers import objects_of, text_in
from anninh_zalo.api.calls import Asks
from anninh_zalo.groups.account import GroupApi
from anninh_zalo.groups.values import SIZES, SOURCES, Asset, day

NOTICE = timedelta(days=14)
"""Before the package ends, somebody is told: with it the interface for programs ends."""


@frozen(kw_only=True)
class Quota:
    """Messages of the package, bought, or given: what is left, as Zalo writes it."""

    kind: str
    remain: str
    total: str
    until: str


@frozen(kw_only=True)
class Assets:
    """The rights to one group each, of one size. `first_end` is the day on which the first of them ends."""

    size: str
    free: int
    used: int
    first_end: date | None


@frozen(kw_only=True)
class Look:
    """What was found. `checks` has what couldn't be found out, and what ends soon."""

    name: str = ""
    verified: bool | None = None
    package: str = ""
    package_until: date | None = None
    quotas: Sequence[Quota] = ()
    assets: Sequence[Assets] = ()
    checks: Sequence[Check] = ()


def look_at(api: Asks, now: datetime) -> Look:
    """Ask Zalo; about 16 calls, none of which does anything. Doesn't raise: what isn't answered is a check."""
    try:
        about = api.ask(catalogue.account())
    except DeliveryError as error:
        return Look(checks=[_unanswered("account", error, Level.PROBLEM)])  # then nothing else would be answered
    checks: list[Check] = []
    quotas = _quotas(api, checks)
    assets = _assets(GroupApi(api), checks)
    until, verified = day(text_in(about, "data", "package_valid_through_date")), _verified(about)
    return Look(
        name=text_in(about, "data", "name"),
        verified=verified,
        package=text_in(about, "data", "package_name"),
        package_until=until,
        quotas=quotas,
        assets=assets,
        checks=[*_package_checks(until, local_date(now)), *checks],
    )


def _quotas(api: Asks, checks: list[Check]) -> list[Quota]:
    """Return what is left of the package, as far as it is told; the first call that fails ends it, and is a check."""
    found: list[Quota] = []
    try:
        for way in SOURCES:
            found += map(_quota, _listed(api.ask(catalogue.package_quota(kind=way)).get("data")))
    except DeliveryError as error:
        checks.append(_unanswered("quota", error, Level.WARNING))
    return found


def _assets(groups: GroupApi, checks: list[Check]) -> list[Assets]:
    """Return the assets by size, as far as they are told; the first call that fails ends it, and is a check."""
    found: list[Assets] = []
    try:
        for size in SIZES:
            found += _counted(size, [asset for asset in groups.assets(size) if asset.kind == size])
    except DeliveryError as error:
        checks.append(_unanswered("assets", error, Level.WARNING))
    return found


def _listed(data: Any) -> list[Mapping[str, Any]]:
    """Return the entries of an answer, which are a list, or the one entry."""
    return objects_of([data] if isinstance(data, Mapping) else data)


def _quota(entry: Mapping[str, Any]) -> Quota:
    return Quota(
        kind=text_in(entry, "quota_type"),
        remain=text_in(entry, "remain"),
        total=text_in(entry, "total"),
        until=text_in(entry, "expired_date"),
    )


def _counted(size: str, assets: Sequence[Asset]) -> list[Assets]:
    if not assets:
        return []
    used = sum(asset.used for asset in assets)
    ends = [asset.ends for asset in assets if asset.ends is not None]
    return [Assets(size=size, free=len(assets) - used, used=used, first_end=min(ends, default=None))]


def _verified(about: Mapping[str, Any]) -> bool | None:
    data = about.get("data")
    told = data.get("is_verified") if isinstance(data, Mapping) else None
    return {True: True, False: False, "true": True, "false": False}.get(told) if isinstance(told, bool | str) else None


def _package_checks(until: date | None, today: date) -> list[Check]:
    todo = "renew it in the account's management page: without it Zalo answers no program"
    if until is None:
        return []
    if until < today:
        return [problem("package", f"the account's package ended on {until}", todo)]
    if until - today < NOTICE:
        return [warning("package", f"the account's package ends on {until}", todo)]
    return [ok("package", f"good until {until}")]


def _unanswered(name: str, error: DeliveryError, level: Level) -> Check:
    what, _, todo = str(error).partition("; ")
    return Check(name, level, what, todo or "ask again in a moment")
