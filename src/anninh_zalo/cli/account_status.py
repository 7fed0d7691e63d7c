"""What Zalo says of the account itself: name, package, what may still be sent, and groups that can be made."""

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
"""Before the package ends, somebody is told: with it the interface for programs ends."""


@frozen(kw_only=True)
class PackageQuota:
    """Messages of the package, bought, or given: what is left, as Zalo writes it."""

    kind: str
    remain: str
    total: str
    until: str


@frozen(kw_only=True)
class AssetSummary:
    """The rights to one group each, of one size. `first_end` is the day on which the first of them ends."""

    size: str
    free: int
    used: int
    first_end: date | None


@frozen(kw_only=True)
class AccountStatus:
    """What was found. `checks` has what couldn't be found out, and what ends soon."""

    name: str = ""
    verified: bool | None = None
    package: str = ""
    package_until: date | None = None
    quotas: Sequence[PackageQuota] = ()
    assets: Sequence[AssetSummary] = ()
    checks: Sequence[Check] = ()


def fetch_account_status(api: ApiClient, now: datetime) -> AccountStatus:
    """Ask Zalo; about 16 calls, none of which does anything. Doesn't raise: what isn't answered is a check."""
    try:
        answer = api.ask(catalogue.account())
    except DeliveryError as error:
        return AccountStatus(
            checks=[_unanswered_check("account", error, Level.PROBLEM)]
        )  # then nothing else would be answered
    checks: list[Check] = []
    quotas = _quotas(api, checks)
    assets = _assets(GroupApi(api), checks)
    until = day(text_in(answer, "data", "package_valid_through_date"))
    verified = _read_verified(answer)
    return AccountStatus(
        name=text_in(answer, "data", "name"),
        verified=verified,
        package=text_in(answer, "data", "package_name"),
        package_until=until,
        quotas=quotas,
        assets=assets,
        checks=[*_package_checks(until, local_date(now)), *checks],
    )


def _quotas(api: ApiClient, checks: list[Check]) -> list[PackageQuota]:
    """Return what is left of the package, as far as it is told; the first call that fails ends it, and is a check."""
    quotas: list[PackageQuota] = []
    try:
        for source in SOURCES:
            quotas += map(_read_quota, _read_entries(api.ask(catalogue.package_quota(kind=source)).get("data")))
    except DeliveryError as error:
        checks.append(_unanswered_check("quota", error, Level.WARNING))
    return quotas


def _assets(groups: GroupApi, checks: list[Check]) -> list[AssetSummary]:
    """Return the assets by size, as far as they are told; the first call that fails ends it, and is a check."""
    summaries: list[AssetSummary] = []
    try:
        for size in SIZES:
            summaries += _summarize_assets(size, [asset for asset in groups.assets(size) if asset.kind == size])
    except DeliveryError as error:
        checks.append(_unanswered_check("assets", error, Level.WARNING))
    return summaries


def _read_entries(data: Any) -> list[Mapping[str, Any]]:
    """Return the entries of an answer, which are a list, or the one entry."""
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


def _read_verified(about: Mapping[str, Any]) -> bool | None:
    data = about.get("data")
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
