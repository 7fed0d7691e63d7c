from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from anninh_core.kernel.errors import BadProfile
from anninh_core.profile.build import build_district
from anninh_core.profile.loader import load_profile, read_profile
from anninh_core.profile.source import ProfileSource
from anninh_core.vocabulary.district import District

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="session")
def hoa_lu() -> District:
    return load_profile("hoa_lu_2021")


@pytest.fixture(scope="session")
def source() -> ProfileSource:
    return read_profile("hoa_lu_2021")


@pytest.fixture
def refuse_change(source: ProfileSource) -> Callable[[Change], str]:
    """Return a function that breaks the shipped profile in one place and returns the text of the error with which it is
    refused.
    """

    def break_profile(change: Change) -> str:
        data: dict[str, Any] = deepcopy(dict(source.data))
        change(data)
        with pytest.raises(BadProfile) as caught:
            build_district(ProfileSource(source.name, data, source.files))
        return str(caught.value)

    return break_profile
