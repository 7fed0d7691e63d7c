from urllib.parse import urlsplit

from attrs import field, frozen

from anninh_core.kernel.errors import ConfigurationError

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


def _check_url(_: "BoardConfig", __: object, url: str) -> None:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/") or parts.query):
        raise ConfigurationError(
            "The public address {url!r} of the board is invalid: write it like https://banglamviec.example.", url=url
        )


@frozen(kw_only=True)
class BoardConfig:
    """The address under which browsers reach a board.

    Attributes:
        public_url: address that browsers use, such as `https://banglamviec.example`; "" for this machine only. Requests
            with another host name are refused, so that no other site's name can be pointed at the board.
    """

    public_url: str = field(default="", validator=_check_url)

    @property
    def is_https(self) -> bool:
        """Whether browsers reach the board over TLS."""
        return self.public_url.startswith("https:")

    def knows_host(self, host: str) -> bool:
        """Return whether a `Host` header names this board."""
        if self.public_url:
            return host.lower() == urlsplit(self.public_url).netloc.lower()
        name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
        return (name if port.isdigit() else host).lower() in LOOPBACK_HOSTS

    def is_own_origin(self, origin: str, host: str) -> bool:
        """Return whether an `Origin` header is that of the board's own pages."""
        return origin.lower() == self.own_origin(host)

    def own_origin(self, host: str) -> str:
        """Return the origin of the board's own pages if they are reached under a `Host` header."""
        return (self.public_url.rstrip("/") or f"http://{host}").lower()
