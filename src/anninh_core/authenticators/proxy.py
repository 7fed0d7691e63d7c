"""What a reverse proxy says in a header, and whether it is believed: only where it comes from a named address."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network

from attrs import frozen

from anninh_core.kernel.addresses import parse_address
from anninh_core.kernel.errors import ConfigurationError, NotSignedIn
from anninh_core.ports.authenticator import SignInRequest
from anninh_core.ports.identity_provider import NamedBy

_HEADER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TAKEN = frozenset({"authorization", "connection", "content-length", "content-type", "cookie", "host", "origin"})
_NAME = re.compile(r"[!-+\--~]{1,200}")  # what a sign-in name or an id has; a comma parts two values
_SECONDS = re.compile(r"[0-9]{1,11}")  # as far as the year 5138
_LEEWAY = timedelta(seconds=30)
_HERE = frozenset({"same-origin", "none"})
_WIDEST: Mapping[int, int] = {4: 8, 6: 16}
"""Version of the internet protocol -> length of the shortest prefix: more than that is everybody."""


@frozen(kw_only=True)
class ProxyRules:
    """Who is believed, and in which headers.

    Attributes:
        networks: from which the proxy connects.
        header: name of the one that names the officer, in small letters.
        second_factor_header: name of the one that says when a second factor was shown; "" for none.
        origins: of pages whose programs call with nothing but what the proxy adds.
    """

    networks: tuple[IPv4Network | IPv6Network, ...]
    header: str
    named_by: NamedBy = NamedBy.SIGN_IN_NAME
    second_factor_header: str = ""
    origins: frozenset[str] = frozenset()

    def believes(self, peer: str) -> bool:
        """Tell whether whoever is connected is the proxy."""
        address = parse_address(peer)
        return address is not None and any(address in network for network in self.networks)


@frozen
class ProxiedPerson:
    """Whom a proxy names.

    Attributes:
        name: what it calls the officer by.
        shown_at: when a second factor was shown, None where it doesn't say.
    """

    name: str
    shown_at: datetime | None


def build_rules(
    networks: Iterable[str], header: str, named_by: NamedBy, second_factor_header: str, origins: Iterable[str]
) -> ProxyRules:
    """Return rules.

    Raises:
        ConfigurationError: something of them doesn't fit, or believes everybody.
    """
    first, second = header.lower(), second_factor_header.lower()
    for name in (first, *([second] if second else ())):
        if not _HEADER.fullmatch(name) or name in _TAKEN or name.startswith("sec-"):
            raise ConfigurationError(f"sign_in.proxy: {name!r} can't be the proxy's own header; name another")
    if first == second:
        raise ConfigurationError(f"sign_in.proxy: one header, {first!r}, can't say both who it is and when")
    parsed = tuple(map(_parse_network, networks))
    if not parsed:
        raise ConfigurationError("sign_in.proxy.networks: name the addresses from which the proxy connects")
    return ProxyRules(
        networks=parsed,
        header=first,
        named_by=named_by,
        second_factor_header=second,
        origins=frozenset(origins),
    )


def read_person(rules: ProxyRules, request: SignInRequest) -> ProxiedPerson | None:
    """Return whom a proxy names in a call; None where it isn't the proxy that calls, or it names nobody.

    Raises:
        NotSignedIn: it is the proxy, and what it says can't be believed; the words are for the journal.
    """
    if not rules.believes(request.peer) or rules.header not in request.headers:
        return None
    if request.repeated & {rules.header, rules.second_factor_header}:
        raise NotSignedIn("a header of the proxy came twice: somebody added one")
    name = request.headers[rules.header]
    if not _NAME.fullmatch(name):
        raise NotSignedIn("the proxy's header names nobody, or several")
    _require_own_page(rules, request.headers)
    return ProxiedPerson(name, _read_moment(rules, request))


def _require_own_page(rules: ProxyRules, headers: Mapping[str, str]) -> None:
    """Check that no page of another site calls: the proxy adds its header to what any page makes a browser send."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        if site not in _HERE:
            raise NotSignedIn("a page of another site made the browser call")
    elif "origin" in headers and headers["origin"] not in rules.origins:
        raise NotSignedIn("a page that the settings don't name made the browser call")


def _read_moment(rules: ProxyRules, request: SignInRequest) -> datetime | None:
    shown = request.headers.get(rules.second_factor_header) if rules.second_factor_header else None
    if shown is None:
        return None
    moment = datetime.fromtimestamp(int(shown), UTC) if _SECONDS.fullmatch(shown) else None
    if moment is None or moment > request.now + _LEEWAY:
        raise NotSignedIn("the proxy doesn't say when a second factor was shown")
    return moment


def _parse_network(text: str) -> IPv4Network | IPv6Network:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise ConfigurationError(f"sign_in.proxy.networks: {text!r} is no network: {error}") from error
    if network.prefixlen < _WIDEST[network.version]:
        raise ConfigurationError(f"sign_in.proxy.networks: {text!r} is nearly everybody; name the proxy's own address")
    return network
