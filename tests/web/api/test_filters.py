"""A list filter accepts only values that the profile defines, through the API and through the library."""

import pytest
from tests.web.api.conftest import Call

from anninh_core.app import App
from anninh_core.kernel.errors import BadInput
from anninh_core.operations import OperationGateway
from anninh_core.testing import UnsafeLocalUsers

FILTERS = [
    ("tips.list", {"category": "crimes"}, {"category": "crime"}),
    ("content.list", {"category": "crime_warnings"}, {"category": "crime_warning"}),
    ("groups.list", {"kind": "communes"}, {"kind": "commune"}),
    ("programme.duties", {"source": "half-years"}, {"source": "half-year"}),
    ("programme.duties", {"source": "pilots"}, {"source": "pilot"}),
    ("units.officers", {"unit": "hoa-lu", "role": "editors"}, {"unit": "hoa-lu", "role": "editor"}),
]


@pytest.mark.parametrize(("name", "wrong", "right"), FILTERS)
def test_unknown_key_is_refused(call: Call, app: App, name: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    """An unknown filter value is refused with the valid ones, because an empty list would be mistaken for the truth."""
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer", "board_admin", "inspector")
    (key,) = {*wrong.values()} - {"hoa-lu"}
    (valid_key,) = {*right.values()} - {"hoa-lu"}

    refused = call(name, officer, wrong)
    accepted = call(name, officer, right)
    with pytest.raises(BadInput, match=key):
        OperationGateway(app).call(officer, name, wrong)

    assert (refused.status_code, refused.json()["code"], accepted.status_code) == (422, "bad_input", 200)
    assert key in refused.json()["detail"]
    assert valid_key in refused.json()["detail"].partition(": choose one of ")[2]


def test_permission_is_checked_before_the_filter(call: Call, app: App) -> None:
    """The permission is checked before the filter, so that an officer without it learns no values of the profile."""
    stranger = UnsafeLocalUsers(app).appoint("Cán bộ Khác", "hoa-lu", "editor")

    assert call("tips.list", stranger, {"category": "crimes"}).status_code == 403
