import pytest
from tests.web.api.conftest import Call

from anninh_core.app import App
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor


@pytest.fixture
def tip_id(app: App, officer: Actor) -> str:
    """A new tip, in its first version."""
    return app.tips.record_walk_in(officer, "Có trộm xe máy ở chợ", unit="hoa-lu").id


def triage(call: Call, officer: Actor, tip_id: str, version: str) -> tuple[int, str]:
    answer = call("tips.triage", officer, {"tip_id": tip_id, "category": "crime"}, headers={"If-Match": version})
    return answer.status_code, (answer.json() or {}).get("code", "")


def test_a_stale_view_changes_nothing(call: Call, app: App, officer: Actor, tip_id: str) -> None:
    """Whoever saw an older version is told so, whatever happened since; with the newest one the act is done."""
    other = UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "tip_officer")
    app.tips.triage(other, tip_id, category="crime", place="chợ")

    assert triage(call, officer, tip_id, '"1"') == (412, "stale")
    assert app.tips.get(officer, tip_id).place == "chợ"
    assert triage(call, officer, tip_id, '"2"')[0] == 200


def test_any_version_will_do_where_it_is_said(call: Call, officer: Actor, tip_id: str) -> None:
    """A star stands for whatever it is by now."""
    assert triage(call, officer, tip_id, "*")[0] == 200


@pytest.mark.parametrize("version", ["1", 'W/"1"', '"one"', '"1", "2"', ""])
def test_what_is_no_version(call: Call, officer: Actor, tip_id: str, version: str) -> None:
    """A guard that can't be understood is never passed over."""
    assert triage(call, officer, tip_id, version) == (422, "bad_arguments")


def test_a_query_has_no_guard(call: Call, officer: Actor, tip_id: str) -> None:
    """What changes nothing can't be guarded, and says so."""
    answer = call("tips.get", officer, {"tip_id": tip_id}, headers={"If-Match": '"1"'})

    assert (answer.status_code, answer.json()["path"]) == (422, "If-Match")


def test_whose_record_it_is_not_learns_no_version(call: Call, app: App, tip_id: str) -> None:
    """For somebody else's tip the answer is that there is none, whatever version is named."""
    elsewhere = UnsafeLocalUsers(app).appoint("Cán bộ Khác", "ninh-giang", "tip_officer")

    assert {triage(call, elsewhere, tip_id, f'"{version}"') for version in (1, 2, 9)} == {(404, "not_found")}


@pytest.mark.parametrize(
    ("header", "total"), [("count", 1), ("respond-async, count=exact", 1), ("return=minimal", None)]
)
def test_a_list_tells_its_total_if_asked(call: Call, app: App, officer: Actor, header: str, total: int | None) -> None:
    """By a preference, as RFC 7240 has them; what isn't known is no error."""
    app.tips.record_walk_in(officer, "Có trộm ở chợ", unit="hoa-lu")
    answer = call("tips.list", officer, {}, headers={"Prefer": header}).json()
    assert (answer["total"], answer["is_capped"], answer["previous"]) == (total, False, "")
