"""The class that holds all services of data subjects' rights, for intake, checking and handling."""

from anninh_core.domain.rights.checking import RightsChecking
from anninh_core.domain.rights.handling import RightsHandling
from anninh_core.domain.rights.intake import RightsIntake
from anninh_core.domain.rights.loading import RightsLookups
from anninh_core.usecase.runner import UseCaseRunner


class Rights:
    """All use cases of data subjects' requests.

    Attributes:
        lookups: lookups in other subjects, also needed to find the possible steps.
    """

    def __init__(self, runner: UseCaseRunner, lookups: RightsLookups | None = None) -> None:
        self.lookups = lookups or RightsLookups()
        self.intake = RightsIntake(runner, self.lookups)
        self.checking = RightsChecking(runner, self.lookups)
        self.handling = RightsHandling(runner, self.lookups)
