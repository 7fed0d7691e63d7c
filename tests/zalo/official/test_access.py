"""A check shows whether Zalo still accepts the account's token, without sending a message."""

import pytest
from tests.zalo.conftest import Bench

from anninh_core.kernel.errors import NeedsPerson
from anninh_core.ports.messengers.platform import TriesAccess


def test_revoked_token_is_found(bench: Bench) -> None:
    """The check of the access raises an error after the consent was revoked, and none before."""
    assert isinstance(bench.messenger, TriesAccess)
    bench.messenger.try_access()
    bench.account.revokes(bench.app)
    with pytest.raises(NeedsPerson):
        bench.messenger.try_access()
