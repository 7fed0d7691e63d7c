"""An account can be asked, without anything being sent, whether Zalo still takes its token."""

import pytest
from tests.zalo.conftest import Bench

from anninh_core.kernel.errors import NeedsPerson
from anninh_core.ports.messengers.platform import TriesAccess


def test_a_token_that_was_revoked(bench: Bench) -> None:
    """It is found out by asking; before, nothing is raised."""
    assert isinstance(bench.messenger, TriesAccess)
    bench.messenger.try_access()
    bench.account.revokes(bench.app)
    with pytest.raises(NeedsPerson):
        bench.messenger.try_access()
