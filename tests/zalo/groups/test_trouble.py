"""Groups cope with assets without an end, incomplete responses, and failures of the district's own storage."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from tests.zalo.groups.conftest import TITLE, Make, build_address, get_group_state

from anninh_core.kernel.errors import StorageBusy, UnknownOutcome
from anninh_core.testing.services import MemoryState
from anninh_zalo.api.calls import ApiCall
from anninh_zalo.groups.group_api import GroupApi
from anninh_zalo.groups.health import check_groups
from anninh_zalo.groups.values import GroupAsset, GroupInfo
from anninh_zalo.testing import Person, SandboxOfficialAccount

FOREVER = date(9999, 12, 31)


def test_asset_with_last_calendar_day_is_checked() -> None:
    """An asset that ends on the calendar's last day is checked without an overflow."""
    asset = GroupAsset(id="a", kind="gmf10", ends=FOREVER, group="g", used=True)
    (check,) = check_groups([GroupInfo(id="g", enabled=False)], [asset], date(2026, 11, 2))

    assert "Zalo deletes it after 9999-12-31" in check.what


class ApiWithoutIds:
    """A simulated API whose responses lack the requested id."""

    def ask(self, call: ApiCall) -> Mapping[str, Any]:
        return {"error": 0, "data": {"group_info": {"name": call.path}}}


def test_group_keeps_the_requested_id() -> None:
    """A group has the requested id even if the response lacks it."""
    assert GroupApi(ApiWithoutIds()).show("f00d").id == "f00d"


@pytest.mark.parametrize("writes", range(2))
def test_retry_after_storage_failure_finds_the_group(
    groups_builder: Make,
    account: SandboxOfficialAccount,
    account_admin: Person,
    monkeypatch: pytest.MonkeyPatch,
    writes: int,
) -> None:
    """A storage failure before or after the call leaves the outcome unknown; a retry finds the note and results in only
    one group.
    """
    account.asset()
    put = MemoryState.put
    remaining = [True] * writes

    def put_or_fail(*arguments: Any) -> bool:
        if not remaining:
            raise StorageBusy("locked")
        return remaining.pop() and put(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(MemoryState, "put", put_or_fail)
        with pytest.raises(UnknownOutcome):
            groups_builder().create(TITLE, [build_address(account_admin)], "k")
    created = groups_builder().create(TITLE, [build_address(account_admin)], "k")
    assert get_group_state(account, created.address).name == TITLE
    assert len(account.account.groups) == 1


def test_repr_hides_the_group_link() -> None:
    """The `repr` of a group hides its link, with which anyone could join."""
    assert "zalo.me/g/x" not in repr(GroupInfo(id="g", link="https://zalo.me/g/x"))
