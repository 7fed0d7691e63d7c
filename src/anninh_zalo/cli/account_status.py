"""Status of an official account at Zalo: name, package, messages left, and groups that can be created."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from attrs import frozen

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import DeliveryError
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, Level, ok, problem, warning
from anninh_zalo.api import catalogue
from anninh_zalo.api.answers import get_text, list_objects
from anninh_zalo.api.calls import ApiClient
from anninh_zalo.groups.group_api import GroupApi
from anninh_zalo.groups.values import SIZES, SOURCES, GroupAsset, parse_day

NOTICE = timedelta(days=14)
"""Time before the package's end at which a warning begins: without a package, the API stops."""


@frozen(kw_only=True)
class PackageQuota:
    """A quota of messages that the package includes, or that were bought or given; the numbers left are in Zalo's
    notation.
    """

    kind: str
    remain: str
    total: str
    until: str


@frozen(kw_only=True)
class AssetSummary:
    """The assets of one size; each asset allows one group. `first_end` is the first day on which one of them ends."""

    size: str
    free: int
    used: int
    first_end: date | None


@frozen(kw_only=True)
class AccountStatus:
    """Status of an official account. `checks` lists failed calls, and what ends soon."""

    name: str = ""
    verified: bool | None = None
    package: str = ""
    package_until: date | None = None
    quotas: Sequence[PackageQuota] = ()
    assets: Sequence[AssetSummary] = ()
    checks: Sequence[Check] = ()


def fetch_account_status(api: ApiClient, now: datetime) -> AccountStatus:
    """Fetch the account's status in about 16 read-only calls. Doesn't raise: a failed call becomes a check."""
    try:
        response = api.ask(catalogue.account_call())
    except DeliveryError as error:
        return AccountStatus(
            checks=[_build_unanswered_check("account", error, Level.PROBLEM)]
        )  # If this call fails, the other calls would fail too.
    checks: list[Check] = []
    quotas = _fetch_quotas(api, checks)
    assets = _fetch_assets(GroupApi(api), checks)
    until = parse_day(get_text(response, "data", "package_valid_through_date"))
    verified = _read_verified(response)
    return AccountStatus(
        name=get_text(response, "data", "name"),
        verified=verified,
        package=get_text(response, "data", "package_name"),
        package_until=until,
        quotas=quotas,
        assets=assets,
        checks=[*_check_package(until, local_date(now)), *checks],
    )


def _fetch_quotas(api: ApiClient, checks: list[Check]) -> list[PackageQuota]:
    """Return the package's quotas; the first failed call ends the list, and becomes a check."""
    quotas: list[PackageQuota] = []
    try:
        for source in SOURCES:
            quotas += map(_read_quota, _read_entries(api.ask(catalogue.package_quota_call(kind=source)).get("data")))
    except DeliveryError as error:
        checks.append(_build_unanswered_check("quota", error, Level.WARNING))
    return quotas


def _fetch_assets(groups: GroupApi, checks: list[Check]) -> list[AssetSummary]:
    """Return the assets by size; the first failed call ends the list, and becomes a check."""
    summaries: list[AssetSummary] = []
    try:
        for size in SIZES:
            summaries += _summarize_assets(size, [asset for asset in groups.assets(size) if asset.kind == size])
    except DeliveryError as error:
        checks.append(_build_unanswered_check("assets", error, Level.WARNING))
    return summaries


def _read_entries(data: Any) -> list[Mapping[str, Any]]:
    """Return the entries of a response, which has a list of entries or a single entry."""
    return list_objects([data] if isinstance(data, Mapping) else data)


def _read_quota(entry: Mapping[str, Any]) -> PackageQuota:
    return PackageQuota(
        kind=get_text(entry, "quota_type"),
        remain=get_text(entry, "remain"),
        total=get_text(entry, "total"),
        until=get_text(entry, "expired_date"),
    )


def _summarize_assets(size: str, assets: Sequence[GroupAsset]) -> list[AssetSummary]:
    if not assets:
        return []
    used = sum(asset.used for asset in assets)
    ends = [asset.ends for asset in assets if asset.ends is not None]
    return [AssetSummary(size=size, free=len(assets) - used, used=used, first_end=min(ends, default=None))]


def _read_verified(response: Mapping[str, Any]) -> bool | None:
    data = response.get("data")
    value = data.get("is_verified") if isinstance(data, Mapping) else None
    return (
        {True: True, False: False, "true": True, "false": False}.get(value) if isinstance(value, bool | str) else None
    )


def _check_package(until: date | None, today: date) -> list[Check]:
    todo = Sentence("Renew the package on the account's management page: without it, Zalo doesn't answer programs.")
    if until is None:
        return []
    if until < today:
        return [problem("package", Sentence("The account's package ended on {last_day}.", last_day=until), todo)]
    if until - today < NOTICE:
        return [warning("package", Sentence("The account's package ends on {last_day}.", last_day=until), todo)]
    return [ok("package", Sentence("The account's package is valid until {last_day}.", last_day=until))]


def _build_unanswered_check(name: str, error: DeliveryError, level: Level) -> Check:
    return Check(name, level, error.sentence, Sentence("Check again in a moment."))
