"""Certificates are checked over real sockets: a connection goes to an address, but its certificate must be for the name
in the link.
"""

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
"""Type of a function that starts a server with a certificate for the given name, and returns a fetcher that reaches
this server for every address and trusts the certificate unless `known=False`.
"""


@frozen
class LoopbackNetwork(httpcore.SyncBackend):
    """A network that connects to a port of this machine instead of any address."""

    port: int

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        assert (host, port) == (PUBLIC, 443)
        return super().connect_tcp("127.0.0.1", self.port, timeout, local_address, socket_options or ())


class PictureHandler(BaseHTTPRequestHandler):
    """A request handler that responds with a picture."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(PICTURE)))
        self.end_headers()
        self.wfile.write(PICTURE)

    def log_message(self, format: str, *args: Any) -> None:
        """Suppress the server's log."""


def write_certificate(name: str, folder: Path) -> Path:
    """Write a private key and its self-signed certificate for `name` to a file, and return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
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
    path.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def server_starter(tmp_path: Path) -> Iterator[Serve]:
    """A function that starts servers, which run until the test ends."""
    running: list[tuple[HTTPServer, Thread]] = []

    def start_server(name: str, *, known: bool = True) -> Fetcher:
        path = write_certificate(name, tmp_path)
        server = HTTPServer(("127.0.0.1", 0), PictureHandler)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(path)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        running.append((server, thread))
        trusted = ssl.create_default_context(cafile=str(path))
        environment = FetchEnvironment(resolve=lambda _: [PUBLIC], network=LoopbackNetwork(server.server_port))
        return Fetcher(environment=evolve(environment, trusted=lambda: trusted) if known else environment)

    yield start_server
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def test_certificate_for_the_name_is_accepted(server_starter: Serve) -> None:
    """A file is fetched from a server with a certificate for the link's name."""
    assert server_starter("f6-zpc.zdn.vn").fetch(Attachment("image", url=LINK)) == PICTURE


@pytest.mark.parametrize("name", ["f7-zpc.zdn.vn", "evil.com"])
def test_certificate_for_another_name_is_refused(server_starter: Serve, name: str) -> None:
    """A server with a trusted certificate for another name is refused."""
    fetcher = server_starter(name)
    with pytest.raises(RetryLater, match="The platform's media host can't be reached"):
        fetcher.fetch(Attachment("image", url=LINK))


def test_self_signed_certificate_is_refused(server_starter: Serve) -> None:
    """By default only the system's certificate authorities are trusted, so that a self-signed certificate is
    refused.
    """
    fetcher = server_starter("f6-zpc.zdn.vn", known=False)
    with pytest.raises(RetryLater, match="The platform's media host can't be reached"):
        fetcher.fetch(Attachment("image", url=LINK))


def test_certificates_are_checked() -> None:
    """By default a certificate is required and its name checked."""
    context = FetchEnvironment().trusted()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
