"""The status of an official account is read from Zalo's responses in all observed forms."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from attrs import field, frozen

from anninh_core.kernel.errors import NeedsPerson, RetryLater
from anninh_core.ports.health import Level
from anninh_zalo.api.calls import ApiCall
from anninh_zalo.cli.account_status import AccountStatus, AssetSummary, PackageQuota, fetch_account_status

NOW = datetime(2026, 10, 1, 2, tzinfo=UTC)
ASSET = {"asset_id": "a", "product_type": "gmf50", "valid_through": "31/12/2026", "status": "available"}
QUOTA = {"quota_type": "sub_quota", "remain": "5", "total": 10, "expired_date": "31/10/2026"}


@frozen
class FixedResponsesPlatform:
    """A simulated platform with one response for each address; if the response is an exception, it is raised."""

    about: Any = field(factory=dict)
    quotas: Any = None
    assets: Any = None
    asked: list[str] = field(factory=list)

    def ask(self, call: ApiCall) -> Mapping[str, Any]:
        self.asked.append(call.path)
        answers = {
            "/v2.0/oa/getoa": self.about,
            "/v3.0/oa/quota/message": self.quotas,
            "/v3.0/oa/quota/group": self.assets,
        }
        answer = answers[call.path]
        if isinstance(answer, Exception):
            raise answer
        return {"error": 0, "data": answer}


@pytest.mark.parametrize("nothing", [None, "", [], {}, "x", ["x"], 7])
def test_empty_responses_give_an_empty_status(nothing: Any) -> None:
    """Missing or malformed responses give an empty status without an error."""
    status = fetch_account_status(FixedResponsesPlatform(nothing, nothing, nothing), NOW)

    assert (status.name, status.verified, status.package_until, list(status.assets)) == ("", None, None, [])
    assert list(status.checks) == []


@pytest.mark.parametrize(("answer", "verified"), [(True, True), ("true", True), (False, False), ("x", None), (1, None)])
def test_verification_is_read_from_both_forms(answer: Any, verified: bool | None) -> None:
    """Whether the account is verified is read from a boolean or a text, and is unknown otherwise."""
    assert fetch_account_status(FixedResponsesPlatform({"is_verified": answer}), NOW).verified is verified


@pytest.mark.parametrize("listed", [[ASSET, ASSET], {"assets": [ASSET]}])
def test_assets_are_read_from_both_forms(listed: Any) -> None:
    """Group assets are read from a bare or a nested list, and an asset in several responses counts once."""
    assert fetch_account_status(FixedResponsesPlatform(assets=listed), NOW).assets == [
        AssetSummary(size="gmf50", free=1, used=0, first_end=date(2026, 12, 31))
    ]


def test_assets_by_size() -> None:
    """Free and used group assets are counted by size, with the earliest end, in any order."""
    others = [
        ASSET | {"asset_id": "b", "valid_through": "01/11/2026", "status": "used"},
        ASSET | {"asset_id": "c", "product_type": "gmf10", "valid_through": "soon"},
    ]

    assert fetch_account_status(FixedResponsesPlatform(assets=[ASSET, *others]), NOW).assets == [
        AssetSummary(size="gmf10", free=1, used=0, first_end=None),
        AssetSummary(size="gmf50", free=1, used=1, first_end=date(2026, 11, 1)),
    ]


@pytest.mark.parametrize("listed", [[QUOTA], QUOTA])
def test_quotas_are_read_from_both_forms(listed: Any) -> None:
    """The quota of each of three kinds is queried, and a response is a list or a single entry."""
    quota = PackageQuota(kind="sub_quota", remain="5", total="10", until="31/10/2026")

    assert fetch_account_status(FixedResponsesPlatform(quotas=listed), NOW).quotas == [quota] * 3


@pytest.mark.parametrize(
    ("until", "level"),
    [
        ("30/09/2026", Level.PROBLEM),
        ("01/10/2026", Level.WARNING),
        ("14/10/2026", Level.WARNING),
        ("15/10/2026", Level.OK),
        ("", None),
        ("31/02/2026", None),
    ],
)
def test_package_end_sets_the_level(until: str, level: Level | None) -> None:
    """An account's package is valid on its last day, and an invalid date gives no check."""
    checks = fetch_account_status(FixedResponsesPlatform({"package_valid_through_date": until}), NOW).checks

    assert [check.level for check in checks] == ([level] if level else [])


def test_failed_account_call_stops_the_status() -> None:
    """If the account can't be read, a check has the reason and the remedy, and no further call is made."""
    zalo = FixedResponsesPlatform(NeedsPerson("The token is wrong (code -216): log in again."))
    status: AccountStatus = fetch_account_status(zalo, NOW)

    (check,) = status.checks
    assert (check.level, check.what, check.todo) == (
        Level.PROBLEM,
        "The token is wrong (code -216): log in again.",
        "Check again in a moment.",
    )
    assert zalo.asked == ["/v2.0/oa/getoa"]


def test_failed_quota_call_is_not_repeated() -> None:
    """After a call about quotas or group assets failed, the other calls of its kind aren't made."""
    zalo = FixedResponsesPlatform(quotas=RetryLater("too fast"))
    checks = fetch_account_status(zalo, NOW).checks

    assert [(check.name, check.level, check.todo) for check in checks] == [
        ("quota", Level.WARNING, "Check again in a moment.")
    ]
    assert zalo.asked.count("/v3.0/oa/quota/message") == 1
