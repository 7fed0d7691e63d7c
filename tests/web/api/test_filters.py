"""A word of the profile that a list is filtered by is one that the profile has, whoever asks in which way."""

import pytest
from tests.web.api.conftest import Call

from anninh_core.app import App
from anninh_core.kernel.errors import BadInput
from anninh_core.operations import Door
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
def test_an_unknown_word_is_refused(
    call: Call, app: App, name: str, wrong: dict[str, str], right: dict[str, str]
) -> None:
    """Nothing found would be taken for the truth; the refusal names the words that there are."""
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer", "board_admin", "inspector")
    (word,) = {*wrong.values()} - {"hoa-lu"}
    (known,) = {*right.values()} - {"hoa-lu"}

    refused = call(name, officer, wrong)
    found = call(name, officer, right)
    with pytest.raises(BadInput, match=word):
        Door(app).call(officer, name, wrong)

    assert (refused.status_code, refused.json()["code"], found.status_code) == (422, "bad_input", 200)
    assert word in refused.json()["detail"]
    assert known in refused.json()["detail"].partition(": choose one of ")[2]


def test_whoever_may_not_list_learns_no_words(call: Call, app: App) -> None:
    """The permission comes first."""
    stranger = UnsafeLocalUsers(app).appoint("Cán bộ Khác", "hoa-lu", "editor")

    assert call("tips.list", stranger, {"category": "crimes"}).status_code == 403
