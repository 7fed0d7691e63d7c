"""Rights of the people behind the data: what they may ask of the authority."""

from anninh_core.domain.rights.checking import RightsChecking
from anninh_core.domain.rights.handling import RightsHandling
from anninh_core.domain.rights.intake import RightsIntake
from anninh_core.domain.rights.loading import RightsLookups
from anninh_core.usecase.runner import UseCaseRunner


class Rights:
    """Requests about data of one's own.

    Attributes:
        lookups: what is looked up about who asks, for what tells which steps are possible.
    """

    def __init__(self, runner: UseCaseRunner, lookups: RightsLookups | None = None) -> None:
        self.lookups = lookups or RightsLookups()
        self.intake = RightsIntake(runner, self.lookups)
        self.checking = RightsChecking(runner, self.lookups)
        self.handling = RightsHandling(runner, self.lookups)
