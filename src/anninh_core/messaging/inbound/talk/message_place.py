"""Pure rules for the place that a message names, and for which cases of a conversation happened elsewhere."""

from functools import partial

from attrs import frozen

from anninh_core.domain.tips.sorting.location_question import find_first_point
from anninh_core.domain.tips.sorting.places import (
    CERTAIN,
    PlaceSuggestion,
    find_named_place,
    find_other_names,
    find_places,
)
from anninh_core.kernel.dates import local_date
from anninh_core.messaging.inbound.talk.history import CaseHistory, TalkCase
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage

_OF_CASE = "the place of the case in which it was reported"


@frozen(kw_only=True)
class MessagePlace:
    """The place that a message names or was sent from, if it is the only one.

    Attributes:
        suggestion: the place; certain if named as the scene of the event, not as a direction or a neighbour.
        names: other names for the unit in the text: see `find_other_names`.
    """

    suggestion: PlaceSuggestion
    names: frozenset[str] = frozenset()

    @property
    def unit(self) -> str:
        """Id of the unit that is the place."""
        return self.suggestion.unit

    @property
    def is_certain(self) -> bool:
        """Whether the place is named as the scene of the event."""
        return self.suggestion.is_certain


def find_message_place(message: InboundMessage, history: CaseHistory, district: District) -> MessagePlace | None:
    """Return the only place that a message names, or None; a number alone ("xóm 3") counts inside the newest tip's
    commune.

    Of several places, those of the conversation's cases are ignored: a message may repeat the earlier report before it
    names a place, or correct it.
    """
    day = local_date(history.at)
    newest = next((case.units for case in history.cases if case.units), (district.root,))
    within = district.counting_unit(newest[0])
    find = partial(
        find_places, district, message.text, day=day, within=within, point=find_first_point(message.attachments)
    )
    places = find()
    if len(places) > 1:
        places = find(ignored_units={unit for case in history.cases for unit in case.units})
    place = find_named_place(places)
    if place is None:
        return None
    return MessagePlace(suggestion=place, names=find_other_names(district, place.unit, message.text, day))


def find_case_place(case: TalkCase) -> MessagePlace | None:
    """Return the place of a case, for danger reported in that case, or None if the place is unknown."""
    if not case.units:
        return None
    return MessagePlace(suggestion=PlaceSuggestion(unit=case.units[0], certainty=CERTAIN, rule=_OF_CASE))


def is_elsewhere(district: District, place: MessagePlace, case: TalkCase) -> bool:
    """Return whether a place is neither inside nor around any place of a case; False for a case without a place."""
    if not case.units:
        return False
    for unit in case.units:
        if place.unit == unit:
            names = find_other_names(district, unit, case.text, case.received_on) if place.names else frozenset()
            if not names or place.names & names:
                return False
        elif district.is_within(place.unit, unit) or district.is_within(unit, place.unit):
            return False
    return True
