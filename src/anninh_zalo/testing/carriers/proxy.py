"""A forward proxy in front of a sandbox, for clients with the platform's hosts hard-coded."""

import ssl
from collections.abc import Collection, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from anninh_core.kernel.errors import MissingExtra
from anninh_zalo.testing.carriers.server import SandboxHandler, SandboxHttpServer
from anninh_zalo.testing.carriers.service import SandboxService

try:
    import trustme
except ImportError as missing:
    raise MissingExtra("the proxy of the pretend Zalo", "sandbox") from missing

_POLL_INTERVAL = 0.05
"""Seconds until the server notices a shutdown."""

_HTTPS = "443"


class SandboxAuthority:
    """A certificate authority that issues one certificate for the pretended hosts.

    Its own key never leaves memory, and no certificate store of the system contains it: a client that must trust it
    gets the file.

    Attributes:
        context: TLS context of a server for the hosts.
    """

    def __init__(self, hosts: Collection[str]) -> None:
        authority = trustme.CA()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*hosts).configure_cert(self.context)
        self._certificate = authority.cert_pem.bytes()

    def write(self, file: Path) -> None:
        """Write the authority's certificate, without its key, into a file."""
        file.write_bytes(self._certificate)


class SandboxProxy:
    """A proxy on loopback that answers for the pretended hosts itself and forwards to no other; a context manager.

    Args:
        sandbox: answers the requests.
        hosts: names of the pretended hosts.
        port: 0 takes any free one.

    Raises:
        MissingExtra: the extra `sandbox` isn't installed.
    """

    def __init__(self, sandbox: SandboxService, hosts: Collection[str], port: int = 0) -> None:
        authority = SandboxAuthority(hosts)
        self._server = _build_server(sandbox, hosts, authority.context, port)
        self._folder = TemporaryDirectory(prefix="anninh-zalo-")
        authority.write(self.ca_file)
        self._thread = Thread(target=self._server.serve_forever, args=(_POLL_INTERVAL,))

    @property
    def address(self) -> str:
        """Address of the proxy."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def ca_file(self) -> Path:
        """File with the certificate that clients have to trust; removed after the block."""
        return Path(self._folder.name) / "ca.pem"

    @property
    def environment(self) -> Mapping[str, str]:
        """Environment variables that make a client use the proxy: for Python, curl and Node."""
        ca_file = str(self.ca_file)
        return {
            "HTTPS_PROXY": self.address,
            "NO_PROXY": "127.0.0.1,localhost",
            "SSL_CERT_FILE": ca_file,
            "REQUESTS_CA_BUNDLE": ca_file,
            "CURL_CA_BUNDLE": ca_file,
            "NODE_EXTRA_CA_CERTS": ca_file,
            "NODE_USE_ENV_PROXY": "1",
        }

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._folder.cleanup()


def _build_server(sandbox: SandboxService, names: Collection[str], tls: ssl.SSLContext, port: int) -> SandboxHttpServer:
    class Handler(_ProxyHandler):
        box = sandbox
        hosts = frozenset(names)
        context = tls

    return SandboxHttpServer(("127.0.0.1", port), Handler)


class _ProxyHandler(SandboxHandler):
    hosts: frozenset[str]
    context: ssl.SSLContext
    tunnel_host = ""

    def do_CONNECT(self) -> None:  # noqa: N802  as http.server wants it
        host, _, port = self.path.lower().rpartition(":")
        if self.tunnel_host or host not in self.hosts or port != _HTTPS:
            self._refuse(f"{self.path} is none of them")
            return
        self.send_response_only(200, "Connection established")
        self.end_headers()
        try:
            self.request = self.context.wrap_socket(self.request, server_side=True)
        except OSError:  # The client went away, or doesn't trust the certificate and reports that itself.
            self.close_connection = True
            return
        self.setup()  # From now on, requests are read from inside of the tunnel.
        self.tunnel_host = host
        self.close_connection = False

    def do_GET(self) -> None:  # noqa: N802  as above
        if self.tunnel_host:
            super().do_GET()
            return
        # Some clients, such as axios 0.x, request no tunnel: they write the whole https:// address on the request line,
        # and leave TLS to the proxy. It is answered here, on loopback, as from inside of a tunnel.
        scheme, _, rest = self.path.partition("://")
        target = urlsplit(f"//{rest}")
        if scheme != "https" or target.netloc.lower().removesuffix(f":{_HTTPS}") not in self.hosts:
            self._refuse("ask for them by https://")
            return
        self.tunnel_host = str(target.hostname)
        self.path = target._replace(scheme="", netloc="").geturl() or "/"
        super().do_GET()
        self.tunnel_host = ""  # The next request of this connection may be for another host.

    do_POST = do_GET  # noqa: N815  as above

    def requested_host(self) -> str:
        """Return the host of the tunnel, or of the address of a request without a tunnel; no header counts."""
        return self.tunnel_host

    def finish(self) -> None:
        """Close the tunnel; the server itself only closes the connection below it."""
        super().finish()
        self.request.close()

    def _refuse(self, why: str) -> None:
        self.close_connection = True
        rule = "this proxy leads to the hosts of the pretend Zalo only"
        body = f"{rule}, {', '.join(sorted(self.hosts))}: {why}\n".encode()
        self.send_response(403, rule)  # For a refused tunnel, most clients show this status line, but not the body.
        self.send_header("connection", "close")
        self.send_header("content-type", "text/plain; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
