"""The messengers into which faults are planted pass while they have none."""

from tests.testing.messenger_faults.bench import CalledConformance, PollingConformance


class TestCalledBot(CalledConformance):
    """A bot that is called."""


class TestPollingBot(PollingConformance):
    """A bot that polls."""
