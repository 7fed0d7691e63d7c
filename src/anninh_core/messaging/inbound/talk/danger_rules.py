"""Rules for messages of danger: which case the message joins, or when it opens a new one. The first matching rule
decides.

In any case, the emergency numbers are sent and an alarm is raised. In doubt another case is opened: an officer can join
two cases, but can't find a fire that was filed under another case.
"""

from collections.abc import Callable

from attrs import evolve, frozen

from anninh_core.domain.tips.states import PlaceChange
from anninh_core.messaging.inbound.talk.history import TalkCase
from anninh_core.messaging.inbound.talk.message_context import MessageInContext, continue_case
from anninh_core.messaging.inbound.talk.route import Route


def place_corrected(message: MessageInContext) -> Route | None:
    """The reporter corrects the place: the case stays and moves to the new place."""
    case = _find_moving_case(message)
    if case is None or not message.signals.corrects_place or case.ref not in message.elsewhere:
        return None
    route = _join_case(message, case, "danger, its place corrected")
    return evolve(route, place=message.place, place_change=PlaceChange.CORRECTED)


def direction(message: MessageInContext) -> Route | None:
    """The reporter names where a person flees or is taken to: the case stays and the place is added."""
    case = _find_moving_case(message)
    place = message.place
    if case is None or place is None or not message.signals.has_direction or case.ref not in message.elsewhere:
        return None
    if place.is_certain and message.message.text.isascii():
        return None  # "chay xuong" may also mean a burning workshop.
    route = _join_case(message, case, "danger, on its way to another place")
    return evolve(route, place=message.place, place_change=PlaceChange.DIRECTION)


def other_place(message: MessageInContext) -> Route | None:
    """Danger at another place than that of every open case is a case of its own, even if the message quotes one."""
    cases = _list_open_tips(message)
    if not message.signals.is_danger or not cases or not all(case.ref in message.elsewhere for case in cases):
        return None
    route = _open_case(message, "danger at another place")
    is_certain = message.place is not None and message.place.is_certain
    return route if is_certain else evolve(route, linked=(cases[0].ref,))


def announced_matter(message: MessageInContext) -> Route | None:
    """Danger that the reporter announced as another matter is a case of its own."""
    if not message.signals.is_danger or not message.announces_matter:
        return None
    return _open_case(message, "danger, announced as another matter")


def pointed_case(message: MessageInContext) -> Route | None:
    """Danger in a message that quotes an open case, or names its receipt, joins that case."""
    case = message.history.pointed_case
    if not message.signals.is_danger or case is None or not _is_joinable(message, case):
        return None
    return _join_case(message, case, "danger, in the case that it names")


def own_emergency(message: MessageInContext) -> Route | None:
    """Danger within `danger_minutes` of an emergency joins it, where no other case is running."""
    case = _find_only_running_tip(message)
    if not message.signals.is_danger or case is None or not _is_recent_emergency(message, case):
        return None
    return _join_case(message, case, "danger, minutes after an emergency of the same resident")


def open_case(message: MessageInContext) -> Route | None:
    """Danger within `join_minutes` of a case joins it; of the same category or none, within `continue_minutes`."""
    case = _find_only_running_tip(message)
    if not message.signals.is_danger or case is None:
        return None
    return _join_case(
        message, case, "danger, in the case that goes on", second_matter=_has_other_category(message, case)
    )


def older_case(message: MessageInContext) -> Route | None:
    """Danger during any other open case is a case of its own, linked to the newest of them."""
    cases = [case for case in _list_open_tips(message) if case.ref not in message.elsewhere]
    if not message.signals.is_danger or not cases or _list_running_tips(message):
        return None
    return evolve(_open_case(message, "danger, long after another case or of another kind"), linked=(cases[0].ref,))


def several_cases(message: MessageInContext) -> Route | None:
    """Danger during several running cases joins the newest emergency, else the newest case, marked for a check."""
    running = _list_running_tips(message)
    if not message.signals.is_danger or len(running) < 2:
        return None
    case = next((case for case in running if _is_recent_emergency(message, case)), running[0])
    route = _join_case(message, case, f"danger, {len(running)} cases are running", second_matter=True)
    return evolve(route, look_first=True)


