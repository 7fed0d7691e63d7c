from ipaddress import IPv4Address, IPv6Address, ip_address


def parse_ip_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return an IP address parsed from `text`, or None if `text` is invalid; an IPv4-mapped IPv6 address becomes
    IPv4.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
