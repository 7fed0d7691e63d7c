"""The people of an open app: roles kept apart, grants that wait, who may grant, broken glass, custodians."""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network

from anninh_core.app.app import App
from anninh_core.app.settings import Settings
from anninh_core.domain.accounts.kind import ACCOUNT
from anninh_core.domain.identity.custody.kind import CUSTODIAN
from anninh_core.domain.identity.kind import EMERGENCY_OPENING
from anninh_core.domain.identity.states import CustodianState
from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.domain.units.rules import grantors, incompatible_grants
from anninh_core.kernel.dates import local_date
from anninh_core.ports.health import Check, ok, warning
from anninh_core.usecase.actor import person
from anninh_core.usecase.encryption.encryptor import leave_out
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.waiting_requests import iter_waiting_requests

_SHOWN = 5  # officers named in one sentence
_PROXY_SPAN = timedelta(days=7)
"""How long a sign-in through a proxy is told of."""


def check_roles(app: App) -> Iterator[Check]:
    """Check that nobody has two roles that the profile keeps apart, and that two officers may grant roles."""
    today = local_date(app.context.clock.now())
    officers = [*app.context.iter_readable(OFFICER, app.context.storage.maintenance.scan(OFFICER.name), leave_out)]
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


def check_sign_in(app: App, settings: Settings) -> Check:
    """Check that officers sign in, and aren't merely named."""
    if settings.unsafe_local_users:
        what = "This is a trial: commands act as any officer who is named, and nobody signs in."
        return warning(
            "sign-in", what, "Where there is anything real, take `unsafe_local_users` out and `anninh login`."
        )
    accounts = [*app.context.iter_readable(ACCOUNT, app.context.storage.maintenance.scan(ACCOUNT.name), leave_out)]
    if not any(account.password for account in accounts):
        return warning("sign-in", "Nobody has a password.", "Invite whoever grants roles: `anninh officers invite`.")
    guarded = sum(account.is_guarded for account in accounts)
    return ok("sign-in", f"Officers with accounts: {len(accounts)}; with a second factor: {guarded}.")


def check_proxies(app: App) -> Check:
    """Check that nobody signs in through a proxy whose word on addresses isn't taken."""
    now = app.context.clock.now()
    named = [*map(ip_network, app.door.api.proxies)]
    uses = app.services.accounts.door.unnamed_proxies.read()
    late = [address for address, at in uses.items() if now - at < _PROXY_SPAN]
    unnamed = [address for address in late if not any(ip_network(address).overlaps(network) for network in named)]
    if not unnamed:
        return ok("proxies", "Within a week nobody signed in through a proxy that the settings don't name.")
    addresses = ", ".join(unnamed)
    what = f"People sign in through proxies that the settings don't name, and count as one address: {addresses}."
    todo = f'If it is yours, name it in the settings, below `[door.api]`: `proxies = ["{unnamed[0]}"]`.'
    return warning("proxies", what, todo)


def check_custodians(app: App) -> Iterator[Check]:
    """Check to whose keys residents' names are sealed, and that no opening in an emergency waits for too long."""
    scan = app.context.storage.maintenance.scan
    now = app.context.clock.now()
    keys = [*app.context.iter_readable(CUSTODIAN, scan(CUSTODIAN.name), leave_out)]
    active = [one for one in keys if one.state is CustodianState.ACTIVE]
    if {one.is_recovery for one in active} == {True, False}:
        yield ok("custodians", f"Names are sealed to {len(active)} keys of custodians, the recovery key among them.")
    else:
        what = "No custodian with a recovery key is enrolled: names are sealed by the key file alone"
        yield ok("custodians", f"{what}. Where that isn't enough: `anninh custodians`.")
    today = local_date(now)
    permits = app.runner.permits
    holders = [one.officer for one in active if not one.is_recovery]
    if left := [id for id in holders if not permits.units(person(id), Permission.IDENTITY_APPROVE, today)]:
        what = f"Officers who decide about identities no more hold keys to names: {_shorten(left)}."
        yield warning("custodians", what, "Hand their keys over and end them: `anninh custodians export`, then `end`.")
    if waiting := [one.id for one in keys if one.state is CustodianState.PROPOSED]:
        what = f"Keys wait for a second person: {_shorten(waiting)}."
        yield warning("custodians", what, "Compare their ids and confirm them: `anninh custodians confirm`.")
    openings = app.context.iter_readable(EMERGENCY_OPENING, scan(EMERGENCY_OPENING.name), leave_out)
    if overdue := sum(opening.is_overdue(now) for opening in openings):
        what = f"{overdue} addresses that one person opened in an emergency wait for a review that is overdue."
        yield warning("emergencies", what, "Somebody else than the opener reviews them: `anninh identity emergencies`.")


def check_rights(app: App) -> Iterator[Check]:
    """Check that nobody waits too long who asks about data of theirs, and say which limits nobody has compared."""
    today = local_date(app.context.clock.now())
    late = [one.request.number for one in iter_waiting_requests(app.runner) if one.is_due]
    rules = [one for one in app.district.rights.limits if one.valid_from <= today <= one.valid_to]
    unchecked = dict.fromkeys(one.source for one in rules if not one.own and one.checked_on is None)
    if late:
        what = f"Requests about data of one's own are due or overdue: {_shorten(late)}."
        yield warning("rights", what, "Answer them, or extend their limit with a reason: `anninh people requests`.")
    elif unchecked:
        what = (
            "Nobody who asks about data of theirs waits too long. Nobody has compared these limits with the law's text"
        )
        yield ok("rights", f"{what}: {'; '.join(unchecked)} (`checked_on` in [rights] of the profile).")
    else:
        yield ok("rights", "Nobody who asks about data of theirs waits too long.")


def _describe(officer: Officer, pair: tuple[object, ...]) -> str:
    return f"{officer.name} ({' and '.join(sorted(getattr(grant, 'role', '') for grant in pair))})"


def _shorten(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
