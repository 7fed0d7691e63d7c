"""The messengers into which faults are planted pass while they have none."""

from tests.testing.messenger_faults.bench import CalledConformance, PollingConformance
from tests.testing.messenger_faults.bot import SplittingBot


class TestCalledBot(CalledConformance):
    """A bot that is called."""


class TestSplittingBot(CalledConformance):
    """A bot whose platform posts several updates at once."""

    made = SplittingBot


class TestPollingBot(PollingConformance):
    """A bot that polls."""
