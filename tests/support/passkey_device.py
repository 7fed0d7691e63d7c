"""A software device with a passkey that works like a browser's: it makes a key pair, signs, and counts its
signatures.
"""

import json
import secrets
from hashlib import sha256
from typing import Any

import cbor2
from attrs import define, field
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from anninh_core.domain.accounts.credentials.passkeys import decode_base64url, encode_base64url

ORIGIN = "https://office.example"
DOMAIN = "office.example"
PRESENT = 0x01
VERIFIED = 0x04
ATTESTED = 0x40


@define(eq=False)
class PasskeyDevice:
    """A device with one passkey.

    Attributes:
        origin: origin of the page that requests the passkey.
        domain: domain for which the passkey signs.
        flags: bits that report whether the person is present and verified.
        count: number of signatures so far; None if the device doesn't count.
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
        self.owner = decode_base64url(request["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = self._authenticator_data(self.flags | ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        page = self._encode_client_data("webauthn.create", request["challenge"])
        response = {"clientDataJSON": encode_base64url(page), "attestationObject": encode_base64url(attestation)}
        return self._encode_response({**response, "transports": ["internal"]})

    def get(self, options: str) -> str:
        """Sign with the passkey, and return the browser's response as JSON."""
        request = json.loads(options)
        if self.count is not None:
            self.count += 1
        data = self._authenticator_data(self.flags)
        page = self._encode_client_data("webauthn.get", request["challenge"])
        signature = self.key.sign(data + sha256(page).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": page, "authenticatorData": data, "signature": signature, "userHandle": self.owner}
        return self._encode_response({name: encode_base64url(value) for name, value in response.items()})

    def _authenticator_data(self, flags: int) -> bytes:
        return sha256(self.domain.encode()).digest() + bytes([flags]) + (self.count or 0).to_bytes(4, "big")

    def _encode_client_data(self, kind: str, challenge: str) -> bytes:
        client_data = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False, **self.page}
        return json.dumps(client_data).encode()

    def _encode_response(self, response: dict[str, Any]) -> str:
        id = encode_base64url(self.id)
        answer = {"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}}
        return json.dumps(answer)
