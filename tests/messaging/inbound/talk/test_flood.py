"""Routing of messages that exceed their sender's limits."""

from datetime import timedelta

import pytest
from tests.messaging.inbound.talk.talks import NOW, build_case, build_history

from anninh_core.domain.conversations.held import MAY_BE_DANGER
from anninh_core.domain.conversations.pace import Pace
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.flood import apply_limits
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.vocabulary.rules import FloodRules

RULES = FloodRules(person_messages=5, person_cases=2)
MANY = Pace(since=NOW, messages=6)
USED_UP = Pace(since=NOW, messages=1, day=NOW, cases=2)
BOTH = Pace(since=NOW, messages=6, day=NOW, cases=2)


def apply_limit(route: Route, pace: Pace) -> Route:
    return apply_limits(route, build_history(build_case("tip:1"), pace=pace), RULES)


@pytest.mark.parametrize("pace", [MANY, USED_UP, BOTH])
@pytest.mark.parametrize("kind", [MessageClass.TIP, MessageClass.CONTINUATION])
def test_danger_passes_every_limit(kind: MessageClass, pace: Pace) -> None:
    """A report of danger keeps its route, whichever limit its sender has exceeded."""
    route = Route(message_class=kind, emergency=True, look_first=True)
    assert apply_limit(route, pace) is route


@pytest.mark.parametrize("kind", [MessageClass.TIP, MessageClass.QUESTION, MessageClass.UNASSIGNED])
def test_message_over_the_limit_is_unassigned(kind: MessageClass) -> None:
    """A message over the limit is unassigned, with the open cases as candidates, and opens no case."""
    result = apply_limit(Route(message_class=kind), MANY)
    assert (result.message_class, result.candidates, result.is_over) == (MessageClass.UNASSIGNED, ("tip:1",), True)


@pytest.mark.parametrize("order", [ResidentCommand.HELP, ResidentCommand.STATE, ResidentCommand.WITHDRAW])
def test_command_over_the_limit_is_unassigned(order: ResidentCommand) -> None:
    """Commands over the limit are left to a person, since each would get a reply."""
    result = apply_limit(Route(message_class=MessageClass.COMMAND, command=order), MANY)
    assert result.message_class is MessageClass.UNASSIGNED


def test_choice_is_accepted_over_the_limit() -> None:
    """An answer to our question is accepted over the limit, unless it would open a case beyond the day's limit."""
    old = Route(message_class=MessageClass.COMMAND, command=ResidentCommand.CHOOSE, case="tip:1")
    new = Route(message_class=MessageClass.COMMAND, command=ResidentCommand.CHOOSE)
    assert apply_limit(old, BOTH) is old
    assert apply_limit(new, USED_UP).message_class is MessageClass.UNASSIGNED


def test_possible_danger_opens_a_case_within_the_day_limit() -> None:
    """A message of possible danger opens a case until the day's limit, and is then unassigned and marked to be read
    first.
    """
    route = Route(message_class=MessageClass.TIP, look_first=True)
    assert apply_limit(route, MANY) is route
    assert MAY_BE_DANGER in apply_limit(route, BOTH).reasons


def test_courtesy_stays_courtesy() -> None:
    """Small talk over the limit stays small talk, unless a person should read it."""
    route = Route(message_class=MessageClass.CHATTER)
    assert apply_limit(route, BOTH) is route
    assert apply_limit(Route(message_class=MessageClass.CHATTER, needs_look=True), MANY).is_over


def test_message_count_restarts_after_its_window() -> None:
    """The sixth message within ten minutes is over a limit of five, and counting restarts ten minutes after the
    first.
    """
    pace = Pace()
    for second in range(6):
        assert not pace.has_too_many_messages(RULES)
        pace = pace.heard(NOW + timedelta(seconds=second), RULES)
    assert pace.has_too_many_messages(RULES)
    assert pace.heard(NOW - timedelta(hours=1), RULES).messages == 7
    assert pace.heard(NOW + RULES.person_window, RULES).messages == 1


def test_flood_is_reported_once() -> None:
    """A flood is reported once while messages over the limit continue, and again after ten quiet minutes."""
    pace = MANY.flooded(NOW, RULES)
    for minute in range(5, 60, 5):
        assert not pace.begins_flood(NOW + timedelta(minutes=minute), RULES)
        pace = pace.flooded(NOW + timedelta(minutes=minute), RULES)
    assert pace.told_at == NOW
    assert pace.begins_flood(NOW + timedelta(minutes=66), RULES)


def test_emergency_numbers_are_repeated_at_intervals() -> None:
    """For reports of danger the emergency numbers are sent each time under the limit, and over it once per interval of
    the profile.
    """
    warned = MANY.warned(NOW)
    assert not warned.is_warning_due(NOW + timedelta(minutes=4), RULES)
    assert warned.is_warning_due(NOW + timedelta(minutes=5), RULES)
    assert Pace(messages=3, warned_at=NOW).is_warning_due(NOW, RULES)
