"""Use cases that join tips to an incident, separate them, and read incidents. Their permissions are those of the
tips.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from anninh_core.domain.tips.incidents.kind import INCIDENT
from anninh_core.domain.tips.incidents.model import Incident, IncidentEntry
from anninh_core.domain.tips.incidents.states import ReporterRole
from anninh_core.domain.tips.incidents.views import IncidentEntryView, IncidentRow, IncidentTipView, IncidentView
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.kernel.errors import BadInput, Damaged, WrongStep
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.text import clip
from anninh_core.usecase.arguments import Cursor, IncidentId, Limit, TipId
from anninh_core.usecase.marks import Service, command, query, step
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import ViewContext, make_view
from anninh_core.vocabulary.permissions import Permission

MOST_TIPS = 200
"""Maximum number of tips that one act joins, separates or answers."""
_SEE = "incidents.list"
_MOST_WORDS = 300
_GONE = (TipState.JOINED, TipState.BECAME_INQUIRY)
"""States of tips that have become part of another case."""


@frozen(kw_only=True)
class ShownIncident:
    """An incident as a viewer sees it.

    Attributes:
        tips: its tips that the viewer may read, the newest first.
        roles: tip id -> its reporter's role in the incident: as set by an officer, else by its legal kind.
    """

    incident: Incident
    tips: tuple[Tip, ...] = field(repr=False)
    roles: Mapping[str, ReporterRole]

    @property
    def items(self) -> tuple[Incident | Tip, ...]:
        """The incident and the tips that are shown, which the journal records."""
        return (self.incident, *self.tips)

    def for_handlers(self, names: Pseudonyms) -> "ShownIncident":
        """Return the incident as officers see it, with pseudonyms of the reporters."""
        return evolve(self, tips=tuple(tip.for_handlers(names) for tip in self.tips))

    @property
    def category(self) -> str:
        """The category of the incident's tips, if they share a single category; otherwise ""."""
        categories = {tip.category for tip in self.tips if tip.category}
        return categories.pop() if len(categories) == 1 else ""

    @property
    def last_received_at(self) -> datetime:
        """Time at which the newest tip of the incident was received."""
        return max(tip.received_at for tip in self.tips)

    def to_view(self, context: ViewContext) -> IncidentView:
        """Return the read-only view of the incident."""
        tips = (
            IncidentTipView(
                tip=tip.to_row(context),
                words=clip(" ".join(tip.text.split()), _MOST_WORDS) if tip.is_open else "",
                place=tip.place if tip.is_open else "",
                role=self.roles[tip.id],
            )
            for tip in self.tips
        )
        entries = (self._make_entry_view(entry) for entry in self.incident.history)
        history = tuple(entry for entry in entries if entry.tips)
        return make_view(IncidentView, self.incident, **self._shared_fields(), tips=tuple(tips), history=history)

    def to_row(self) -> IncidentRow:
        """Return the incident as a row of a list."""
        return make_view(IncidentRow, self.incident, **self._shared_fields())

    def _shared_fields(self) -> dict[str, object]:
        first = next((tip for tip in self.tips if tip.id in self.incident.tips[:1]), None)
        return {
            "unit": first.unit if first else "",
            "category": self.category,
            "count": len(self.tips),
            "last_received_at": self.last_received_at,
        }

    def _make_entry_view(self, entry: IncidentEntry) -> IncidentEntryView:
        visible = {tip.id for tip in self.tips}
        return make_view(IncidentEntryView, entry, tips=tuple(id for id in entry.tips if id in visible))


