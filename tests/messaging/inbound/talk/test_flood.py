"""What is done with a message over its sender's limits, rule by rule."""

from datetime import timedelta

import pytest
from tests.messaging.inbound.talk.talks import NOW, case, talk

from anninh_core.domain.conversations.held import MAY_BE_DANGER
from anninh_core.domain.conversations.pace import Pace
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.flood import limit_route
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.vocabulary.rules import FloodRules

RULES = FloodRules(person_messages=5, person_cases=2)
MANY = Pace(since=NOW, messages=6)
USED_UP = Pace(since=NOW, messages=1, day=NOW, cases=2)
BOTH = Pace(since=NOW, messages=6, day=NOW, cases=2)


def limited(route: Route, pace: Pace) -> Route:
    return limit_route(route, talk(case("tip:1"), pace=pace), RULES)


@pytest.mark.parametrize("pace", [MANY, USED_UP, BOTH])
@pytest.mark.parametrize("kind", [MessageClass.TIP, MessageClass.CONTINUATION])
def test_danger_passes_every_limit(kind: MessageClass, pace: Pace) -> None:
    """It goes where the rules of the talk put it."""
    found = Route(message_class=kind, emergency=True, look_first=True)
    assert limited(found, pace) is found


@pytest.mark.parametrize("kind", [MessageClass.TIP, MessageClass.QUESTION, MessageClass.UNASSIGNED])
def test_what_is_over_waits_beside_the_cases_that_go_on(kind: MessageClass) -> None:
    """A person decides; nothing is opened, and nobody is asked."""
    held = limited(Route(message_class=kind), MANY)
    assert (held.message_class, held.candidates, held.is_over) == (MessageClass.UNASSIGNED, ("tip:1",), True)


@pytest.mark.parametrize("order", [ResidentCommand.HELP, ResidentCommand.STATE, ResidentCommand.WITHDRAW])
def test_orders_over_the_limit_are_read_by_a_person(order: ResidentCommand) -> None:
    """Each of them would be answered."""
    held = limited(Route(message_class=MessageClass.COMMAND, command=order), MANY)
    assert held.message_class is MessageClass.UNASSIGNED


def test_a_choice_is_obeyed_unless_it_opens_a_case_too_many() -> None:
    """Who answers what we asked isn't kept waiting; "none of these" makes a case, and the day's are used up."""
    old = Route(message_class=MessageClass.COMMAND, command=ResidentCommand.CHOOSE, case="tip:1")
    new = Route(message_class=MessageClass.COMMAND, command=ResidentCommand.CHOOSE)
    assert limited(old, BOTH) is old
    assert limited(new, USED_UP).message_class is MessageClass.UNASSIGNED


def test_what_may_be_danger_is_opened_while_the_day_s_cases_last() -> None:
    """Then it is held back, and marked as what is looked at first."""
    found = Route(message_class=MessageClass.TIP, look_first=True)
    assert limited(found, MANY) is found
    assert MAY_BE_DANGER in limited(found, BOTH).reasons


def test_courtesy_stays_courtesy() -> None:
    """Unless a person should look at it."""
    found = Route(message_class=MessageClass.CHATTER)
    assert limited(found, BOTH) is found
    assert limited(Route(message_class=MessageClass.CHATTER, needs_look=True), MANY).is_over


def test_messages_count_in_a_time_and_begin_anew() -> None:
    """The sixth within ten minutes is over a limit of five; ten minutes after the first the count begins again."""
    pace = Pace()
    for second in range(6):
        assert not pace.has_too_many_messages(RULES)
        pace = pace.heard(NOW + timedelta(seconds=second), RULES)
    assert pace.has_too_many_messages(RULES)
    assert pace.heard(NOW - timedelta(hours=1), RULES).messages == 7
    assert pace.heard(NOW + RULES.person_window, RULES).messages == 1


def test_a_flood_is_told_of_once_until_it_was_over() -> None:
    """It goes on while messages over the limit come; after ten quiet minutes the next is another one."""
    pace = MANY.flooded(NOW, RULES)
    for minute in range(5, 60, 5):
        assert not pace.begins_flood(NOW + timedelta(minutes=minute), RULES)
        pace = pace.flooded(NOW + timedelta(minutes=minute), RULES)
    assert pace.told_at == NOW
    assert pace.begins_flood(NOW + timedelta(minutes=66), RULES)


def test_danger_without_end_reads_the_numbers_now_and_then() -> None:
    """Under the limit each time; over it once in the profile's minutes."""
    warned = MANY.warned(NOW)
    assert not warned.warns(NOW + timedelta(minutes=4), RULES)
    assert warned.warns(NOW + timedelta(minutes=5), RULES)
    assert Pace(messages=3, warned_at=NOW).warns(NOW, RULES)
