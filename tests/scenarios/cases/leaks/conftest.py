"""The fixture for a newsroom at two in the morning."""

import pytest
from tests.scenarios.cases.duty_bench import DutyBench
from tests.scenarios.cases.leaks.newsroom import ON_DUTY, Newsroom


@pytest.fixture
def newsroom(duty: DutyBench) -> Newsroom:
    """The newsroom with an officer on duty."""
    duty.put_on_duty(duty.appoint_officer(ON_DUTY))
    return Newsroom.of(duty)
