"""Event handlers that close or reopen an incident when its tips change."""

from anninh_core.domain.services import Services
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.ports.storages.changes import Entry
from anninh_core.usecase.actor import system
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.event_records import iter_touched_models


class IncidentClosing:
    """Closes an incident once work on all its tips has ended."""

    def __init__(self, services: Services) -> None:
        self._incidents = services.tips.incidents
        self._runner = services.units.runner
        self._context = self._runner.context

    def update_incidents(self, entry: Entry) -> None:
        """Close or reopen the incidents of the tips that a journal entry changed."""
        for incident in dict.fromkeys(tip.incident for tip in iter_touched_models(self._context, TIP, entry)):
            if incident:
                self._update_incident(entry, incident)

    def _update_incident(self, entry: Entry, incident: str) -> None:
        actor = system("delivery").with_request(f"incident:{entry.id}:{incident}")

        def close_or_reopen(uow: UnitOfWork) -> None:
            uow.permit(self._context.district.root)
            self._incidents.follow(uow, incident)

        try:
            self._runner.run_command(actor, "incidents.follow", Permission.INTAKE, close_or_reopen)
        except AlreadyDone:
            return
