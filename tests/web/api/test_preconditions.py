import pytest
from tests.web.api.conftest import Call

from anninh_core.app import App
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor


@pytest.fixture
def tip_id(app: App, officer: Actor) -> str:
    """The id of a recorded tip in version 1."""
    return app.tips.record_walk_in(officer, "Có trộm xe máy ở chợ", unit="hoa-lu").id


def triage_tip(call: Call, officer: Actor, tip_id: str, version: str) -> tuple[int, str]:
    response = call("tips.triage", officer, {"tip_id": tip_id, "category": "crime"}, headers={"If-Match": version})
    return response.status_code, (response.json() or {}).get("code", "")


def test_outdated_version_changes_nothing(call: Call, app: App, officer: Actor, tip_id: str) -> None:
    """An act on a tip with an outdated version is refused as stale and changes nothing; one with the newest version
    succeeds.
    """
    other_officer = UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "tip_officer")
    app.tips.triage(other_officer, tip_id, category="crime", place="chợ")

    assert triage_tip(call, officer, tip_id, '"1"') == (412, "stale")
    assert app.tips.get(officer, tip_id).place == "chợ"
    assert triage_tip(call, officer, tip_id, '"2"')[0] == 200


def test_star_accepts_any_version(call: Call, officer: Actor, tip_id: str) -> None:
    """A star in `If-Match` accepts any version."""
    assert triage_tip(call, officer, tip_id, "*")[0] == 200


@pytest.mark.parametrize("version", ["1", 'W/"1"', '"one"', '"1", "2"', ""])
def test_invalid_version_is_refused(call: Call, officer: Actor, tip_id: str, version: str) -> None:
    """An invalid version in `If-Match` is refused, and never ignored."""
    assert triage_tip(call, officer, tip_id, version) == (422, "bad_arguments")


def test_query_with_if_match_is_refused(call: Call, officer: Actor, tip_id: str) -> None:
    """A query with `If-Match` is refused, because it changes nothing."""
    response = call("tips.get", officer, {"tip_id": tip_id}, headers={"If-Match": '"1"'})

    assert (response.status_code, response.json()["path"]) == (422, "If-Match")


def test_stranger_learns_no_version(call: Call, app: App, tip_id: str) -> None:
    """For a tip of another commune an officer gets the same response as for a missing tip, whatever version the request
    names.
    """
    elsewhere = UnsafeLocalUsers(app).appoint("Cán bộ Khác", "ninh-giang", "tip_officer")

    assert {triage_tip(call, elsewhere, tip_id, f'"{version}"') for version in (1, 2, 9)} == {(404, "not_found")}


@pytest.mark.parametrize(
    ("header", "total"), [("count", 1), ("respond-async, count=exact", 1), ("return=minimal", None)]
)
def test_list_has_a_total_on_request(call: Call, app: App, officer: Actor, header: str, total: int | None) -> None:
    """A list has its total if the header `Prefer` (RFC 7240) requests it; unknown preferences are ignored."""
    app.tips.record_walk_in(officer, "Có trộm ở chợ", unit="hoa-lu")
    page = call("tips.list", officer, {}, headers={"Prefer": header}).json()
    assert (page["total"], page["is_capped"], page["previous"]) == (total, False, "")
