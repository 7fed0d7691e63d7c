"""The healthy messengers, into which faults are planted, pass."""

from tests.testing.messenger_faults.bench import CalledConformance, PollingConformance
from tests.testing.messenger_faults.bot import SplittingBot


class TestCalledBot(CalledConformance):
    """A bot with a webhook."""


class TestSplittingBot(CalledConformance):
    """A bot of a platform that posts several updates at once."""

    made = SplittingBot


class TestPollingBot(PollingConformance):
    """A bot that polls."""
