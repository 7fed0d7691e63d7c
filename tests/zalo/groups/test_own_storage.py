"""A group is created only once, even if the district's own storage fails meanwhile."""

from typing import Any

import pytest
from tests.zalo.groups.conftest import TITLE, Make, list_group_names

from anninh_core.kernel.errors import StorageError, UnknownOutcome
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.testing import FixedClock
from anninh_zalo.groups.group_creator import PATIENCE
from anninh_zalo.testing import SandboxOfficialAccount


@pytest.mark.parametrize("works", range(3))
def test_storage_failure_leaves_one_group(
    *,
    groups_builder: Make,
    account: SandboxOfficialAccount,
    services: AdapterServices,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    works: int,
) -> None:
    """Whichever write to the storage fails, no success is reported, and in the end there is one group under the request
    key.
    """
    account.asset()
    account.asset()
    put = services.state.put
    calls = []

    def put_or_fail(*arguments: Any) -> bool:
        calls.append(arguments)
        if len(calls) > works:
            raise StorageError("the disk is full")
        return put(*arguments)

    monkeypatch.setattr(services.state, "put", put_or_fail)
    if works < 2:  # Creating a group writes two notes: one before the call to Zalo, and one after its response.
        with pytest.raises(UnknownOutcome, match=r"can't be used now \(StorageError\)"):
            groups_builder().create(TITLE, [], "g-1")
    else:
        groups_builder().create(TITLE, [], "g-1")
    assert len(list_group_names(account)) == min(works, 1)

    monkeypatch.undo()
    clock.advance(PATIENCE)
    created = groups_builder().create(TITLE, [], "g-1")
    assert [*account.account.groups] == [created.address.id]
