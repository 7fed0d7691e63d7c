"""Days without an end, answers that forget what they are about, and a storage of our own in trouble."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from tests.zalo.groups.conftest import TITLE, Make, at, seen

from anninh_core.kernel.errors import StorageBusy, UnknownOutcome
from anninh_core.testing.services import MemoryState
from anninh_zalo.api.calls import ApiCall
from anninh_zalo.groups.group_api import GroupApi
from anninh_zalo.groups.health import group_checks
from anninh_zalo.groups.values import GroupAsset, GroupInfo
from anninh_zalo.testing import Person, SandboxOfficialAccount

FOREVER = date(9999, 12, 31)


def test_an_asset_that_never_ends() -> None:
    """Its last day is the calendar's, and there is none 45 days later: looking at the groups goes on."""
    asset = GroupAsset(id="a", kind="gmf10", ends=FOREVER, group="g", used=True)
    (lost,) = group_checks([GroupInfo(id="g", enabled=False)], [asset], date(2026, 11, 2))

    assert "Zalo deletes it after 9999-12-31" in lost.what


class Forgetful:
    """Answers without a word of what was asked for."""

    def ask(self, call: ApiCall) -> Mapping[str, Any]:
        """Answer."""
        return {"error": 0, "data": {"group_info": {"name": call.path}}}


def test_a_group_is_the_one_that_was_asked_for() -> None:
    """An answer that forgets the id doesn't leave us with a group that nobody can write to."""
    assert GroupApi(Forgetful()).show("f00d").id == "f00d"


@pytest.mark.parametrize("writes", range(2))
def test_our_own_storage_fails(
    make: Make, account: SandboxOfficialAccount, leader: Person, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    """Before the call or behind it, nobody knows; tried again there is one group: its note leads to it."""
    account.asset()
    put = MemoryState.put
    left = [True] * writes

    def failing(*arguments: Any) -> bool:
        if not left:
            raise StorageBusy("locked")
        return left.pop() and put(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(MemoryState, "put", failing)
        with pytest.raises(UnknownOutcome):
            make().create(TITLE, [at(leader)], "k")
    made = make().create(TITLE, [at(leader)], "k")
    assert seen(account, made.address).name == TITLE
    assert len(account.account.groups) == 1


def test_what_is_shown_of_a_group() -> None:
    """Whoever has its link can join: no log shows it."""
    assert "zalo.me/g/x" not in repr(GroupInfo(id="g", link="https://zalo.me/g/x"))
