"""Officers without authentication, for tests, the demo and a private machine: every caller is trusted."""

from datetime import date

from anninh_core.app.app import App
from anninh_core.domain.units.model import OFFICER
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor, person, system


class UnsafeLocalUsers:
    """Creates and returns officers without authentication, even with roles that the profile keeps separate."""

    def __init__(self, app: App) -> None:
        self._app = app

    def appoint(self, name: str, unit: str, *roles: str, conversation: str = "") -> Actor:
        """Appoint an officer with roles on a unit and return the officer as an actor."""
        record = self._app.internals.services.units.record_officer
        officer = run_step(record, system("setup"), name, unit, roles=roles, conversation=conversation)
        return person(officer.id)

    def grant(self, actor: Actor, role: str, unit: str, *, until: date = date.max) -> Actor:
        """Give an officer one more role on a unit."""
        record = self._app.internals.services.units.record_grant
        run_step(record, system("setup"), actor.id, role, unit, until=until)
        return actor

    def get_actor(self, officer_id: str) -> Actor:
        """Return the officer of this id as an actor.

        Raises:
            ConfigurationError: no officer has this id.
        """
        if self._app.internals.context.storage.records.get(OFFICER.name, officer_id) is None:
            raise ConfigurationError(
                "Officer {officer!r} doesn't exist: give the id that was returned when the officer was "
                "appointed, with --as or as `local_user` in anninh.toml.",
                officer=officer_id,
            )
        return person(officer_id)
