"""Authentication by a header of a trusted reverse proxy."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network

from attrs import frozen

from anninh_core.kernel.addresses import parse_ip_address
from anninh_core.kernel.errors import ConfigurationError, NotSignedIn
from anninh_core.ports.authenticator import SignInRequest
from anninh_core.ports.identity_provider import NamedBy

_HEADER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TAKEN = frozenset({"authorization", "connection", "content-length", "content-type", "cookie", "host", "origin"})
# Characters of a sign-in name or id. A comma isn't allowed, because it separates two values.
_NAME = re.compile(r"[!-+\--~]{1,200}")
_SECONDS = re.compile(r"[0-9]{1,11}")  # Eleven digits of seconds reach up to the year 5138.
_LEEWAY = timedelta(seconds=30)
_HERE = frozenset({"same-origin", "none"})
_WIDEST: Mapping[int, int] = {4: 8, 6: 16}
"""Shortest allowed prefix of a network, by version of the internet protocol; shorter prefixes would trust far too many
addresses.
"""


@frozen(kw_only=True)
class ProxyRules:
    """The trusted proxies and their headers.

    Attributes:
        networks: networks from which the proxy connects.
        header: name of the header that identifies the officer, in small letters.
        second_factor_header: name of the header with the time at which a second factor was used; "" for none.
        origins: origins of pages that may call with only the header that the proxy adds.
    """

    networks: tuple[IPv4Network | IPv6Network, ...]
    header: str
    named_by: NamedBy = NamedBy.SIGN_IN_NAME
    second_factor_header: str = ""
    origins: frozenset[str] = frozenset()

    def is_trusted(self, peer: str) -> bool:
        """Return whether the connected address is the proxy's."""
        address = parse_ip_address(peer)
        return address is not None and any(address in network for network in self.networks)


@frozen
class ProxiedPerson:
    """A person named by a proxy.

    Attributes:
        name: name or id of the officer.
        shown_at: when a second factor was used; None if the proxy doesn't state it.
    """

    name: str
    shown_at: datetime | None


def build_proxy_rules(
    networks: Iterable[str], header: str, named_by: NamedBy, second_factor_header: str, origins: Iterable[str]
) -> ProxyRules:
    """Build the rules from settings.

    Raises:
        ConfigurationError: a value is invalid, or would trust far too many addresses.
    """
    first, second = header.lower(), second_factor_header.lower()
    for name in (first, *([second] if second else ())):
        if not _HEADER.fullmatch(name) or name in _TAKEN or name.startswith("sec-"):
            raise ConfigurationError(
                "The header {header!r} can't be used in [sign_in.proxy]: name a header that only the proxy sets.",
                header=name,
            )
    if first == second:
        raise ConfigurationError(
            "The header {header!r} in [sign_in.proxy] can't name both the officer and the time of the second "
            "factor: use two different headers.",
            header=first,
        )
    parsed = tuple(map(_parse_network, networks))
    if not parsed:
        raise ConfigurationError("`sign_in.proxy.networks` is empty: list the addresses from which the proxy connects.")
    return ProxyRules(
        networks=parsed,
        header=first,
        named_by=named_by,
        second_factor_header=second,
        origins=frozenset(origins),
    )


def read_person(rules: ProxyRules, request: SignInRequest) -> ProxiedPerson | None:
    """Return the person that a proxy names in a call, or None if the caller isn't the proxy or names no one.

    Raises:
        NotSignedIn: the proxy's headers are invalid; the message is for the audit log.
    """
    if not rules.is_trusted(request.peer) or rules.header not in request.headers:
        return None
    if request.repeated & {rules.header, rules.second_factor_header}:
        raise NotSignedIn("A header of the proxy came twice, so someone else added one.")
    name = request.headers[rules.header]
    if not _NAME.fullmatch(name):
        raise NotSignedIn("The proxy's header doesn't name exactly one person.")
    _require_own_page(rules, request.headers)
    return ProxiedPerson(name, _read_second_factor_time(rules, request))


def _require_own_page(rules: ProxyRules, headers: Mapping[str, str]) -> None:
    """Refuse calls from pages of other sites, because the proxy adds its header to every request of a browser."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        if site not in _HERE:
            raise NotSignedIn("A page of another site made the browser send this request.")
    elif "origin" in headers and headers["origin"] not in rules.origins:
        raise NotSignedIn("A page that `sign_in.proxy.origins` doesn't list made the browser send this request.")


def _read_second_factor_time(rules: ProxyRules, request: SignInRequest) -> datetime | None:
    value = request.headers.get(rules.second_factor_header) if rules.second_factor_header else None
    if value is None:
        return None
    moment = datetime.fromtimestamp(int(value), UTC) if _SECONDS.fullmatch(value) else None
    if moment is None or moment > request.now + _LEEWAY:
        raise NotSignedIn("The proxy's header gives no valid time for the second factor.")
    return moment


def _parse_network(text: str) -> IPv4Network | IPv6Network:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise ConfigurationError(
            "`sign_in.proxy.networks` has {network!r}, which isn't a network ({reason}): write an address "
            "such as 10.0.0.5/32.",
            network=text,
            reason=error,
        ) from error
    if network.prefixlen < _WIDEST[network.version]:
        raise ConfigurationError(
            "`sign_in.proxy.networks` has {network!r}, which covers too many addresses: write the proxy's own address.",
            network=text,
        )
    return network
