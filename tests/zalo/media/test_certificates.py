"""Over real sockets: a connection goes to an address, and its certificate has to be the name's."""

import ssl
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpcore
import pytest
from attrs import evolve, frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.zalo.media.conftest import LINK, PICTURE, PUBLIC

from anninh_core.kernel.errors import RetryLater
from anninh_core.vocabulary.messages import Attachment
from anninh_zalo.media.fetcher import FetchEnvironment, Fetcher

Serve = Callable[..., Fetcher]
"""Called with a name; returns a fetcher for whom every address is a server that has a certificate for that name, signed
by somebody the fetcher trusts unless `known=False`."""


@frozen
class Rerouted(httpcore.SyncBackend):
    """Connects to a port of this machine, whatever address is asked for."""

    port: int

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect."""
        assert (host, port) == (PUBLIC, 443)
        return super().connect_tcp("127.0.0.1", self.port, timeout, local_address, socket_options or ())


class Handler(BaseHTTPRequestHandler):
    """Gives a picture out."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(PICTURE)))
        self.end_headers()
        self.wfile.write(PICTURE)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def certificate(name: str, folder: Path) -> Path:
    """Return a file with a key and a certificate that it signed for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(secret + built.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serves until the test ends."""
    running: list[tuple[HTTPServer, Thread]] = []

    def start(name: str, *, known: bool = True) -> Fetcher:
        path = certificate(name, tmp_path)
        server = HTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(path)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        running.append((server, thread))
        trusted = ssl.create_default_context(cafile=str(path))
        ways = FetchEnvironment(resolve=lambda _: [PUBLIC], network=Rerouted(server.server_port))
        return Fetcher(ways=evolve(ways, trusted=lambda: trusted) if known else ways)

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_name_has_the_certificate(serve: Serve) -> None:
    """A file comes from an address whose server can show a certificate for the link's name."""
    assert serve("f6-zpc.zdn.vn").fetch(Attachment("image", url=LINK)) == PICTURE


@pytest.mark.parametrize("name", ["f7-zpc.zdn.vn", "evil.com"])
def test_somebody_else_has_not(serve: Serve, name: str) -> None:
    """A server that can't is not believed, even if its certificate is a trusted one for another name."""
    fetcher = serve(name)
    with pytest.raises(RetryLater, match="The platform's media host can't be reached"):
        fetcher.fetch(Attachment("image", url=LINK))


def test_nobody_knows_who_signed(serve: Serve) -> None:
    """By default those are trusted whom the system trusts: a certificate of one's own making isn't believed."""
    fetcher = serve("f6-zpc.zdn.vn", known=False)
    with pytest.raises(RetryLater, match="The platform's media host can't be reached"):
        fetcher.fetch(Attachment("image", url=LINK))


def test_certificates_are_checked() -> None:
    """The default checks the name, and asks for a certificate."""
    context = FetchEnvironment().trusted()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
