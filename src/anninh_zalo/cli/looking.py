"""What Zalo says of the account itself: name, package, what may still be sent, and groups that can be made."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from attrs import frozen

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import DeliveryError
from anninh_core.ports.health import Check, Level, ok, problem, warning
from anninh_zalo.api import catalogue
from anninh_zalo.api.answers import text_in
from anninh_zalo.api.calls import Call, post

NOTICE = timedelta(days=14)
"""Before the package ends, somebody is told: with it the interface for programs ends."""

_WAYS = ("sub_quota", "purchase_quota", "reward_quota")
_SIZES = ("gmf10", "gmf50", "gmf100", "gmf1000")


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


class Asks(Protocol):
    """Asks in the account's name, as `AccountApi` does."""

    def ask(self, call: Call) -> Mapping[str, Any]:
        """Return the body of an answer that reports success."""
        ...


def look_at(api: Asks, now: datetime) -> Look:
    """Ask Zalo; about 16 calls, none of which does anything. Doesn't raise: what isn't answered is a check."""
    try:
        about = api.ask(catalogue.account())
    except DeliveryError as error:
        return Look(checks=[_unanswered("account", error, Level.PROBLEM)])  # then nothing else would be answered
    checks: list[Check] = []
    quotas = [*_asked(api, map(_quota_call, _WAYS), "quota", checks)]
    assets = [*_asked(api, (_asset_call(size, way) for size in _SIZES for way in _WAYS), "assets", checks)]
    until, verified = _day(text_in(about, "data", "package_valid_through_date")), _verified(about)
    return Look(
        name=text_in(about, "data", "name"),
        verified=verified,
        package=text_in(about, "data", "package_name"),
        package_until=until,
        quotas=[_quota(one) for one in quotas],
        assets=_counted(assets),
        checks=[*_package_checks(until, local_date(now)), *checks],
    )


def _quota_call(way: str) -> Call:
    return catalogue.package_quota(kind=way)


def _asset_call(size: str, way: str) -> Call:
    body = {"quota_owner": "OA", "product_type": size, "quota_type": way}
    return post("/v3.0/oa/quota/group", body, sends=False)


def _asked(api: Asks, calls: Iterator[Call], name: str, checks: list[Check]) -> Iterator[Mapping[str, Any]]:
    """Yield what the calls list; the first one that fails ends it, and is a check."""
    try:
        for call in calls:
            yield from _listed(api.ask(call).get("data"))
    except DeliveryError as error:
        checks.append(_unanswered(name, error, Level.WARNING))


def _listed(data: Any) -> list[Mapping[str, Any]]:
    """Return the entries of an answer, which come bare or under `assets`."""
    entries = data.get("assets", [data]) if isinstance(data, Mapping) else data
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []


def _quota(entry: Mapping[str, Any]) -> Quota:
    return Quota(
        kind=text_in(entry, "quota_type"),
        remain=text_in(entry, "remain"),
        total=text_in(entry, "total"),
        until=text_in(entry, "expired_date"),
    )


def _counted(entries: Sequence[Mapping[str, Any]]) -> list[Assets]:
    single = {text_in(entry, "asset_id"): entry for entry in entries}.values()
    found = []
    for size in _SIZES:
        of_size = [entry for entry in single if text_in(entry, "product_type") == size]
        ends = [end for entry in of_size if (end := _day(text_in(entry, "valid_through"))) is not None]
        used = sum(text_in(entry, "status") == "used" for entry in of_size)
        if of_size:
            found.append(Assets(size=size, free=len(of_size) - used, used=used, first_end=min(ends, default=None)))
    return found


def _verified(about: Mapping[str, Any]) -> bool | None:
    data = about.get("data")
    told = data.get("is_verified") if isinstance(data, Mapping) else None
    return {True: True, False: False, "true": True, "false": False}.get(told) if isinstance(told, bool | str) else None


def _day(text: str) -> date | None:
    """Read dd/mm/yyyy, None for anything else."""
    try:
        day, month, year = text.split("/")
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


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
