"""Guard that lets attachments be fetched only from the platform's hosts, at public addresses.

A link in an event determines where our machine connects to. A forged link would reach services that only this machine
reaches: a database next door, the cloud's own services. So the host name has to be the platform's, we resolve it
ourselves, every address of the host has to be public, and the connection goes to those addresses and to no others.
"""

import re
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx
from attrs import field, frozen

from anninh_core.kernel.errors import ConfigurationError, RequestRejected, RetryLater

HOSTS = (".zdn.vn", ".zadn.vn", ".zalo.me", ".zaloapp.com")
"""Suffixes of Zalo's media hosts, as seen in events."""

Resolve = Callable[[str], Sequence[str]]
"""Function that returns the addresses of a host name as text. It raises `OSError` for a name without addresses."""

_PORTS = {"http": 80, "https": 443}
_SUFFIX = re.compile(r"(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?){2,}")
_LOOPBACK = re.compile(r"(?P<host>127(\.\d{1,3}){3}):(?P<port>\d{1,5})")

# Special-purpose blocks of the registries (IANA, RFC 6890 and later), written out: Python's own list has changed
# between its releases.
_NOT_PUBLIC_4 = tuple(
    map(
        IPv4Network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
            *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        ),
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
# 2001::/23 holds Teredo, 2002::/16 is 6to4: both embed IPv4 addresses, and no platform is reached that way.
_NOT_PUBLIC_6 = tuple(
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20"))
)
_NAT64 = IPv6Network("64:ff9b::/96")
"""Block in which a network without IPv4 shows IPv4-only hosts; the last 32 bits are their address."""


@frozen(kw_only=True)
class FetchTarget:
    """The validated target of a link.

    Attributes:
        host: name for the certificate and the `Host` header.
        path: path and query.
        addresses: the only ones that may be connected to, the best first.
    """

    scheme: str
    host: str
    port: int
    path: bytes = field(repr=False)
    addresses: tuple[str, ...]


def resolve_host(host: str) -> Sequence[str]:
    """Return the addresses of a host name, in the order in which the system would try them."""
    infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in infos))


def is_public(address: str) -> bool:
    """Return whether a text is an address of a host on the public internet."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return not any(parsed in block for block in _NOT_PUBLIC_4)
    if parsed in _NAT64:
        return is_public(str(IPv4Address(parsed.packed[-4:])))
    return _is_public_ipv6(parsed)


def _is_public_ipv6(address: IPv6Address) -> bool:
    return address.scope_id is None and address in _PUBLIC_6 and not any(address in block for block in _NOT_PUBLIC_6)


class LinkGuard:
    """Accepts links that lead to the platform.

    Args:
        hosts: suffixes of host names, such as `.zdn.vn`; and `127.0.0.1:PORT` for a sandbox on this machine.
        resolve: function that resolves a host name.

    Raises:
        ConfigurationError: an entry of `hosts` is neither.
    """

    def __init__(self, hosts: Sequence[str] = HOSTS, resolve: Resolve = resolve_host) -> None:
        self._resolve = resolve
        self._suffixes = tuple(host for host in hosts if host.startswith("."))
        self._loopback_hosts = frozenset(host for host in hosts if not host.startswith("."))
        for host in hosts:
            _check_host(host)

    def target(self, url: str) -> FetchTarget:
        """Return the validated target of a link.

        Raises:
            RequestRejected: the link doesn't lead to the platform, or isn't plain HTTP or HTTPS.
            RetryLater: its name has no address now, or a private one: this machine's resolver is in trouble.
        """
        link = _parse_url(url)
        if link is None or link.scheme not in _PORTS or link.userinfo:
            raise RequestRejected(
                "The link of a file can't be fetched: only http and https links without a user name are accepted."
            )
        host, port = link.raw_host.decode("ascii"), link.port or _PORTS[link.scheme]
        if f"{host}:{port}" in self._loopback_hosts:
            addresses: Sequence[str] = (host,)
        elif port == _PORTS[link.scheme] and host.endswith(self._suffixes):
            addresses = self._resolve_public_host(host)
        else:
            raise RequestRejected(
                "The link of a file doesn't lead to the platform, so the file isn't fetched: the option "
                "`media_hosts` lists the platform's hosts."
            )
        return FetchTarget(scheme=link.scheme, host=host, port=port, path=link.raw_path, addresses=tuple(addresses))

    def _resolve_public_host(self, host: str) -> Sequence[str]:
        try:
            addresses = self._resolve(host)
        except (OSError, UnicodeError):
            addresses = ()
        if not addresses:
            raise RetryLater("The platform's media host has no address now: check this machine's DNS.")
        if not all(map(is_public, addresses)):
            raise RetryLater("The platform's media host has an address that isn't public: check this machine's DNS.")
        return addresses


def _parse_url(url: str) -> httpx.URL | None:
    try:
        return httpx.URL(url)
    # The exception quotes the link, which is as good as secret, and so isn't passed on.
    except (httpx.InvalidURL, ValueError):
        return None


def _check_host(host: str) -> None:
    loopback = _LOOPBACK.fullmatch(host)
    if loopback is not None and max(map(int, loopback["host"].split("."))) < 256 and 0 < int(loopback["port"]) < 65536:
        return
    if not _SUFFIX.fullmatch(host):
        raise ConfigurationError(
            "The media host {host!r} is invalid: write the end of a name, such as '.zdn.vn', or "
            "127.0.0.1:PORT for a sandbox.",
            host=host,
        )
