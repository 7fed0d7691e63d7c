"""The newsroom at two in the morning."""

import pytest
from tests.scenarios.cases.duty_bench import Duty
from tests.scenarios.cases.leaks.newsroom import ON_DUTY, Newsroom


@pytest.fixture
def newsroom(duty: Duty) -> Newsroom:
    """The newsroom with an officer on duty."""
    duty.roster(duty.officer(ON_DUTY))
    return Newsroom.of(duty)
