"""Rights of the people behind the data: what they may ask of the authority."""

from anninh_core.domain.rights.checking import RightsChecking
from anninh_core.domain.rights.handling import RightsHandling
from anninh_core.domain.rights.intake import RightsIntake
from anninh_core.domain.rights.loading import RightsLookups
from anninh_core.usecase.runner import UseCaseRunner


class Rights:
    """Requests about data of one's own.

    Attributes:
        intake: takes them in.
        checking: looks at who asks.
        handling: finds, copies, changes, answers.
    """

    def __init__(self, runner: UseCaseRunner, lookups: RightsLookups | None = None) -> None:
        known = lookups or RightsLookups()
        self.intake = RightsIntake(runner, known)
        self.checking = RightsChecking(runner, known)
        self.handling = RightsHandling(runner, known)
