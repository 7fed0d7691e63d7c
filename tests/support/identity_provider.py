"""A small identity provider on loopback: it checks PKCE, the client's secret, and that a code is used once."""

import json
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from hashlib import sha256
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode, urlsplit

from attrs import define, field
from joserfc import jwk, jws
from joserfc.jwk import ECKey, RSAKey

CLIENT = "anninh-office"
SECRET = "a secret & more"
REDIRECT = "https://office.example/signed-in"


def new_key(kid: str) -> RSAKey:
    """Return a new RSA signing key with the key id `kid`."""
    return jwk.RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@cache
def _first_key() -> RSAKey:
    """Return the first key of every provider, cached because generating one is slow."""
    return new_key("one")


@define
class Grant:
    """The data that the provider keeps for an authorization code."""

    challenge: str
    nonce: str
    redirect: str
    claims: Mapping[str, Any]


@define(eq=False)
class PretendProvider:
    """An identity provider for tests.

    Attributes:
        now: returns the provider's time.
        issuer: its name and address.
        user: claims of the user at the browser.
        changed: claims to sign instead of the right ones; those with None are left out.
        header: header of the id tokens.
        key: signing key.
        published: keys in the key set; the public part of `key` if empty.
        answer: responses that replace the usual ones, by path: status, headers and body.
        asked: requested paths.
        codes: issued codes that aren't redeemed yet.
        sign: a function that makes the id token instead of the usual way.
        form: last form sent to the token endpoint.
    """

    now: Callable[[], datetime]
    issuer: str = ""
    user: dict[str, Any] = field(factory=lambda: {"sub": "7", "preferred_username": "lan"})
    changed: dict[str, Any] = field(factory=dict)
    header: dict[str, Any] = field(factory=lambda: {"alg": "RS256", "kid": "one"})
    key: RSAKey | ECKey = field(factory=_first_key)
    published: list[dict[str, Any]] = field(factory=list)
    document: dict[str, Any] = field(factory=dict)
    answer: dict[str, tuple[int, dict[str, str], bytes]] = field(factory=dict)
    asked: list[str] = field(factory=list)
    codes: dict[str, Grant] = field(factory=dict)
    sign: Callable[["PretendProvider", dict[str, Any]], str] | None = None
    form: dict[str, str] = field(factory=dict)

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            **self.document,
        }

    def authorize(self, query: Mapping[str, str]) -> str:
        """Sign in the user at the browser, and return the redirect address."""
        assert query["client_id"] == CLIENT
        assert query["redirect_uri"] == REDIRECT
        assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
        code = secrets.token_urlsafe(16)
        self.codes[code] = Grant(query["code_challenge"], query["nonce"], query["redirect_uri"], dict(self.user))
        return f"{REDIRECT}?{urlencode({'code': code, 'state': query['state']})}"

    def redeem(self, form: Mapping[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Redeem an authorization code, and return the status and body of the token endpoint's response."""
        if unquote_plus(b64decode(authorization.removeprefix("Basic ")).decode()) != f"{CLIENT}:{SECRET}":
            return 401, {"error": "invalid_client"}
        grant = self.codes.pop(form.get("code", ""), None)
        challenge = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if grant is None or grant.challenge != challenge or grant.redirect != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        claims = self.claims(grant, access)
        token = self.sign(self, claims) if self.sign else sign_token(self.header, claims, self.key)
        return 200, {"access_token": access, "token_type": "Bearer", "id_token": token}

    def claims(self, grant: Grant, access: str) -> dict[str, Any]:
        """Return the claims of the id token for a grant, with a hash of the access token."""
        at = int(self.now().timestamp())
        hashed = urlsafe_b64encode(sha256(access.encode()).digest()[:16]).rstrip(b"=").decode()
        right = {"iss": self.issuer, "aud": CLIENT, "nonce": grant.nonce, "iat": at, "exp": at + 300, "at_hash": hashed}
        return {name: value for name, value in {**right, **grant.claims, **self.changed}.items() if value is not None}

    def keys(self) -> list[dict[str, Any]]:
        return self.published or [public_part(self.key)]

    def browse(self, url: str) -> dict[str, str]:
        """Sign in at `url` as the user at the browser, and return the parameters that come back to the program."""
        parts = urlsplit(url)
        connection = HTTPConnection(parts.hostname or "", parts.port)
        try:
            connection.request("GET", f"{parts.path}?{parts.query}")
            answer = connection.getresponse()
            assert answer.status == 302
            return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
        finally:
            connection.close()


def sign_token(header: Mapping[str, Any], claims: Mapping[str, Any], key: RSAKey | ECKey) -> str:
    """Return a token of `claims`, signed with the algorithm in `header`, even an unsafe one."""
    registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
    return jws.serialize_compact(dict(header), json.dumps(claims).encode(), key, registry=registry)


def public_part(key: RSAKey | ECKey) -> dict[str, Any]:
    """Return the public part of a key, as it is published in the key set."""
    return dict(key.as_dict(private=False))


@contextmanager
def open_provider(now: Callable[[], datetime]) -> Iterator[PretendProvider]:
    """Run a provider on loopback inside a `with`."""
    provider = PretendProvider(now)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": provider}))
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    provider: ClassVar[PretendProvider]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if self._send_override(parts.path):
            return
        if parts.path == "/authorize":
            query = dict(parse_qsl(parts.query))
            self._reply(302, {"Location": self.provider.authorize(query)}, b"")
            return
        pages = {
            "/.well-known/openid-configuration": self.provider.configuration(),
            "/jwks": {"keys": self.provider.keys()},
        }
        self._reply(200 if parts.path in pages else 404, {}, json.dumps(pages.get(parts.path)).encode())

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self._send_override(self.path):
            return
        self.provider.form = {name: values[0] for name, values in parse_qs(sent).items()}
        status, answer = self.provider.redeem(self.provider.form, self.headers.get("Authorization", ""))
        self._reply(status, {}, json.dumps(answer).encode())

    def _send_override(self, path: str) -> bool:
        self.provider.asked.append(path)
        if override := self.provider.answer.get(path):
            self._reply(*override)
        return override is not None

    def _reply(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""
