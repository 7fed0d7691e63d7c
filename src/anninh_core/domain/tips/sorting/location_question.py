"""Placing a tip: the place named in its text at reception, or a single question to its reporter if that is uncertain.

Asking delays nothing: the tip is taken in, acknowledged and, in danger, answered before.
"""

from collections.abc import Sequence
from datetime import date

from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.replies import notify_reporter
from anninh_core.domain.tips.sorting.places import PlaceSuggestion, Point, find_certain_place, find_places
from anninh_core.domain.tips.states import TipState
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.replacing import evolve
from anninh_core.kernel.text import words
from anninh_core.usecase.outbox_message import get_messenger_name
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Attachment

BY_CHAT = frozenset({"one_to_one", "group"})
"""Origins of tips with a unit that no person chose: it follows from the account or the group."""

_OF_THE_TALK = "no certain place in the words: the unit of the account, the group or the earlier talk"
_CHOSEN = "the reporter chose it from the list"
_SAID_LATER = "said later"
_MAX_ANSWER_WORDS = 8
_MAX_REST_WORDS = 3  # Maximum number of words around an answer, such as "dạ", "số" or "ạ".
_RECENT_TIPS = 20


def suggest_places(
    district: District, tip: Tip, text: str | None = None, point: Point | None = None
) -> tuple[PlaceSuggestion, ...]:
    """Return the places where a tip may have happened, by its own text and location, or by the given ones."""
    searched_text = tip.text if text is None else text
    point = tip.point if text is None else point
    return find_places(district, searched_text, day=local_date(tip.received_at), within=tip.unit, point=point)


def find_first_place(
    uow: UnitOfWork, tip: Tip, attachments: Sequence[Attachment], named: PlaceSuggestion | None = None
) -> tuple[Tip, tuple[PlaceSuggestion, ...]]:
    """Return a new tip placed in the unit that it names, if that is certain, and all suggested places.

    If the text names several places, a certain place of the conversation, `named`, is used. A tip that an officer
    entered stays in its unit, and no tip is placed in a unit without the actor's permission.
    """
    point = find_first_point(attachments)
    if point:
        tip = evolve(tip, latitude=point[0], longitude=point[1])
    if tip.origin not in BY_CHAT:
        return tip, ()
    district = uow.context.district
    permitted = uow.permitted_units()
    suggestions = (named,) if named is not None and named.is_certain else suggest_places(district, tip)
    place = find_certain_place(suggestions)
    if place is None or (permitted is not None and place.unit not in permitted):
        reason = "" if tip.unit == district.root else _OF_THE_TALK
        return evolve(tip, place_reason=reason), suggestions
    unit = tip.unit if district.is_within(tip.unit, place.unit) else place.unit
    return tip.placed(unit, place.reason), suggestions


def find_first_point(attachments: Sequence[Attachment]) -> Point | None:
    """Return the first location among a message's attachments, or None."""
    points = ((a.latitude, a.longitude) for a in attachments if a.kind == "location")
    return next(((lat, lon) for lat, lon in points if lat is not None and lon is not None), None)


def ask_place(uow: UnitOfWork, tip: Tip, suggestions: Sequence[PlaceSuggestion]) -> Tip:
    """Ask a reporter once for the place, if their account serves several communes and no place is certain."""
    district = uow.context.district
    if tip.origin != "one_to_one" or find_certain_place(suggestions) or not _has_account_units(uow, tip.conversation):
        return tip
    options = _find_options(district, tip, suggestions)
    if len(options) < 2 or _is_place_asked(uow, tip.conversation):
        return tip
    if len(options) > district.places.most_options:
        notify_reporter(uow, tip, "tip.ask_place_freely")
    else:
        lines = (f"{number}. {district.unit(unit).name}" for number, unit in enumerate(options, 1))
        notify_reporter(uow, tip, "tip.ask_place", options="\n".join(lines))
    uow.add_event("tip.place_asked")
    return tip.asking_place(options)


def is_unplaced(district: District, tip: Tip) -> bool:
    """Return whether the commune of a tip is still unknown, so that a later message may name it."""
    return tip.state is TipState.RECEIVED and tip.origin in BY_CHAT and len(_find_communes(district, tip)) > 1


def count_place_choices(district: District, tip: Tip) -> int:
    """Return how many numbered choices the question for a tip's place offers; 0 if it asks for the place in words."""
    count = len(tip.place_options)
    return count if count <= district.places.most_options else 0


def read_place_answer(
    district: District, tip: Tip, text: str, point: Point | None = None, *, is_number: bool = False
) -> PlaceSuggestion | None:
    """Return the place that a later message names for an unplaced tip, in words or by a number of the list, or None."""
    chosen = _read_list_number(tip, text, district.places.most_options) if is_number else ""
    if chosen:
        return PlaceSuggestion(unit=chosen, certainty=1.0, words=text.strip(), rule=_CHOSEN)
    place = find_certain_place(suggest_places(district, tip, text, point))
    return place and evolve(place, rule=f"{_SAID_LATER}: {place.rule}")


def find_place_question(session: ReadSession, conversation: str, text: str) -> Tip | None:
    """Return the newest tip with an open question for its place, if a short message names the place and nothing
    else.
    """
    if not _has_account_units(session, conversation) or len(words(text)) > _MAX_ANSWER_WORDS:
        return None
    for tip in _find_recent_tips(session, conversation):
        if tip.place_options and tip.state is TipState.RECEIVED:
            return tip if _is_only_answer(session.context.district, tip, text) else None
    return None


def _is_only_answer(district: District, tip: Tip, text: str) -> bool:
    place = read_place_answer(district, tip, text)
    if place is None:
        return False
    return len(words(text)) - len(words(place.words)) <= _MAX_REST_WORDS


def _read_list_number(tip: Tip, text: str, most: int) -> str:
    """Return the unit with the list number that a short text names, or ""."""
    tokens = words(text)
    numbers = [int(token) for token in tokens if token.isdecimal()]
    count = len(tip.place_options)
    if len(numbers) != 1 or len(tokens) > _MAX_REST_WORDS or not 1 <= numbers[0] <= count or count > most:
        return ""
    return tip.place_options[numbers[0] - 1]


def _has_account_units(session: ReadSession, conversation: str) -> bool:
    return bool(conversation) and get_messenger_name(conversation) in session.context.account_units


def _is_place_asked(session: ReadSession, conversation: str) -> bool:
    return any(tip.place_options and tip.is_open for tip in _find_recent_tips(session, conversation))


def _find_recent_tips(session: ReadSession, conversation: str) -> Sequence[Tip]:
    return session.find(TIP, "newest", where={"conversation": conversation}, limit=_RECENT_TIPS).items


def _find_options(district: District, tip: Tip, suggestions: Sequence[PlaceSuggestion]) -> tuple[str, ...]:
    """Return the communes to choose from: those that were named, if several, else all below the tip's unit."""
    communes = _find_communes(district, tip)
    named_communes = dict.fromkeys(district.counting_unit(place.unit) for place in suggestions if place.words)
    candidates = tuple(unit for unit in named_communes if unit in communes)
    return candidates if len(candidates) > 1 and len(communes) > 1 else communes


def _find_communes(district: District, tip: Tip) -> tuple[str, ...]:
    """Return the communes below a tip's unit on the day of its reception."""
    return _find_communes_below(district, tip.unit, local_date(tip.received_at))


def _find_communes_below(district: District, top: str, day: date) -> tuple[str, ...]:
    existing = frozenset(district.place_names.list_places_on(day))
    return tuple(id for id in district.subtree(top) if id in existing and district.counting_unit(id) == id)
