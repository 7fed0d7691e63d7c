"""The guard accepts only safe links and addresses of files."""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anninh_core.kernel.errors import ConfigurationError, RequestRejected, RetryLater
from anninh_zalo.media.link_guard import HOSTS, LinkGuard, is_public, resolve_host

PUBLIC = "118.102.1.1"
PRIVATE = ["10.1.2.3", "127.0.0.1", "169.254.169.254", "192.168.1.1", "172.16.0.1", "100.64.0.1", "0.0.0.0"]
STRANGE = [
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "2001:db8::1",
    "224.0.0.1",
    "255.255.255.255",
    "",
]
WRAPPED = [
    "::ffff:10.1.2.3",
    "::ffff:118.102.1.1",
    "::127.0.0.1",
    "64:ff9b::10.1.2.3",
    "64:ff9b:1::118.102.1.1",
    "2002:7f00:1::1",
    "2001:0:53aa:64c:0:0:8000:fe",
]
TOO_WIDE = [
    *("", ".", ".vn", "zdn.vn", "*.zdn.vn", ".zdn.vn:80", "10.0.0.1:80", "127.0.0.1", "127.0.0.300:80"),
    *("localhost:80", "127.0.0.1:0"),
]
BAD_LINKS = [
    "",
    "picture.jpg",
    "//f1.zdn.vn/a",
    "ftp://f1.zdn.vn/a",
    "file:///etc/passwd",
    "gopher://f1.zdn.vn/",
    "https://user@f1.zdn.vn/a",
    "https://user:word@f1.zdn.vn/a",
    "https://f1.zdn.vn:8443/a",
    "http://f1.zdn.vn:443/a",
    "https://zdn.vn.evil.com/a",
    "https://evilzdn.vn/a",
    "https://f1.zdn.vn./a",
    "https://f1.zdn.vn%00.evil.com/a",
    "https://evil.com\\@f1.zdn.vn/a",
    "https://evil.com#.zdn.vn",
    "https://evil.com?.zdn.vn",
    "https://118.102.1.1/a",
    "https://[::1]/a",
    "http://127.0.0.1/a",
    "http://2130706433/a",
    "http://0x7f.1/a",
    "http://localhost/a",
    "https://f1。zdn。vn.evil.com/a",
    "https://f1.zdn.vn/\n",
]


def build_guard(*addresses: str, hosts: Sequence[str] = HOSTS) -> LinkGuard:
    return LinkGuard(hosts, lambda _: addresses)


@pytest.mark.parametrize("url", BAD_LINKS)
def test_foreign_link_is_refused(url: str) -> None:
    """A link with another scheme, port or host, or with credentials, is refused with an error that doesn't contain the
    link.
    """
    with pytest.raises(RequestRejected) as refused:
        build_guard(PUBLIC).target(url)
    assert "evil" not in str(refused.value)
    assert not refused.value.__cause__


@pytest.mark.parametrize("host", ["f6-zpc.zdn.vn", "a.b.zadn.vn", "photo.zalo.me", "x.zaloapp.com", "F6.ZDN.VN"])
def test_platform_hosts_are_accepted(host: str) -> None:
    """The platform's hosts are accepted by their suffix, in upper or lower case, and the target has only checked
    parts.
    """
    target = build_guard(PUBLIC, "2402:800::1").target(f"http://{host}:80/a/b?c=d#e")
    assert (target.scheme, target.host, target.port, target.path) == ("http", host.lower(), 80, b"/a/b?c=d")
    assert target.addresses == (PUBLIC, "2402:800::1")
    assert build_guard(PUBLIC).target(f"https://{host}").port == 443
    assert "c=d" not in repr(target)


@pytest.mark.parametrize("address", [*PRIVATE, *STRANGE, *WRAPPED])
def test_name_with_an_internal_address_is_refused(address: str) -> None:
    """A host name is refused if any of its addresses isn't public, because that address might be used by chance."""
    with pytest.raises(RetryLater, match="isn't public"):
        build_guard(PUBLIC, address).target("https://f1.zdn.vn/a")


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2402:800:1::5", "64:ff9b::118.102.1.1"])
def test_public_addresses_are_accepted(address: str) -> None:
    """Public IPv4 and IPv6 addresses are accepted, and so are NAT64 addresses of public hosts."""
    assert is_public(address)