class Incidents(Service):
    """Use cases of incidents. Joining or separating changes nothing of a tip but its incident."""

    action_prefix = "incidents"

    @command(Permission.TIP_HANDLE, public=True, daily=True)
    def join(self, uow: UnitOfWork, tips: Sequence[TipId], *, incident_id: IncidentId = "") -> ShownIncident:
        """Join tips that report the same event to an incident, all in one act: to theirs, to a named one, or to a new
        one.

        Each tip keeps its state, receipt, clocks, exclusions and retention. Tips that belong to it already stay
        unchanged.

        Args:
            tips: ids of the tips, which may belong to at most one incident already.
            incident_id: the incident; "" for that of the tips, or a new one.

        Raises:
            BadInput: fewer than two tips would be in it, or more than 200 are named.
            WrongStep: two of them belong to different incidents, or one is a part of another case, or locked.
            NotVisible: there is no such tip or incident, or it isn't the actor's.
        """
        ids = _require_ids(tips)
        joined_tips = [get_permitted_tip(uow, tip_id) for tip_id in ids]
        for tip in joined_tips:
            if tip.state in _GONE:
                raise WrongStep(
                    "Tip {receipt} is {state}: name the tip that it became a part of.",
                    receipt=tip.receipt,
                    state=tip.state,
                )
            if tip.is_locked:
                raise WrongStep(
                    "Tip {receipt} is locked for its supervisor, so it stays a separate case.", receipt=tip.receipt
                )
        incident = self._find_or_create_incident(uow, joined_tips, incident_id)
        joined = incident.joined(ids, uow.actor.id, uow.at)
        if joined.is_dissolved:
            raise BadInput("An incident needs at least two tips: name another tip about the same event.")
        if joined == incident:
            return self._build_shown_incident(uow, incident)
        for tip in joined_tips:
            if tip.incident != incident.id:
                uow.save(TIP, evolve(tip, incident=incident.id))
        uow.unit = joined.unit
        uow.facts |= {"incident": incident.id, "tips": len(ids)}
        uow.add_event("incident.joined")
        return self._build_shown_incident(uow, uow.save(INCIDENT, joined))

    @command(Permission.TIP_HANDLE, public=True)
    def separate(
        self, uow: UnitOfWork, incident_id: IncidentId, tips: Sequence[TipId], *, seen_version: int | None = None
    ) -> tuple[ShownIncident, ...]:
        """Separate tips from their incident; return the incident, or nothing if fewer than two tips are left.

        Each tip keeps all its data. An emergency that shared urgent notices with other tips gets its own.

        Args:
            tips: ids of the tips.
            seen_version: the incident's `version` that you saw; None: its current version.

        Raises:
            BadInput: no tip is named, or one isn't in the incident.
            NotVisible: there is no such tip or incident, or it isn't the actor's.
        """
        if seen_version is not None:
            uow.seen.expect(INCIDENT.name, incident_id, seen_version)
        shown_incident = self._get_visible_incident(uow, incident_id)
        incident = shown_incident.incident
        ids = _require_ids(tips)
        for tip in [get_permitted_tip(uow, tip_id) for tip_id in ids]:
            if tip.incident != incident.id:
                raise BadInput(
                    "Tip {receipt} isn't in this incident: {act:incidents.get} shows its tips.", receipt=tip.receipt
                )
        separated = incident.separated(ids, uow.actor.id, uow.at)
        for tip_id in separated.history[-1].tips:
            separated_tip = uow.get_unpurged(TIP, tip_id)
            if separated_tip is not None and separated_tip.incident == incident.id:
                uow.save(TIP, evolve(separated_tip, incident=""))
        uow.unit = incident.unit
        uow.facts |= {"incident": incident.id, "tips": len(ids)}
        uow.add_event("incident.separated")
        saved = uow.save(INCIDENT, separated)
        return () if saved.is_dissolved else (self._build_shown_incident(uow, saved),)

    @command(Permission.TIP_HANDLE, public=True)
    def set_role(
        self, uow: UnitOfWork, incident_id: IncidentId, tip_id: TipId, role: ReporterRole | str
    ) -> ShownIncident:
        """Set a reporter's role in an incident: accusers and parties to a quarrel are answered separately.

        Raises:
            BadInput: the tip isn't in the incident.
            NotVisible: there is no such tip or incident, or it isn't the actor's.
        """
        incident = self._get_visible_incident(uow, incident_id).incident
        tip = get_permitted_tip(uow, tip_id)
        if tip.incident != incident.id:
            raise BadInput(
                "Tip {receipt} isn't in this incident: {act:incidents.get} shows its tips.", receipt=tip.receipt
            )
        role = ReporterRole(role)
        uow.unit = incident.unit
        uow.facts |= {"incident": incident.id, "role": role.value}
        uow.add_event("incident.role_set")
        return self._build_shown_incident(uow, uow.save(INCIDENT, incident.with_role(tip.id, role)))

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def get(self, session: ReadSession, incident_id: IncidentId) -> ShownIncident:
        """Return an incident with those of its tips that you may read; others are neither shown nor counted.

        Raises:
            NotVisible: there is none, or the actor may read none of its tips.
        """
        return self._get_visible_incident(session, incident_id)

    @query(Permission.TIP_HANDLE, traced=True)
    def get_to_answer(self, session: ReadSession, incident_id: IncidentId) -> ShownIncident:
        """Return an incident with those of its tips that the actor may handle.

        Raises:
            NotVisible: there is none, or the actor may handle none of its tips.
        """
        return self._get_visible_incident(session, incident_id)

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def find(self, session: ReadSession, tip_id: TipId) -> tuple[ShownIncident, ...]:
        """Return the incident of a tip; nothing if the tip has no incident, or you may read no other tip of it.

        Raises:
            NotVisible: there is no such tip, or it isn't the actor's.
        """
        tip = get_permitted_tip(session, tip_id)
        incident = session.get_readable(INCIDENT, tip.incident) if tip.incident else None
        shown_incident = None if incident is None else self._build_shown_incident(session, incident)
        return (shown_incident,) if shown_incident is not None and len(shown_incident.tips) > 1 else ()

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def list(
        self, session: ReadSession, *, open: bool = True, after: Cursor = "", limit: Limit = 50
    ) -> Listing[ShownIncident]:
        """Return a page of the incidents in which you may read a tip, newest first.

        Args:
            open: only incidents with work owed on a tip.
        """
        session.permitted_units()
        conditions = {"state": "open"} if open else {}

        def find_incidents(*, after: str, limit: int) -> Listing[Incident]:
            return session.find(INCIDENT, "newest", where=conditions, after=after, limit=limit)

        page = session.build_visible_page(
            INCIDENT,
            "newest",
            find_incidents,
            lambda incident: any(True for _ in self._iter_visible_tips(session, incident)),
            after=after,
            limit=limit,
        )
        return page.map(lambda incident: self._build_shown_incident(session, incident))

    @step(Permission.INTAKE)
    def follow(self, uow: UnitOfWork, incident_id: str) -> None:
        """Close an incident without work owed on its tips, or open it again."""
        uow.permitted_units()
        incident = uow.get_unpurged(INCIDENT, incident_id)
        if incident is None:
            return
        tips = [uow.get_unpurged(TIP, id) for id in incident.tips]
        followed = incident.followed(uow.at, is_owed=any(tip is not None and tip.is_open for tip in tips))
        if followed != incident:
            uow.add_event("incident.closed" if followed.closed_at else "incident.reopened")
            uow.save(INCIDENT, followed)

    def _find_or_create_incident(self, uow: UnitOfWork, tips: Sequence[Tip], incident_id: str) -> Incident:
        """Return the incident to which the tips are joined: the named one, theirs, or a new one.

        Raises:
            WrongStep: the tips belong to different incidents.
        """
        ids = {tip.incident for tip in tips if tip.incident}
        if incident_id:
            ids.add(self._get_visible_incident(uow, incident_id).incident.id)
        if len(ids) > 1:
            raise WrongStep("The tips belong to different incidents: separate them from one of those first.")
        if ids:
            return uow.load(INCIDENT, ids.pop())
        return Incident(id=self.context.ids.new(), unit=tips[0].unit, opened_at=uow.at)

    def _get_visible_incident(self, session: ReadSession, incident_id: str) -> ShownIncident:
        incident = session.get_visible(INCIDENT, incident_id, _SEE)
        shown_incident = self._build_shown_incident(session, incident)
        if not shown_incident.tips:
            raise session.build_withheld_error(INCIDENT.name, incident_id, "none of its tips is the actor's", _SEE)
        session.seen.check(INCIDENT.name, incident.id)
        session.unit = incident.unit
        return shown_incident

    def _build_shown_incident(self, session: ReadSession, incident: Incident) -> ShownIncident:
        tips = sorted(
            self._iter_visible_tips(session, incident), key=lambda tip: (tip.received_at, tip.id), reverse=True
        )
        by_kind = self.context.district.reporter_roles
        roles = {tip.id: ReporterRole(by_kind.get(tip.legal_kind, ReporterRole.WITNESS)) for tip in tips}
        marked = {id: role for id, role in incident.roles.items() if id in roles}
        return ShownIncident(incident=incident, tips=tuple(tips), roles=roles | marked)

    def _iter_visible_tips(self, session: ReadSession, incident: Incident) -> Iterable[Tip]:
        """Yield the tips of an incident on which the actor has the use case's permission."""
        permitted = session.permitted_units()
        for id in incident.tips:
            try:
                tip = session.get_unpurged(TIP, id)
            except Damaged as error:
                session.note_left_out(TIP, id, error)
                continue
            if tip is None or tip.state in _GONE or session.is_barred(tip.barred):
                continue
            if permitted is None or {tip.unit, tip.handling_unit} & {*permitted}:
                yield tip


def _require_ids(tips: Sequence[str]) -> tuple[str, ...]:
    """Return ids without duplicates.

    Raises:
        BadInput: there are no ids, or more than `MOST_TIPS`.
    """
    ids = tuple(dict.fromkeys(tips))
    if not ids:
        raise BadInput("No tip is named: name the tips about the same event.")
    if len(ids) > MOST_TIPS:
        raise BadInput(
            "{count} tips are too many for one act: name at most {most}, and repeat the act for the rest.",
            count=len(ids),
            most=MOST_TIPS,
        )
    return ids
