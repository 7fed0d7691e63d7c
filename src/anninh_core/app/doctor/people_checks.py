"""Checks of people: incompatible roles, pending and future grants, number of grantors, sign-in, proxies, custodians,
requests.
"""

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
from anninh_core.domain.units.rules import count_grantors, find_incompatible_grants
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, warning
from anninh_core.usecase.actor import person
from anninh_core.usecase.encryption.encryptor import skip_damaged
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.waiting_requests import iter_waiting_requests

_SHOWN = 5  # Greatest number of officers that one sentence names.
_PROXY_SPAN = timedelta(days=7)
"""Time for which a sign-in through a proxy is reported."""


def check_roles(app: App) -> Iterator[Check]:
    """Check that no officer has two roles that the profile keeps apart, and that two officers can grant roles."""
    today = local_date(app.internals.context.clock.now())
    officers = [
        *app.internals.context.iter_readable(
            OFFICER, app.internals.context.storage.maintenance.scan(OFFICER.name), skip_damaged
        )
    ]
    incompatible = [
        _describe_grants(officer, pair)
        for officer in officers
        for pair in find_incompatible_grants(app.district, officer, today)
    ]
    if incompatible:
        end = app.district.separate_roles_by
        what = Sentence(
            "Officers who hold two roles that must be kept apart ({count}): {grants}. From {day} on, the one "
            "of the two roles that was granted later ends.",
            grants=tuple(incompatible[:_SHOWN]),
            day=end,
            count=len(incompatible),
        )
        yield warning(
            "roles", what, "End one of the two roles with `anninh officers revoke`, and appoint another officer for it."
        )
    waiting = [
        f"{officer.name} ({grant.role})" for officer in officers for grant in officer.grants if grant.is_proposed
    ]
    if waiting:
        what = Sentence(
            "Roles that wait for confirmation by a second person ({count}): {grants}.",
            grants=tuple(waiting[:_SHOWN]),
            count=len(waiting),
        )
        yield warning(
            "roles", what, "Another officer who can grant roles must check and confirm them: `anninh officers confirm`."
        )
    future = [
        f"{officer.name} ({grant.role})" for officer in officers for grant in officer.grants if grant.valid_from > today
    ]
    if future:
        what = Sentence(
            "Roles that aren't in effect yet ({count}): {grants}. One of them may come from `anninh officers "
            "break-glass`.",
            grants=tuple(future[:_SHOWN]),
            count=len(future),
        )
        yield warning(
            "roles", what, "End every role that you can't explain before it takes effect: `anninh officers revoke`."
        )
    if count_grantors(app.district, officers, today) < 2:
        what = Sentence("Fewer than two officers can grant roles on the whole authority.")
        yield warning("roles", what, "Appoint another officer who can grant roles: `anninh officers appoint`.")
    elif not (incompatible or waiting or future):
        yield ok("roles", "No officer has roles that must be kept apart.")


def check_sign_in(app: App, settings: Settings) -> Check:
    """Check that officers sign in, instead of being named by commands."""
    if settings.unsafe_local_users:
        what = Sentence("This is a trial: commands act as any officer whom they name, and no one signs in.")
        return warning("sign-in", what, "For real data, remove `unsafe_local_users` and sign in with `anninh login`.")
    accounts = [
        *app.internals.context.iter_readable(
            ACCOUNT, app.internals.context.storage.maintenance.scan(ACCOUNT.name), skip_damaged
        )
    ]
    if not any(account.password for account in accounts):
        return warning(
            "sign-in", "No account has a password yet.", "Invite an officer who grants roles: `anninh officers invite`."
        )
    guarded = sum(account.is_guarded for account in accounts)
    return ok(
        "sign-in",
        Sentence(
            "Officers with accounts: {count}; with a second factor: {guarded}.", count=len(accounts), guarded=guarded
        ),
    )


def check_proxies(app: App) -> Check:
    """Check that no one signs in through a proxy that isn't among the trusted proxies of the settings."""
    now = app.internals.context.clock.now()
    named = [*map(ip_network, app.internals.web_settings.api.proxies)]
    uses = app.internals.services.accounts.sign_ins.unnamed_proxies.read()
    late = [address for address, at in uses.items() if now - at < _PROXY_SPAN]
    unnamed = [address for address in late if not any(ip_network(address).overlaps(network) for network in named)]
    if not unnamed:
        return ok("proxies", "Within the last week, no one signed in through a proxy that isn't in the settings.")
    addresses = ", ".join(unnamed)
    what = Sentence(
        "People sign in through proxies that aren't in the settings, so everyone behind such a proxy counts "
        "as one address: {addresses}.",
        addresses=addresses,
    )
    todo = Sentence(
        'If {address} is your own proxy, add it to the settings below `[door.api]`: `proxies = ["{address}"]`.',
        address=unnamed[0],
    )
    return warning("proxies", what, todo)


