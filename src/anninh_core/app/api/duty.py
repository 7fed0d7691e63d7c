from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.duty.alarm_service import Alarms
from anninh_core.domain.duty.roster_service import Rosters
from anninh_core.workflows.claims import AlarmClaiming
from anninh_core.workflows.emergency_overview import AlarmLadders

_rosters = part(lambda internals: internals.services.duty.rosters)
_alarms = part(lambda internals: internals.services.duty.alarms)
_alarm_claiming = part(lambda internals: internals.workflows.alarm_claiming)
_alarm_ladders = part(lambda internals: internals.workflows.alarm_ladders)


class DutyApi(Noun):
    """Rosters of officers on duty, and alarms that an officer must acknowledge. Every verb takes the actor first."""

    set_roster = verb(_rosters, Rosters.set_roster)
    rosters = verb(_rosters, Rosters.rosters)
    on_duty = verb(_rosters, Rosters.on_duty)
    alarms = verb(_alarms, Alarms.alarms)
    alarm = verb(_alarms, Alarms.alarm)
    claim = verb(_alarm_claiming, AlarmClaiming.claim)
    claim_for = verb(_alarm_claiming, AlarmClaiming.claim_for)
    hand_up = verb(_alarm_claiming, AlarmClaiming.hand_up)
    ladder = verb(_alarm_ladders, AlarmLadders.ladder)
    running = verb(_alarm_ladders, AlarmLadders.running)
