"""What the guard lets through."""

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


def guard(*addresses: str, hosts: Sequence[str] = HOSTS) -> LinkGuard:
    return LinkGuard(hosts, lambda _: addresses)


@pytest.mark.parametrize("url", BAD_LINKS)
def test_what_isn_t_the_platforms_is_refused(url: str) -> None:
    """Another scheme, port, host or a name and password in the link; the link stands in no error."""
    with pytest.raises(RequestRejected) as refused:
        guard(PUBLIC).target(url)
    assert "evil" not in str(refused.value)
    assert not refused.value.__cause__


@pytest.mark.parametrize("host", ["f6-zpc.zdn.vn", "a.b.zadn.vn", "photo.zalo.me", "x.zaloapp.com", "F6.ZDN.VN"])
def test_the_platforms_hosts_pass(host: str) -> None:
    """By their endings, in any case; the target has what was checked and nothing else."""
    found = guard(PUBLIC, "2402:800::1").target(f"http://{host}:80/a/b?c=d#e")
    assert (found.scheme, found.host, found.port, found.path) == ("http", host.lower(), 80, b"/a/b?c=d")
    assert found.addresses == (PUBLIC, "2402:800::1")
    assert guard(PUBLIC).target(f"https://{host}").port == 443
    assert "c=d" not in repr(found)


@pytest.mark.parametrize("address", [*PRIVATE, *STRANGE, *WRAPPED])
def test_no_name_leads_inside(address: str) -> None:
    """One address that isn't public is enough: another server would be reached by chance."""
    with pytest.raises(RetryLater, match="isn't public"):
        guard(PUBLIC, address).target("https://f1.zdn.vn/a")


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2402:800:1::5", "64:ff9b::118.102.1.1"])
def test_public_addresses_are_accepted(address: str) -> None:
    """Of both kinds, and of hosts that a network without IPv4 shows in its own way."""
    assert is_public(address)


def test_a_name_without_addresses_is_tried_again() -> None:
    """A name service in trouble is no reason to give a picture up."""

    def unknown(_: str) -> Sequence[str]:
        raise socket.gaierror("f1.zdn.vn is unknown")

    for resolver in (unknown, lambda _: ()):
        with pytest.raises(RetryLater, match="no address now") as later:
            LinkGuard(HOSTS, resolver).target("https://f1.zdn.vn/a")
        assert later.value.__context__ is None


def test_the_sandbox_is_reached_where_it_is_named() -> None:
    """Loopback is opened for one port and by its address alone, and nobody is asked for it."""
    here = guard(hosts=("127.0.0.1:8099",))
    assert here.target("http://127.0.0.1:8099/media/1").addresses == ("127.0.0.1",)
    for url in ("http://127.0.0.1:8098/", "http://127.0.0.2:8099/", "http://localhost:8099/", "http://f1.zdn.vn/"):
        with pytest.raises(RequestRejected):
            here.target(url)


@pytest.mark.parametrize("host", TOO_WIDE)
def test_hosts_that_open_too_much_are_refused(host: str) -> None:
    """A whole country's names, or a machine of the inner network, is nobody's media host."""
    with pytest.raises(ConfigurationError, match="media host"):
        LinkGuard((*HOSTS, host))


def test_the_system_resolves() -> None:
    """This machine's own name for itself leads to itself, each address once."""
    found = resolve_host("localhost")
    assert found
    assert len(set(found)) == len(found)
    assert not any(map(is_public, found))


@given(st.integers(0, 2**32 - 1))
@example(int(IPv4Address("169.254.169.254")))
def test_no_inner_address_of_the_older_kind_passes(number: int) -> None:
    """What Python takes for private, shared, reserved or for many is never public, in whatever clothes it comes."""
    old = IPv4Address(number)
    inner = not old.is_global or old.is_multicast or old.is_reserved
    assert not (inner and is_public(str(old)))
    nat = IPv6Address((0x64FF9B << 96) | number)
    assert not (inner and is_public(str(nat)))
    for clothes in ((0xFFFF << 32) | number, number, (0x2002 << 112) | (number << 80), (0x20010000 << 96) | number):
        assert not is_public(str(IPv6Address(clothes)))


@given(st.integers(0, 2**128 - 1) | st.integers(0, 2**64))
@example(1)
def test_no_inner_address_of_the_newer_kind_passes(number: int) -> None:
    """What Python takes for anything else than global is never public, but for the clothes that are looked through."""
    new = IPv6Address(number)
    if is_public(str(new)) and number >> 32 != 0x64FF9B << 64:
        assert new.is_global
        assert not any((new.is_multicast, new.is_loopback, new.is_link_local, new.is_unspecified))
        assert not any((new.ipv4_mapped, new.sixtofour, new.teredo))


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
def test_whatever_stands_in_a_link(url: str, addresses: list[str]) -> None:
    """A link is refused, or leads to public addresses of a host of the platform on a port of the web."""
    try:
        found = guard(*addresses).target(url)
    except (RequestRejected, RetryLater):
        return
    assert (found.scheme, found.port) in {("http", 80), ("https", 443)}
    assert found.host.endswith(HOSTS)
    assert not set(found.host) & set("@/\\:?#% \t\n")
    assert found.addresses
    assert all(is_public(str(ip_address(address))) for address in found.addresses)