def check_custodians(app: App) -> Iterator[Check]:
    """Check which custodian keys residents' names are encrypted to, and that no emergency access waits too long for
    review.
    """
    scan = app.internals.context.storage.maintenance.scan
    now = app.internals.context.clock.now()
    keys = [*app.internals.context.iter_readable(CUSTODIAN, scan(CUSTODIAN.name), skip_damaged)]
    active = [custodian for custodian in keys if custodian.state is CustodianState.ACTIVE]
    if {custodian.is_recovery for custodian in active} == {True, False}:
        yield ok(
            "custodians",
            Sentence("Names are sealed to {count} keys of custodians, including the recovery key.", count=len(active)),
        )
    else:
        what = Sentence(
            "Names are sealed by the key file alone because a custodian's key and a recovery key aren't both in use."
        )
        yield ok(
            "custodians",
            Sentence("{what} If that isn't enough, propose keys with {act:identity.custodians.propose}.", what=what),
        )
    today = local_date(now)
    permits = app.internals.runner.permits
    holders = [custodian.officer for custodian in active if not custodian.is_recovery]
    if without_permission := [
        id for id in holders if not permits.units(person(id), Permission.IDENTITY_APPROVE, today)
    ]:
        what = Sentence(
            "Officers who no longer decide about identities but still hold keys to names ({count}): {officers}.",
            officers=tuple(without_permission[:_SHOWN]),
            count=len(without_permission),
        )
        yield warning(
            "custodians",
            what,
            "Hand their keys over with `anninh custodians export`, then end the keys with `anninh custodians end`.",
        )
    if waiting := [custodian.id for custodian in keys if custodian.state is CustodianState.PROPOSED]:
        what = Sentence(
            "Keys that wait for confirmation by a second person ({count}): {keys}.",
            keys=tuple(waiting[:_SHOWN]),
            count=len(waiting),
        )
        yield warning("custodians", what, "Compare their ids and confirm them: `anninh custodians confirm`.")
    openings = app.internals.context.iter_readable(EMERGENCY_OPENING, scan(EMERGENCY_OPENING.name), skip_damaged)
    if overdue := sum(opening.is_overdue(now) for opening in openings):
        what = Sentence(
            "Addresses that one person opened in an emergency and whose review is overdue: {count}.",
            count=overdue,
        )
        yield warning(
            "emergencies",
            what,
            "Another person than the one who opened them must review them: `anninh identity emergencies` lists them.",
        )


def check_rights(app: App) -> Iterator[Check]:
    """Check that no request about a person's own data is overdue, and report limits not compared with the law yet."""
    today = local_date(app.internals.context.clock.now())
    late = [
        waiting_request.request.number
        for waiting_request in iter_waiting_requests(app.internals.runner)
        if waiting_request.is_due
    ]
    rules = [limit for limit in app.district.rights.limits if limit.valid_from <= today <= limit.valid_to]
    unchecked = dict.fromkeys(limit.source for limit in rules if not limit.own and limit.checked_on is None)
    if late:
        what = Sentence(
            "Requests about a person's own data that are due or overdue ({count}): {requests}.",
            requests=tuple(late[:_SHOWN]),
            count=len(late),
        )
        yield warning(
            "rights", what, "Answer them, or extend their limit with a reason: `anninh people requests` lists them."
        )
    elif unchecked:
        what = Sentence("No request about a person's own data is due or overdue.")
        yield ok(
            "rights",
            Sentence(
                "{what} Some limits haven't been compared with the text of the law yet: {sources} "
                "(`checked_on` in [rights] of the profile).",
                what=what,
                sources="; ".join(unchecked),
            ),
        )
    else:
        yield ok("rights", "No request about a person's own data is due or overdue.")


def _describe_grants(officer: Officer, pair: tuple[object, ...]) -> str:
    return f"{officer.name} ({' and '.join(sorted(getattr(grant, 'role', '') for grant in pair))})"
