"""Notices about access to a person's identity: an officer requested it, was granted it, or opened an address alone.
They contain no names.
"""

from typing import Any

from anninh_core.domain.identity.kind import DISCLOSURE, EMERGENCY_OPENING
from anninh_core.domain.registry import KINDS
from anninh_core.domain.services import Services
from anninh_core.kernel.dates import local_date, short_date, short_moment
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.ports.storages.changes import Entry
from anninh_core.usecase.kinds import Kind
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.event_records import iter_touched_models


class IdentityNotices:
    """Notifies the officers who decide about access to identities, or who requested it."""

    def __init__(self, services: Services) -> None:
        self._context = services.units.context
        self._district = self._context.district
        self._notifications = OfficerNotifier(services.units.runner)

    def notify_request(self, entry: Entry) -> None:
        """Notify the officers who decide about identities in the case's unit that an officer requests access to one."""
        for disclosure in iter_touched_models(self._context, DISCLOSURE, entry):
            if disclosure.ends_at is None:
                continue  # The request was decided in the meantime.
            day = short_date(local_date(disclosure.ends_at))
            text = self._district.say("notice.identity_asked", unit=self._name_unit(disclosure.unit), day=day)
            self._notify_deciders(disclosure.unit, disclosure.case, disclosure.requested_by, entry, text, urgent=False)

    def notify_approval(self, entry: Entry) -> None:
        """Notify the requesting officer that access to an identity is granted, and until when, as the access lasts only
        minutes.
        """
        for disclosure in iter_touched_models(self._context, DISCLOSURE, entry):
            if disclosure.until is None:
                continue
            purpose = "notice.identity_approved"
            time = short_moment(disclosure.until)
            text = self._district.say(purpose, time=time)
            request = f"identity:{entry.id}"
            officer = disclosure.requested_by
            self._notifications.notify_officer(officer, request, text, purpose=purpose, lane=Lane.REPLY)

    def notify_opening(self, entry: Entry) -> None:
        """Notify the officers who decide about identities in the case's unit, and in the units above it, that an
        officer opened an address alone.
        """
        for opening in iter_touched_models(self._context, EMERGENCY_OPENING, entry):
            facts = {"unit": self._name_unit(opening.unit), "time": short_moment(opening.due_at)}
            text = self._district.say("notice.address_opened", **facts)
            self._notify_deciders(opening.unit, opening.case, opening.opened_by, entry, text, urgent=True)

    def _notify_deciders(self, unit: str, case: str, actor: str, entry: Entry, text: str, *, urgent: bool) -> None:
        """Notify the officers who decide about identities, except the acting officer and excluded ones."""
        self._notifications.notify(
            Permission.IDENTITY_APPROVE,
            unit,
            f"identity:{entry.id}",
            text,
            purpose="notice.address_opened" if urgent else "notice.identity_asked",
            lane=Lane.EMERGENCY if urgent else Lane.BROADCAST,
            excluded=(actor, *self._list_excluded(case)),
        )

    def _list_excluded(self, case: str) -> tuple[str, ...]:
        """Return the officers excluded from a case; () for a purged case, as its notice only names a unit."""
        ref = Ref.parse(case)
        kind: Kind[Any] = next(candidate for candidate in KINDS if candidate.name == ref.kind)
        record = self._context.storage.records.get(kind.name, ref.id)
        models = self._context.iter_readable(kind, () if record is None else (record,))
        return next((kind.excluded(model) for model in models), ())

    def _name_unit(self, unit: str) -> str:
        return self._district.unit(unit).name
