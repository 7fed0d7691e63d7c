"""Emergencies as officers see them, with the resident's words: which officer has each of them and until when, or which
officer gets the next urgent notice.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial

from attrs import evolve, field, frozen

from anninh_core.domain.alarm_recipients import list_handlers, list_recipients
from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.duty.alarm import Alarm, make_alarm_id
from anninh_core.domain.duty.bundles import find_covering_alarm
from anninh_core.domain.duty.claims import AlarmClaim, find_running_claim
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.duty.ladder import PlannedPage, PlannedPageView, plan_urgent_notices
from anninh_core.domain.duty.rules import OnDuty
from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.duty.views import AlarmView
from anninh_core.domain.lookups import find_alarm_claim, find_tip, iter_covered_tips
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.text import clip
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.arguments import CaseRef, Cursor, Limit, WithinUnit
from anninh_core.usecase.marks import query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow

_PAGES = 4
"""Number of upcoming urgent notices shown for one alarm."""
_MOST_WORDS = 300
_GROUPS: tuple[Mapping[str, Scalar], ...] = (
    {"state": AlarmState.OPEN.value, "urgency": "emergency"},
    {"state": AlarmState.ACKNOWLEDGED.value, "urgency": "emergency"},
    {"state": AlarmState.OPEN.value, "urgency": "new"},
)
"""Filters for the groups of alarms in the list, in the order in which the groups need an officer."""


@view
class LadderView:
    """An alarm with its claim and its next urgent notices.

    Attributes:
        alarm: the alarm, with the urgent notices already sent.
        claimed_by: id of the officer who has it; "" for no officer.
        claimed_at: when the officer claimed it, or acted last; None without a claim.
        claimed_until: when the claim expires; None without one.
        expired_by: id of the officer with an expired claim, if no officer has claimed it since; else "".
        expired_at: when that claim expired; None without one.
        has_new_danger: whether more danger was reported after the claimant's last act.
        is_possible: whether its reporter was asked if there is danger, and hasn't answered.
        next_pages: who gets the next urgent notices and when, unless an officer acts; may be empty.
        handlers: ids of the officers to whom it can be assigned, those on a roster first; empty in lists, and for an
            actor who may assign it to no other officer.
        receipt: of its tip; "" for a message in a group.
        words: the beginning of the resident's report; "" if the officer may not read it.
        place: where the resident says it is.
    """

    alarm: AlarmView
    claimed_by: str
    claimed_at: datetime | None
    claimed_until: datetime | None
    expired_by: str
    expired_at: datetime | None
    has_new_danger: bool
    is_possible: bool
    next_pages: tuple[PlannedPageView, ...]
    handlers: tuple[str, ...]
    receipt: str
    words: str
    place: str


@frozen(kw_only=True)
class Ladder:
    """An alarm with its claim and its next urgent notices; other fields as in `LadderView`.

    Attributes:
        claim: claim of the officer who has the alarm; None if no officer has it.
    """

    alarm: Alarm
    claim: AlarmClaim | None
    expired_by: str
    expired_at: datetime | None
    next_pages: tuple[PlannedPage, ...]
    handlers: tuple[str, ...] = ()
    receipt: str = ""
    words: str = field(default="", repr=False)
    place: str = field(default="", repr=False)

    @property
    def items(self) -> tuple[Alarm, ...]:
        """The displayed alarm, as the journal records it."""
        return (self.alarm,)

    @property
    def has_new_danger(self) -> bool:
        """Whether more danger was reported after the claimant's last act."""
        return self.claim is not None and not self.alarm.is_covered_by(self.claim.at)

    @property
    def is_possible(self) -> bool:
        """Whether the alarm's reporter was asked if there is danger, and hasn't answered."""
        return self.alarm.is_possible

    def to_view(self) -> LadderView:
        """Return the view of the alarm with its claim."""
        claim = self.claim
        return make_view(
            LadderView,
            self,
            claimed_by="" if claim is None else claim.by,
            claimed_at=None if claim is None else claim.at,
            claimed_until=None if claim is None else claim.until,
        )