def no_case(message: MessageInContext) -> Route | None:
    """Danger where no case is open is a case of its own."""
    return _open_case(message, "danger, and no case is open") if message.signals.is_danger else None


@frozen
class DangerRule:
    """A rule for messages of danger, shown as a row of the decision table.

    Attributes:
        name: of the function.
        meaning: which messages it takes, and what happens with them.
        page: who gets an urgent notice.
        apply: returns the route of the message, or None if the rule doesn't match.
    """

    name: str
    meaning: str
    page: str
    apply: Callable[[MessageInContext], Route | None]


_AS_EMERGENCY = "who has the case, else the ladder goes on"

_PAGES: tuple[tuple[Callable[[MessageInContext], Route | None], str], ...] = (
    (place_corrected, "duty of the new place; who was paged before is notified, not called off"),
    (direction, "as for an emergency; the duty of the other place is informed"),
    (other_place, "its own ladder"),
    (announced_matter, "its own ladder, or bundled"),
    (pointed_case, _AS_EMERGENCY),
    (own_emergency, _AS_EMERGENCY),
    (open_case, "who has the case, else the ladder, with the category of the danger"),
    (older_case, "its own ladder"),
    (several_cases, _AS_EMERGENCY),
    (no_case, "its own ladder"),
)

DANGER_RULES = tuple(
    DangerRule(rule.__name__, " ".join((rule.__doc__ or "").split()), page, rule) for rule, page in _PAGES
)
"""All rules for danger in the order in which they are tried; the documentation's table is generated from them."""


def route_danger(message: MessageInContext) -> Route | None:
    """Return the route of a message of danger, or None for a message without danger."""
    return next((route for rule in DANGER_RULES if (route := rule.apply(message)) is not None), None)


def _join_case(message: MessageInContext, case: TalkCase, why: str, *, second_matter: bool = False) -> Route:
    route = continue_case(case.ref, why, emergency=True, second_matter=second_matter)
    return evolve(route, category=message.signals.category)


def _open_case(message: MessageInContext, why: str) -> Route:
    route = message.by_opinions
    return evolve(route, reasons=(*route.reasons, why), place=message.place)


def _list_open_tips(message: MessageInContext) -> tuple[TalkCase, ...]:
    """Return the unlocked tips that an officer still works on, latest first; danger never joins a locked tip."""
    return tuple(case for case in message.history.open_tips if case.is_worked_on and not case.is_locked)


def _list_running_tips(message: MessageInContext) -> tuple[TalkCase, ...]:
    """Return the open tips that further danger may belong to, latest first."""
    return tuple(case for case in _list_open_tips(message) if _is_running(message, case))


def _find_only_running_tip(message: MessageInContext) -> TalkCase | None:
    running = _list_running_tips(message)
    return running[0] if len(running) == 1 else None


def _is_running(message: MessageInContext, case: TalkCase) -> bool:
    history = message.history
    age = history.at - case.heard_at
    if case.ref in message.elsewhere or age > history.rules.continues_for:
        return False
    is_recent = age <= history.rules.joins_within or _is_recent_emergency(message, case)
    return is_recent or not _has_other_category(message, case)


def _is_recent_emergency(message: MessageInContext, case: TalkCase) -> bool:
    return case.is_emergency and message.history.at - case.heard_at <= message.history.rules.danger_within


def _has_other_category(message: MessageInContext, case: TalkCase) -> bool:
    """Return whether the case and the reported danger both have a category, and the categories differ."""
    return bool(case.category and message.signals.category) and case.category != message.signals.category


def _is_joinable(message: MessageInContext, case: TalkCase) -> bool:
    is_open = case.is_tip and case.is_open and case.is_worked_on and not case.is_locked
    return is_open and case.ref not in message.elsewhere


def _find_moving_case(message: MessageInContext) -> TalkCase | None:
    """Return the case with a place that the message may change: a running emergency, or for danger the newest case."""
    if message.announces_matter:
        return None
    history = message.history
    if history.emergency is not None and history.emergency.is_worked_on:
        return history.emergency
    newest = next(iter(_list_open_tips(message)), None)
    is_near = newest is not None and history.at - newest.heard_at <= history.rules.continues_for
    return newest if message.signals.is_danger and is_near else None
