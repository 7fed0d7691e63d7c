"""The class that holds all services of duty, for rosters and alarms."""

from collections.abc import Mapping

from anninh_core.domain.duty.alarm_service import Alarms
from anninh_core.domain.duty.roster_service import HasChat, Rosters
from anninh_core.usecase.kinds import CaseAccess
from anninh_core.usecase.runner import UseCaseRunner


class DutyService:
    """All use cases of duty."""

    def __init__(self, runner: UseCaseRunner, cases: Mapping[str, CaseAccess], has_chat: HasChat) -> None:
        self.rosters = Rosters(runner, has_chat)
        self.alarms = Alarms(runner, cases)
