"""Zalo's answers about the account, in the forms in which people met them."""

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
class Zalo:
    """Gives each address one answer; an error is raised."""

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
        found = answers[call.path]
        if isinstance(found, Exception):
            raise found
        return {"error": 0, "data": found}


@pytest.mark.parametrize("nothing", [None, "", [], {}, "x", ["x"], 7])
def test_answers_that_say_nothing(nothing: Any) -> None:
    """Where a field or all of it is missing, nothing is made up and nothing fails."""
    found = fetch_account_status(Zalo(nothing, nothing, nothing), NOW)

    assert (found.name, found.verified, found.package_until, list(found.assets)) == ("", None, None, [])
    assert list(found.checks) == []


@pytest.mark.parametrize(("told", "verified"), [(True, True), ("true", True), (False, False), ("x", None), (1, None)])
def test_a_verified_account(told: Any, verified: bool | None) -> None:
    """It says so as a switch or as text."""
    assert fetch_account_status(Zalo({"is_verified": told}), NOW).verified is verified


@pytest.mark.parametrize("listed", [[ASSET, ASSET], {"assets": [ASSET]}])
def test_assets_in_both_forms(listed: Any) -> None:
    """Bare or under a name, an asset that several answers list counts once."""
    assert fetch_account_status(Zalo(assets=listed), NOW).assets == [
        AssetSummary(size="gmf50", free=1, used=0, first_end=date(2026, 12, 31))
    ]


def test_assets_by_size() -> None:
    """Free and used ones are counted apart, and the first end is found, whatever their order."""
    others = [
        ASSET | {"asset_id": "b", "valid_through": "01/11/2026", "status": "used"},
        ASSET | {"asset_id": "c", "product_type": "gmf10", "valid_through": "soon"},
    ]

    assert fetch_account_status(Zalo(assets=[ASSET, *others]), NOW).assets == [
        AssetSummary(size="gmf10", free=1, used=0, first_end=None),
        AssetSummary(size="gmf50", free=1, used=1, first_end=date(2026, 11, 1)),
    ]


@pytest.mark.parametrize("listed", [[QUOTA], QUOTA])
def test_quotas_in_both_forms(listed: Any) -> None:
    """Each of the three kinds is asked for; an answer is a list, or the one entry."""
    one = PackageQuota(kind="sub_quota", remain="5", total="10", until="31/10/2026")

    assert fetch_account_status(Zalo(quotas=listed), NOW).quotas == [one] * 3


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
def test_the_end_of_the_package(until: str, level: Level | None) -> None:
    """Its last day still counts; what is no day says nothing."""
    checks = fetch_account_status(Zalo({"package_valid_through_date": until}), NOW).checks

    assert [check.level for check in checks] == ([level] if level else [])


def test_nothing_is_asked_in_vain() -> None:
    """If the account itself isn't told, a check names the reason and the way out, and nothing more is asked."""
    zalo = Zalo(NeedsPerson("The token is wrong (code -216): log in again."))
    found: AccountStatus = fetch_account_status(zalo, NOW)

    (check,) = found.checks
    assert (check.level, check.what, check.todo) == (
        Level.PROBLEM,
        "The token is wrong (code -216): log in again.",
        "Check again in a moment.",
    )
    assert zalo.asked == ["/v2.0/oa/getoa"]


def test_a_question_that_fails_is_not_repeated() -> None:
    """Where one of several calls isn't answered, the others of its kind aren't tried."""
    zalo = Zalo(quotas=RetryLater("too fast"))
    checks = fetch_account_status(zalo, NOW).checks

    assert [(check.name, check.level, check.todo) for check in checks] == [
        ("quota", Level.WARNING, "Check again in a moment.")
    ]
    assert zalo.asked.count("/v3.0/oa/quota/message") == 1
