"""The people of an open app: roles that are kept apart, grants that wait, who may grant, and glass that was broken."""

from collections.abc import Iterator

from anninh_core.app.app import App
from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.domain.units.rules import grantors, incompatible_grants
from anninh_core.kernel.dates import local_date
from anninh_core.ports.health import Check, ok, warning

_SHOWN = 5  # officers named in one sentence


def check_roles(app: App) -> Iterator[Check]:
    """Check that nobody has two roles that the profile keeps apart, and that two officers may grant roles."""
    today = local_date(app.context.clock.now())
    officers = [*app.context.iter_readable(OFFICER, app.context.storage.maintenance.scan(OFFICER.name))]
    together = [_describe(one, pair) for one in officers for pair in incompatible_grants(app.district, one, today)]
    if together:
        end = app.district.separate_roles_by
        what = f"Roles that are kept apart stand together: {_shorten(together)}; from {end} on the later of two ends."
        yield warning("roles", what, "End one of the two, and appoint another officer: `anninh officers revoke`.")
    waiting = [f"{one.name} ({grant.role})" for one in officers for grant in one.grants if grant.is_proposed]
    if waiting:
        what = f"Grants wait for a second person: {_shorten(waiting)}."
        yield warning("roles", what, "Another officer who may grant looks at them: `anninh officers confirm`.")
    coming = [f"{one.name} ({grant.role})" for one in officers for grant in one.grants if grant.valid_from > today]
    if coming:
        what = f"Grants are to begin: {_shorten(coming)}; glass may have been broken."
        yield warning("roles", what, "End what nobody knows of before it begins: `anninh officers revoke`.")
    if grantors(app.district, officers, today) < 2:
        what = "Fewer than two officers may grant roles on the whole authority."
        yield warning("roles", what, "Appoint a second one: `anninh officers appoint`.")
    elif not (together or waiting or coming):
        yield ok("roles", "No officer has roles that are kept apart.")


def _describe(officer: Officer, pair: tuple[object, ...]) -> str:
    return f"{officer.name} ({' and '.join(sorted(getattr(grant, 'role', '') for grant in pair))})"


def _shorten(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
