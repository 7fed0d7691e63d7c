"""Creation of a group while the district's own storage fails."""

from typing import Any

import pytest
from tests.zalo.groups.conftest import TITLE, Make, standing

from anninh_core.kernel.errors import StorageError, UnknownOutcome
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.testing import FixedClock
from anninh_zalo.groups.group_creator import PATIENCE
from anninh_zalo.testing import SandboxOfficialAccount


@pytest.mark.parametrize("works", range(3))
def test_storage_failure_leaves_one_group(
    *,
    make: Make,
    account: SandboxOfficialAccount,
    services: AdapterServices,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    works: int,
) -> None:
    """At whatever write the storage fails, success isn't reported, and in the end there is one group under the key."""
    account.asset()
    account.asset()
    put = services.state.put
    calls = []

    def failing(*arguments: Any) -> bool:
        calls.append(arguments)
        if len(calls) > works:
            raise StorageError("the disk is full")
        return put(*arguments)

    monkeypatch.setattr(services.state, "put", failing)
    if works < 2:  # two notes are written: before the call to Zalo, and after its response
        with pytest.raises(UnknownOutcome, match=r"can't be used now \(StorageError\)"):
            make().create(TITLE, [], "g-1")
    else:
        make().create(TITLE, [], "g-1")
    assert len(standing(account)) == min(works, 1)

    monkeypatch.undo()
    clock.advance(PATIENCE)
    created = make().create(TITLE, [], "g-1")
    assert [*account.account.groups] == [created.address.id]
