"""Officers with accounts: each signs in by a password and a second factor."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import define, field
from tests.scenarios.day.faces import Face
from tests.support.sign_in import code_of


@define
class Employee:
    """An officer with a client program of their own.

    Attributes:
        id: of the officer.
        secret: of the authenticator app.
        recovery: recovery codes that replace the second factor.
    """

    face: Face
    name: str
    password: str
    id: str = ""
    token: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    recovery: list[str] = field(factory=list, repr=False)

    def call(self, operation: str, **arguments: Any) -> Any:
        """Call an operation, which must succeed, and return its result."""
        reply = self.face.call(self.token, operation, arguments)
        assert reply.status == 200, (self.name, operation, reply)
        return reply.body

    def call_with(self, headers: Mapping[str, str], operation: str, **arguments: Any) -> Any:
        """Call an operation with headers, and return the status and the body of its response."""
        reply = self.face.call(self.token, operation, arguments, headers)
        return reply.status, reply.body

    def refused(self, operation: str, **arguments: Any) -> tuple[int, str]:
        """Call an operation, which must be refused, and return status and code of the problem."""
        reply = self.face.call(self.token, operation, arguments)
        assert reply.status >= 400, (self.name, operation, reply)
        return reply.status, reply.body["code"]

    def download(self, operation: str, **arguments: Any) -> Any:
        """Return the file of an operation, which must succeed."""
        reply = self.face.download(self.token, operation, arguments)
        assert reply.status == 200, (self.name, operation, reply)
        return reply.body

    def upload(self, name: str, data: bytes) -> str:
        """Send a file and return its id."""
        reply = self.face.upload(self.token, name, data)
        assert reply.status == 200, (self.name, name, reply)
        id: str = reply.body["id"]
        return id

    def enrol(self, setup_code: str) -> None:
        """Set up the account, add an authenticator app, and sign in again by both factors."""
        arguments = {"code": setup_code, "name": self.name, "password": self.password}
        self.id = self._begin("set-up", arguments)["officer"]
        self.token = self._begin("sign-in", {"name": self.name, "password": self.password})["token"]
        self.secret = self.call("accounts.begin_totp", password=self.password)["secret"]
        app = code_of(self.secret, datetime.now(UTC))
        self.recovery = self.call("accounts.confirm_totp", code=app)["codes"]
        self.call("accounts.sign_out")
        assert self.face.begin("sign-in", {"name": self.name, "password": self.password}).status == 401
        credentials = {"name": self.name, "password": self.password, "code": self._next_code()}
        self.token = self._begin("sign-in", credentials)["token"]

    def step_up(self) -> None:
        """Confirm the second factor again."""
        self.call("accounts.step_up", code=self._next_code())

    def _next_code(self) -> str:
        """Return a recovery code: a code of the app counts once, and the next one comes half a minute later."""
        return self.recovery.pop()

    def _begin(self, path: str, arguments: Mapping[str, str]) -> Any:
        reply = self.face.begin(path, arguments)
        assert reply.status == 200, (self.name, path, reply)
        return reply.body
