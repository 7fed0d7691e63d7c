"""One-click sign-in as any officer of a demo, only in a demo's folder and only on this machine.

It gives no access to real data. The storage must be that of a completed demo. The call must come from a loopback
address and name a loopback host, so that no page of another site can reach it with a domain name that resolves to this
machine. No header may show a proxy in between.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from attrs import field, frozen

from anninh_core.app.app import App
from anninh_core.demo.stage import is_over
from anninh_core.domain.accounts.rules import Client
from anninh_core.domain.accounts.views import NewSession
from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.kernel.addresses import parse_ip_address
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import ConfigurationError, NotVisible, Refused
from anninh_core.ports.authenticator import SignInMethod

_FORWARDING = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_CLIENT = Client(label="demo")


@frozen
class LocalVisit:
    """Origin of an HTTP call: the client's address and the headers.

    Attributes:
        peer: address of the connected client.
        headers: headers of the request, with names in small letters.
    """

    peer: str
    headers: Mapping[str, str] = field(repr=False)

    def require_local(self) -> None:
        """Refuse a call from another machine.

        Raises:
            Refused: the address, the requested host or a proxy's header shows another machine.
        """
        if not _is_loopback(self.peer):
            raise Refused(
                "One-click sign-in works only on the machine that runs the demo: open the demo there, at its "
                "own address."
            )
        if not _is_loopback(_extract_host(self.headers.get("host", ""))):
            raise Refused(
                "One-click sign-in works only under a loopback host: open the demo at http://127.0.0.1 or localhost."
            )
        if any(name in self.headers for name in _FORWARDING):
            raise Refused("One-click sign-in doesn't work through a proxy: open the demo at its own address.")


@frozen(kw_only=True)
class DemoOfficer:
    """An officer of the demo as whom its user can sign in.

    Attributes:
        roles: names of the officer's roles in force, from the profile.
        unit: name of the unit of the first role in force.
    """

    id: str
    name: str
    roles: tuple[str, ...]
    unit: str


class OneClickSignIn:
    """Signs in as any officer of a demo.

    Raises:
        ConfigurationError: the storage isn't a demo's, or the demo isn't complete.
    """

    def __init__(self, app: App) -> None:
        if not is_over(app):
            raise ConfigurationError(
                "One-click sign-in works only in a complete demo: make one with `anninh demo --out DIR`."
            )
        self._app = app

    def officers(self) -> tuple[DemoOfficer, ...]:
        """Return the officers with a role in force: those of the district first, then by commune, in the order of
        appointment.
        """
        order = {unit: number for number, unit in enumerate(self._app.district.subtree(self._app.district.root))}
        active = sorted(self._list_active(), key=lambda officer: (order[self._places(officer)[0]], officer.id))
        return tuple(map(self._describe_officer, active))

    def sign_in(self, officer_id: str, visit: LocalVisit) -> NewSession:
        """Begin a session of an officer; the second factor counts as fresh.

        Raises:
            Refused: the call doesn't come from this machine.
            NotSignedIn: the officer has no account.
            NotVisible: the demo has no such officer.
        """
        visit.require_local()
        if officer_id not in {officer.id for officer in self._list_active()}:
            raise NotVisible("This demo has no such officer: choose one from its list.")
        return self._app.accounts.begin_session(officer_id, SignInMethod.DEMO, client=_CLIENT, second_factor=True)

    def _list_active(self) -> Iterator[Officer]:
        context = self._app.internals.context
        for record in context.storage.maintenance.scan(OFFICER.name):
            officer = context.open_record(OFFICER, record)
            if self._places(officer):
                yield officer

    def _places(self, officer: Officer) -> tuple[str, ...]:
        today = local_date(self._app.internals.context.clock.now())
        return tuple(grant.unit for grant in officer.grants if grant.is_in_force(today))

    def _describe_officer(self, officer: Officer) -> DemoOfficer:
        district = self._app.district
        today = local_date(self._app.internals.context.clock.now())
        roles = tuple(district.roles[grant.role].name for grant in officer.grants if grant.is_in_force(today))
        return DemoOfficer(
            id=officer.id, name=officer.name, roles=roles, unit=district.unit(self._places(officer)[0]).name
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    address = parse_ip_address(host)
    return address is not None and address.is_loopback


def _extract_host(header: str) -> str:
    """Return the host of a Host header without its port, "" if it is invalid."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""
