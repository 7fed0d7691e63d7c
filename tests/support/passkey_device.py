"""A software device with passkeys, like a browser's: it makes key pairs, signs and counts."""

import json
import secrets
from hashlib import sha256
from typing import Any

import cbor2
from attrs import define, field
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from anninh_core.domain.accounts.credentials.passkeys import from_base64, to_base64

ORIGIN = "https://office.example"
DOMAIN = "office.example"
PRESENT = 0x01
VERIFIED = 0x04
ATTESTED = 0x40


@define(eq=False)
class Device:
    """A device with one passkey.

    Attributes:
        origin: of the page that requests it.
        domain: for which it signs.
        flags: whether it reports presence and verification of its person.
        count: number of signatures so far; None if it doesn't count.
        page: further client data of the page.
    """

    origin: str = ORIGIN
    domain: str = DOMAIN
    flags: int = PRESENT | VERIFIED
    count: int | None = 0
    page: dict[str, Any] = field(factory=dict)
    id: bytes = field(factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    owner: bytes = b""

    def create(self, options: str) -> str:
        """Make a passkey, and return the browser's response as JSON."""
        request = json.loads(options)
        self.owner = from_base64(request["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = self._data(self.flags | ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        page = self._page("webauthn.create", request["challenge"])
        response = {"clientDataJSON": to_base64(page), "attestationObject": to_base64(attestation)}
        return self._answer({**response, "transports": ["internal"]})

    def get(self, options: str) -> str:
        """Sign with the passkey, and return the browser's response as JSON."""
        request = json.loads(options)
        if self.count is not None:
            self.count += 1
        data = self._data(self.flags)
        page = self._page("webauthn.get", request["challenge"])
        signature = self.key.sign(data + sha256(page).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": page, "authenticatorData": data, "signature": signature, "userHandle": self.owner}
        return self._answer({name: to_base64(value) for name, value in response.items()})

    def _data(self, flags: int) -> bytes:
        return sha256(self.domain.encode()).digest() + bytes([flags]) + (self.count or 0).to_bytes(4, "big")

    def _page(self, kind: str, challenge: str) -> bytes:
        client_data = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False, **self.page}
        return json.dumps(client_data).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        id = to_base64(self.id)
        answer = {"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}}
        return json.dumps(answer)