def test_name_without_addresses_is_retried() -> None:
    """A fetch from a host name that can't be resolved now is retried, because the name service may have failed."""

    def raise_unknown_name(_: str) -> Sequence[str]:
        raise socket.gaierror("f1.zdn.vn is unknown")

    for resolver in (raise_unknown_name, lambda _: ()):
        with pytest.raises(RetryLater, match="no address now") as later:
            LinkGuard(HOSTS, resolver).target("https://f1.zdn.vn/a")
        assert later.value.__context__ is None


def test_loopback_needs_a_named_port() -> None:
    """Loopback is accepted only by its address and one configured port, without a name lookup."""
    sandbox_guard = build_guard(hosts=("127.0.0.1:8099",))
    assert sandbox_guard.target("http://127.0.0.1:8099/media/1").addresses == ("127.0.0.1",)
    for url in ("http://127.0.0.1:8098/", "http://127.0.0.2:8099/", "http://localhost:8099/", "http://f1.zdn.vn/"):
        with pytest.raises(RequestRejected):
            sandbox_guard.target(url)


@pytest.mark.parametrize("host", TOO_WIDE)
def test_too_wide_media_hosts_are_refused(host: str) -> None:
    """A top-level domain, an internal machine or an unlimited loopback address is refused as a media host."""
    with pytest.raises(ConfigurationError, match="media host"):
        LinkGuard((*HOSTS, host))


def test_system_resolver_returns_unique_addresses() -> None:
    """The system's resolver returns each address of localhost once, and none of them is public."""
    addresses = resolve_host("localhost")
    assert addresses
    assert len(set(addresses)) == len(addresses)
    assert not any(map(is_public, addresses))


@given(st.integers(0, 2**32 - 1))
@example(int(IPv4Address("169.254.169.254")))
def test_no_internal_ipv4_address_is_public(number: int) -> None:
    """An IPv4 address that is private, shared, reserved or multicast is never public, in any IPv6 notation."""
    ipv4 = IPv4Address(number)
    inner = not ipv4.is_global or ipv4.is_multicast or ipv4.is_reserved
    assert not (inner and is_public(str(ipv4)))
    nat = IPv6Address((0x64FF9B << 96) | number)
    assert not (inner and is_public(str(nat)))
    for embedded in ((0xFFFF << 32) | number, number, (0x2002 << 112) | (number << 80), (0x20010000 << 96) | number):
        assert not is_public(str(IPv6Address(embedded)))


@given(st.integers(0, 2**128 - 1) | st.integers(0, 2**64))
@example(1)
def test_no_internal_ipv6_address_is_public(number: int) -> None:
    """An IPv6 address that isn't global is never public, except for NAT64 addresses, which are judged by their IPv4
    address.
    """
    ipv6 = IPv6Address(number)
    if is_public(str(ipv6)) and number >> 32 != 0x64FF9B << 64:
        assert ipv6.is_global
        assert not any((ipv6.is_multicast, ipv6.is_loopback, ipv6.is_link_local, ipv6.is_unspecified))
        assert not any((ipv6.ipv4_mapped, ipv6.sixtofour, ipv6.teredo))


SIGNS = (
    "://",
    ":",
    "/",
    "//",
    "@",
    "\\",
    "#",
    "?",
    "%",
    "[",
    "]",
    ".",
    "\t",
    "\n",
    "\u3002",
    "\uff0e",
    "\u2024",
    "%2e",
)
WORDS = (
    "http",
    "https",
    "ftp",
    "zdn.vn",
    ".zdn.vn",
    "f1",
    "evil.com",
    "127.0.0.1",
    "::1",
    "80",
    "443",
    "8080",
    "user:pw",
)
parts = st.sampled_from((*SIGNS, *WORDS))
links = st.lists(parts, max_size=12).map("".join) | st.text(max_size=40) | st.text(max_size=20).map("https://{}".format)


@given(links, st.lists(st.ip_addresses().map(str), max_size=3))
@example("https://f1.zdn.vn/", ["10.0.0.1"])
def test_any_link_is_refused_or_safe(url: str, addresses: list[str]) -> None:
    """Any link is refused, or leads to public addresses of a platform host on port 80 or 443."""
    try:
        target = build_guard(*addresses).target(url)
    except (RequestRejected, RetryLater):
        return
    assert (target.scheme, target.port) in {("http", 80), ("https", 443)}
    assert target.host.endswith(HOSTS)
    assert not set(target.host) & set("@/\\:?#% \t\n")
    assert target.addresses
    assert all(is_public(str(ip_address(address))) for address in target.addresses)