class AlarmLadders(Workflow):
    """Finds the officer who has an emergency, or who gets the next urgent notice about it."""

    action_prefix = "duty"

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def ladder(self, session: ReadSession, case: CaseRef) -> tuple[Ladder, ...]:
        """Return the alarm about a tip or message (`kind:id`), with its claim and next urgent notices; empty for none.

        It may be the alarm of another tip of the same incident, if the actor may know of it.

        Raises:
            NotVisible: it isn't the actor's, by unit or by a conflict of interest; or there is no such tip or alarm.
        """
        session.permitted_units()
        ref = Ref.parse(case)
        id = make_alarm_id(case)
        if ref.kind == TIP.name:
            get_permitted_tip(session, ref.id)
            carrier = find_covering_alarm(session, case)
            if carrier is not None and not _may_know_alarm(session, carrier):
                return ()
            id = id if carrier is None else carrier.id
            if session.get_readable(ALARM, id) is None:
                return ()
        alarm = session.include(self.services.duty.alarms.alarm, id)
        return (self._make_ladder(session, alarm, is_alone=True),)

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def running(
        self, session: ReadSession, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 50
    ) -> Listing[Ladder]:
        """Return unclaimed emergencies, then claimed ones, then notices: each the oldest first."""
        session.permitted_units()
        number, _, cursor = after.partition("/")
        group = int(number) if number in ("0", "1", "2") else 0
        alarms = list[Alarm]()
        while group < len(_GROUPS) and len(alarms) < limit:
            page = session.list_permitted(
                ALARM,
                "oldest",
                unit,
                where=_GROUPS[group],
                shows=partial(self._is_running, session),
                after=cursor,
                limit=limit - len(alarms),
            )
            alarms += page.items
            cursor = page.cursor
            group += not cursor
        ladders = [self._make_ladder(session, alarm) for alarm in alarms]
        ladders.sort(key=_sort_key)
        return Listing(tuple(ladders), f"{group}/{cursor}" if group < len(_GROUPS) else "")

    def _is_running(self, session: ReadSession, alarm: Alarm) -> bool:
        """Return whether an alarm is open or claimed, and the actor may know of it.

        An acknowledged alarm without a claim isn't counted as running: an earlier version never ended acknowledged
        alarms about groups.
        """
        tip = find_tip(session, alarm.about)
        if session.is_barred(alarm.excluded) or session.is_barred(_list_excluded_officers(alarm, tip)):
            return False
        return alarm.is_open or alarm.claim_until is not None or (tip is not None and tip.is_open)

    def _make_ladder(self, session: ReadSession, alarm: Alarm, *, is_alone: bool = False) -> Ladder:
        tip = find_tip(session, alarm.about)
        claim = find_alarm_claim(session, alarm)
        if claim is None and (tip is None or not tip.is_open):
            claim = find_running_claim(alarm, session.at)
        excluded = _list_excluded_officers(alarm, tip)
        passed_over = () if tip is None else tip.passed_over

        def list_available_officers(at: datetime) -> list[OnDuty]:
            people = list_recipients(session, alarm.unit, excluded, at, passed_over)
            return [person for person in people if person.gap is None]

        expired = tip.claim if tip is not None and tip.is_open and claim is None else None
        return Ladder(
            alarm=evolve(alarm, also=_list_known_cases(session, alarm) if is_alone else ()),
            claim=claim,
            expired_by="" if expired is None else expired.by,
            expired_at=None if expired is None else expired.until,
            next_pages=plan_urgent_notices(
                alarm,
                claim,
                list_available_officers,
                session.context.district.duty,
                session.at,
                limit=_PAGES if is_alone else 1,
            ),
            handlers=list_handlers(session, alarm.unit, excluded) if is_alone and _may_assign(session, alarm) else (),
            receipt=tip.receipt if tip is not None else "",
            words=clip(" ".join(_read_words(session, alarm, tip).split()), _MOST_WORDS),
            place=tip.place if tip is not None and _may_read_words(session, tip) else "",
        )


def _sort_key(ladder: Ladder) -> tuple[bool, bool, bool, datetime]:
    """Return the sort key of an alarm in a list: merely possible danger comes after emergencies."""
    alarm = ladder.alarm
    return not alarm.is_emergency, ladder.is_possible, ladder.claim is not None, alarm.opened_at


def _list_excluded_officers(alarm: Alarm, tip: Tip | None) -> tuple[str, ...]:
    """Return the officers excluded by a conflict of interest: from the tip if it is readable, otherwise from the
    alarm.
    """
    return alarm.excluded if tip is None else tip.barred


def _may_assign(session: ReadSession, alarm: Alarm) -> bool:
    """Return whether the actor may assign an alarm to another officer."""
    return session.permits.may(session.actor, Permission.TIP_SUPERVISE, alarm.unit, session.today).allowed


def _read_words(session: ReadSession, alarm: Alarm, tip: Tip | None) -> str:
    """Return the text of a resident's report, in private or in a group; "" if the actor may not read it."""
    if tip is not None:
        return tip.text if _may_read_words(session, tip) else ""
    ref = Ref.parse(alarm.about)
    message = session.get_readable(MESSAGE, ref.id) if ref.kind == MESSAGE.name else None
    return message.text if message is not None and _is_any_unit_permitted(session, (message.unit,)) else ""


def _may_read_words(session: ReadSession, tip: Tip) -> bool:
    """Return whether the actor may read the words of a tip: it must be open and in one of the actor's units. Words of
    an open tip are never withheld.
    """
    return tip.is_open and _is_any_unit_permitted(session, TIP.all_units(tip))


def _list_known_cases(session: ReadSession, alarm: Alarm) -> tuple[str, ...]:
    """Return the other cases of an alarm, as `tip:id`, that the actor may know of."""
    return tuple(
        f"{TIP.name}:{tip.id}"
        for tip in iter_covered_tips(session, alarm)
        if tip.id != Ref.parse(alarm.about).id
        and _is_any_unit_permitted(session, TIP.all_units(tip))
        and not session.is_barred(tip.barred)
    )


def _may_know_alarm(session: ReadSession, alarm: Alarm) -> bool:
    """Return whether the actor may know of the alarm of another case: only an actor who may read that case may."""
    tip = find_tip(session, alarm.about)
    units = (alarm.unit,) if tip is None else TIP.all_units(tip)
    return _is_any_unit_permitted(session, units) and not session.is_barred(_list_excluded_officers(alarm, tip))


def _is_any_unit_permitted(session: ReadSession, units: Collection[str]) -> bool:
    permitted = session.permitted_units()
    return permitted is None or not {*units}.isdisjoint(permitted)
