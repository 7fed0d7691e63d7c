"""Status of the account at Zalo: name, package, messages left, and groups that can be created."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from attrs import frozen

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import DeliveryError
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, Level, ok, problem, warning
from anninh_zalo.api import catalogue
from anninh_zalo.api.answers import objects_of, text_in
from anninh_zalo.api.calls import ApiClient
from anninh_zalo.groups.group_api import GroupApi
from anninh_zalo.groups.values import SIZES, SOURCES, GroupAsset, day

NOTICE = timedelta(days=14)
"""Time before the package's end at which a warning begins: without a package, the API stops."""


@frozen(kw_only=True)
class PackageQuota:
    """Messages included in the package, bought, or given; the numbers left are in Zalo's notation."""

    kind: str
    remain: str
    total: str
    until: str


@frozen(kw_only=True)
class AssetSummary:
    """Assets of one size, each the right to one group. `first_end` is the first day on which one of them ends."""

    size: str
    free: int
    used: int
    first_end: date | None


@frozen(kw_only=True)
class AccountStatus:
    """Status of an account. `checks` lists failed calls, and what ends soon."""

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
        response = api.ask(catalogue.account())
    except DeliveryError as error:
        return AccountStatus(
            checks=[_unanswered_check("account", error, Level.PROBLEM)]
        )  # the other calls would fail too
    checks: list[Check] = []
    quotas = _fetch_quotas(api, checks)
    assets = _fetch_assets(GroupApi(api), checks)
    until = day(text_in(response, "data", "package_valid_through_date"))
    verified = _read_verified(response)
    return AccountStatus(
        name=text_in(response, "data", "name"),
        verified=verified,
        package=text_in(response, "data", "package_name"),
        package_until=until,
        quotas=quotas,
        assets=assets,
        checks=[*_package_checks(until, local_date(now)), *checks],
    )


def _fetch_quotas(api: ApiClient, checks: list[Check]) -> list[PackageQuota]:
    """Return the package's quotas; the first failed call ends the list, and becomes a check."""
    quotas: list[PackageQuota] = []
    try:
        for source in SOURCES:
            quotas += map(_read_quota, _read_entries(api.ask(catalogue.package_quota(kind=source)).get("data")))
    except DeliveryError as error:
        checks.append(_unanswered_check("quota", error, Level.WARNING))
    return quotas


def _fetch_assets(groups: GroupApi, checks: list[Check]) -> list[AssetSummary]:
    """Return the assets by size; the first failed call ends the list, and becomes a check."""
    summaries: list[AssetSummary] = []
    try:
        for size in SIZES:
            summaries += _summarize_assets(size, [asset for asset in groups.assets(size) if asset.kind == size])
    except DeliveryError as error:
        checks.append(_unanswered_check("assets", error, Level.WARNING))
    return summaries


def _read_entries(data: Any) -> list[Mapping[str, Any]]:
    """Return the entries of a response, which has a list of entries or a single entry."""
    return objects_of([data] if isinstance(data, Mapping) else data)


def _read_quota(entry: Mapping[str, Any]) -> PackageQuota:
    return PackageQuota(
        kind=text_in(entry, "quota_type"),
        remain=text_in(entry, "remain"),
        total=text_in(entry, "total"),
        until=text_in(entry, "expired_date"),
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


def _package_checks(until: date | None, today: date) -> list[Check]:
    todo = Sentence("Renew the package on the account's management page: without it, Zalo doesn't answer programs.")
    if until is None:
        return []
    if until < today:
        return [problem("package", Sentence("The account's package ended on {last_day}.", last_day=until), todo)]
    if until - today < NOTICE:
        return [warning("package", Sentence("The account's package ends on {last_day}.", last_day=until), todo)]
    return [ok("package", Sentence("The account's package is valid until {last_day}.", last_day=until))]


def _unanswered_check(name: str, error: DeliveryError, level: Level) -> Check:
    return Check(name, level, error.sentence, Sentence("Check again in a moment."))
