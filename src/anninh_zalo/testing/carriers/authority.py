"""A certificate authority that vouches for the pretended hosts alone."""

import ssl
from collections.abc import Collection
from pathlib import Path

from anninh_core.kernel.errors import MissingExtra

try:
    import trustme
except ImportError as missing:
    raise MissingExtra("the proxy of the pretend Zalo", "sandbox") from missing


class SandboxAuthority:
    """Makes one certificate for the pretended hosts.

    Its own key never leaves memory, and no store of the system learns of it: who is to believe it is given the file.

    Attributes:
        context: what a server needs to be one of the hosts.
    """

    def __init__(self, hosts: Collection[str]) -> None:
        authority = trustme.CA()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*hosts).configure_cert(self.context)
        self._certificate = authority.cert_pem.bytes()

    def write(self, file: Path) -> None:
        """Write the authority's certificate, without its key."""
        file.write_bytes(self._certificate)
